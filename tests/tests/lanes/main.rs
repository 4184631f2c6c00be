//! Sending: lanes, their workers, order, overflow, failure, shutdown.

mod account;
mod asynchronous;
mod batches;
mod breakers;
mod build_errors;
mod context;
mod dead_letters;
mod elastic;
mod hostile;
mod order;
mod overflow;
mod properties;
mod rate_limit;
mod retries;
mod retry_conditions;
mod sending;
mod shutdown;
mod side_by_side;
mod stats;
mod stress;
mod subscribed;
mod support;
mod timeouts;
mod urgency;
mod watermarks;
mod workers;
