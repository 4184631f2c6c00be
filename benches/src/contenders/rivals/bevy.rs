//! Observers of `bevy_ecs`. They are global, since the event has no entity.

use std::hint::black_box;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, PoisonError};

use bevy_ecs::event::Event;
use bevy_ecs::observer::On;
use bevy_ecs::world::World;

use crate::body::{Counters, body};
use crate::contenders::contender::{AMOUNT, Contender, Way};
use crate::contenders::names;
use crate::workload::{Plain, Visitor, checked, counters};

/// An event type for each workload, because observers are found by type.
#[derive(Event)]
struct Emitted<W: Send + Sync + 'static>(u64, PhantomData<fn(W)>);

struct Observed<W> {
    world: World,
    counters: Arc<Counters>,
    workload: PhantomData<fn(W)>,
}

impl<W: Plain> Visitor for Observed<W> {
    fn visit<const INDEX: usize, const WORK: u8>(&mut self) {
        let counters = self.counters.clone();
        self.world.add_observer(move |event: On<'_, '_, Emitted<W>>| {
            checked(body::<INDEX, WORK>(event.0, &counters));
        });
    }
}

/// `World::trigger`.
pub(super) fn contender<W: Plain>() -> Contender {
    let mut target = Observed::<W> { world: World::new(), counters: counters(), workload: PhantomData };
    W::each(&mut target);
    target.world.flush();
    let world = Mutex::new(target.world);
    Contender::new::<W>(names::BEVY, Way::Rival, move |emits| {
        let mut world = world.lock().unwrap_or_else(PoisonError::into_inner);
        for _ in 0..emits {
            black_box(&mut world).trigger(black_box(Emitted::<W>(AMOUNT, PhantomData)));
        }
    })
}
