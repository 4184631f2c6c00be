//! The ring under the lanes. It is not public, so its files are taken in from where they are.

#[path = "../../../events-runtime/src/lane/ring/consumer.rs"]
mod consumer;
#[path = "../../../events-runtime/src/lane/ring/places.rs"]
mod places;
#[path = "../../../events-runtime/src/lane/ring/primitive.rs"]
mod primitive;
#[path = "../../../events-runtime/src/lane/ring/queue.rs"]
mod queue;
#[path = "../../../events-runtime/src/lane/ring/slot.rs"]
mod slot;

pub(crate) use consumer::Consumer;
pub(crate) use queue::{Refused, Ring};
