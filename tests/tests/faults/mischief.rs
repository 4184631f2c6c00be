//! Events that do harm to those who handle them, drop them, hash their keys, or show their errors. Each notes what becomes
//! of it.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use events::outcome::BoxError;
use events::prelude::*;

use crate::events::Done;
use crate::support::{BombError, BombPayload, Log, MuteError};

/// What an event does to those who handle it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Mischief {
    None,
    /// Its handler fails so often.
    Fails(u32),
    /// Its handler returns an error that panics in its drop, so often.
    ErrorDrops(u32),
    ErrorIsMute,
    HandlerPanics,
    /// With a payload that panics in its drop.
    PayloadDrops,
    /// It panics in its drop.
    Drops,
    /// Its key panics when it is hashed.
    Hashes,
}

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fate {
    Handled,
    /// Its own `Drop` ran: once, whatever became of it.
    Dropped,
}

pub(crate) struct Item {
    pub(crate) number: u64,
    pub(crate) mischief: Mischief,
    pub(crate) fates: Arc<Log<(u64, Fate)>>,
}

impl Item {
    fn run(&self, attempt: u32) -> Done {
        let result: Result<(), BoxError> = match self.mischief {
            Mischief::Fails(times) if attempt <= times => Err("not yet".into()),
            Mischief::ErrorDrops(times) if attempt <= times => Err(Box::new(BombError)),
            Mischief::ErrorIsMute => Err(Box::new(MuteError)),
            Mischief::HandlerPanics => panic!("in a handler"),
            Mischief::PayloadDrops => BombPayload::throw(),
            _ => Ok(()),
        };
        if result.is_ok() {
            self.fates.push((self.number, Fate::Handled));
        }
        result
    }
}

impl Drop for Item {
    fn drop(&mut self) {
        self.fates.push((self.number, Fate::Dropped));
        if self.mischief == Mischief::Drops && !std::thread::panicking() {
            panic!("in a drop");
        }
    }
}

impl fmt::Debug for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", self.number, self.mischief)
    }
}

/// The key of an event.
#[derive(Clone, Copy)]
pub(crate) struct Key(pub(crate) u64, pub(crate) bool);

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        assert!(!self.1, "in a hash");
        self.0.hash(state);
    }
}

#[event(key = key)]
pub(crate) struct Tried {
    pub(crate) key: Key,
    pub(crate) item: Item,
}

#[handler(retry(max = 2, backoff = "10us..50us"))]
fn try_it(event: &Tried, cx: &Context) -> Done {
    event.item.run(cx.attempt())
}

#[event(key = key, urgency = "high")]
pub(crate) struct Urgent {
    pub(crate) key: Key,
    pub(crate) item: Item,
}

#[handler]
fn at_once(event: &Urgent) -> Done {
    event.item.run(1)
}

#[event(key = key, urgency = "low")]
pub(crate) struct Batched {
    pub(crate) key: Key,
    pub(crate) item: Item,
}

#[handler(batch(size = "2..4", linger = "50us..200us"), retry(max = 2, backoff = "10us..50us"))]
fn together(events: &[Batched], cx: &Context) -> Done {
    // All that is noted is noted by a run that succeeds: each of them succeeds or none.
    if let [event] = events {
        return event.item.run(cx.attempt());
    }
    let bad = |event: &&Batched| !matches!(event.item.mischief, Mischief::None | Mischief::Drops);
    match events.iter().find(bad) {
        Some(event) => match event.item.mischief {
            Mischief::HandlerPanics => panic!("in a batch"),
            Mischief::PayloadDrops => BombPayload::throw(),
            Mischief::ErrorDrops(_) => Err(Box::new(BombError)),
            _ => Err("not yet".into()),
        },
        None => events.iter().try_for_each(|event| event.item.run(cx.attempt())),
    }
}
