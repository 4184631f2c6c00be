//! Compares the ring of lanes with other queues, and layouts of the ring.
//!
//! Items go from one or two threads to one. All candidates take turns, and each figure is the median over the rounds.
//! Ratios are to the standard library's `sync_channel` in the same round.
//!
//! `cargo bench -p events-benches --bench queues -- [--rounds N] [part of a name]`

#![allow(missing_docs)]

mod item;
mod lines;
mod load;
mod ours;
#[expect(dead_code, reason = "a lane wants more of it than this bench")]
mod ring;
mod rivals;

use std::time::Duration;

use item::{Envelope, Item, Small};
use load::Load;

struct Candidate {
    name: &'static str,
    most_producers: u64,
    run: fn(Load) -> Duration,
}

fn candidates<T: Item>() -> Vec<Candidate> {
    let any = |name, run| Candidate { name, most_producers: u64::MAX, run };
    vec![
        any("std sync_channel", rivals::sync_channel::<T>),
        any("ring, one at a time", ours::ring::<T, 1, 64>),
        any("ring, one at a time, publish each", ours::ring::<T, 1, 1>),
        any("ring, publish 256", ours::ring::<T, 1, 256>),
        any("ring, 64 at once", ours::ring::<T, 64, 64>),
        Candidate { name: "indices on one line", most_producers: 1, run: lines::numbers::<T, lines::Shared> },
        Candidate {
            name: "indices on lines of their own",
            most_producers: 1,
            run: lines::numbers::<T, lines::Apart>,
        },
        any("crossbeam-channel", rivals::crossbeam_channel::<T>),
        any("crossbeam ArrayQueue", rivals::array_queue::<T>),
        Candidate { name: "rtrb", most_producers: 1, run: rivals::rtrb::<T> },
        any("kanal", rivals::kanal::<T>),
        any("thingbuf", rivals::thingbuf::<T>),
        any("flume", rivals::flume::<T>),
        any("tokio mpsc", rivals::tokio::<T>),
    ]
}

struct Args {
    rounds: usize,
    /// About how long a run takes.
    run: Duration,
    filter: String,
}

fn args() -> Args {
    let mut args = Args { rounds: 7, run: Duration::from_millis(80), filter: String::new() };
    let mut given = std::env::args().skip(1);
    while let Some(arg) = given.next() {
        match arg.as_str() {
            "--bench" => (),
            "--test" => (args.rounds, args.run) = (1, Duration::ZERO),
            "--rounds" => {
                args.rounds = given.next().and_then(|rounds| rounds.parse().ok()).unwrap_or(args.rounds)
            }
            filter => args.filter = filter.to_owned(),
        }
    }
    args
}

/// The load for which a candidate needs about this time.
fn sized(candidate: &Candidate, load: Load, time: Duration) -> Load {
    let tried = (candidate.run)(load);
    let factor = time.as_secs_f64() / tried.as_secs_f64();
    let items = (load.items as f64 * factor) as u64;
    Load { items: items.max(load.items).next_multiple_of(load.producers), ..load }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn compare<T: Item>(args: &Args, producers: u64, capacity: usize) {
    println!("\n{}, {producers} to 1, capacity {capacity}", T::NAME);
    let load = Load { producers, capacity, items: if args.run.is_zero() { 10_000 } else { 200_000 } };
    let mut running: Vec<_> = candidates::<T>()
        .into_iter()
        .filter(|candidate| candidate.most_producers >= producers)
        .filter(|candidate| candidate.name == "std sync_channel" || candidate.name.contains(&args.filter))
        .map(|candidate| (sized(&candidate, load, args.run), candidate, Vec::new(), Vec::new()))
        .collect();
    for _ in 0..args.rounds {
        let mut floor = 0.0;
        for (load, candidate, rates, ratios) in &mut running {
            let rate = load.items as f64 / (candidate.run)(*load).as_secs_f64();
            if candidate.name == "std sync_channel" {
                floor = rate;
            }
            rates.push(rate);
            ratios.push(rate / floor);
        }
    }
    for (_, candidate, rates, ratios) in running {
        println!("{:36} {:8.1} M/s {:7.2}", candidate.name, median(rates) / 1e6, median(ratios));
    }
}

fn main() {
    let args = args();
    for producers in [1, 2] {
        for capacity in [65_536, 1_024] {
            compare::<Small>(&args, producers, capacity);
            compare::<Envelope>(&args, producers, capacity);
        }
    }
}
