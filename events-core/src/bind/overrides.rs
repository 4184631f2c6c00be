use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::any::{Any, TypeId};

use crate::Context;
use crate::event::{Event, EventMeta};
use crate::handler::{Flow, HandlerMeta, HandlerOutput};

/// What a test changes about the handlers of its own bus: which run, and which are replaced.
#[derive(Default)]
pub struct Overrides {
    only: Option<Vec<String>>,
    replaced: BTreeMap<String, Replacement>,
}

struct Replacement {
    event: &'static EventMeta,
    id: TypeId,
    closure: Closure,
}

/// What stands in for a handler. It is only ever given events of the handler's type.
type Closure = Arc<dyn Fn(&dyn Any, &Context) -> Flow + Send + Sync>;

enum Step {
    Run,
    Skip,
    Replace(Closure),
}

/// What becomes of each handler of a row.
pub struct Plan {
    steps: Box<[Step]>,
}

impl Overrides {
    /// All handlers as they are.
    pub fn new() -> Self {
        Self::default()
    }

    /// Leaves out all handlers but those named with [`only`](Self::only) and those replaced.
    pub fn none(&mut self) {
        self.only.get_or_insert_default();
    }

    /// Keeps the handlers of this path: a full path, or its end from a `::` on. All others that are not named so are
    /// left out.
    pub fn only(&mut self, path: impl Into<String>) {
        self.only.get_or_insert_default().push(path.into());
    }

    /// Runs this closure in place of the handler of this path.
    pub fn replace<E: Event, R: HandlerOutput>(
        &mut self,
        path: impl Into<String>,
        with: impl Fn(&E, &Context) -> R + Send + Sync + 'static,
    ) {
        let closure: Closure = Arc::new(move |event, cx| match event.downcast_ref() {
            Some(event) => with(event, cx).into_flow(),
            None => Flow::SKIPPED,
        });
        self.replaced.insert(path.into(), Replacement { event: E::META, id: TypeId::of::<E>(), closure });
    }

    /// The paths given that no handler of the program has, or none of the event that a replacement is for.
    pub fn unknown_paths(&self) -> Vec<&str> {
        let mut only: Vec<&str> = self.only.iter().flatten().map(String::as_str).collect();
        let mut replaced: Vec<_> =
            self.replaced.iter().map(|(path, replacement)| (path.as_str(), replacement.event)).collect();
        crate::registry().for_each_handler(|handler| {
            only.retain(|path| !names(path, handler.path));
            replaced.retain(|(path, event)| !names(path, handler.path) || event.path != handler.event.path);
        });
        only.extend(replaced.into_iter().map(|(path, _)| path));
        only
    }

    fn step(&self, event: TypeId, handler: &HandlerMeta) -> Step {
        // The end of a path may be that of a handler of another event too; then the replacement is the other's.
        let stands_in = |(path, replacement): &(&String, &Replacement)| {
            replacement.id == event && names(path, handler.path)
        };
        if let Some((_, replacement)) = self.replaced.iter().find(stands_in) {
            return Step::Replace(replacement.closure.clone());
        }
        if self.leaves_out(handler) { Step::Skip } else { Step::Run }
    }

    /// Whether this handler is none of those that are kept.
    pub(super) fn leaves_out(&self, handler: &HandlerMeta) -> bool {
        self.only.as_ref().is_some_and(|only| !only.iter().any(|path| names(path, handler.path)))
    }

    pub(super) fn plan(&self, event: TypeId, members: &[&'static HandlerMeta]) -> Option<Plan> {
        let steps: Box<[_]> = members.iter().map(|member| self.step(event, member)).collect();
        steps.iter().any(|step| !matches!(step, Step::Run)).then_some(Plan { steps })
    }
}

/// Whether `path` names the handler of the path `full`.
fn names(path: &str, full: &str) -> bool {
    full.strip_suffix(path).is_some_and(|rest| rest.is_empty() || rest.ends_with("::"))
}

impl Plan {
    /// Whether nothing of the row is left.
    pub(super) fn is_empty(&self) -> bool {
        self.steps.iter().all(|step| matches!(step, Step::Skip))
    }

    /// Whether the row's own handlers are needed.
    pub(super) fn runs_any(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Run))
    }

    /// Runs what stands in for the handler at `index`; `None` where the handler itself is to run.
    pub(crate) fn stand_in(&self, index: usize, event: &dyn Any, cx: &Context) -> Option<Flow> {
        match &self.steps[index] {
            Step::Run => None,
            Step::Skip => Some(Flow::SKIPPED),
            Step::Replace(closure) => Some(closure(event, cx)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn a_path_is_named_by_its_end_at_a_separator() {
        assert!(names("shop::mail::send", "shop::mail::send"));
        assert!(names("mail::send", "shop::mail::send"));
        assert!(names("send", "shop::mail::send"));
        assert!(!names("end", "shop::mail::send"));
        assert!(!names("ail::send", "shop::mail::send"));
    }
}
