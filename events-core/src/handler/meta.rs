use core::any::TypeId;
use core::fmt;

use super::Policy;
use crate::event::EventMeta;

/// What is known of a handler at compile time: where it is, what it handles, and the options of `#[handler]`.
///
/// [`Registry::handlers`](crate::registry::Registry::handlers) lists those of the program, and a
/// [`Failure`](crate::outcome::Failure) names the one that failed. `Display` writes the path, file and line.
///
/// ```
/// use events::prelude::*;
///
/// #[event]
/// struct OvenHeated { degrees: u32 }
///
/// #[handler(priority = 5, when = |oven| oven.degrees > 300)]
/// fn sound_alarm(_: &OvenHeated, _cx: &Context) {}
///
/// let handler = events::registry().handlers().find(|handler| handler.path.ends_with("::sound_alarm")).unwrap();
/// assert_eq!(handler.event.path, OvenHeated::META.path);
/// assert_eq!((handler.priority, handler.is_async), (5, false));
/// assert_eq!(handler.condition, Some("|oven| oven.degrees > 300"));
/// assert_eq!(handler.arguments[0].ty, "&Context");
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct HandlerMeta {
    /// The full path of the function or method: crate, modules, type, name. Handlers of equal priority run in the order of
    /// their paths.
    pub path: &'static str,
    /// The Cargo package that contains the handler.
    pub package: &'static str,
    /// The path of the source file, as it was given to the compiler.
    pub file: &'static str,
    /// The line of the function's name, counted from 1.
    pub line: u32,
    /// The column of the function's name, counted from 1.
    pub column: u32,
    /// The priority: higher runs first. 0 unless `priority = N` says otherwise.
    pub priority: i32,
    /// The event that it handles; [`EventMeta::ALL`] for a handler of all events.
    pub event: &'static EventMeta,
    /// Whether it is an `async fn`.
    pub is_async: bool,
    /// The condition of `when = ..`, as it is written.
    pub condition: Option<&'static str>,
    /// The arguments after the event. `&self` is one of them.
    pub arguments: &'static [ArgumentMeta],
    /// The `#[handlers]` module or type that it belongs to.
    pub group: Option<&'static str>,
    /// Retries, timeout, circuit breaker and batches on a lane.
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

    /// Returns whether this is a handler of all events: `#[handler(all)]`.
    ///
    /// ```
    /// use events::prelude::*;
    ///
    /// #[event]
    /// struct CurtainRaised;
    ///
    /// #[handler]
    /// fn dim_lights(_: &CurtainRaised) {}
    ///
    /// let handler = events::registry().handlers().find(|handler| handler.path.ends_with("::dim_lights"));
    /// assert!(!handler.unwrap().is_for_all());
    /// ```
    pub fn is_for_all(&self) -> bool {
        self.event.path == EventMeta::ALL.path
    }

    /// Returns the types of state that the handler takes: what its bus must be built with.
    ///
    /// ```standalone_crate
    /// use events::prelude::*;
    ///
    /// struct Counter;
    ///
    /// #[event]
    /// struct Counted;
    ///
    /// #[handler]
    /// fn count(_: &Counted, _: State<Counter>) {}
    ///
    /// let handler = events::registry().handlers().next().unwrap();
    /// let names: Vec<_> = handler.state().map(|state| state.name()).collect();
    /// assert_eq!(names, [std::any::type_name::<Counter>()]);
    /// ```
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

/// An argument of a handler, after the event.
///
/// ```
/// use events::prelude::*;
///
/// #[event]
/// struct NoteAdded;
///
/// #[handler]
/// fn index_note(_: &NoteAdded, cx: &Context) { let _ = cx.attempt(); }
///
/// let handler = events::registry().handlers().find(|handler| handler.path.ends_with("::index_note")).unwrap();
/// assert_eq!((handler.arguments[0].ty, handler.arguments[0].state), ("&Context", None));
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct ArgumentMeta {
    /// The type as it is written.
    pub ty: &'static str,
    /// The state that it takes, if it is a `State<T>` or an extractor that names one.
    pub state: Option<StateMeta>,
}

impl ArgumentMeta {
    #[doc(hidden)]
    pub const fn new(ty: &'static str, state: Option<StateMeta>) -> Self {
        Self { ty, state }
    }
}

/// A type of state, which handlers take and the builder of a bus is given. Two are equal if they are the same type.
///
/// ```
/// use events::handler::StateMeta;
///
/// assert_eq!(StateMeta::of::<String>().name(), "alloc::string::String");
/// assert_ne!(StateMeta::of::<String>(), StateMeta::of::<Vec<u8>>());
/// ```
#[derive(Clone, Copy)]
pub struct StateMeta {
    id: TypeId,
    name: fn() -> &'static str,
}

impl StateMeta {
    /// Returns the metadata of the state of type `T`: for [`Extractor::STATE`](crate::extract::Extractor::STATE) of your own
    /// extractor.
    pub const fn of<T: 'static>() -> Self {
        Self { id: TypeId::of::<T>(), name: core::any::type_name::<T> }
    }

    /// Returns the id of the type.
    pub const fn id(&self) -> TypeId {
        self.id
    }

    /// Returns the full path of the type, for messages. It may differ between compiler versions.
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
