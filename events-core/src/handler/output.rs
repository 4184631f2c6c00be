use core::ops::ControlFlow;

use super::Flow;
use crate::outcome::StopReason;

/// What a handler may return: `()`, `Result<(), E>`, `ControlFlow<()>`, or `ControlFlow<StopReason>`.
///
/// With the feature `alloc`, `E` is anything that turns into a
/// [`BoxError`](crate::outcome::BoxError): an error type, a `String`, a `Box<dyn Error>`. Without it, any error type.
#[diagnostic::on_unimplemented(
    message = "a handler cannot return `{Self}`",
    label = "not what a handler returns",
    note = "a handler returns `()`, `Result<(), E>` with an error that converts into `Box<dyn Error + Send + Sync>`, `ControlFlow<()>`, or `ControlFlow<StopReason>`"
)]
pub trait HandlerOutput {
    /// What the table makes of it.
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

/// A closure that only panics, as in a test that says "this must not run", returns the type that has no value. It cannot
/// be written down by itself, but as what a function returns.
#[diagnostic::do_not_recommend]
impl HandlerOutput for <fn() -> ! as Returning>::Type {
    #[inline(always)]
    fn into_flow(self) -> Flow {
        self
    }
}

/// See its one use.
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

/// What a handler with `retry(when = ..)` may return: a result, whose error is asked about.
#[diagnostic::on_unimplemented(
    message = "`when` asks about the handler's error, and `{Self}` has none",
    label = "there is no error to ask about",
    note = "return `Result<(), E>` with an error that converts into `Box<dyn Error + Send + Sync>`, or leave `when` out of `retry`"
)]
#[allow(unreachable_pub)]
// The error is a parameter, since rustc reports a missing associated type a second time, at the closure.
pub trait FallibleOutput<E> {
    /// What the table makes of it. An error is final unless `retryable` says otherwise.
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

/// Nobody runs a handler again without an allocator, so the condition is not asked.
#[cfg(not(feature = "alloc"))]
#[diagnostic::do_not_recommend]
impl<E: core::error::Error + Send + Sync + 'static> FallibleOutput<E> for Result<(), E> {
    #[inline(always)]
    fn into_flow_if(self, _: fn(&E) -> bool) -> Flow {
        HandlerOutput::into_flow(self)
    }
}

/// What a `concurrent` handler may return: `()` or `Result<(), E>`.
///
/// Not `ControlFlow`: those that it could keep from running have begun.
#[diagnostic::on_unimplemented(
    message = "a `concurrent` handler cannot return `{Self}`",
    label = "not what a `concurrent` handler returns",
    note = "a `concurrent` handler returns `()` or `Result<(), E>` with an error that converts into `Box<dyn Error + Send + Sync>`",
    note = "it cannot break with `ControlFlow`: it runs side by side with the handlers that it would keep from running"
)]
#[allow(unreachable_pub)]
pub trait ConcurrentOutput {
    /// What the table makes of it.
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

/// What a handler of batches may return: `()` or `Result<(), E>`.
///
/// Not `ControlFlow`: on a lane a batch runs apart from the event's other handlers, some of which have seen its events
/// long before, so there is nothing to break.
#[diagnostic::on_unimplemented(
    message = "a batch handler cannot return `{Self}`",
    label = "not what a batch handler returns",
    note = "a batch handler returns `()` or `Result<(), E>` with an error that converts into `Box<dyn Error + Send + Sync>`",
    note = "it cannot break with `ControlFlow`: a batch runs apart from the other handlers of its events"
)]
#[allow(unreachable_pub)]
pub trait BatchOutput {
    /// What the table makes of it.
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

/// What a handler of all events may return: `()` or `Result<(), E>`.
///
/// Not `ControlFlow`: it looks on, and keeps no other handler from running.
#[diagnostic::on_unimplemented(
    message = "a handler of all events cannot return `{Self}`",
    label = "not what a handler of all events returns",
    note = "it returns `()` or `Result<(), E>` with an error that converts into `Box<dyn Error + Send + Sync>`",
    note = "it cannot break with `ControlFlow`: it looks on at what the event's own handlers do"
)]
pub trait ObserverOutput {
    /// What the table makes of it.
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
