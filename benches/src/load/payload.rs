//! The events that are sent: the same in all sizes.

use events::prelude::*;

use super::due::Payload;
use super::probe::Probe;

macro_rules! payload {
    ($(#[$doc:meta])* $name:ident: $bytes:literal) => {
        $(#[$doc])*
        #[event]
        #[derive(Clone)]
        pub struct $name {
            due: u64,
            id: u64,
            rest: [u8; $bytes - 16],
        }

        const _: () = assert!(size_of::<$name>() == $bytes);

        impl Payload for $name {
            #[inline]
            fn new(due: u64, id: u64) -> Self {
                Self { due, id, rest: [id as u8; $bytes - 16] }
            }

            #[inline]
            fn due(&self) -> u64 {
                self.due
            }

            #[inline]
            fn id(&self) -> u64 {
                debug_assert_eq!(self.rest[0], self.id as u8, "it came as it was sent");
                self.id
            }
        }

        const _: () = {
            /// The handler that a lane runs.
            #[handler]
            fn handle(event: &$name, probe: State<'_, Probe>) {
                probe.handle(event);
            }
        };
    };
}

payload!(
    /// 24 bytes: an id, a time and a number, as most events are.
    Bytes24: 24
);
payload!(
    /// 64 bytes.
    Bytes64: 64
);
payload!(
    /// 104 bytes.
    Bytes104: 104
);
payload!(
    /// 256 bytes.
    Bytes256: 256
);
payload!(
    /// 1,024 bytes.
    Bytes1024: 1024
);

/// All sizes.
pub const SIZES: [usize; 5] = [24, 64, 104, 256, 1024];
