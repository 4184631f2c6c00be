use core::ops::ControlFlow;

use super::Flow;
use crate::outcome::StopReason;

/// The types that a handler may return: `()`, `Result<(), E>`, `ControlFlow<()>` and `ControlFlow<StopReason>`.
///
/// An `Err` is a failure of this handler alone: the later ones run. A `Break` stops the later handlers and is no failure.
///
/// With the feature `alloc`, `E` is any type that converts into `Box<dyn Error + Send + Sync>`: an error type, a `String`, a
/// `&str`, a boxed error. Without it, `E` is any error type that is `Send + Sync + 'static`.
///
/// ```
/// use std::ops::ControlFlow;
/// use events::prelude::*;
///
/// #[event]
/// struct CardSwiped { pin: u32 }
///
/// #[handler(priority = 2)]
/// fn log_swipe(_: &CardSwiped) {}
///
/// #[handler(priority = 1)]
/// fn check_pin(card: &CardSwiped) -> ControlFlow<()> {
///     if card.pin == 1234 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
/// }
///
/// #[handler]
/// fn open(_: &CardSwiped) -> Result<(), String> { Err("the door is stuck".into()) }
///
/// let wrong = events::dispatch(&CardSwiped { pin: 1 });
/// assert_eq!((wrong.ran(), wrong.failed(), wrong.unreached()), (2, 0, 1));
/// let right = events::dispatch(&CardSwiped { pin: 1234 });
/// assert_eq!((right.ran(), right.failed(), right.unreached()), (3, 1, 0));
/// ```
#[diagnostic::on_unimplemented(
    message = "a handler cannot return `{Self}`",
    label = "not what a handler returns",
    note = "a handler returns `()`, `Result<(), E>` with an error that converts into `Box<dyn Error + Send + Sync>`, `ControlFlow<()>`, or `ControlFlow<StopReason>`"
)]
pub trait HandlerOutput {
    /// Converts it into a flow.
    #[doc(hidden)]
    fn into_flow(self) -> Flow;
}

#[diagnostic::do_not_recommend]
impl HandlerOutput for () {
    #[inline(always)]
    fn into_flow(self) -> Flow {
        Flow::RAN
    }
}

/// The type `!`, for a closure that always panics, as in a test of what must not run. Stable Rust can name `!` only as
/// the return type of a function.
#[diagnostic::do_not_recommend]
impl HandlerOutput for <fn() -> ! as Returning>::Type {
    #[inline(always)]
    fn into_flow(self) -> Flow {
        self
    }
}

/// Names the return type of a function type. Used for `!`.
#[allow(unreachable_pub)]
pub trait Returning {
    type Type;
}

impl<R> Returning for fn() -> R {
    type Type = R;
}

#[diagnostic::do_not_recommend]
impl HandlerOutput for ControlFlow<()> {
    #[inline(always)]
    fn into_flow(self) -> Flow {
        match self {
            ControlFlow::Continue(()) => Flow::RAN,
            ControlFlow::Break(()) => Flow::STOP,
        }
    }
}

#[diagnostic::do_not_recommend]
impl HandlerOutput for ControlFlow<StopReason> {
    #[inline(always)]
    fn into_flow(self) -> Flow {
        match self {
            ControlFlow::Continue(()) => Flow::RAN,
            ControlFlow::Break(reason) => Flow::stop(reason),
        }
    }
}

#[cfg(feature = "alloc")]
#[diagnostic::do_not_recommend]
impl<E: Into<crate::outcome::BoxError>> HandlerOutput for Result<(), E> {
    #[inline(always)]
    fn into_flow(self) -> Flow {
        match self {
            Ok(()) => Flow::RAN,
            Err(error) => Flow::failed(error),
        }
    }
}

#[cfg(not(feature = "alloc"))]
#[diagnostic::do_not_recommend]
impl<E: core::error::Error + Send + Sync + 'static> HandlerOutput for Result<(), E> {
    #[inline(always)]
    fn into_flow(self) -> Flow {
        match self {
            Ok(()) => Flow::RAN,
            Err(_) => Flow::failed(),
        }
    }
}

/// The types that a handler with `retry(when = ..)` may return: a `Result`, whose error is passed to the condition.
#[diagnostic::on_unimplemented(
    message = "`when` asks about the handler's error, and `{Self}` has none",
    label = "there is no error to ask about",
    note = "return `Result<(), E>` with an error that converts into `Box<dyn Error + Send + Sync>`, or leave `when` out of `retry`"
)]
#[allow(unreachable_pub)]
// The error is a parameter, since rustc reports a missing associated type a second time, at the closure.
pub trait FallibleOutput<E> {
    /// Converts it into a flow. An error is retried only if `retryable` returns `true` for it.
    fn into_flow_if(self, retryable: fn(&E) -> bool) -> Flow;
}

#[cfg(feature = "alloc")]
#[diagnostic::do_not_recommend]
impl<E: Into<crate::outcome::BoxError>> FallibleOutput<E> for Result<(), E> {
    #[inline(always)]
    fn into_flow_if(self, retryable: fn(&E) -> bool) -> Flow {
        match self {
            Ok(()) => Flow::RAN,
            Err(error) => Flow::failed_if(error, retryable),
        }
    }
}

