use alloc::vec::Vec;

use super::common::{Common, TypeBytes};
use super::cursor::Cursor;
use super::error::{Error, Problem};
use crate::{ID, flag, tag};

/// A handler.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Handler<'a> {
    /// Where it is written, and its name there.
    pub common: Common<'a>,
    /// The event it handles; zeros for a handler of all events.
    pub event: TypeBytes,
    /// The event as written.
    pub event_written: &'a str,
    /// Higher runs first.
    pub priority: i32,
    /// The condition of `when`, as written.
    pub condition: Option<&'a str>,
    /// Its arguments after the event, `&self` included.
    pub arguments: Vec<Argument<'a>>,
    /// What it returns, as written; `None` for `()`.
    pub returns: Option<&'a str>,
    /// The events that it says it emits.
    pub emits: Vec<Emits<'a>>,
    /// The part after the module in the path of its group.
    pub group: Option<&'a str>,
    /// Tells the rows of its group apart.
    pub row: Option<u64>,
    /// When it is tried again, as written.
    pub retry: Option<&'a str>,
    /// How long it may take, as written.
    pub timeout: Option<&'a str>,
    /// When it is left alone for a while, as written.
    pub breaker: Option<&'a str>,
    /// How many events it takes at once, as written.
    pub batch: Option<&'a str>,
}

/// An argument of a handler, after the event.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Argument<'a> {
    /// Its type as written.
    pub ty: &'a str,
    /// The type of the state that it asks for, if any.
    pub state: Option<TypeBytes>,
}

/// An event that a handler says it emits.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Emits<'a> {
    /// The event as written.
    pub written: &'a str,
    /// Which it is.
    pub event: TypeBytes,
}

impl<'a> Handler<'a> {
    pub(super) fn read(fields: &'a [u8]) -> Result<Self, Error> {
        let mut common = Common::default();
        let mut handler = Self {
            common: Common::default(),
            event: TypeBytes::default(),
            event_written: "",
            priority: 0,
            condition: None,
            arguments: Vec::new(),
            returns: None,
            emits: Vec::new(),
            group: None,
            row: None,
            retry: None,
            timeout: None,
            breaker: None,
            batch: None,
        };
        let mut cursor = Cursor::new(fields);
        while let Some((tag, value)) = cursor.field()? {
            if common.take(tag, value)? {
                continue;
            }
            match tag {
                tag::PRIORITY => handler.priority = value.signed()?,
                tag::CONDITION => handler.condition = Some(value.text()?),
                tag::ARGUMENT => handler.arguments.push(Argument { ty: value.text()?, state: None }),
                tag::EMITS => {
                    let written = value.text()?;
                    handler.emits.push(Emits { written, event: TypeBytes::default() });
                }
                tag::GROUP => handler.group = Some(value.text()?),
                tag::ROW => handler.row = Some(value.number()?),
                tag::EVENT => handler.event_written = value.text()?,
                tag::RETURNS => handler.returns = Some(value.text()?),
                tag::RETRY => handler.retry = Some(value.text()?),
                tag::TIMEOUT => handler.timeout = Some(value.text()?),
                tag::BREAKER => handler.breaker = Some(value.text()?),
                tag::BATCH => handler.batch = Some(value.text()?),
                _ => {}
            }
        }
        handler.event = common.event()?;
        common.check()?;
        handler.identify(&common.ids[1..])?;
        handler.common = common;
        Ok(handler)
    }

    /// Gives each argument and each emitted event its id.
    fn identify(&mut self, ids: &[TypeBytes]) -> Result<(), Error> {
        let (states, events) = ids.split_at_checked(self.arguments.len()).ok_or(Problem::Ids.at(0))?;
        if events.len() != self.emits.len() {
            return Err(Problem::Ids.at(0));
        }
        for (argument, &state) in self.arguments.iter_mut().zip(states) {
            argument.state = Some(state).filter(|state| *state != [0; ID]);
        }
        for (emits, &event) in self.emits.iter_mut().zip(events) {
            emits.event = event;
        }
        Ok(())
    }

    /// Whether it is an `async fn`.
    pub fn is_async(&self) -> bool {
        self.common.flags & flag::ASYNC != 0
    }

    /// Whether it may run side by side with others of its priority.
    pub fn is_concurrent(&self) -> bool {
        self.common.flags & flag::CONCURRENT != 0
    }

    /// Whether it is a handler of all events.
    pub fn is_for_all(&self) -> bool {
        self.common.flags & flag::ALL != 0
    }

    /// Whether it returns `ControlFlow`, and may keep later handlers from running.
    pub fn may_stop(&self) -> bool {
        self.common.flags & flag::MAY_STOP != 0
    }
}
