//! Counts the messages of a lane under one lock, so that none is missed or counted twice.

use std::collections::BTreeMap;

use events_core::event::EventMeta;

use super::scheduler::{Scheduler, Stage};
use super::state::State;
use crate::door;
use crate::lane::config::Workers;
use crate::lane::queue::Message;

/// What became of the messages of a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::lane) struct Totals {
    /// How many messages the lane has accepted, through the queues or directly.
    pub(in crate::lane) entered: u64,
    pub(in crate::lane) handled: u64,
    pub(in crate::lane) dead: u64,
    /// How many messages are not complete, wherever they are.
    pub(in crate::lane) left: u64,
}

/// Values that the lane's lock guards, read at one moment.
pub(in crate::lane) struct Reading {
    pub(in crate::lane) totals: Totals,
    pub(in crate::lane) depth: usize,
    pub(in crate::lane) workers: usize,
    pub(in crate::lane) range: Workers,
    pub(in crate::lane) is_paused: bool,
}

/// How many messages of each type are not complete, by the path of the type.
pub(in crate::lane) type LeftByEvent = BTreeMap<&'static str, (&'static EventMeta, u64)>;

impl Scheduler {
    /// Counts all messages, at one moment.
    pub(in crate::lane) fn totals(&self) -> Totals {
        self.reading().totals
    }

    /// Counts all messages and reads the other values of a [`Reading`], at one moment.
    pub(in crate::lane) fn reading(&self) -> Reading {
        let state = self.lock();
        let (put, inside) = self.queues.count(&state.receiver);
        let mut totals = self.count(&state, &mut |_, _| ());
        totals.entered += put;
        totals.left += inside;
        Reading {
            totals,
            depth: state.waiting().count() + inside as usize,
            workers: state.target,
            range: state.range,
            is_paused: state.is_paused(),
        }
    }

    /// Counts all messages, and those left by event type, at one moment.
    pub(in crate::lane) fn totals_by_event(&self) -> (Totals, LeftByEvent) {
        let mut left = LeftByEvent::new();
        let mut name = |event: &'static EventMeta, count: u64| {
            if count > 0 {
                left.entry(event.path).or_insert((event, 0)).1 += count;
            }
        };
        let mut state = self.lock();
        let mut inside = 0;
        let taken = self.queues.for_each_waiting(&mut state.receiver, |body| {
            inside += 1;
            name(body.message_type().event(), 1);
        });
        let mut totals = self.count(&state, &mut name);
        totals.entered += taken + inside;
        totals.left += inside;
        drop(state);
        (totals, left)
    }

    /// Counts all messages. Calls `name` with the event types of those left outside of the queues.
    fn count(&self, state: &State, name: &mut dyn FnMut(&'static EventMeta, u64)) -> Totals {
        let roster = self.roster.lock();
        let mut totals = Totals {
            entered: state.direct,
            handled: roster.handled,
            dead: roster.dead + state.dropped,
            left: 0,
        };
        let mut add = |event: &'static EventMeta, count: u64| {
            totals.left += count;
            name(event, count);
        };
        state.waiting().for_each(|message| add(message.message_type().event(), 1));
        state.retrying().iter().for_each(|&(event, count)| add(event, count));
        state.windows().iter().for_each(|window| add(window.event(), window.held() as u64));
        for counts in &roster.counts {
            // Read once, because a worker completes messages without the lock.
            let (handled, dead, has) = counts.read();
            totals.handled += handled;
            totals.dead += dead;
            totals.left += has.len() as u64;
            has.for_each(|of| name(of.get().event(), 1));
        }
        totals
    }

    /// How many messages wait for their first run, over all urgencies: in the queues, for their key, or for the end of
    /// their delay.
    pub(in crate::lane) fn depth(&self) -> usize {
        let state = self.lock();
        state.waiting().count() + self.queues.len()
    }

    /// Takes the oldest message of a queue, which the caller drops. `None` once the lane has ended, because what is
    /// left then is in the report.
    pub(in crate::lane) fn take_oldest(&self, state: &mut State, level: usize) -> Option<Message> {
        if self.stage() == Stage::Ended {
            return None;
        }
        let message = self.queues.take_oldest(&mut state.receiver, level)?;
        state.dropped += 1;
        Some(message)
    }

    /// Takes all messages that wait for their first run, which the caller drops. It takes none once the lane has ended,
    /// because what is left then is in the report.
    pub(in crate::lane) fn take_waiting(&self) -> Vec<Message> {
        let mut state = self.lock();
        if self.stage() == Stage::Ended {
            return Vec::new();
        }
        let mut messages = state.take_waiting();
        while let Some(message) = self.queues.take(&mut state.receiver) {
            messages.push(message);
        }
        state.dropped += messages.len() as u64;
        let freed = self.queues.publish(&mut state.receiver);
        self.notify_if_quiet(state);
        self.queues.wake_senders(freed);
        // A key that was freed may let a dead letter begin that was sent again.
        self.idle.wake_fenced(1);
        messages
    }

    /// Drops all messages that no worker has.
    pub(in crate::lane) fn clear(&self) {
        let mut state = self.lock();
        let mut all = state.clear();
        let mut messages = Vec::new();
        while let Some(message) = self.queues.take(&mut state.receiver) {
            messages.push(message);
        }
        self.queues.publish(&mut state.receiver);
        drop(state);
        // Outside of the lock, because drops of events are foreign code.
        drop(messages);
        all.drain(..).for_each(door::discard);
    }
}
