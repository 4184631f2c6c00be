//! Extractors: the arguments that a handler may take after its event.

#[cfg(feature = "alloc")]
mod state;

#[cfg(feature = "alloc")]
pub use state::State;

use crate::Context;
use crate::bind::{BindError, Binder};

/// A type that a handler may take as an argument after the event.
///
/// [`State<T>`](State), [`&Context`](Context) and `Bus` are extractors. Implement the trait for a type of your own to give
/// handlers what they would otherwise compute each time.
///
/// An extractor works in two steps. [`bind`](Self::bind) runs once for each handler, when a bus is built: it looks up what
/// the argument is made from, and returns an error if the bus does not have it. [`extract`](Self::extract) runs for each
/// event and makes the argument from what `bind` returned.
///
/// Without the feature `alloc` there is no bus, and only [`detached`](Self::detached) is called. The implementation is
/// written in the same way.
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
    /// What the bus keeps between `bind` and `extract`. `()` if the context is enough.
    type Bound: Send + Sync + 'static;

    /// The state that the argument needs, for [`ArgumentMeta::state`](crate::handler::ArgumentMeta::state).
    const STATE: Option<crate::handler::StateMeta> = None;

    /// Looks up what the argument is made from. Called once for each handler that takes it, when a bus is built.
    ///
    /// # Errors
    ///
    /// Returns a [`BindError`] if the bus does not have it. The builder of the bus reports all such errors together.
    ///
    /// ```standalone_crate
    /// use std::sync::Arc;
    /// use events::bind::{BindError, Binder};
    /// use events::extract::Extractor;
    /// use events::prelude::*;
    ///
    /// struct Config { tax_percent: u64 }
    ///
    /// /// The tax rate of the shop's configuration.
    /// struct TaxPercent(u64);
    ///
    /// impl<'a> Extractor<'a> for TaxPercent {
    ///     type Bound = Arc<Config>;
    ///     fn bind(binder: &mut Binder<'_>) -> Result<Self::Bound, BindError> {
    ///         binder.state::<Config>().ok_or_else(BindError::missing_state::<Config>)
    ///     }
    ///     fn extract(config: &'a Self::Bound, _: &'a Context) -> Self { TaxPercent(config.tax_percent) }
    /// }
    ///
    /// #[event]
    /// struct PriceAsked { cents: u64 }
    ///
    /// #[handler]
    /// fn answer(price: &PriceAsked, tax: TaxPercent) { assert_eq!(price.cents * tax.0 / 100, 190); }
    ///
    /// assert!(Bus::builder().build().is_err());
    /// let bus = Bus::builder().state(Config { tax_percent: 19 }).build().unwrap();
    /// assert!(bus.emit(&PriceAsked { cents: 1000 }).is_ok());
    /// ```
    fn bind(binder: &mut Binder<'_>) -> Result<Self::Bound, BindError>;

    /// Makes the argument for one event. Called for each event, so it should be cheap.
    fn extract(bound: &'a Self::Bound, cx: &'a Context) -> Self;

    /// Makes the argument for an event that is dispatched without a bus. `None`, the default, if that is not possible: the
    /// handler then fails with `FailureKind::NeedsBus`.
    ///
    /// ```
    /// use events::bind::{BindError, Binder};
    /// use events::extract::Extractor;
    /// use events::prelude::*;
    ///
    /// struct IsRetry(bool);
    ///
    /// impl<'a> Extractor<'a> for IsRetry {
    ///     type Bound = ();
    ///     fn bind(_: &mut Binder<'_>) -> Result<(), BindError> { Ok(()) }
    ///     fn extract((): &'a (), cx: &'a Context) -> Self { IsRetry(cx.attempt() > 1) }
    ///     fn detached(cx: &'a Context) -> Option<Self> { Some(Self::extract(&(), cx)) }
    /// }
    ///
    /// #[event]
    /// struct LetterDue;
    ///
    /// #[handler]
    /// fn post_letter(_: &LetterDue, retry: IsRetry) { assert!(!retry.0); }
    ///
    /// assert!(events::dispatch(&LetterDue).is_ok());
    /// ```
    fn detached(cx: &'a Context) -> Option<Self> {
        let _ = cx;
        None
    }
}

/// A reference that is an extractor, as `&Context` is. For an argument that is a reference, it is required in place of
/// [`Extractor`], for which rustc would advise to borrow once more. Its message is exactly that of [`Extractor`], so
/// that rustc reports both as one error.
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
    /// If that fails.
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
