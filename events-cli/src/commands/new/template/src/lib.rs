//! A shop: what its handlers share, and the bus that brings events to them.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use events::bus::BuildError;
use events::prelude::*;

mod handlers;
pub mod orders;

/// What is on the shelf: how many of each item.
#[derive(Debug, Default)]
pub struct Stock(Mutex<HashMap<String, u32>>);

impl Stock {
    /// A shelf with these on it.
    pub fn of<const N: usize>(items: [(&str, u32); N]) -> Self {
        Self(Mutex::new(items.map(|(item, count)| (item.to_owned(), count)).into()))
    }

    /// Takes so many of an item.
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

/// What was said.
#[derive(Debug, Default)]
pub struct Log(Mutex<Vec<String>>);

impl Log {
    /// Says it.
    pub fn add(&self, line: String) {
        println!("{line}");
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }

    /// All that was said, in order.
    pub fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A bus with all handlers of the program.
///
/// # Errors
/// If a handler asks for state that is not given here.
pub fn bus(stock: Stock) -> Result<Bus, BuildError> {
    Bus::builder().state(stock).state(Log::default()).build()
}
