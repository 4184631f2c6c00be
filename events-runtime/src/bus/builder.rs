use std::collections::HashMap;
use std::mem;
use std::sync::{Arc, Weak};
use std::time::Duration;

use events_core::bind::Binder;
use events_core::event::EventMeta;
use events_core::handler::Policy;
use events_core::private::plumbing::{Overrides, StateMap};
use events_core::registry;

use super::error::{BuildError, by_what_is_missing};
use super::extract::Handle;
use super::problem::BuildProblem;
use super::tables::Tables;
use super::{Bus, Inner};
use crate::dynamic::FromLinked;
use crate::lane::{Clock, DeadLetter, LaneConfig, Lanes, Store};
use crate::subscription::Subscriptions;

/// Gathers what a [`Bus`] needs: state, lanes and limits. [`Bus::builder`] makes one, and [`build`](Self::build) makes the bus.
///
/// ```standalone_crate
/// use events::LaneConfig;
/// use events::prelude::*;
///
/// #[event(lane = "mail")]
/// struct OrderPaid;
///
/// struct Shop { name: &'static str }
///
/// #[handler]
/// fn thank(_: &OrderPaid, shop: State<Shop>) { assert_eq!(shop.name, "Corner shop"); }
///
/// # fn main() {
/// let shop = Shop { name: "Corner shop" };
/// let bus = Bus::builder().state(shop).lane(LaneConfig::new("mail")).build().unwrap();
/// let outcome = bus.emit(&OrderPaid);
/// assert!(outcome.is_ok() && outcome.ran() == 1);
/// # }
/// ```
#[must_use = "a builder makes a bus only when it is built"]
#[derive(Default)]
pub struct BusBuilder {
    state: StateMap,
    problems: Vec<BuildProblem>,
    expected: Vec<String>,
    lanes: Vec<LaneConfig>,
    dead_letters: Option<usize>,
    drain_on_drop: Option<Duration>,
    pub(crate) overrides: Option<Overrides>,
    /// Whether `build` creates each lane that an event names and that the builder was not given.
    pub(crate) makes_missing_lanes: bool,
    /// The clock of all lanes, where a test moves it.
    pub(crate) clock: Option<Clock>,
    defaults: Policy,
}

