use alloc::sync::Arc;
use core::fmt;
use core::sync::atomic::{AtomicBool, Ordering};

/// Cancels the contexts that carry its [`token`](Self::token), and all cancellers that were made from this token.
///
/// Whoever starts the work keeps the canceller; the work gets the token, which can only be asked. Clones of a canceller
/// cancel the same token. To drop a canceller cancels nothing.
///
/// ```
/// use events::context::Canceller;
///
/// let request = Canceller::new();
/// let step = request.token().child();
/// request.cancel();
/// assert!(step.token().is_cancelled());
/// ```
#[derive(Clone, Debug)]
pub struct Canceller {
    token: CancelToken,
}

/// Reports whether its [`Canceller`] has cancelled. Cheap to clone; clones report the same.
///
/// A [`Context`](crate::Context) carries one: see [`with_cancel`](crate::Context::with_cancel).
///
/// ```
/// use events::context::{CancelToken, Canceller};
///
/// fn count_lines(text: &str, cancel: &CancelToken) -> Option<usize> {
///     text.lines().try_fold(0, |count, _| (!cancel.is_cancelled()).then_some(count + 1))
/// }
///
/// let user = Canceller::new();
/// assert_eq!(count_lines("one\ntwo", &user.token()), Some(2));
/// user.cancel();
/// assert_eq!(count_lines("one\ntwo", &user.token()), None);
/// ```
#[derive(Clone)]
pub struct CancelToken {
    node: Arc<Node>,
}

struct Node {
    cancelled: AtomicBool,
    parent: Option<CancelToken>,
}

/// Drops the parents in a loop: by recursion, a long chain would overflow the stack.
impl Drop for Node {
    fn drop(&mut self) {
        let mut parent = self.parent.take();
        while let Some(CancelToken { node }) = parent {
            // If several owners drop a node at the same time, `into_inner` returns it to the last, which goes on.
            parent = Arc::into_inner(node).and_then(|mut node| node.parent.take());
        }
    }
}

impl Canceller {
    /// Creates a canceller with a token of its own.
    pub fn new() -> Self {
        Self::under(None)
    }

    fn under(parent: Option<CancelToken>) -> Self {
        let node = Arc::new(Node { cancelled: AtomicBool::new(false), parent });
        Self { token: CancelToken { node } }
    }

    /// Returns the token that this canceller cancels.
    pub fn token(&self) -> CancelToken {
        self.token.clone()
    }

    /// Cancels the token and all that were made from it. This cannot be undone; a second call does nothing.
    ///
    /// A `cancel` on one thread is seen by a later [`is_cancelled`](CancelToken::is_cancelled) on any other.
    pub fn cancel(&self) {
        self.token.node.cancelled.store(true, Ordering::Release);
    }
}

impl Default for Canceller {
    fn default() -> Self {
        Self::new()
    }
}

impl CancelToken {
    /// Returns whether this token, or one that it was made from, was cancelled. Costs one atomic load for each of these.
    pub fn is_cancelled(&self) -> bool {
        let mut token = Some(self);
        while let Some(CancelToken { node }) = token {
            if node.cancelled.load(Ordering::Acquire) {
                return true;
            }
            token = node.parent.as_ref();
        }
        false
    }

    /// Creates a canceller for a part of the work: its token is cancelled with this one, and cancelling it leaves this one
    /// as it is.
    ///
    /// ```
    /// use events::context::Canceller;
    ///
    /// let request = Canceller::new();
    /// let (upload, thumbnail) = (request.token().child(), request.token().child());
    /// thumbnail.cancel();
    /// assert!(!request.token().is_cancelled() && !upload.token().is_cancelled());
    ///
    /// request.cancel();
    /// assert!(upload.token().is_cancelled());
    /// ```
    pub fn child(&self) -> Canceller {
        Canceller::under(Some(self.clone()))
    }
}

impl fmt::Debug for CancelToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CancelToken").field("cancelled", &self.is_cancelled()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_does_not_cancel_its_parent() {
        let parent = Canceller::new();
        let child = parent.token().child();
        child.cancel();
        assert!(child.token().is_cancelled());
        assert!(!parent.token().is_cancelled());
    }

    #[cfg(feature = "std")]
    #[test]
    fn a_long_chain_is_dropped_on_a_small_stack() {
        let run = || {
            let root = Canceller::new();
            let leaf = (0..200_000).fold(root.token(), |token, _| token.child().token());
            root.cancel();
            assert!(leaf.is_cancelled());
            drop(root);
            let twin = leaf.clone();
            drop(leaf);
            assert!(twin.is_cancelled(), "who is left keeps the chain");
        };
        std::thread::Builder::new().stack_size(64 << 10).spawn(run).unwrap().join().unwrap();
    }

    #[test]
    fn cancellation_reaches_the_tenth_descendant() {
        let root = Canceller::new();
        let leaf = (0..10).fold(root.token(), |token, _| token.child().token());
        assert!(!leaf.is_cancelled());
        root.cancel();
        assert!(leaf.is_cancelled());
    }
}
