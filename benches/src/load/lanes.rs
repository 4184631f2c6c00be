//! Measures the project's bars for lanes, in one run with the targets that lanes are compared with.

use std::time::Duration;

use super::bars;
use super::contest::Contest;
use super::model::Model;
use super::payload::{Bytes24, Bytes104};
use super::run::{Plan, Run, run};
use super::senders;
#[cfg(feature = "rivals")]
use super::target::Jaeb;
use super::target::{
    ArrayQueue, BatchLane, Crossbeam, Direct, SendLane, Settings, SyncChannel, TokioMpsc, Unsupported,
};
use super::throughput::{Contestant, compete};
use crate::measure::samples::median;
use crate::show::bar::Bar;

/// How much to measure.
#[derive(Clone, Copy, Debug)]
pub struct Extent {
    /// Events of a round of a contest.
    pub events: u64,
    /// Rounds in which a sender alone is timed.
    pub sends: usize,
    /// How long the steady load lasts.
    pub steady: Duration,
}

impl Extent {
    /// The extent of a full check.
    pub const FULL: Self = Self { events: 2_000_000, sends: 1_050, steady: Duration::from_secs(10) };

    /// The extent of `--quick`.
    pub const QUICK: Self = Self { events: 500_000, sends: 350, steady: Duration::from_secs(2) };
}

/// The results for lanes.
#[derive(Clone, Debug)]
pub struct Lanes {
    /// The throughput of queues, in comparison.
    pub contests: Vec<Contest>,
    /// The bars.
    pub bars: Vec<Bar>,
}

/// Measures all of them. Calls `step` after each part.
///
/// # Errors
/// [`Unsupported`] if a target cannot be set up.
pub fn measure(extent: Extent, mut step: impl FnMut()) -> Result<Lanes, Unsupported> {
    let settings = Settings::default();
    let mut bars = Vec::new();

    let mut one = vec![
        Contestant::new::<Bytes24, SendLane>(&settings, 1)?,
        Contestant::new::<Bytes24, BatchLane>(&settings, 1)?,
        Contestant::new::<Bytes24, SyncChannel<Bytes24>>(&settings, 1)?,
        Contestant::new::<Bytes24, Crossbeam<Bytes24>>(&settings, 1)?,
        Contestant::new::<Bytes24, ArrayQueue<Bytes24>>(&settings, 1)?,
        Contestant::new::<Bytes24, TokioMpsc<Bytes24>>(&settings, 1)?,
        Contestant::new::<Bytes104, SendLane>(&settings, 1)?,
    ];
    compete(&mut one, extent.events);
    let [lane, batch, channel, crossbeam, array, tokio, large] = &mut one[..] else {
        unreachable!("seven were put in")
    };
    large.name.push_str(", 104 bytes");
    let what = "one producer, one worker, 24 bytes: lane over the best of sync_channel, crossbeam-channel and ArrayQueue";
    let floor = [&*channel, crossbeam, array];
    bars.push(bars::throughput(what, 1.0, lane, &floor));
    bars.push(bars::worst_throughput(what, 0.6, lane, &floor));
    bars.push(bars::throughput(
        "one producer, one worker, 24 bytes: lane over tokio mpsc",
        2.0,
        lane,
        &[tokio],
    ));
    let allocations = lane.allocations().max(batch.allocations()).max(large.allocations());
    let what = "allocations per event sent and handled, warm, 24 and 104 bytes";
    // The list of waiting senders may grow once, so less than one allocation in a thousand events counts as none.
    bars.push(Bar::at_most(what, 0.0, "", (allocations * 1_000.0).floor() / 1_000.0));
    let batched = median(batch.over(&[lane]).into_iter());
    step();

    let mut two = vec![
        Contestant::new::<Bytes24, SendLane>(&settings, 2)?,
        Contestant::new::<Bytes24, BatchLane>(&settings, 2)?,
        Contestant::new::<Bytes24, Crossbeam<Bytes24>>(&settings, 2)?,
    ];
    compete(&mut two, extent.events);
    let what = "two producers, one worker, 24 bytes: lane over crossbeam-channel";
    bars.push(bars::throughput(what, 1.0, &two[0], &[&two[2]]));
    bars.push(bars::worst_throughput(what, 0.6, &two[0], &[&two[2]]));
    let contests = [
        ("one producer, one worker, events of 24 bytes", &one),
        ("two producers, one worker, events of 24 bytes", &two),
    ];
    let contest = |(what, all): (&str, &Vec<Contestant>)| Contest {
        what: what.to_owned(),
        figures: all.iter().map(Contestant::figures).collect(),
    };
    let contests = contests.map(contest).into();
    step();

    bars.push(jaeb(&settings, extent)?);
    step();

    let at_hand = senders::with_lines_at_hand(extent.sends);
    let away = senders::with_lines_at_the_worker(extent.sends);
    let note = format!(
        "time per event for the sender, by `send` and by `send_batch`: {:.1} and {:.1} ns with the queue's cache lines in its own cache, {:.1} and {:.1} ns ({:.2} times) where a worker on another processor has them; throughput from send to handled: {batched:.2} times",
        at_hand.one,
        at_hand.batch,
        away.one,
        away.batch,
        away.ratio()
    );
    bars.push(Bar::at_least("`send_batch` over `send`", 2.0, "", at_hand.ratio()).with_note(note));
    step();

    bars.extend(steady(extent.steady)?);
    step();
    bars.extend(burst()?);
    step();
    Ok(Lanes { contests, bars })
}

