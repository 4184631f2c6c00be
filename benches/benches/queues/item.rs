//! The items that go through the queues.

use std::mem::MaybeUninit;
use std::ptr::NonNull;

/// An item with a number, so that a lost item is noticed.
pub(crate) trait Item: Copy + Default + Send + Sync + 'static {
    const NAME: &'static str;

    /// Makes an item, which is then moved into the queue.
    fn new(number: u64) -> Self;

    fn number(&self) -> u64;

    /// Writes an item in place.
    fn write(place: NonNull<Self>, number: u64);
}

/// An event without an envelope.
#[derive(Clone, Copy, Default)]
pub(crate) struct Small([u64; 3]);

impl Item for Small {
    const NAME: &'static str = "24 bytes";

    #[inline(always)]
    fn new(number: u64) -> Self {
        Self([number, !number, 1])
    }

    #[inline(always)]
    fn number(&self) -> u64 {
        self.0[0] ^ self.0[1] ^ u64::MAX ^ self.0[0]
    }

    #[inline(always)]
    fn write(place: NonNull<Self>, number: u64) {
        // SAFETY: the caller provides a place for an item.
        unsafe { place.write(Self::new(number)) }
    }
}

/// The same event in an envelope: 24 bytes of metadata, and room for an event of 104 bytes.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct Envelope {
    header: [u64; 3],
    event: Small,
    room: [MaybeUninit<u64>; 10],
}

impl Default for Envelope {
    fn default() -> Self {
        Self::new(0)
    }
}

impl Item for Envelope {
    const NAME: &'static str = "envelopes of 128 bytes";

    #[inline(always)]
    fn new(number: u64) -> Self {
        Self { header: [number, 2, 3], event: Small::new(number), room: [MaybeUninit::uninit(); 10] }
    }

    #[inline(always)]
    fn number(&self) -> u64 {
        self.event.number()
    }

    #[inline(always)]
    fn write(place: NonNull<Self>, number: u64) {
        let place = place.as_ptr();
        // SAFETY: the caller provides a place for an item; the room for the event need not be written.
        unsafe {
            (&raw mut (*place).header).write([number, 2, 3]);
            (&raw mut (*place).event).write(Small::new(number));
        }
    }
}
