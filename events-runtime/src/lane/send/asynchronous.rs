//! Sending from a task, which waits for room without blocking its thread.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context as Polling, Poll};

use events_core::Context;
use events_core::event::Event;

use super::error::{SendError, SendErrorKind};
use super::sender::{Outgoing, Sender};
use crate::lane::config::Overflow;
use crate::lane::current::works_for;
use crate::lane::queue::{Refused, Ticket, Waiter};

impl<'a, E: Event> Sender<'a, E> {
    /// Sends an event, and waits for room in this task.
    pub(crate) fn send_async(self, event: E, cx: Option<&Context>) -> SendAsync<'a, E> {
        SendAsync { sender: self, out: Some(self.outgoing(event, cx)), ticket: None }
    }
}

/// A send that waits for room in its task. If it is dropped before it is ready, the event is dropped and not sent.
#[must_use = "an event is sent when the future is awaited"]
pub(crate) struct SendAsync<'a, E: Event> {
    sender: Sender<'a, E>,
    out: Option<Outgoing<E>>,
    ticket: Option<Ticket>,
}

// No field is pinned: the event is moved out as a whole.
impl<E: Event> Unpin for SendAsync<'_, E> {}

impl<E: Event> Future for SendAsync<'_, E> {
    type Output = Result<(), SendError<E>>;

    /// # Panics
    /// If it is polled again after it was ready.
    fn poll(mut self: Pin<&mut Self>, cx: &mut Polling<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let (sender, room) = (this.sender, &this.sender.queue().room);
        let mut out = this.out.take().expect("a send is not polled when it is done");
        loop {
            let refused = match sender.push(out) {
                Ok(()) => return Poll::Ready(Ok(())),
                Err((back, refused)) => {
                    out = back;
                    refused
                }
            };
            let overflow = sender.lane().settings.overflow;
            let waits = matches!(overflow, Overflow::Block | Overflow::BlockFor(_));
            if refused == Refused::Closed || !waits {
                return Poll::Ready(sender.overflow(out, refused, overflow));
            }
            if works_for(sender.lane()) {
                return Poll::Ready(Err(sender.reject(out, SendErrorKind::OwnLane)));
            }
            match &this.ticket {
                Some(ticket) if room.is_waiting(ticket, cx.waker()) => {
                    this.out = Some(out);
                    return Poll::Pending;
                }
                // Tries once more after the announcement.
                _ => this.ticket = Some(room.announce(Waiter::Task(cx.waker().clone()))),
            }
        }
    }
}

impl<E: Event> Drop for SendAsync<'_, E> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket.take() {
            let room = &self.sender.queue().room;
            let was_woken = !room.retract(&ticket);
            // It was woken for room that it did not take, so the next sender is woken.
            if was_woken && self.out.is_some() {
                room.wake_fenced(1);
            }
        }
    }
}