impl BusBuilder {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Gives the bus its state of type `T`: one value of each type. Handlers ask for it with `State<T>`, or with `&self` in
    /// `#[handlers] impl T`. A second value of the same type is an error of [`build`](Self::build).
    ///
    /// Do not put a handle to this bus into its own state: the bus would then stay open for ever, and dropping the other handles
    /// would not wait for the lanes. A handler that needs the bus takes an argument of type `Bus`.
    ///
    /// ```
    /// use events::prelude::*;
    ///
    /// struct Shop { name: &'static str }
    ///
    /// let bus = Bus::builder().state(Shop { name: "Corner shop" }).build().unwrap();
    /// assert_eq!(bus.state::<Shop>().unwrap().name, "Corner shop");
    /// ```
    pub fn state<T: Send + Sync + 'static>(self, state: T) -> Self {
        self.shared_state(Arc::new(state))
    }

    /// Like [`state`](Self::state), for a value that the program keeps using too.
    ///
    /// ```
    /// use std::sync::{Arc, Mutex};
    /// use events::prelude::*;
    ///
    /// let orders = Arc::new(Mutex::new(Vec::<u32>::new()));
    /// let bus = Bus::builder().shared_state(orders.clone()).build().unwrap();
    /// bus.state::<Mutex<Vec<u32>>>().unwrap().lock().unwrap().push(7);
    /// assert_eq!(*orders.lock().unwrap(), [7]);
    /// ```
    pub fn shared_state<T: Send + Sync + 'static>(mut self, state: Arc<T>) -> Self {
        if !self.state.insert(state) {
            self.problems.push(BuildProblem::StateTwice { type_name: std::any::type_name::<T>() });
        }
        self
    }

    /// Adds a lane, or changes the settings of the [default lane](LaneConfig::DEFAULT). Two lanes of one name are an error of
    /// [`build`](Self::build), and so are settings that are out of bounds.
    ///
    /// ```
    /// use events::LaneConfig;
    /// use events::prelude::*;
    ///
    /// let mail = LaneConfig::new("mail").workers(2);
    /// let default = LaneConfig::new(LaneConfig::DEFAULT).capacity(64);
    /// let bus = Bus::builder().lane(mail).lane(default).build().unwrap();
    /// assert_eq!(bus.lane("mail").unwrap().workers(), 2);
    /// assert_eq!(bus.lane("default").unwrap().capacity(), 64);
    /// ```
    pub fn lane(mut self, lane: LaneConfig) -> Self {
        if self.lanes.iter().any(|other| other.name == lane.name) {
            self.problems.push(BuildProblem::LaneTwice { lane: lane.name });
        } else {
            self.lanes.push(lane);
        }
        self
    }

    /// Sets the retries, the timeout and the circuit breaker of handlers that do not set their own, on all lanes. The defaults of
    /// a lane take precedence: [`LaneConfig::default_retry`], [`LaneConfig::default_timeout`] and
    /// [`LaneConfig::default_breaker`]. Other fields of the policy have no effect here.
    ///
    /// ```
    /// use events::handler::{Policy, Retry};
    /// use events::prelude::*;
    /// use std::time::Duration;
    ///
    /// #[event]
    /// struct OrderPaid;
    /// #[handler]
    /// fn charge(_: &OrderPaid) -> Result<(), &'static str> { Err("card declined") }
    ///
    /// let twice_more = Retry::new(2).backoff(Duration::from_millis(1), Duration::from_millis(5));
    /// let bus = Bus::builder().default_policy(Policy::NONE.retry(twice_more)).build().unwrap();
    /// bus.send(OrderPaid).unwrap();
    /// assert!(bus.drain(Duration::from_secs(5)));
    /// assert_eq!(bus.dead_letters().list()[0].attempts.len(), 3);
    /// ```
    pub fn default_policy(mut self, policy: Policy) -> Self {
        self.defaults = policy;
        self
    }

    /// How many dead letters the bus keeps, for all lanes together: 10,000 by default, and at least 1. When one more arrives, the
    /// oldest is evicted. A lane that drops many events can so evict the letters of other lanes; choose a number that allows for
    /// that.
    ///
    /// ```
    /// use events::prelude::*;
    /// use std::time::Duration;
    ///
    /// #[event]
    /// struct Unheard; // no handler: each becomes a dead letter
    ///
    /// let bus = Bus::builder().dead_letter_capacity(2).build().unwrap();
    /// bus.send_batch([Unheard, Unheard, Unheard]).unwrap();
    /// assert!(bus.drain(Duration::from_secs(5)));
    /// assert_eq!((bus.dead_letters().len(), bus.dead_letters().evicted()), (2, 1));
    /// ```
    pub fn dead_letter_capacity(mut self, letters: usize) -> Self {
        self.dead_letters = Some(letters);
        self
    }

    /// How long dropping the last handle to the bus waits for the events that were sent: 5 s by default. The drop then prints to
    /// standard error which events are left; [`Bus::shutdown`] returns them to the program instead. See there for signals and
    /// [`std::process::exit`], which drop nothing.
    ///
    /// ```
    /// use std::sync::atomic::{AtomicU32, Ordering};
    /// use std::sync::Arc;
    /// use std::time::Duration;
    /// use events::prelude::*;
    ///
    /// #[event]
    /// struct Tick;
    ///
    /// let bus = Bus::builder().drain_on_drop(Duration::from_secs(30)).build().unwrap();
    /// let handled = Arc::new(AtomicU32::new(0));
    /// let count = handled.clone();
    /// bus.subscribe(move |_: &Tick| { count.fetch_add(1, Ordering::SeqCst); }).detach();
    /// bus.send(Tick).unwrap();
    /// drop(bus); // returns when the event is handled
    /// assert_eq!(handled.load(Ordering::SeqCst), 1);
    /// ```
    pub fn drain_on_drop(mut self, timeout: Duration) -> Self {
        self.drain_on_drop = Some(timeout);
        self
    }

    /// Makes `build` fail if one of these crates has no handler in the program.
    ///
    /// The linker leaves out a crate that nothing names, and its handlers with it. [`link!`](events_core::link) names a crate; this
    /// reports where that was forgotten. Give each crate by the name of its package or of its library.
    ///
    /// ```
    /// use events::prelude::*;
    ///
    /// let error = Bus::builder().expect_handlers_from(["shop-mail"]).build().unwrap_err();
    /// assert_eq!(error.absent_crates().collect::<Vec<_>>(), ["shop-mail"]);
    /// assert!(error.to_string().contains("add `events::link!(shop_mail);`"));
    /// ```
    pub fn expect_handlers_from<S: Into<String>>(mut self, crates: impl IntoIterator<Item = S>) -> Self {
        self.expected.extend(crates.into_iter().map(Into::into));
        self
    }

    /// Binds every table of the program, and starts the workers of the lanes that the builder was given. A lane that it was
    /// not given, such as the default one, starts its workers with the first event that is sent to it.
    ///
    /// ```
    /// use events::LaneConfig;
    /// use events::prelude::*;
    ///
    /// let builder = Bus::builder().state(1_u32).state(2_u32).lane(LaneConfig::new("mail").workers(10_000));
    /// let error = builder.build().unwrap_err();
    /// assert_eq!(error.len(), 2); // all problems at once
    /// assert!(error.to_string().contains("two values of state of type `u32`"));
    /// assert!(error.to_string().contains("it asks for 10000 workers, and may have up to 4096"));
    /// ```
    ///
    /// # Errors
    /// Lists all that is wrong at once: state that handlers ask for and the bus lacks, state or a lane given twice, events
    /// that name a lane which is not there or cannot run their `async` handlers, events of the same `name` and version,
    /// crates that were expected and have no handler here. Where nothing of that is wrong: lanes for which the system would not
    /// start a thread, or has no memory. [`BuildError::problems`] has each as data.
    pub fn build(mut self) -> Result<Bus, BuildError> {
        let letters = Store::new(self.dead_letters.unwrap_or(10_000));
        #[cfg(feature = "tokio")]
        let letters = letters.with_runtime(self.lanes.iter().find_map(|lane| lane.tokio.clone()));
        let letters = Arc::new(letters);
        let given: Vec<_> = self.lanes.iter().map(|lane| lane.name.clone()).collect();
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
        if !problems.is_empty() {
            return Err(BuildError::new(problems));
        }
        let bus = Bus::owned(inner);
        let problems: Vec<_> = given.into_iter().filter_map(|lane| bus.start_lane(lane)).collect();
        // If there are problems, `bus` is dropped here, which ends the lanes that have started.
        if problems.is_empty() { Ok(bus) } else { Err(BuildError::new(problems)) }
    }

    /// Makes the lanes. Adds a problem for each bad setting, and for each event whose lane is missing or cannot run its
    /// handlers.
    fn make_lanes(&mut self, letters: Arc<Store>) -> Lanes {
        let mut settings = mem::take(&mut self.lanes);
        if !settings.iter().any(|lane| lane.name == LaneConfig::DEFAULT) {
            settings.push(LaneConfig::new(LaneConfig::DEFAULT));
        }
        if self.makes_missing_lanes {
            for name in registry().events().filter_map(|event| event.lane) {
                if !settings.iter().any(|lane| lane.name == name) {
                    settings.push(LaneConfig::new(name));
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
            self.problems.extend(
                bad.map(|bad| BuildProblem::BadSetting { lane: lane.name.clone(), what: bad.to_string() }),
            );
        }
        let lanes = Lanes::new(settings, self.drain_on_drop.unwrap_or(Duration::from_secs(5)), letters);
        let letters_event = <DeadLetter as events_core::Event>::META;
        if has_async_handler(letters_event) && !lanes.run_async() && !self.makes_missing_lanes {
            self.problems.push(BuildProblem::LettersWithoutRuntime { event: letters_event });
        }
        for event in registry().events() {
            let Some(name) = event.lane else { continue };
            match lanes.settings(name) {
                None => {
                    let known = lanes.names().map(str::to_owned).collect();
                    self.problems.push(BuildProblem::UnknownLane { event, known });
                }
                Some(lane)
                    if event.is_async
                        && !lane.runs_async()
                        && !self.makes_missing_lanes
                        && has_async_handler(event) =>
                {
                    self.problems.push(BuildProblem::LaneWithoutRuntime { event });
                }
                Some(_) => (),
            }
        }
        lanes
    }

    /// Registers the program's synchronous handlers with a bus of another kind: to compare the two, or to switch. Lanes and
    /// settings of lanes have no effect there.
    ///
    /// ```standalone_crate
    /// use events::prelude::*;
    /// use events::{DynamicBus, EventBus};
    ///
    /// #[event]
    /// struct Tick;
    /// #[handler]
    /// fn on_tick(_: &Tick) {}
    ///
    /// # fn main() {
    /// let bus: DynamicBus = Bus::builder().build_dynamic().unwrap();
    /// assert_eq!(bus.emit(&Tick).ran(), 1);
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`build`](Self::build). A handler that takes a `Bus` as an argument cannot be registered here, which is an error too.
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

    /// The state and the overrides, with all problems that are found before the tables are bound.
    fn checked(self) -> (StateMap, Option<Overrides>, Vec<BuildProblem>) {
        let Self { state, mut problems, expected, overrides, .. } = self;
        problems.extend(events_of_one_name());
        problems.extend(absent(expected));
        problems.extend(overrides.iter().flat_map(unknown_paths));
        (state, overrides, problems)
    }
}

