//! `cargo events diff`: on listings beside this file, on this very program, and on programs that nobody wrote.

mod command;
mod properties;
