//! The macros that write a workload: for what every workload has, for handlers without state, and for handlers with
//! state.

/// An event that carries an amount.
macro_rules! amount {
    ($name:ident) => {
        #[events::event]
        pub struct $name(u64);

        impl $crate::workload::traits::Amount for $name {
            #[inline]
            fn new(amount: u64) -> Self {
                Self(amount)
            }

            #[inline(always)]
            fn amount(&self) -> u64 {
                self.0
            }
        }
    };
}

/// The number of handlers and their work.
macro_rules! size {
    ($name:ident $work:ident $kind:ident [$($handler:ident $index:literal)*]) => {
        impl $crate::workload::traits::Size for $name {
            const HANDLERS: usize = [$($index),*].len();
            const WORK: $crate::body::Work = $crate::body::Work::$work;

            fn each(visitor: &mut impl $crate::workload::traits::Visitor) {
                $(visitor.visit::<$index, { $crate::body::$kind }>();)*
            }
        }
    };
}

/// Handlers without state: single, fused, and as function pointers for the floors. `$run` is the function that a
/// handler calls with its index and the amount.
macro_rules! plain {
    ($name:ident $kind:ident $run:ident [$($handler:ident $index:literal)*]) => {
        amount!(Single);
        amount!(Fused);

        $(
            #[events::handler]
            fn $handler(event: &Single) -> Result<(), $crate::body::BoxError> {
                $run::<$index, { $crate::body::$kind }>(event.0)
            }
        )*

        #[events::handlers]
        mod fused {
            use super::{Fused, $run};

            $(
                #[events::handler]
                fn $handler(event: &Fused) -> Result<(), $crate::body::BoxError> {
                    $run::<$index, { $crate::body::$kind }>(event.0)
                }
            )*
        }

        impl $crate::workload::traits::Plain for $name {
            type Event = Single;
            type Fused = Fused;

            const POINTERS: &'static [$crate::workload::traits::Pointer<Single>] = &[$($handler),*];

            #[inline(always)]
            fn direct(event: &Single) -> u32 {
                let mut ran = 0;
                $(ran += $crate::workload::traits::checked($handler(event));)*
                ran
            }
        }
    };
}

/// Handlers that add to cells that they take as state: single and fused.
macro_rules! stateful {
    ($name:ident $kind:ident [$($handler:ident $index:literal)*]) => {
        amount!(Single);
        amount!(Fused);

        $(
            #[events::handler]
            fn $handler(event: &Single, counters: State<'_, Counters>) -> Result<(), $crate::body::BoxError> {
                $crate::body::body::<$index, { $crate::body::$kind }>(event.0, &counters)
            }
        )*

        #[events::handlers]
        mod fused {
            use super::{Counters, Fused, State};

            $(
                #[events::handler]
                fn $handler(event: &Fused, counters: State<'_, Counters>) -> Result<(), $crate::body::BoxError> {
                    $crate::body::body::<$index, { $crate::body::$kind }>(event.0, &counters)
                }
            )*
        }

        impl $crate::workload::traits::Stateful for $name {
            type Event = Single;
            type Fused = Fused;
        }
    };
}

pub(super) use {amount, plain, size, stateful};
