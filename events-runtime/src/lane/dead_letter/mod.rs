//! Dead letters: events that were given up, kept so that the program can read them and send them again.

mod announce;
mod handle;
mod letter;
mod store;
mod unseen;

pub use handle::{DeadLetters, ResendError};
pub use letter::DeadLetter;
pub(in crate::lane) use store::NewLetter;
pub(crate) use store::Store;
pub use unseen::UnseenLetters;
