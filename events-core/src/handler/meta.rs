use core::any::TypeId;
use core::fmt;

use super::Policy;
use crate::event::EventMeta;

/// What is known of a handler at compile time.
#[derive(Debug)]
#[non_exhaustive]
pub struct HandlerMeta {
    /// The full path of the function or method: crate, modules, type, name. Handlers of equal priority run in its order.
    pub path: &'static str,
    /// The package that holds it.
    pub package: &'static str,
    /// The source file, as the compiler was given it.
    pub file: &'static str,
    /// The line of the function's name, from 1.
    pub line: u32,
    /// The column of the function's name, from 1.
    pub column: u32,
    /// Higher runs first; 0 unless `priority = N` says otherwise.
    pub priority: i32,
    /// The event it handles; of a handler of all events [`EventMeta::ALL`].
    pub event: &'static EventMeta,
    /// Whether it is an `async fn`.
    pub is_async: bool,
    /// The condition of `when = ..`, as written.
    pub condition: Option<&'static str>,
    /// Its arguments behind the event, `&self` included.
    pub arguments: &'static [ArgumentMeta],
    /// The `#[handlers]` module or type it is fused into.
    pub group: Option<&'static str>,
    /// What its lane does when it fails or is slow, and whether it takes batches.
    pub policy: Policy,
}

impl HandlerMeta {
    /// A handler with the defaults of `#[handler]`; the macro sets what the options say.
    #[doc(hidden)]
    pub const fn new(
        path: &'static str,
        package: &'static str,
        event: &'static EventMeta,
        file: &'static str,
        line: u32,
        column: u32,
    ) -> Self {
        Self {
            path,
            package,
            file,
            line,
            column,
            priority: 0,
            event,
            is_async: false,
            condition: None,
            arguments: &[],
            group: None,
            policy: Policy::NONE,
        }
    }

    #[doc(hidden)]
    pub const fn priority(mut self, priority: i32) -> Self {
        self.priority = priority;
        self
    }

    #[doc(hidden)]
    pub const fn asynchronous(mut self) -> Self {
        self.is_async = true;
        self
    }

    #[doc(hidden)]
    pub const fn condition(mut self, condition: &'static str) -> Self {
        self.condition = Some(condition);
        self
    }

    #[doc(hidden)]
    pub const fn arguments(mut self, arguments: &'static [ArgumentMeta]) -> Self {
        self.arguments = arguments;
        self
    }

    #[doc(hidden)]
    pub const fn group(mut self, group: &'static str) -> Self {
        self.group = Some(group);
        self
    }

    #[doc(hidden)]
    pub const fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Whether it is a handler of all events: `#[handler(all)]`.
    pub fn is_for_all(&self) -> bool {
        self.event.path == EventMeta::ALL.path
    }

    /// The state this handler asks its bus for.
    pub fn state(&self) -> impl Iterator<Item = StateMeta> + use<> {
        self.arguments.iter().filter_map(|argument| argument.state)
    }
}

/// Writes the path and, in brackets, file and line.
impl fmt::Display for HandlerMeta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}:{})", self.path, self.file, self.line)
    }
}

/// An argument of a handler, behind the event.
#[derive(Debug)]
#[non_exhaustive]
pub struct ArgumentMeta {
    /// The type as written.
    pub ty: &'static str,
    /// The state it stands for, if it is a [`State`](crate::extract::State).
    pub state: Option<StateMeta>,
}

impl ArgumentMeta {
    #[doc(hidden)]
    pub const fn new(ty: &'static str, state: Option<StateMeta>) -> Self {
        Self { ty, state }
    }
}

/// A type of state: asked for by handlers, given to the builder of a bus.
#[derive(Clone, Copy)]
pub struct StateMeta {
    id: TypeId,
    name: fn() -> &'static str,
}

impl StateMeta {
    /// The state of type `T`.
    pub const fn of<T: 'static>() -> Self {
        Self { id: TypeId::of::<T>(), name: core::any::type_name::<T> }
    }

    /// Which type it is.
    pub const fn id(&self) -> TypeId {
        self.id
    }

    /// The type's full path, for people to read.
    pub fn name(&self) -> &'static str {
        (self.name)()
    }
}

impl fmt::Debug for StateMeta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl PartialEq for StateMeta {
    fn eq(&self, other: &Self) -> bool {
        self.id() == other.id()
    }
}

impl Eq for StateMeta {}
