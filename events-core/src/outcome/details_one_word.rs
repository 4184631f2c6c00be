//! The failures of an outcome and what stopped it, in one word, so that an outcome is two words wide and is returned in
//! two registers.
//!
//! The methods that a plain outcome needs take the word by value. A method that took its address would force the word into
//! memory.
//!
//! Most outcomes have neither. If a handler stopped the run without a reason, and none failed, the word is the address
//! of that handler's metadata, which needs no allocation. All else is in a box, and so is a stop by a closure that has
//! a name.

use core::fmt;
use core::marker::PhantomData;
use core::panic::Location;
use core::ptr::NonNull;

use alloc::boxed::Box;

use super::failures::Noted;
use super::{Failure, Failures, Place, Stopped, StoppedBy};
use crate::handler::{ClosureMeta, HandlerMeta};

/// The failures, and the handler that stopped the run.
///
/// The invariant, which only this file can break: the word is the address of a `Noted` that came from a box and belongs
/// to this value, with [`STOPPED`] added if it has no failures; or of a `HandlerMeta` with [`HANDLER`] added, or of the
/// `Location` of a closure without a name with [`CLOSURE`] added, both of which are statics.
pub(super) struct Details(Option<NonNull<u8>>, PhantomData<Box<Noted>>);

const HANDLER: usize = 1;
const CLOSURE: usize = 2;
const STOPPED: usize = 3;
const TAGS: usize = 3;

// The tags use bits that are zero in every address.
const _: () = assert!(
    align_of::<Noted>() > TAGS && align_of::<HandlerMeta>() > TAGS && align_of::<Location<'static>>() > TAGS
);

// SAFETY: it owns a box of `Noted`, or refers to a static that is `Sync`. Only `NonNull` keeps it from being `Send`.
unsafe impl Send for Details where Noted: Send {}
// SAFETY: as above, and it has no interior mutability.
unsafe impl Sync for Details where Noted: Sync {}

impl Details {
    pub(super) const NONE: Self = Self(None, PhantomData);

    /// Whether no handler failed and none stopped the run.
    #[inline(always)]
    pub(super) fn is_none(&self) -> bool {
        self.0.is_none()
    }

    /// Whether a handler failed.
    #[inline(always)]
    pub(super) fn has_failures(&self) -> bool {
        match self.0 {
            None => false,
            Some(word) => is_of_failures(word),
        }
    }

    pub(super) fn new(failures: Failures, stopped: Option<StoppedBy>) -> Self {
        let noted = match (failures.into_noted(), stopped) {
            (None, None) => return Self::NONE,
            (None, Some(stopped)) => match Self::tagged(&stopped) {
                Some(tagged) => return tagged,
                None => Box::new(Noted { failures: alloc::vec::Vec::new(), stopped: Some(stopped) }),
            },
            (Some(noted), None) => noted,
            (Some(mut noted), Some(stopped)) => {
                noted.stopped = Some(stopped);
                noted
            }
        };
        let tag = if noted.failures.is_empty() { STOPPED } else { 0 };
        // SAFETY: the pointer of a box is not null.
        let address = unsafe { NonNull::new_unchecked(Box::into_raw(noted)) }.cast::<u8>();
        Self(Some(address.map_addr(|address| address | tag)), PhantomData)
    }

    /// The word for a stop that an address describes completely. `None` if it has a reason or a name.
    fn tagged(stopped: &StoppedBy) -> Option<Self> {
        if stopped.reason.is_some() {
            return None;
        }
        let (address, tag) = match stopped.place {
            Place::Closure(closure) if closure.name.is_some() => return None,
            Place::Closure(closure) => (NonNull::from(closure.subscribed_at).cast::<u8>(), CLOSURE),
            Place::Handler(handler) => (NonNull::from(handler).cast(), HANDLER),
            Place::Group(members) => (NonNull::from(members[0]).cast(), HANDLER),
        };
        Some(Self(Some(address.map_addr(|address| address | tag)), PhantomData))
    }

    /// The contents of the box, or the handler that the address identifies.
    fn get(&self) -> Option<Result<&Noted, Place>> {
        let word = self.0?;
        let tag = word.addr().get() & TAGS;
        let address = word.as_ptr().map_addr(|address| address & !TAGS);
        // SAFETY: by the invariant of the type, the tag says what is at the address. A box belongs to `self`, which is
        // borrowed as long as the result; the others are statics.
        unsafe {
            Some(match tag {
                HANDLER => Err(Place::Handler(&*address.cast())),
                CLOSURE => Err(Place::Closure(ClosureMeta::new(&*address.cast()))),
                _ => Ok(&*address.cast()),
            })
        }
    }

    pub(super) fn failures(&self) -> &[Failure] {
        match self.get() {
            Some(Ok(noted)) => &noted.failures,
            _ => &[],
        }
    }

    pub(super) fn failed(&self) -> u32 {
        self.failures().len() as u32
    }

    pub(super) fn first_failed(&self) -> Option<&'static HandlerMeta> {
        self.failures().iter().find_map(Failure::handler)
    }

    pub(super) fn stopped(&self) -> Option<Stopped<'_>> {
        match self.get()? {
            Ok(noted) => noted.stopped.as_ref().map(StoppedBy::view),
            Err(place) => Some(Stopped::without_reason(place)),
        }
    }

    pub(super) fn into_parts(self) -> (Failures, Option<StoppedBy>) {
        match self.get() {
            None => (Failures::NONE, None),
            Some(Err(place)) => (Failures::NONE, Some(StoppedBy { place, reason: None })),
            Some(Ok(_)) => {
                let this = core::mem::ManuallyDrop::new(self);
                // SAFETY: the word belongs to a value whose drop does not run.
                let mut noted = this.0.and_then(|word| unsafe { into_box(word) });
                let stopped = noted.as_mut().and_then(|noted| noted.stopped.take());
                (noted.map_or(Failures::NONE, Failures::from_noted), stopped)
            }
        }
    }
}

/// Whether the word of a [`Details`] is the address of a box with failures. Out of line, so that a plain outcome costs
/// one branch.
#[cold]
#[inline(never)]
fn is_of_failures(word: NonNull<u8>) -> bool {
    word.addr().get() & TAGS == 0
}

/// The box of a [`Details`], if its word is the address of one.
///
/// # Safety
/// `word` is the word of a [`Details`] that is not used after this.
unsafe fn into_box(word: NonNull<u8>) -> Option<Box<Noted>> {
    if matches!(word.addr().get() & TAGS, HANDLER | CLOSURE) {
        return None;
    }
    let address = word.as_ptr().map_addr(|address| address & !TAGS);
    // SAFETY: by the invariant of the type, the address came from a box, and the caller guarantees that its owner does
    // not use it any more.
    Some(unsafe { Box::from_raw(address.cast()) })
}

#[cold]
#[inline(never)]
fn drop_word(word: NonNull<u8>) {
    // SAFETY: only the drop of a value calls this, with the value's own word.
    drop(unsafe { into_box(word) });
}

impl Drop for Details {
    #[inline(always)]
    fn drop(&mut self) {
        if let Some(word) = self.0 {
            drop_word(word);
        }
    }
}

impl fmt::Debug for Details {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.failures()).finish()
    }
}
