//! Threads and tasks that wait, and how they are woken.

use std::collections::VecDeque;
use std::future::Future;
#[cfg(feature = "tokio")]
use std::future::poll_fn;
#[cfg(feature = "tokio")]
use std::pin::Pin;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering, fence};
use std::task::{Context as Polling, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Instant;

use crossbeam_utils::CachePadded;

use crate::door;
use crate::lane::clock::Clock;
use crate::sync::Mutex;

/// Threads and tasks that wait for one thing: workers for messages, senders for room.
///
/// No wake-up is lost. A waiter announces itself, then checks again for what it waits for. A waker first makes that
/// visible, then checks whether anyone has announced. Both checks are sequentially consistent, so at least one of the
/// two sees the other. Before its check, a waker has done a sequentially consistent read-modify-write (a reservation in
/// a ring) or passes the fence in [`wake_fenced`](Self::wake_fenced).
pub(in crate::lane) struct Waiters {
    count: CachePadded<AtomicUsize>,
    list: Mutex<List>,
    /// Whether the waiter that has waited longest is woken first.
    fifo: bool,
}

struct List {
    waiting: VecDeque<(u64, Waiter)>,
    next: u64,
}

/// A thread or task to be woken. A thread is represented by its handle, which exists from its start, so waiting
/// allocates nothing.
pub(in crate::lane) enum Waiter {
    Thread(Thread),
    Task(Waker),
}

impl Waiter {
    /// The calling thread, which waits in [`sleep`].
    pub(in crate::lane) fn this_thread() -> Self {
        Self::Thread(thread::current())
    }

    fn wake(self) {
        match self {
            Self::Thread(thread) => thread.unpark(),
            Self::Task(waker) => door::wake(waker),
        }
    }
}

/// Identifies an announcement.
#[derive(Clone, Copy)]
pub(in crate::lane) struct Ticket(u64);

impl Waiters {
    /// Wakes the waiter that has waited longest, which is fair.
    pub(in crate::lane) fn fifo() -> Self {
        // Allocated now for as many as usually wait, so that the first waiters do not allocate.
        let list = List { waiting: VecDeque::with_capacity(8), next: 0 };
        Self { count: CachePadded::default(), list: Mutex::new(list), fifo: true }
    }

    /// Wakes the waiter that came last, whose caches are warm.
    pub(in crate::lane) fn lifo() -> Self {
        Self { fifo: false, ..Self::fifo() }
    }

    /// Announces a waiter. Check again for what you wait for before you sleep.
    pub(in crate::lane) fn announce(&self, waiter: Waiter) -> Ticket {
        let mut list = self.list.lock();
        let id = list.next;
        list.next += 1;
        list.waiting.push_back((id, waiter));
        self.count.store(list.waiting.len(), Ordering::SeqCst);
        fence(Ordering::SeqCst);
        Ticket(id)
    }

    /// How many waiters there are.
    pub(in crate::lane) fn len(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }

    /// Withdraws an announcement. Returns `false` if its waiter was woken already.
    pub(in crate::lane) fn retract(&self, ticket: &Ticket) -> bool {
        let removed = {
            let mut list = self.list.lock();
            let Some(at) = list.waiting.iter().position(|(id, _)| *id == ticket.0) else { return false };
            let removed = list.waiting.remove(at);
            self.count.store(list.waiting.len(), Ordering::SeqCst);
            removed
        };
        // Outside of the lock, because a waker is foreign code.
        door::discard(removed);
        true
    }

    /// Whether the waiter was not woken yet. Replaces its waker.
    #[cfg_attr(not(feature = "tokio"), allow(dead_code))]
    pub(in crate::lane) fn is_waiting(&self, ticket: &Ticket, waker: &Waker) -> bool {
        // Cloned and dropped outside of the lock, because a waker is foreign code.
        let mut waiter = Waiter::Task(waker.clone());
        let is_waiting = {
            let mut list = self.list.lock();
            let found = list.waiting.iter_mut().find(|(id, _)| *id == ticket.0);
            let is_waiting = found.is_some();
            if let Some((_, old)) = found {
                std::mem::swap(old, &mut waiter);
            }
            is_waiting
        };
        door::discard(waiter);
        is_waiting
    }

    /// Wakes up to this many waiters. Called after a sequentially consistent read-modify-write.
    #[inline(always)]
    pub(in crate::lane) fn wake_ordered(&self, most: usize) {
        if self.count.load(Ordering::SeqCst) > 0 {
            self.wake_up_to(most);
        }
    }

    /// Wakes up to this many waiters.
    #[inline]
    pub(in crate::lane) fn wake_fenced(&self, most: usize) {
        fence(Ordering::SeqCst);
        self.wake_ordered(most);
    }

    #[cold]
    #[inline(never)]
    fn wake_up_to(&self, most: usize) {
        // No more than wait now, because one that is woken may wait again before the others are woken.
        let most = most.min(self.count.load(Ordering::SeqCst));
        for _ in 0..most {
            // Woken outside of the lock, which a woken waiter takes next.
            let woken = {
                let mut list = self.list.lock();
                let woken = if self.fifo { list.waiting.pop_front() } else { list.waiting.pop_back() };
                self.count.store(list.waiting.len(), Ordering::SeqCst);
                woken
            };
            match woken {
                Some((_, waiter)) => waiter.wake(),
                None => break,
            }
        }
    }
}

#[cfg(feature = "tokio")]
impl Waiters {
    /// Announces the calling task. Check again for what you wait for before you await the returned future.
    pub(in crate::lane) async fn woken(&self) -> Woken<'_> {
        let waker = poll_fn(|cx| Poll::Ready(cx.waker().clone())).await;
        Woken { waiters: self, ticket: self.announce(Waiter::Task(waker)) }
    }
}

/// Resolves when its task is woken. Dropping it withdraws the announcement.
#[cfg(feature = "tokio")]
pub(in crate::lane) struct Woken<'a> {
    waiters: &'a Waiters,
    ticket: Ticket,
}

#[cfg(feature = "tokio")]
impl Future for Woken<'_> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Polling<'_>) -> Poll<()> {
        if self.waiters.is_waiting(&self.ticket, cx.waker()) { Poll::Pending } else { Poll::Ready(()) }
    }
}

#[cfg(feature = "tokio")]
impl Drop for Woken<'_> {
    fn drop(&mut self) {
        self.waiters.retract(&self.ticket);
    }
}

/// Wakes a thread.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// A waker of this thread in [`sleep`], for a future that it runs.
fn this_thread() -> Waker {
    Waker::from(Arc::new(Unpark(thread::current())))
}

/// Sleeps until this thread is woken or the clock reaches a time. It may also return without either.
pub(in crate::lane) fn sleep(until: Option<Instant>, clock: &Clock) {
    match until.map(|until| (until > clock.now(), clock.time_until(until))) {
        Some((false, _)) => (),
        Some((true, Some(left))) => thread::park_timeout(left),
        None | Some((true, None)) => thread::park(),
    }
}

/// Runs a future on this thread. A future of synchronous handlers is ready after the first poll.
pub(in crate::lane) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    if let Poll::Ready(value) = future.as_mut().poll(&mut Polling::from_waker(Waker::noop())) {
        return value;
    }
    let waker = this_thread();
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Polling::from_waker(&waker)) {
            return value;
        }
        sleep(None, &Clock::System);
    }
}
