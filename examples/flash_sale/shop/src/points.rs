//! Bonus points: a service that is down during the sale, and what that costs nobody else.

use std::collections::HashSet;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use events::prelude::*;

use crate::events::OrderPaid;

/// Another company's service.
pub(crate) struct Service {
    is_down: AtomicBool,
    /// The orders that points were given for, and how often for one that had them already.
    awarded: Mutex<(HashSet<u32>, u32)>,
}

#[derive(Debug)]
struct Down;

impl fmt::Display for Down {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("503 Service Unavailable")
    }
}

impl std::error::Error for Down {}

impl Service {
    /// A service that does not work.
    pub(crate) fn new() -> Self {
        Self { is_down: AtomicBool::new(true), awarded: Mutex::default() }
    }

    pub(crate) fn repair(&self) {
        self.is_down.store(false, Ordering::Release);
    }

    fn award(&self, order: u32) -> Result<(), Down> {
        if self.is_down.load(Ordering::Acquire) {
            return Err(Down);
        }
        let mut awarded = self.awarded.lock().unwrap_or_else(PoisonError::into_inner);
        if !awarded.0.insert(order) {
            awarded.1 += 1;
        }
        Ok(())
    }

    /// How many orders have their points, and how many got them twice.
    pub(crate) fn awarded(&self) -> (usize, u32) {
        let awarded = self.awarded.lock().unwrap_or_else(PoisonError::into_inner);
        (awarded.0.len(), awarded.1)
    }
}

/// Tried again twice, then given up. After 20 failures in a row the breaker spares the service and this shop the calls:
/// its cool-down is longer than both retries together, so most orders are given up without a call.
#[handler(retry(max = 2, backoff = "1ms..5ms"), breaker(failures = 20, cool_down = "20ms"))]
fn award(paid: &OrderPaid, service: State<'_, Service>) -> Result<(), Down> {
    service.award(paid.order)
}
