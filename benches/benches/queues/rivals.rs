//! Queues of other crates. A queue that can block does so; otherwise a producer or consumer that cannot continue backs
//! off.

use std::iter::repeat_n;
use std::sync::Mutex;
use std::time::Duration;

use crossbeam_utils::Backoff;

use crate::item::Item;
use crate::load::Load;

/// Adds up what `receive` returns, and backs off if it returns nothing.
fn drain<T: Item>(items: u64, mut receive: impl FnMut() -> Option<T>) -> u64 {
    let (mut sum, backoff) = (0, Backoff::new());
    for _ in 0..items {
        backoff.reset();
        loop {
            if let Some(item) = receive() {
                sum += item.number();
                break;
            }
            backoff.snooze();
        }
    }
    sum
}

pub(crate) fn sync_channel<T: Item>(load: Load) -> Duration {
    let (sender, receiver) = std::sync::mpsc::sync_channel(load.capacity);
    let producers = repeat_n(sender, load.producers as usize).map(|sender| {
        move |numbers: std::ops::Range<u64>| {
            for number in numbers {
                sender.send(T::new(number)).unwrap();
            }
        }
    });
    load.run(producers, |items| (0..items).map(|_| receiver.recv().unwrap().number()).sum())
}

pub(crate) fn crossbeam_channel<T: Item>(load: Load) -> Duration {
    let (sender, receiver) = crossbeam_channel::bounded(load.capacity);
    let producers = repeat_n(sender, load.producers as usize).map(|sender| {
        move |numbers: std::ops::Range<u64>| {
            for number in numbers {
                sender.send(T::new(number)).unwrap();
            }
        }
    });
    load.run(producers, |items| (0..items).map(|_| receiver.recv().unwrap().number()).sum())
}

pub(crate) fn kanal<T: Item>(load: Load) -> Duration {
    let (sender, receiver) = kanal::bounded(load.capacity);
    let producers = repeat_n(sender, load.producers as usize).map(|sender| {
        move |numbers: std::ops::Range<u64>| {
            for number in numbers {
                sender.send(T::new(number)).unwrap();
            }
        }
    });
    load.run(producers, |items| (0..items).map(|_| receiver.recv().unwrap().number()).sum())
}

pub(crate) fn flume<T: Item>(load: Load) -> Duration {
    let (sender, receiver) = flume::bounded(load.capacity);
    let producers = repeat_n(sender, load.producers as usize).map(|sender| {
        move |numbers: std::ops::Range<u64>| {
            for number in numbers {
                sender.send(T::new(number)).unwrap();
            }
        }
    });
    load.run(producers, |items| (0..items).map(|_| receiver.recv().unwrap().number()).sum())
}

pub(crate) fn tokio<T: Item>(load: Load) -> Duration {
    let (sender, mut receiver) = tokio::sync::mpsc::channel(load.capacity);
    let producers = repeat_n(sender, load.producers as usize).map(|sender| {
        move |numbers: std::ops::Range<u64>| {
            for number in numbers {
                sender.blocking_send(T::new(number)).unwrap();
            }
        }
    });
    load.run(producers, |items| (0..items).map(|_| receiver.blocking_recv().unwrap().number()).sum())
}

pub(crate) fn thingbuf<T: Item>(load: Load) -> Duration {
    let (sender, receiver) = thingbuf::mpsc::blocking::channel::<T>(load.capacity);
    let producers = repeat_n(sender, load.producers as usize).map(|sender| {
        move |numbers: std::ops::Range<u64>| {
            for number in numbers {
                let mut place = sender.send_ref().unwrap();
                T::write(std::ptr::NonNull::from(&mut *place), number);
            }
        }
    });
    load.run(producers, |items| (0..items).map(|_| receiver.recv_ref().unwrap().number()).sum())
}

pub(crate) fn array_queue<T: Item>(load: Load) -> Duration {
    let queue = crossbeam_queue::ArrayQueue::new(load.capacity);
    let produce = |numbers: std::ops::Range<u64>| {
        let backoff = Backoff::new();
        for number in numbers {
            let mut item = T::new(number);
            backoff.reset();
            while let Err(back) = queue.push(item) {
                item = back;
                backoff.snooze();
            }
        }
    };
    load.run(repeat_n(produce, load.producers as usize), |items| drain(items, || queue.pop()))
}

/// For one producer only.
pub(crate) fn rtrb<T: Item>(load: Load) -> Duration {
    let (producer, mut consumer) = rtrb::RingBuffer::new(load.capacity);
    let producer = Mutex::new(producer);
    let produce = |numbers: std::ops::Range<u64>| {
        let mut producer = producer.lock().unwrap();
        let backoff = Backoff::new();
        for number in numbers {
            let mut item = T::new(number);
            backoff.reset();
            while let Err(rtrb::PushError::Full(back)) = producer.push(item) {
                item = back;
                backoff.snooze();
            }
        }
    };
    load.run([produce], |items| drain(items, || consumer.pop().ok()))
}
