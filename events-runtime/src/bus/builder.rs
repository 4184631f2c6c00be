use std::collections::HashMap;
use std::mem;
use std::sync::{Arc, Weak};
use std::time::Duration;

use events_core::bind::{Binder, Overrides, StateMap};
use events_core::event::EventMeta;
use events_core::handler::Policy;
use events_core::registry;

use super::error::{BuildError, Problem, by_what_is_missing};
use super::extract::Handle;
use super::tables::Tables;
use super::{Bus, Inner};
use crate::dynamic::FromLinked;
use crate::lane::{Clock, DeadLetter, Lane, Lanes, Store};
use crate::subscription::Subscriptions;

/// Gathers what a [`Bus`] is bound to.
#[must_use = "a builder makes a bus only when it is built"]
#[derive(Default)]
pub struct BusBuilder {
    state: StateMap,
    problems: Vec<Problem>,
    expected: Vec<String>,
    lanes: Vec<Lane>,
    dead_letters: Option<usize>,
    drain_on_drop: Option<Duration>,
    pub(crate) overrides: Option<Overrides>,
    /// Whether lanes that events name are made where the builder was given none of that name.
    pub(crate) makes_lanes: bool,
    /// The clock of all lanes, where a test moves it.
    pub(crate) clock: Option<Clock>,
    defaults: Policy,
}

impl BusBuilder {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Gives the bus its state of type `T`. Handlers ask for it with `State<T>`, or `&self` in `#[handlers] impl T`.
    ///
    /// Put no [`Bus`] of the same bus into its own state: it would keep the bus open for ever, and the drop of the last other
    /// handle would not wait for the lanes. A handler asks for `Bus` as an argument instead.
    pub fn state<T: Send + Sync + 'static>(self, state: T) -> Self {
        self.shared_state(Arc::new(state))
    }

    /// Like [`state`](Self::state), for state that others hold too.
    pub fn shared_state<T: Send + Sync + 'static>(mut self, state: Arc<T>) -> Self {
        if !self.state.insert(state) {
            self.problems.push(Problem::StateTwice(std::any::type_name::<T>()));
        }
        self
    }

    /// Adds a lane, or changes the settings of the [default one](Lane::DEFAULT).
    pub fn lane(mut self, lane: Lane) -> Self {
        if self.lanes.iter().any(|other| other.name == lane.name) {
            self.problems.push(Problem::LaneTwice(lane.name));
        } else {
            self.lanes.push(lane);
        }
        self
    }

    /// The retries, the timeout and the circuit breaker of handlers that say nothing of the kind themselves, on all lanes; a
    /// lane's own defaults come before these. See [`Lane::default_retry`], [`Lane::default_timeout`] and
    /// [`Lane::default_breaker`]. What else a policy has does not apply.
    ///
    /// ```
    /// use events::handler::{Policy, Retry};
    /// use events::prelude::*;
    /// use std::time::Duration;
    ///
    /// let policy = Policy::NONE.retry(Retry::new(3)).timeout(Duration::from_secs(1));
    /// let bus = Bus::builder().default_policy(policy).build().unwrap();
    /// ```
    pub fn default_policy(mut self, policy: Policy) -> Self {
        self.defaults = policy;
        self
    }

    /// How many dead letters the bus keeps, of all lanes together: 10,000 unless set. When there are more, the oldest are
    /// evicted, so a lane that drops many events can evict the letters of others: allow for them.
    pub fn dead_letter_capacity(mut self, letters: usize) -> Self {
        self.dead_letters = Some(letters);
        self
    }

    /// How long dropping the last handle to the bus waits for what was sent: 5 s unless set. What is left then is named on
    /// standard error; [`Bus::shutdown`] returns it to the program instead. See there for signals and
    /// [`std::process::exit`], which drop nothing.
    pub fn drain_on_drop(mut self, timeout: Duration) -> Self {
        self.drain_on_drop = Some(timeout);
        self
    }

    /// Makes sure that these crates have handlers in the program.
    ///
    /// The linker leaves out a crate that nothing names, and its handlers with it. [`link!`](events_core::link) names
    /// it; this reports where that was forgotten. Give a crate by the name of its package or of its library.
    pub fn expect_handlers_from<S: Into<String>>(mut self, crates: impl IntoIterator<Item = S>) -> Self {
        self.expected.extend(crates.into_iter().map(Into::into));
        self
    }

    /// Binds every table of the program.
    ///
    /// # Errors
    /// Lists all that is wrong at once: state that handlers ask for and the bus lacks, state or a lane given twice, events
    /// that name a lane which is not there or cannot run their `async` handlers, events of the same `name` and version,
    /// crates that were expected and have no handler here.
    pub fn build(mut self) -> Result<Bus, BuildError> {
        let letters = Store::new(self.dead_letters.unwrap_or(10_000));
        #[cfg(feature = "tokio")]
        let letters = letters.with_runtime(self.lanes.iter().find_map(|lane| lane.tokio.clone()));
        let letters = Arc::new(letters);
        let lanes = self.make_lanes(letters.clone());
        let (mut state, overrides, mut problems) = self.checked();
        let inner = Arc::new_cyclic(|bus: &Weak<Inner>| {
            state.insert(Arc::new(Handle(bus.clone())));
            let mut binder = Binder::new(&state);
            if let Some(overrides) = &overrides {
                binder = binder.with_overrides(overrides);
            }
            let tables = Tables::bind(registry().tables(), &mut binder);
            let subscriptions = Subscriptions::new(registry().bind_observers(&mut binder), &tables);
            problems.extend(by_what_is_missing(binder.into_missing()));
            letters.set_table(tables.get_shared());
            Inner { lanes, letters, tables, subscriptions, state }
        });
        if problems.is_empty() { Ok(Bus::owned(inner)) } else { Err(BuildError::new(problems)) }
    }

    /// The lanes, and a look at whether each event finds its own.
    fn make_lanes(&mut self, letters: Arc<Store>) -> Lanes {
        let mut settings = mem::take(&mut self.lanes);
        if !settings.iter().any(|lane| lane.name == Lane::DEFAULT) {
            settings.push(Lane::new(Lane::DEFAULT));
        }
        if self.makes_lanes {
            for name in registry().events().filter_map(|event| event.lane) {
                if !settings.iter().any(|lane| lane.name == name) {
                    settings.push(Lane::new(name));
                }
            }
        }
        for lane in &mut settings {
            if let Some(clock) = &self.clock {
                lane.clock = clock.clone();
            }
            lane.defaults = lane.defaults.or(&self.defaults);
        }
        for lane in &settings {
            let bad = lane.bad_settings().into_iter();
            self.problems.extend(bad.map(|bad| Problem::BadSetting(lane.name.clone(), bad)));
        }
        let lanes = Lanes::new(settings, self.drain_on_drop.unwrap_or(Duration::from_secs(5)), letters);
        let letters_event = <DeadLetter as events_core::Event>::META;
        if has_async_handler(letters_event) && !lanes.run_async() && !self.makes_lanes {
            self.problems.push(Problem::LettersWithoutRuntime(letters_event));
        }
        for event in registry().events() {
            let Some(name) = event.lane else { continue };
            match lanes.settings(name) {
                None => {
                    let known = lanes.names().map(str::to_owned).collect();
                    self.problems.push(Problem::UnknownLane { event, known });
                }
                Some(lane)
                    if event.is_async
                        && !lane.runs_async()
                        && !self.makes_lanes
                        && has_async_handler(event) =>
                {
                    self.problems.push(Problem::LaneWithoutRuntime(event));
                }
                Some(_) => (),
            }
        }
        lanes
    }

    /// Registers the program's synchronous handlers with a bus of another kind, to compare or to switch.
    ///
    /// # Errors
    /// As [`build`](Self::build); a handler that asks for a handle to the `Bus` cannot be bound here.
    pub fn build_dynamic<B: FromLinked>(self) -> Result<B, BuildError> {
        let (state, _, mut problems) = self.checked();
        let mut binder = Binder::new(&state);
        let mut bus = B::default();
        for table in registry().tables() {
            bus.register(table.type_id(), table.event(), table.bind_rows(&mut binder));
        }
        problems.extend(by_what_is_missing(binder.into_missing()));
        if problems.is_empty() { Ok(bus) } else { Err(BuildError::new(problems)) }
    }

    /// What a bus is bound to, and what is wrong already.
    fn checked(self) -> (StateMap, Option<Overrides>, Vec<Problem>) {
        let Self { state, mut problems, expected, overrides, .. } = self;
        problems.extend(events_of_one_name());
        problems.extend(absent(expected));
        problems.extend(overrides.iter().flat_map(unknown_paths));
        (state, overrides, problems)
    }
}