/// Without an allocator there are no lanes and no retries, so the condition is not called.
#[cfg(not(feature = "alloc"))]
#[diagnostic::do_not_recommend]
impl<E: core::error::Error + Send + Sync + 'static> FallibleOutput<E> for Result<(), E> {
    #[inline(always)]
    fn into_flow_if(self, _: fn(&E) -> bool) -> Flow {
        HandlerOutput::into_flow(self)
    }
}

/// The types that a `concurrent` handler may return: `()` and `Result<(), E>`.
///
/// It cannot return `ControlFlow`: the handlers that it would stop may have started already.
///
/// ```
/// use events::handler::ConcurrentOutput;
///
/// fn takes<R: ConcurrentOutput>(_: fn() -> R) {}
///
/// takes(|| ());
/// takes(|| Err::<(), _>("no connection"));
/// ```
#[diagnostic::on_unimplemented(
    message = "a `concurrent` handler cannot return `{Self}`",
    label = "not what a `concurrent` handler returns",
    note = "a `concurrent` handler returns `()` or `Result<(), E>` with an error that converts into `Box<dyn Error + Send + Sync>`",
    note = "it cannot break with `ControlFlow`: it runs side by side with the handlers that it would keep from running"
)]
#[allow(unreachable_pub)]
pub trait ConcurrentOutput {
    /// Converts it into a flow.
    #[doc(hidden)]
    fn into_flow(self) -> Flow;
}

#[diagnostic::do_not_recommend]
impl ConcurrentOutput for () {
    #[inline(always)]
    fn into_flow(self) -> Flow {
        Flow::RAN
    }
}

#[diagnostic::do_not_recommend]
impl ConcurrentOutput for <fn() -> ! as Returning>::Type {
    #[inline(always)]
    fn into_flow(self) -> Flow {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<E> ConcurrentOutput for Result<(), E>
where
    Result<(), E>: HandlerOutput,
{
    #[inline(always)]
    fn into_flow(self) -> Flow {
        HandlerOutput::into_flow(self)
    }
}

/// The types that a batch handler may return: `()` and `Result<(), E>`.
///
/// It cannot return `ControlFlow`: on a lane a batch runs apart from the other handlers of its events, so there are no later
/// handlers to stop.
///
/// ```
/// use events::handler::BatchOutput;
///
/// fn takes<R: BatchOutput>(_: fn(&[u64]) -> R) {}
///
/// takes(|_| ());
/// takes(|rows| if rows.len() > 1000 { Err("too many rows") } else { Ok(()) });
/// ```
#[diagnostic::on_unimplemented(
    message = "a batch handler cannot return `{Self}`",
    label = "not what a batch handler returns",
    note = "a batch handler returns `()` or `Result<(), E>` with an error that converts into `Box<dyn Error + Send + Sync>`",
    note = "it cannot break with `ControlFlow`: a batch runs apart from the other handlers of its events"
)]
#[allow(unreachable_pub)]
pub trait BatchOutput {
    /// Converts it into a flow.
    #[doc(hidden)]
    fn into_flow(self) -> Flow;
}

#[diagnostic::do_not_recommend]
impl BatchOutput for () {
    #[inline(always)]
    fn into_flow(self) -> Flow {
        Flow::RAN
    }
}

#[diagnostic::do_not_recommend]
impl<E> BatchOutput for Result<(), E>
where
    Result<(), E>: HandlerOutput,
{
    #[inline(always)]
    fn into_flow(self) -> Flow {
        HandlerOutput::into_flow(self)
    }
}

/// The types that a handler of all events may return: `()` and `Result<(), E>`.
///
/// It cannot return `ControlFlow`: it observes the events and stops no other handler.
///
/// ```
/// use events::AnyEvent;
/// use events::handler::ObserverOutput;
///
/// fn takes<R: ObserverOutput>(_: fn(&AnyEvent<'_>) -> R) {}
///
/// takes(|_| ());
/// takes(|event| if event.meta().version > 1 { Err("unknown version") } else { Ok(()) });
/// ```
#[diagnostic::on_unimplemented(
    message = "a handler of all events cannot return `{Self}`",
    label = "not what a handler of all events returns",
    note = "it returns `()` or `Result<(), E>` with an error that converts into `Box<dyn Error + Send + Sync>`",
    note = "it cannot break with `ControlFlow`: it looks on at what the event's own handlers do"
)]
pub trait ObserverOutput {
    /// Converts it into a flow.
    #[doc(hidden)]
    fn into_flow(self) -> Flow;
}

impl ObserverOutput for () {
    #[inline(always)]
    fn into_flow(self) -> Flow {
        Flow::RAN
    }
}

#[diagnostic::do_not_recommend]
impl ObserverOutput for <fn() -> ! as Returning>::Type {
    #[inline(always)]
    fn into_flow(self) -> Flow {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<E> ObserverOutput for Result<(), E>
where
    Result<(), E>: HandlerOutput,
{
    #[inline(always)]
    fn into_flow(self) -> Flow {
        HandlerOutput::into_flow(self)
    }
}
