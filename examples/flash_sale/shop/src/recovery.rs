//! Dead letters: looked at, and sent again when what failed works again.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use events::Bus;
use events::handler::HandlerMeta;
use events::lane::Reason;

use crate::points::Service;

/// Dead letters of one event, handler and reason.
#[derive(Clone, Debug)]
pub(crate) struct GivenUp {
    pub(crate) event: &'static str,
    pub(crate) handler: Option<&'static HandlerMeta>,
    pub(crate) reason: Reason,
    pub(crate) letters: usize,
    /// How often the handler was tried for each at most.
    pub(crate) tries: usize,
    /// The last error of one of them.
    pub(crate) error: Option<String>,
}

/// What became of the dead letters.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Recovered {
    pub(crate) sent_again: usize,
    pub(crate) let_go: usize,
    pub(crate) remaining: usize,
    /// Those that had to go because the store was full.
    pub(crate) evicted: u64,
}

pub(crate) fn by_handler(shop: &Bus) -> Vec<GivenUp> {
    let mut groups = BTreeMap::new();
    for letter in shop.dead_letters().list() {
        let path = letter.handler.map(|handler| handler.path);
        let group = groups.entry((letter.event.name, path, letter.reason.to_string())).or_insert(GivenUp {
            event: letter.event.name,
            handler: letter.handler,
            reason: letter.reason,
            letters: 0,
            tries: 0,
            error: None,
        });
        group.letters += 1;
        group.tries = group.tries.max(letter.attempts.len());
        if let Some(last) = letter.attempts.last() {
            group.error.get_or_insert_with(|| last.error.clone());
        }
    }
    groups.into_values().collect()
}

/// Repairs the service for bonus points and sends again what handlers gave up. Views that were dropped are let go.
pub(crate) fn recover(shop: &Bus) -> Recovered {
    const ROUND: Duration = Duration::from_secs(10);
    if let Some(service) = shop.state::<Service>() {
        service.repair();
    }
    let letters = shop.dead_letters();
    let stale = letters.list().into_iter().filter(|letter| letter.reason == Reason::DroppedOldest);
    let let_go = stale.filter(|letter| letters.remove(letter.id)).count();
    let mut sent_again = 0;
    // One first: as long as the breaker is open it comes back as a new letter. When it goes through the breaker is
    // closed, and all others can follow.
    let until = Instant::now() + ROUND;
    let mut waiting = letters.len();
    while waiting > 0 && letters.len() == waiting && Instant::now() < until {
        let Some(first) = letters.list().first().cloned() else { break };
        sent_again += usize::from(letters.resend(first.id).is_ok());
        shop.drain(ROUND);
        waiting = waiting.max(letters.len());
    }
    sent_again += letters.resend_all();
    shop.drain(ROUND);
    Recovered { sent_again, let_go, remaining: letters.len(), evicted: letters.evicted() }
}
