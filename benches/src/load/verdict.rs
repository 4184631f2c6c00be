//! Compares a run with limits.

use std::time::Duration;

use serde::Serialize;

use super::model::Model;
use super::run::{Plan, Run, Window};
use crate::show::bar::Bar;
use crate::show::number::number;

/// The limits of a run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Limits {
    /// The highest 99th percentile of the time from when an event was due to the end of its handler.
    pub p99: Duration,
    /// The lowest rate, in percent of the requested one.
    pub rate_percent: Option<f64>,
    /// The most rejected and dead-lettered events, in percent.
    pub errors_percent: f64,
    /// The limit for the first minute, if it is higher.
    pub errors_percent_in_first_minute: Option<f64>,
}

/// How long a ramp may cause more errors, in seconds.
const FIRST: f64 = 60.0;

impl Limits {
    /// The default limits of a model.
    pub fn of(model: &Model) -> Self {
        let p99 = Duration::from_millis(match model {
            Model::Steady | Model::Poisson { .. } => 200,
            Model::Burst { .. } => 300,
            Model::Ramp { .. } => 250,
        });
        let even = matches!(model, Model::Steady | Model::Poisson { .. });
        let ramp = matches!(model, Model::Ramp { .. });
        Self {
            p99,
            rate_percent: even.then_some(85.0),
            errors_percent: 0.5,
            errors_percent_in_first_minute: ramp.then_some(2.0),
        }
    }

    /// Compares a run with the limits.
    pub fn judge(&self, plan: &Plan, run: &Run) -> Vec<Bar> {
        let model = plan.model.name();
        let ms = |duration: Duration| duration.as_secs_f64() * 1_000.0;
        let p99 = Duration::from_nanos(run.end.value_at_quantile(0.99));
        let mut bars = vec![Bar::at_most(
            format!("{model}: p99 to the end of the handler"),
            ms(self.p99),
            " ms",
            ms(p99),
        )];
        if let Some(least) = self.rate_percent {
            let wanted = plan.model.mean_rate(plan.rate);
            let rate = run.rate(plan.duration);
            let what = format!("{model}: rate reached, of {} a second", number(wanted.round()));
            bars.push(Bar::at_least(what, least, " %", rate * 100.0 / wanted));
        }
        let what = format!("{model}: events rejected or dead-lettered");
        match self.errors_percent_in_first_minute {
            None => bars.push(Bar::at_most(what, self.errors_percent, " %", run.account.errors_percent())),
            Some(first) => {
                let (early, late) = errors_around(&run.windows);
                bars.push(Bar::at_most(format!("{what} in the first minute"), first, " %", early));
                if let Some(late) = late {
                    bars.push(Bar::at_most(format!("{what} after it"), self.errors_percent, " %", late));
                }
            }
        }
        bars.push(lost(model, run));
        bars
    }
}

/// Whether each event that was sent is accounted for.
fn lost(model: &str, run: &Run) -> Bar {
    let account = &run.account;
    let known = account.handled + account.dead_lettered + account.rejected;
    let bar = Bar::at_most(
        format!("{model}: events sent and never heard of again"),
        0.0,
        "",
        account.sent.abs_diff(known) as f64,
    );
    if run.unsent == 0 {
        return bar;
    }
    bar.with_note(format!("{} more were due and never sent: senders were held up", number(run.unsent as f64)))
}

/// Percent of errors before the end of the first minute and after.
fn errors_around(windows: &[Window]) -> (f64, Option<f64>) {
    let split = windows.partition_point(|window| window.at <= FIRST);
    let (Some(last), early) = (windows.last(), split.checked_sub(1).map(|at| &windows[at])) else {
        return (0.0, None);
    };
    let Some(early) = early else { return (last.account.errors_percent(), None) };
    let late = (split < windows.len()).then(|| last.account.since(&early.account).errors_percent());
    (early.account.errors_percent(), late)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::account::Account;

    fn window(at: f64, sent: u64, rejected: u64) -> Window {
        let account = Account { sent, handled: sent - rejected, rejected, ..Account::default() };
        Window { at, rate: 0.0, p50: 0.0, p99: 0.0, depth: None, account }
    }

    #[test]
    fn errors_of_a_ramp_are_split_at_the_end_of_its_first_minute() {
        let windows = [window(30.0, 1_000, 10), window(60.0, 2_000, 20), window(90.0, 4_000, 120)];
        assert_eq!(errors_around(&windows), (1.0, Some(5.0)));
        assert_eq!(errors_around(&windows[..2]), (1.0, None));
        assert_eq!(errors_around(&[window(75.0, 1_000, 30)]), (3.0, None));
    }
}
