use events_benches::load::registration::*;
#[global_allocator]
static ALLOCATOR: events_benches::measure::allocations::Counting =
    events_benches::measure::allocations::Counting;
fn main() {
    for emitting in [false, true] {
        for standing in STANDING {
            let c = measure(standing, emitting, 30, std::time::Duration::from_millis(10));
            println!(
                "{standing} {emitting}: ratio {:.2} locked {:.0}/s bus {:.0}/s  p50/p99 locked {} {} / {} {} bus {} {} / {} {}",
                c.ratio,
                c.locked.pairs,
                c.bus.pairs,
                c.locked.register.value_at_quantile(0.5),
                c.locked.register.value_at_quantile(0.99),
                c.locked.unregister.value_at_quantile(0.5),
                c.locked.unregister.value_at_quantile(0.99),
                c.bus.register.value_at_quantile(0.5),
                c.bus.register.value_at_quantile(0.99),
                c.bus.unregister.value_at_quantile(0.5),
                c.bus.unregister.value_at_quantile(0.99)
            );
        }
    }
    for d in events_benches::load::cancellation::DEPTHS {
        let h = events_benches::load::cancellation::measure(d, 100_000);
        println!(
            "cancel {d}: p50 {} p99 {} max {}",
            h.value_at_quantile(0.5),
            h.value_at_quantile(0.99),
            h.max()
        );
    }
    use events_benches::load::{payload::*, target::*, throughput::*};
    let s = Settings::default();
    for producers in [1, 2] {
        let mut all = vec![
            Contestant::new::<Bytes24, SyncChannel<_>>(&s, producers).unwrap(),
            Contestant::new::<Bytes24, Crossbeam<_>>(&s, producers).unwrap(),
            Contestant::new::<Bytes24, TokioMpsc<_>>(&s, producers).unwrap(),
            #[cfg(feature = "rivals")]
            Contestant::new::<Bytes24, Jaeb>(&s, producers).unwrap(),
        ];
        compete(&mut all, 9, 500_000);
        for c in &all {
            println!("{producers} {} {:.1} M/s allocs {:.6}", c.name, c.rate() / 1e6, c.allocations());
        }
    }
}
