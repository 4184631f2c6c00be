//! Targets and payloads by name.

use std::fmt;

use serde::Serialize;

use super::due::Payload;
use super::payload::{Bytes24, Bytes64, Bytes104, Bytes256, Bytes1024, SIZES};
use super::run::{Plan, Run, Window, run};
#[cfg(feature = "rivals")]
use super::target::Jaeb;
use super::target::{
    ArrayQueue, BatchLane, Crossbeam, Direct, SendLane, SyncChannel, TokioMpsc, Unsupported,
};

/// The targets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// A lane, with `Bus::send`.
    Lane,
    /// A lane, with `Bus::send_batch`.
    LaneBatch,
    /// `std::sync::mpsc::sync_channel`.
    SyncChannel,
    /// `crossbeam_channel::bounded`.
    Crossbeam,
    /// `crossbeam_queue::ArrayQueue`, with a back-off if it is full or empty.
    ArrayQueue,
    /// `tokio::sync::mpsc`.
    TokioMpsc,
    /// No queue: the sender calls the handler, beside workers that only keep their processors busy.
    Direct,
    /// `jaeb`, if the feature `rivals` is on.
    Jaeb,
}

impl Choice {
    /// All targets.
    pub const ALL: [Self; 8] = [
        Self::Lane,
        Self::LaneBatch,
        Self::SyncChannel,
        Self::Crossbeam,
        Self::ArrayQueue,
        Self::TokioMpsc,
        Self::Direct,
        Self::Jaeb,
    ];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Lane => "lane",
            Self::LaneBatch => "lane-batch",
            Self::SyncChannel => "sync-channel",
            Self::Crossbeam => "crossbeam",
            Self::ArrayQueue => "array-queue",
            Self::TokioMpsc => "tokio-mpsc",
            Self::Direct => "direct",
            Self::Jaeb => "jaeb",
        }
    }
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Runs a plan on a target, with events of this many bytes.
///
/// # Errors
/// [`Unsupported`] if there is no such payload, or the target does not support the plan's settings.
pub fn run_choice(
    choice: Choice,
    bytes: usize,
    plan: &Plan,
    live: &mut dyn FnMut(&Window),
) -> Result<Run, Unsupported> {
    match bytes {
        24 => of_payload::<Bytes24>(choice, plan, live),
        64 => of_payload::<Bytes64>(choice, plan, live),
        104 => of_payload::<Bytes104>(choice, plan, live),
        256 => of_payload::<Bytes256>(choice, plan, live),
        1024 => of_payload::<Bytes1024>(choice, plan, live),
        other => Err(Unsupported(format!("there is no event of {other} bytes: choose one of {SIZES:?}"))),
    }
}

fn of_payload<P: Payload>(
    choice: Choice,
    plan: &Plan,
    live: &mut dyn FnMut(&Window),
) -> Result<Run, Unsupported> {
    match choice {
        Choice::Lane => run::<P, SendLane>(plan, live),
        Choice::LaneBatch => run::<P, BatchLane>(plan, live),
        Choice::SyncChannel => run::<P, SyncChannel<P>>(plan, live),
        Choice::Crossbeam => run::<P, Crossbeam<P>>(plan, live),
        Choice::ArrayQueue => run::<P, ArrayQueue<P>>(plan, live),
        Choice::TokioMpsc => run::<P, TokioMpsc<P>>(plan, live),
        Choice::Direct => run::<P, Direct>(plan, live),
        #[cfg(feature = "rivals")]
        Choice::Jaeb => run::<P, Jaeb>(plan, live),
        #[cfg(not(feature = "rivals"))]
        Choice::Jaeb => {
            Err(Unsupported("jaeb is not in this program: build it with `--features rivals`".into()))
        }
    }
}
