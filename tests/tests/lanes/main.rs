//! Sending: lanes, their workers, order, overflow, failure, shutdown.

mod sending;
