//! What running `async` handlers send while the bus ends is handled, whatever they wait for in between.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use events::lane::SendErrorKind;

use crate::events::{AsyncJob, Noted, bus, figures, lane, pause, runtime, runtime_of_one_thread};
use crate::support::{LONG, Log, alone};

fn async_order(seen: &Arc<Log<u64>>) -> AsyncJob {
    let seen = seen.clone();
    AsyncJob::new(move |bus| {
        let seen = seen.clone();
        async move {
            for number in 0..3 {
                tokio::task::yield_now().await;
                bus.send(Noted(2 * number, seen.clone())).unwrap();
                tokio::time::sleep(std::time::Duration::from_millis(1)).await;
                bus.send_async(Noted(2 * number + 1, seen.clone())).await.unwrap();
            }
        }
    })
}

#[test]
fn sends_across_awaits_go_on() {
    alone(|| {
        let runtime = runtime(2);
        for concurrency in [1, 3] {
            let bus = bus(lane().tokio(runtime.handle().clone()).concurrency(concurrency));
            let seen = Log::new();
            pause(&bus);
            for _ in 0..3 {
                bus.send(async_order(&seen)).unwrap();
            }
            let report = bus.shutdown(LONG);
            assert!(report.is_clean(), "{report}");
            assert_eq!((figures(report.account), seen.len()), ((21, 21, 0, 0, 0), 18));
        }
    });
}

#[test]
fn sends_across_awaits_go_on_in_a_runtime_of_one_thread() {
    alone(|| {
        let runtime = runtime_of_one_thread();
        let (bus, seen) = (bus(lane().tokio(runtime.handle().clone()).concurrency(3)), Log::new());
        let report = runtime.block_on(async {
            pause(&bus);
            for _ in 0..3 {
                bus.send(async_order(&seen)).unwrap();
            }
            bus.shutdown_async(LONG).await
        });
        assert!(report.is_clean(), "{report}");
        assert_eq!((figures(report.account), seen.len()), ((21, 21, 0, 0, 0), 18));
    });
}

#[test]
fn a_task_beside_the_handlers_is_outside() {
    alone(|| {
        // On the very thread that the handlers run on: where a task is counts, not where its thread has been.
        let runtime = runtime_of_one_thread();
        let (bus, seen, refused) =
            (bus(lane().tokio(runtime.handle().clone())), Log::new(), Arc::new(AtomicU64::new(0)));
        runtime.block_on(async {
            bus.send(async_order(&seen)).unwrap();
            while seen.len() == 0 {
                tokio::task::yield_now().await;
            }
            let (outside, count, log) = (bus.clone(), refused.clone(), seen.clone());
            let stranger = async move {
                while log.len() < 6 {
                    if let Err(error) = outside.try_send(Noted(99, Log::new())) {
                        assert_eq!(error.kind, SendErrorKind::Closed);
                        count.fetch_add(1, Ordering::SeqCst);
                    }
                    tokio::task::yield_now().await;
                }
            };
            let (report, ()) = tokio::join!(bus.shutdown_async(LONG), stranger);
            assert!(report.is_clean(), "{report}");
        });
        assert_eq!(seen.len(), 6);
        assert!(refused.load(Ordering::SeqCst) > 0);
    });
}
