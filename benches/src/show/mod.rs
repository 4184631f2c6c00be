//! Showing results: bars, tables, charts, pages, progress.

pub mod bar;
pub mod chart;
pub mod files;
pub mod lines;
pub mod machine;
pub mod number;
pub mod page;
pub mod progress;
pub mod table;
