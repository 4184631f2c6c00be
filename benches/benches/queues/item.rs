//! What goes through the queues.

use std::mem::MaybeUninit;
use std::ptr::NonNull;

/// Something with a number in it, so that nothing is lost unseen.
pub(crate) trait Item: Copy + Default + Send + Sync + 'static {
    const NAME: &'static str;

    /// Made in one piece, to be moved into the queue.
    fn new(number: u64) -> Self;

    fn number(&self) -> u64;

    /// Written to where it is to stay.
    fn write(place: NonNull<Self>, number: u64);
}

/// An event by itself.
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
        // SAFETY: who calls gives a place for an item.
        unsafe { place.write(Self::new(number)) }
    }
}

/// The same event as it travels: 24 bytes about it, and room for 104 of event.
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
        // SAFETY: who calls gives a place for an item; the room need not be written.
        unsafe {
            (&raw mut (*place).header).write([number, 2, 3]);
            (&raw mut (*place).event).write(Small::new(number));
        }
    }
}
