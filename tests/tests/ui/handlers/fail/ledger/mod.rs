//! The body of `module_elsewhere.rs`: rustc reads it before `#[handlers]` sees its name.