fn has_async_handler(event: &'static EventMeta) -> bool {
    let mut found = false;
    // Compared by path, since the metadata is a constant and so may have more than one address.
    registry().for_each_handler(|handler| found |= handler.is_async && handler.event.path == event.path);
    found
}

/// Events that were given the same name and version, which makes them indistinguishable outside of the process.
fn events_of_one_name() -> Vec<BuildProblem> {
    let mut seen = HashMap::new();
    let named = registry().events().filter(|event| event.name != event.path);
    named
        .filter_map(|event| {
            let first = seen.insert((event.name, event.version), event)?;
            Some(BuildProblem::SameName { first, second: event })
        })
        .collect()
}

/// The crates of which no handler is linked.
fn absent(mut expected: Vec<String>) -> impl Iterator<Item = BuildProblem> {
    if !expected.is_empty() {
        let library = |name: &str| name.replace('-', "_");
        registry().for_each_handler(|handler| {
            let own = handler.path.split("::").next().unwrap_or_default();
            expected.retain(|name| name != handler.package && library(name) != own);
        });
    }
    expected.into_iter().map(|name| BuildProblem::AbsentCrate { name })
}

/// Paths of overrides that no handler has.
fn unknown_paths(overrides: &Overrides) -> Vec<BuildProblem> {
    overrides
        .unknown_paths()
        .into_iter()
        .map(|path| BuildProblem::UnknownHandler { path: path.to_owned() })
        .collect()
}
