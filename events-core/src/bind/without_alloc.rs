//! Binding needs an allocator. What an [`Extractor`](crate::extract::Extractor) names of it is here all the same, so that it is
//! written in one way.

#[path = "error.rs"]
mod error;

use core::marker::PhantomData;

pub use error::{BindError, Missing};

/// What extractors are bound against: with the feature `alloc`, the state of a bus. Without it there is no bus, and nobody
/// makes one.
pub struct Binder<'a> {
    _state: PhantomData<&'a ()>,
}
