use core::future::Future;
use core::pin::Pin;
use core::task::{Context as TaskContext, Poll};

use stackfuture::StackFuture;

use super::Flow;

/// Bytes of a handler's future that are kept without an allocation; a larger one is boxed.
const INLINE: usize = 256;

/// The future of one handler, with its type erased.
///
/// A future of up to 256 bytes is stored in place, a larger one in a box.
pub struct HandlerFuture<'a>(StackFuture<'a, Flow, INLINE>);

impl<'a> HandlerFuture<'a> {
    /// Wraps a handler's future.
    #[doc(hidden)]
    pub fn new(future: impl Future<Output = Flow> + Send + 'a) -> Self {
        Self(StackFuture::from_or_box(future))
    }

    /// Wraps the flow of a synchronous handler.
    #[doc(hidden)]
    pub fn ready(flow: Flow) -> Self {
        Self::new(core::future::ready(flow))
    }

    /// Runs the handler. A panic in a poll is a failure of the handler.
    pub(crate) async fn isolated(self) -> Flow {
        let mut inner = core::pin::pin!(self.0);
        core::future::poll_fn(move |cx: &mut TaskContext<'_>| {
            let inner: Pin<&mut StackFuture<'a, Flow, INLINE>> = inner.as_mut();
            match crate::table::isolate(|| inner.poll(cx)) {
                Ok(polled) => polled,
                Err(panic) => Poll::Ready(Flow::fault(1, panic.into_fault())),
            }
        })
        .await
    }
}
