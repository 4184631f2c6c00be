//! No queue: the handler runs where the event is sent. What is late here is late by the machine and the generator alone.

use std::sync::Arc;

use super::{Settings, Tally, Target, Unsupported};
use crate::load::payload::Payload;
use crate::load::probe::Probe;

/// See the module.
pub struct Direct {
    probe: Arc<Probe>,
}

impl<P: Payload> Target<P> for Direct {
    const NAME: &'static str = "no queue";

    fn start(settings: &Settings, probe: Arc<Probe>) -> Result<Self, Unsupported> {
        settings.of_channel(<Self as Target<P>>::NAME)?;
        Ok(Self { probe })
    }

    fn produce(&self, events: impl Iterator<Item = P>, tally: &Tally) {
        for event in events {
            tally.offer();
            self.probe.handle(&event);
        }
    }

    fn finish(self) {}
}