#[cfg(feature = "rivals")]
fn jaeb(settings: &Settings, extent: Extent) -> Result<Bar, Unsupported> {
    let mut both = vec![
        Contestant::new::<Bytes24, SendLane>(settings, 1)?,
        Contestant::new::<Bytes24, Jaeb>(settings, 1)?,
    ];
    // This contest is slow, and a tenth of the events is enough.
    compete(&mut both, extent.events / 10);
    Ok(bars::throughput("one producer, one worker: lane over jaeb's publish", 10.0, &both[0], &[&both[1]]))
}

#[cfg(not(feature = "rivals"))]
fn jaeb(_: &Settings, _: Extent) -> Result<Bar, Unsupported> {
    let why = "jaeb is not in this program: build it with `--features rivals`";
    Ok(Bar::skipped("one producer, one worker: lane over jaeb's publish", "at least 10", why))
}

/// A lane under a steady load, and the same load without a queue to compare it with.
///
/// A shared machine stops a thread for milliseconds now and then. A total of a hundred milliseconds in ten seconds
/// determines the p99 of the whole run, whatever is measured. So the bar is the median over windows. The note has the
/// figures of the whole run, and those of the same load without a queue.
fn steady(duration: Duration) -> Result<[Bar; 2], Unsupported> {
    let plan = Plan::new(Model::Steady, 950_000.0, duration);
    let alone = run::<Bytes24, Direct>(&plan, &mut |_| ())?;
    let run = run::<Bytes24, SendLane>(&plan, &mut |_| ())?;
    let p99 = median(run.windows.iter().filter(|window| window.rate > 0.0).map(|window| window.p99));
    let lost = run.account.sent - run.account.handled + run.unsent;
    let micros = |run: &Run, quantile| run.start.value_at_quantile(quantile) as f64 / 1_000.0;
    let note = format!(
        "median of {} windows; over the whole run p50 {:.1} us, p90 {:.1} us, p99 {:.1} us, {}; the same load on no queue: p99 {:.1} us",
        run.windows.len(),
        micros(&run, 0.5),
        micros(&run, 0.9),
        micros(&run, 0.99),
        account(&run),
        micros(&alone, 0.99)
    );
    let what = "steady 950,000 events/s on two cores, send to handler start, p99";
    Ok([
        Bar::at_most(what, 100.0, " us", p99).with_note(note),
        Bar::at_most("steady 950,000 events/s: lost", 0.0, "", lost as f64),
    ])
}

/// A lane under one burst.
fn burst() -> Result<[Bar; 2], Unsupported> {
    const EVENTS: f64 = 500_000.0;
    let second = Duration::from_secs(1);
    let model = Model::Burst { every: second, within: Duration::from_millis(100) };
    let run = run::<Bytes24, SendLane>(&Plan::new(model, EVENTS, second), &mut |_| ())?;
    let p99 = run.start.value_at_quantile(0.99) as f64 / 1e6;
    let lost = run.account.sent - run.account.handled + run.unsent;
    Ok([
        Bar::at_most("a burst of 500,000 events within 100 ms on a lane of 65,536: p99", 86.0, " ms", p99)
            .with_note(account(&run)),
        Bar::at_most("the burst: lost", 0.0, "", lost as f64),
    ])
}

fn account(run: &Run) -> String {
    let account = &run.account;
    format!("{} sent, {} handled, {} left", account.sent, account.handled, account.left)
}
