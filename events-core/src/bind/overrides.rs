use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::any::Any;

use crate::Context;
use crate::event::Event;
use crate::handler::{Flow, HandlerMeta, HandlerOutput};

/// What a test changes about the handlers of its own bus: which run, and which are replaced.
#[derive(Default)]
pub struct Overrides {
    only: Option<Vec<String>>,
    replaced: BTreeMap<String, Box<dyn Any + Send + Sync>>,
}

type Closure<E> = Arc<dyn Fn(&E, &Context) -> Flow + Send + Sync>;

enum Step<E: Event> {
    Run,
    Skip,
    Replace(Closure<E>),
}

/// What becomes of each handler of a row.
pub struct Plan<E: Event> {
    steps: Box<[Step<E>]>,
}

impl Overrides {
    /// All handlers as they are.
    pub fn new() -> Self {
        Self::default()
    }

    /// Leaves out all handlers but those named with `only`, replaced ones excepted.
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
        let closure: Closure<E> = Arc::new(move |event, cx| with(event, cx).into_flow());
        self.replaced.insert(path.into(), Box::new(closure));
    }

    /// The paths given, in the order of names.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        let only = self.only.iter().flatten();
        only.chain(self.replaced.keys()).map(String::as_str)
    }

    fn step<E: Event>(&self, handler: &HandlerMeta) -> Step<E> {
        let replacement = self.replaced.iter().find(|(path, _)| names(path, handler.path));
        if let Some((_, closure)) = replacement {
            return match closure.downcast_ref::<Closure<E>>() {
                Some(closure) => Step::Replace(closure.clone()),
                // The name is that of a handler of another event too; the replacement is the other's.
                None => Step::Run,
            };
        }
        match &self.only {
            Some(only) if !only.iter().any(|path| names(path, handler.path)) => Step::Skip,
            _ => Step::Run,
        }
    }

    pub(super) fn plan<E: Event>(&self, members: &[&'static HandlerMeta]) -> Option<Plan<E>> {
        let steps: Box<[_]> = members.iter().map(|member| self.step(member)).collect();
        steps.iter().any(|step| !matches!(step, Step::Run)).then_some(Plan { steps })
    }
}

/// Whether `path` names the handler of the path `full`.
fn names(path: &str, full: &str) -> bool {
    full.strip_suffix(path).is_some_and(|rest| rest.is_empty() || rest.ends_with("::"))
}

impl<E: Event> Plan<E> {
    /// Whether nothing of the row is left.
    pub(super) fn is_empty(&self) -> bool {
        self.steps.iter().all(|step| matches!(step, Step::Skip))
    }

    /// Whether the row's own handlers are needed.
    pub(super) fn runs_any(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Run))
    }

    /// Runs what stands in for the handler at `index`; `None` where the handler itself is to run.
    pub(crate) fn stand_in(&self, index: usize, event: &E, cx: &Context) -> Option<Flow> {
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
