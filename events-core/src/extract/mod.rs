//! Extractors: what a handler may ask for after its event.

#[cfg(feature = "alloc")]
mod state;

#[cfg(feature = "alloc")]
pub use state::State;

use crate::Context;
use crate::bind::{BindError, Binder};

/// An argument of a handler, after the event.
///
/// It is written in one way with and without the feature `alloc`; without it there is no bus, and [`detached`](Self::detached)
/// alone is called.
///
/// It is resolved once, when a bus is built ([`bind`](Self::bind)), and only read at dispatch
/// ([`extract`](Self::extract)). [`State<T>`](State), [`&Context`](Context) and `Bus` are extractors; yours can be too:
///
/// ```
/// use events::prelude::*;
/// use events::bind::{BindError, Binder};
/// use events::extract::Extractor;
///
/// /// The attempt number, as an argument of its own.
/// struct Attempt(u32);
///
/// impl<'a> Extractor<'a> for Attempt {
///     type Bound = ();
///     fn bind(_: &mut Binder<'_>) -> Result<(), BindError> { Ok(()) }
///     fn extract((): &'a (), cx: &'a Context) -> Self { Attempt(cx.attempt()) }
/// }
///
/// #[event]
/// struct Ping;
///
/// #[handler]
/// fn pong(_: &Ping, attempt: Attempt) { assert_eq!(attempt.0, 1); }
///
/// let bus = Bus::builder().build().unwrap();
/// assert!(bus.emit(&Ping).is_ok());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an extractor",
    label = "a handler cannot ask for this",
    note = "after the event, a handler takes `&Context`, or without a `&`: `State<T>` with a `T: Send + Sync + 'static`, `Bus`, or a type that implements `Extractor`",
    note = "to share a value among handlers, give it to the builder of the bus with `.state(value)`, and ask for `State<T>` of its type"
)]
pub trait Extractor<'a>: Sized {
    /// What a bus keeps to make the argument from.
    type Bound: Send + Sync + 'static;

    /// The state it stands for, for metadata.
    const STATE: Option<crate::handler::StateMeta> = None;

    /// Finds, when a bus is built, what the argument is made from.
    ///
    /// # Errors
    /// When the bus lacks it. All such errors of a bus are reported together.
    fn bind(binder: &mut Binder<'_>) -> Result<Self::Bound, BindError>;

    /// Makes the argument.
    fn extract(bound: &'a Self::Bound, cx: &'a Context) -> Self;

    /// Makes the argument where there is no bus, if that can be done.
    fn detached(cx: &'a Context) -> Option<Self> {
        let _ = cx;
        None
    }
}

/// A reference that is an extractor, as `&Context` is. Asked in place of [`Extractor`] for an argument that is a reference:
/// rustc would advise to borrow it once more. It says what [`Extractor`] says, to the letter, so that rustc reports
/// both as one.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an extractor",
    label = "a handler cannot ask for this",
    note = "after the event, a handler takes `&Context`, or without a `&`: `State<T>` with a `T: Send + Sync + 'static`, `Bus`, or a type that implements `Extractor`",
    note = "to share a value among handlers, give it to the builder of the bus with `.state(value)`, and ask for `State<T>` of its type"
)]
pub trait ByReference<'a>: Sized {
    /// As [`Extractor::Bound`].
    type Bound: Send + Sync + 'static;
    /// As [`Extractor::STATE`].
    const STATE: Option<crate::handler::StateMeta>;

    /// As [`Extractor::bind`].
    ///
    /// # Errors
    /// Where that fails.
    fn bind(binder: &mut Binder<'_>) -> Result<Self::Bound, BindError>;

    /// As [`Extractor::extract`].
    fn extract(bound: &'a Self::Bound, cx: &'a Context) -> Self;

    /// As [`Extractor::detached`].
    fn detached(cx: &'a Context) -> Option<Self>;
}

#[diagnostic::do_not_recommend]
impl<'r, 'a, T: ?Sized + 'r> ByReference<'a> for &'r T
where
    &'r T: Extractor<'a>,
{
    type Bound = <Self as Extractor<'a>>::Bound;
    const STATE: Option<crate::handler::StateMeta> = <Self as Extractor<'a>>::STATE;

    #[inline]
    fn bind(binder: &mut Binder<'_>) -> Result<Self::Bound, BindError> {
        <Self as Extractor<'a>>::bind(binder)
    }

    #[inline(always)]
    fn extract(bound: &'a Self::Bound, cx: &'a Context) -> Self {
        <Self as Extractor<'a>>::extract(bound, cx)
    }

    #[inline(always)]
    fn detached(cx: &'a Context) -> Option<Self> {
        <Self as Extractor<'a>>::detached(cx)
    }
}

#[diagnostic::do_not_recommend]
impl<'a> Extractor<'a> for &'a Context {
    type Bound = ();

    fn bind(_: &mut Binder<'_>) -> Result<(), BindError> {
        Ok(())
    }

    #[inline(always)]
    fn extract((): &'a (), cx: &'a Context) -> Self {
        cx
    }

    #[inline(always)]
    fn detached(cx: &'a Context) -> Option<Self> {
        Some(cx)
    }
}