fn has_async_handler(event: &'static EventMeta) -> bool {
    let mut found = false;
    // By its path: the description is a constant, of which each place that names it may have a copy.
    registry().for_each_handler(|handler| found |= handler.is_async && handler.event.path == event.path);
    found
}

/// Events that were given the same name and version: outside of the process they could not be told apart.
fn events_of_one_name() -> Vec<Problem> {
    let mut seen = HashMap::new();
    let named = registry().events().filter(|event| event.name != event.path);
    named
        .filter_map(|event| {
            let first = seen.insert((event.name, event.version), event)?;
            Some(Problem::SameName(first, event))
        })
        .collect()
}

/// The crates of which no handler is linked.
fn absent(mut expected: Vec<String>) -> impl Iterator<Item = Problem> {
    if !expected.is_empty() {
        let library = |name: &str| name.replace('-', "_");
        registry().for_each_handler(|handler| {
            let own = handler.path.split("::").next().unwrap_or_default();
            expected.retain(|name| name != handler.package && library(name) != own);
        });
    }
    expected.into_iter().map(Problem::AbsentCrate)
}

/// Paths of overrides that no handler has.
fn unknown_paths(overrides: &Overrides) -> Vec<Problem> {
    overrides.unknown_paths().into_iter().map(|path| Problem::UnknownHandler(path.to_owned())).collect()
}
