#[cfg(events_loom)]
mod loom;
#[cfg(not(events_loom))]
mod model;
#[cfg(not(events_loom))]
mod threads;
#[cfg(not(events_loom))]
mod unit;

use super::queue::Reservation;
use super::{Consumer, Refused, Ring};

/// Writes the next position of the reservation.
fn write<T>(places: &mut Reservation<'_, T>, item: T) {
    // SAFETY: the item is written.
    unsafe { places.write_next(|place| place.write(item)) };
}

/// Writes one item.
fn push<T>(ring: &Ring<T>, item: T) -> Result<(), Refused> {
    write(&mut ring.reserve(1)?, item);
    Ok(())
}

/// Writes one item into a ring that may be closed.
fn push_inside<T>(ring: &Ring<T>, item: T) -> Result<(), Refused> {
    write(&mut ring.reserve_inside(1)?, item);
    Ok(())
}

/// Takes one item out, without publishing.
fn take<T>(ring: &Ring<T>, consumer: &mut Consumer) -> Option<T> {
    let place = ring.peek(consumer)?;
    // SAFETY: `peek` returns a written item, which is moved out once, before `advance`.
    unsafe {
        let item = place.read();
        ring.advance(consumer);
        Some(item)
    }
}
