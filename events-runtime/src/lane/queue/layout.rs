//! The layout of an event in a message.

/// Events up to this size are stored in their message, larger ones in pooled memory. A message has 128 bytes.
pub(super) const INLINE_BYTES: usize = 128 - 2 * size_of::<u32>() - 2 * size_of::<usize>();

/// The greatest alignment of an event that is stored in its message.
pub(super) const EVENT_ALIGNMENT: usize = 8;

/// Where the event begins in the body of a message: after the key, the type, and the extras.
pub(super) const EVENT_OFFSET: usize = size_of::<u32>() + 2 * size_of::<usize>();

/// Whether events of this type are stored in the message itself.
pub(super) const fn is_inline<E>() -> bool {
    size_of::<E>() <= INLINE_BYTES && align_of::<E>() <= EVENT_ALIGNMENT
}

/// How many bytes of a body are used for events of this type.
pub(super) const fn bytes_of<E>() -> usize {
    EVENT_OFFSET + if is_inline::<E>() { size_of::<E>() } else { size_of::<*mut E>() }
}
