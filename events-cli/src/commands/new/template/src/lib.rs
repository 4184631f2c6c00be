//! A shop: the state that its handlers share, and its bus.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use events::bus::BuildError;
use events::prelude::*;

mod handlers;
pub mod orders;

/// The stock: how many there are of each item.
#[derive(Debug, Default)]
pub struct Stock(Mutex<HashMap<String, u32>>);

impl Stock {
    /// Makes a stock of these items.
    pub fn of<const N: usize>(items: [(&str, u32); N]) -> Self {
        Self(Mutex::new(items.map(|(item, count)| (item.to_owned(), count)).into()))
    }

    /// Takes a number of an item from the stock.
    ///
    /// # Errors
    /// If there are fewer.
    pub fn take(&self, item: &str, count: u32) -> Result<(), String> {
        let mut items = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match items.get_mut(item) {
            Some(left) if *left >= count => {
                *left -= count;
                Ok(())
            }
            left => Err(format!("{count} of `{item}` are asked for, and {} are left", left.map_or(0, |left| *left))),
        }
    }
}

/// The messages to the customer.
#[derive(Debug, Default)]
pub struct Log(Mutex<Vec<String>>);

impl Log {
    /// Adds a message.
    pub fn add(&self, line: String) {
        println!("{line}");
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }

    /// All messages, in order.
    pub fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Makes a bus with all handlers of the program.
///
/// # Errors
/// If a handler takes state that is not given here.
pub fn bus(stock: Stock) -> Result<Bus, BuildError> {
    Bus::builder().state(stock).state(Log::default()).build()
}
