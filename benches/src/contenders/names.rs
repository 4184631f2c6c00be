//! The names of contenders, as tables show them and bars look them up.

#![allow(missing_docs)]

pub const DIRECT: &str = "direct calls, results checked";
pub const DIRECT_ISOLATED: &str = "direct calls, results checked and panics isolated";
pub const POINTERS: &str = "slice of function pointers, results checked";
pub const BOXED: &str = "Vec<Box<dyn Fn>> with state, results checked";
pub const DISPATCH: &str = "dispatch";
pub const BUS: &str = "Bus::emit";
pub const BUS_STATE: &str = "Bus::emit with state";
pub const FUSED_DISPATCH: &str = "dispatch, fused";
pub const FUSED_BUS: &str = "Bus::emit, fused";
pub const FUSED_BUS_STATE: &str = "Bus::emit with state, fused";
pub const DYNAMIC: &str = "DynamicBus";
pub const SNAPSHOT: &str = "SnapshotBus";
pub const TOPIC: &str = "TopicBus";
pub const BEVY: &str = "bevy_ecs observers";
pub const JAEB: &str = "jaeb";
pub const BROADCAST: &str = "tokio broadcast";
