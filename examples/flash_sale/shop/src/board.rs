//! The board above the counter: what people look at, and what is gone.

use std::sync::{Mutex, PoisonError};

use events::prelude::*;

use crate::ITEMS;
use crate::events::{ItemSoldOut, ItemViewed};

/// What the board shows.
#[derive(Default)]
pub(crate) struct Board(Mutex<Shown>);

#[derive(Clone, Default)]
pub(crate) struct Shown {
    /// How often each item was looked at, as far as the board kept up.
    pub(crate) views: [u64; ITEMS.len()],
    /// How often each item sold out: more than once where units came back.
    pub(crate) sold_out: [u32; ITEMS.len()],
    picture: String,
}

impl Board {
    fn change(&self, change: impl FnOnce(&mut Shown)) {
        let mut shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut shown);
        shown.draw();
    }

    pub(crate) fn shown(&self) -> Shown {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Shown {
    /// Draws the whole board anew, which is slow: that is why views may be dropped.
    fn draw(&mut self) {
        self.picture.clear();
        for (item, (views, sold_out)) in ITEMS.iter().zip(self.views.iter().zip(self.sold_out)) {
            let state = if sold_out > 0 { "sold out" } else { "" };
            self.picture.push_str(&format!("{:<20}{views:>10} {state:<10}\n", item.name));
        }
    }
}

#[handler]
fn viewed(view: &ItemViewed, board: State<'_, Board>) {
    board.change(|shown| shown.views[view.item] += 1);
}

#[handler]
fn sold_out(event: &ItemSoldOut, board: State<'_, Board>) {
    board.change(|shown| shown.sold_out[event.item] += 1);
}
