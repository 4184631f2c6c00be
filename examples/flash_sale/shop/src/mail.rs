//! Receipts by mail, over a server that now and then takes its time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use events::prelude::*;

use crate::Sale;
use crate::events::OrderPaid;

/// Another company's service.
pub(crate) struct Server {
    sent: AtomicUsize,
    stall: Duration,
}

impl Server {
    pub(crate) fn new(sale: &Sale) -> Self {
        Self { sent: AtomicUsize::new(0), stall: sale.stall }
    }

    fn send(&self) {
        if self.sent.fetch_add(1, Ordering::Relaxed) % 200 == 199 {
            thread::sleep(self.stall);
        }
    }

    pub(crate) fn sent(&self) -> usize {
        self.sent.load(Ordering::Relaxed)
    }
}

/// A plain function cannot be interrupted: one that takes longer than its timeout is named in the report.
#[handler(timeout = "5ms")]
fn receipt(_: &OrderPaid, server: State<'_, Server>) {
    server.send();
}
