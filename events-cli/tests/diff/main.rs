//! `cargo events diff`: on listings in this folder, on this program, and on generated programs.

mod command;
mod properties;
