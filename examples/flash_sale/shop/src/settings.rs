//! What is sold, and how hard the crowd comes.

use std::ffi::OsString;
use std::time::Duration;

use crate::Error;

/// Something on sale.
#[derive(Clone, Copy, Debug)]
pub struct Item {
    /// What it is called.
    pub name: &'static str,
    /// What a unit costs, in cents.
    pub cents: u64,
}

/// All that is on sale; the first are wanted most.
pub const ITEMS: [Item; 8] = [
    Item { name: "headphones", cents: 4_900 },
    Item { name: "camera", cents: 29_900 },
    Item { name: "kettle", cents: 1_990 },
    Item { name: "desk lamp", cents: 2_450 },
    Item { name: "rain jacket", cents: 7_900 },
    Item { name: "tent", cents: 18_900 },
    Item { name: "notebook", cents: 320 },
    Item { name: "accordion", cents: 95_000 },
];

/// A sale: what there is, who comes, and what goes wrong.
#[derive(Clone, Debug)]
pub struct Sale {
    /// Decides what each order asks for and which cards are declined.
    pub seed: u64,
    /// How many orders are placed.
    pub orders: u32,
    /// How many threads place them.
    pub producers: usize,
    /// How many workers handle them.
    pub workers: usize,
    /// How many orders may wait before the next has to.
    pub capacity: usize,
    /// How many units there are of each item.
    pub stock: u32,
    /// How many units an order asks for at most.
    pub most_units: u32,
    /// Of 1,000 cards, so many are declined.
    pub declined: u32,
    /// Of 1,000 payments, so many fail at the first try.
    pub hiccups: u32,
    /// How long the mail server takes over every 200th receipt.
    pub stall: Duration,
}

impl Default for Sale {
    fn default() -> Self {
        Self {
            seed: 7,
            orders: 200_000,
            producers: 4,
            workers: 2,
            capacity: 4_096,
            stock: 1_000,
            most_units: 3,
            declined: 40,
            hiccups: 20,
            stall: Duration::from_millis(8),
        }
    }
}

impl Sale {
    /// The default sale, changed by the arguments of a program: `--orders 1000 --workers 4`.
    ///
    /// # Errors
    /// If an argument is unknown, lacks its number, or is out of bounds.
    pub fn from_args(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, Error> {
        let mut sale = Self::default();
        let mut arguments = arguments.into_iter().map(|argument| argument.to_string_lossy().into_owned());
        while let Some(name) = arguments.next() {
            let wrong = || Error::Usage(name.clone());
            let mut number = || arguments.next().and_then(|text| text.parse::<u32>().ok()).ok_or_else(wrong);
            match &*name {
                "--orders" => sale.orders = number()?,
                "--producers" => sale.producers = number()? as usize,
                "--workers" => sale.workers = number()? as usize,
                "--stock" => sale.stock = number()?,
                "--seed" => sale.seed = number()?.into(),
                _ => return Err(wrong()),
            }
        }
        sale.check()?;
        Ok(sale)
    }

    /// Whether such a sale can be held at all.
    ///
    /// # Errors
    /// Names what is out of bounds.
    pub fn check(&self) -> Result<(), Error> {
        let bounds = [
            ("--orders", self.orders as usize, 1, 10_000_000),
            ("--producers", self.producers, 1, 256),
            ("--workers", self.workers, 1, 256),
            ("--stock", self.stock as usize, 0, 100_000_000),
            ("units of an order", self.most_units as usize, 1, 1_000),
        ];
        match bounds.into_iter().find(|(_, value, least, most)| !(*least..=*most).contains(value)) {
            Some((what, value, least, most)) => Err(Error::Bounds { what, value, least, most }),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Sale, Error> {
        Sale::from_args(arguments.iter().map(OsString::from))
    }

    #[test]
    fn arguments_change_the_default() {
        let sale = parse(&["--workers", "5", "--orders", "12"]).unwrap();
        assert_eq!((sale.workers, sale.orders, sale.seed), (5, 12, Sale::default().seed));
    }

    #[test]
    fn what_cannot_be_is_said() {
        let said = |arguments: &[&str]| parse(arguments).unwrap_err().to_string();
        assert!(said(&["--speed", "3"]).contains("`--speed`"));
        assert!(said(&["--orders"]).contains("`--orders`"));
        assert!(said(&["--orders", "many"]).contains("`--orders`"));
        assert_eq!(said(&["--workers", "0"]), "--workers is 0, and has to be from 1 to 256");
    }
}
