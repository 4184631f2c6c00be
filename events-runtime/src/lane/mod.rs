//! Lanes: bounded queues whose workers run the tables of the events that were sent.

#[cfg_attr(
    not(test),
    expect(dead_code, unused_imports, reason = "the lanes that stand on it are the next step")
)]
mod ring;
