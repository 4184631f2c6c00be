//! Values that panic when they are dropped or looked at.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Panics when it is dropped, unless its thread panics already: that would end any process.
pub(crate) struct Bomb(Arc<AtomicU64>);

impl Bomb {
    pub(crate) fn new() -> Self {
        Self(Arc::default())
    }

    /// One that counts its drop.
    pub(crate) fn counted(drops: &Arc<AtomicU64>) -> Self {
        Self(drops.clone())
    }
}

impl Drop for Bomb {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
        if !std::thread::panicking() {
            panic!("a value was dropped");
        }
    }
}

/// What a panic carries; panics itself when it is dropped.
pub(crate) struct BombPayload;

impl BombPayload {
    /// Panics with it.
    pub(crate) fn throw() -> ! {
        std::panic::panic_any(Self)
    }
}

impl Drop for BombPayload {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            panic!("the payload of a panic was dropped");
        }
    }
}

/// An error whose drop panics.
pub(crate) struct BombError;

impl fmt::Display for BombError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bomb")
    }
}

impl fmt::Debug for BombError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BombError")
    }
}

impl Error for BombError {}

impl Drop for BombError {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            panic!("an error was dropped");
        }
    }
}

/// An error that panics when it is asked for its text, with a payload that panics when it is dropped.
pub(crate) struct MuteError;

impl fmt::Display for MuteError {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        BombPayload::throw()
    }
}

impl fmt::Debug for MuteError {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        BombPayload::throw()
    }
}

impl Error for MuteError {}
