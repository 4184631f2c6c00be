use alloc::sync::Arc;
use core::fmt;
use core::sync::atomic::{AtomicBool, Ordering};

/// Cancels the contexts that carry its token, and all tokens made from it.
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

/// Tells whether something was cancelled. Cheap to clone.
#[derive(Clone)]
pub struct CancelToken {
    node: Arc<Node>,
}

struct Node {
    cancelled: AtomicBool,
    parent: Option<CancelToken>,
}

/// One after the other: a chain may be longer than the stack is deep.
impl Drop for Node {
    fn drop(&mut self) {
        let mut parent = self.parent.take();
        while let Some(CancelToken { node }) = parent {
            // Of those who let go of it at the same time, the last gets it and goes on.
            parent = Arc::into_inner(node).and_then(|mut node| node.parent.take());
        }
    }
}

impl Canceller {
    /// A canceller of its own.
    pub fn new() -> Self {
        Self::under(None)
    }

    fn under(parent: Option<CancelToken>) -> Self {
        let node = Arc::new(Node { cancelled: AtomicBool::new(false), parent });
        Self { token: CancelToken { node } }
    }

    /// What it cancels.
    pub fn token(&self) -> CancelToken {
        self.token.clone()
    }

    /// Cancels. Once is enough, and it cannot be taken back.
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
    /// Whether it, or one it was made from, was cancelled. Costs a load for each of them.
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

    /// A canceller that is cancelled with this token, and by itself without touching this token.
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
    fn a_long_chain_goes_on_a_small_stack() {
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
