use std::fmt;
use std::time::Duration;

use events_core::event::EventMeta;

use super::account::Account;
use crate::lane::dead_letter::UnseenLetters;

/// What a shutdown found when it ended. [`Bus::shutdown`](crate::Bus::shutdown) returns it.
///
/// Its `Display` writes one line with the account, and one more for each kind of event that was left, is still running or was
/// aborted, and for dead letters that nobody has looked at.
///
/// ```
/// use events::prelude::*;
/// use std::time::Duration;
///
/// #[event(name = "order.paid")]
/// struct OrderPaid;
/// #[handler]
/// fn charge(_: &OrderPaid) -> Result<(), &'static str> { Err("card declined") }
///
/// let bus = Bus::builder().build().unwrap();
/// bus.send(OrderPaid).unwrap();
/// let report = bus.shutdown(Duration::from_secs(5));
/// assert!(report.is_clean(), "the event was given up, so it is not left");
/// assert_eq!((report.account.dead_lettered, report.unseen_letters[0].event.name), (1, "order.paid"));
/// assert!(report.to_string().contains("1 × order.paid: a handler failed"));
/// ```
#[must_use = "it names the events that were left"]
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ShutdownReport {
    /// The events that were not handled in time, by lane and event.
    pub left: Vec<Left>,
    /// The events whose handlers were still running when the time was up.
    pub running: Vec<Running>,
    /// The events whose handlers were running when the time was up and were aborted, on lanes with
    /// [`abort_at_end`](crate::LaneConfig::abort_at_end). They are also counted in [`left`](Self::left).
    pub aborted: Vec<Running>,
    /// Dead letters that nobody has looked at so far: no handler of [`DeadLetter`](crate::lane::DeadLetter) succeeded for
    /// them, and the program did not read them.
    pub unseen_letters: Vec<UnseenLetters>,
    /// Whether the lanes have ended. They have not where another shutdown runs at the same time and was given more time.
    pub is_final: bool,
    /// What became of all that was ever sent, over all lanes.
    pub account: Account,
    /// How long the shutdown took.
    pub took: Duration,
}

/// Events of one type that a shutdown left on one lane. They were neither handled nor given up.
///
/// ```
/// use events::LaneConfig;
/// use events::prelude::*;
/// use std::time::Duration;
///
/// #[event(name = "newsletter")]
/// struct Newsletter;
/// #[handler]
/// fn post(_: &Newsletter) {}
///
/// let lane = LaneConfig::new(LaneConfig::DEFAULT).workers(0);
/// let bus = Bus::builder().lane(lane).build().unwrap();
/// bus.send_batch([Newsletter, Newsletter]).unwrap();
/// let report = bus.shutdown(Duration::ZERO);
/// let left = &report.left[0];
/// assert_eq!((left.lane.as_str(), left.event.name, left.count), ("default", "newsletter", 2));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Left {
    /// The lane they were on.
    pub lane: String,
    /// The event.
    pub event: &'static EventMeta,
    /// How many there were.
    pub count: u64,
}

/// An event whose handlers were still running when a shutdown's time was up. Listed by
/// [`ShutdownReport::running`], or by [`ShutdownReport::aborted`] where they were aborted.
///
/// ```
/// use events::prelude::*;
/// use std::sync::mpsc;
/// use std::time::Duration;
///
/// #[event(name = "export")]
/// struct Export;
///
/// let bus = Bus::builder().build().unwrap();
/// let (begins, has_begun) = mpsc::channel();
/// let slow = move |_: &Export| {
///     begins.send(()).unwrap();
///     loop { std::thread::park() } // never ends
/// };
/// bus.subscribe(slow).detach();
/// bus.send(Export).unwrap();
/// has_begun.recv().unwrap();
/// let report = bus.shutdown(Duration::ZERO);
/// assert_eq!((report.running[0].lane.as_str(), report.running[0].event.name), ("default", "export"));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Running {
    /// The lane it was on.
    pub lane: String,
    /// The event.
    pub event: &'static EventMeta,
}

impl ShutdownReport {
    /// Whether every event was handled or became a dead letter: nothing is [`left`](Self::left).
    ///
    /// Dead letters do not count here, seen or not. To ask for both see [`needs_attention`](Self::needs_attention).
    pub fn is_clean(&self) -> bool {
        self.left.is_empty()
    }

    /// Whether somebody should read this report: events were left, or nobody has looked at some dead letters. A service can
    /// take its exit code from it.
    ///
    /// It is false where all was handled, and where the program has seen each dead letter.
    ///
    /// ```
    /// use events::prelude::*;
    /// use std::time::Duration;
    ///
    /// #[event]
    /// struct OrderPaid;
    /// #[handler]
    /// fn charge(_: &OrderPaid) -> Result<(), &'static str> { Err("card declined") }
    ///
    /// let bus = Bus::builder().build().unwrap();
    /// bus.send(OrderPaid).unwrap();
    /// let report = bus.shutdown(Duration::from_secs(5));
    /// assert!(report.is_clean() && report.needs_attention());
    /// let exit_code = u8::from(report.needs_attention());
    /// assert_eq!(exit_code, 1);
    /// ```
    pub fn needs_attention(&self) -> bool {
        !self.is_clean() || !self.unseen_letters.is_empty()
    }
}

/// The account, and a line for each event that was left, is still running or was aborted, or whose dead letters nobody
/// looked at.
impl fmt::Display for ShutdownReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "shut down in {:.1?}: {}", self.took, self.account)?;
        for Left { lane, event, count } in &self.left {
            write!(f, "\n  left on lane \"{lane}\": {count} × {}", event.name)?;
        }
        for Running { lane, event } in &self.running {
            write!(
                f,
                "\n  still running on lane \"{lane}\": handlers of {} ({}:{})",
                event.name, event.file, event.line
            )?;
        }
        for Running { lane, event } in &self.aborted {
            write!(
                f,
                "\n  aborted on lane \"{lane}\": handlers of {} ({}:{})",
                event.name, event.file, event.line
            )?;
        }
        for unseen in &self.unseen_letters {
            write!(f, "\n  {unseen}")?;
        }
        Ok(())
    }
}
