//! Stands in for methods whose feature is off, so that a call to one is an error that names the feature.

#[cfg(not(feature = "tokio"))]
mod tokio {
    use std::time::Duration;

    use crate::lane::ShutdownReport;
    use crate::{Bus, LaneConfig};

    /// No type implements this while the feature is off.
    #[diagnostic::on_unimplemented(
        message = "this needs the feature `tokio` of the crate `events`",
        label = "the feature `tokio` is off",
        note = "turn it on in `Cargo.toml`: `events = {{ version = \"..\", features = [\"tokio\"] }}`"
    )]
    #[allow(unreachable_pub)]
    pub trait FeatureTokio {}

    impl LaneConfig {
        #[doc(hidden)]
        pub fn tokio(self, _: impl FeatureTokio) -> Self {
            self
        }

        #[doc(hidden)]
        pub fn concurrency(self, _: impl FeatureTokio) -> Self {
            self
        }
    }

    impl Bus {
        #[doc(hidden)]
        pub async fn drain_async(&self, _: impl FeatureTokio) -> bool {
            self.drain(Duration::ZERO)
        }

        #[doc(hidden)]
        pub async fn shutdown_async(&self, _: impl FeatureTokio) -> ShutdownReport {
            self.shutdown(Duration::ZERO)
        }
    }
}

#[cfg(not(feature = "rate-limit"))]
mod rate_limit {
    use crate::LaneConfig;

    /// No type implements this while the feature is off.
    #[diagnostic::on_unimplemented(
        message = "this needs the feature `rate-limit` of the crate `events`",
        label = "the feature `rate-limit` is off",
        note = "turn it on in `Cargo.toml`: `events = {{ version = \"..\", features = [\"rate-limit\"] }}`"
    )]
    #[allow(unreachable_pub)]
    pub trait FeatureRateLimit {}

    impl LaneConfig {
        #[doc(hidden)]
        pub fn rate_limit(self, _: impl FeatureRateLimit, _burst: u32) -> Self {
            self
        }
    }
}
