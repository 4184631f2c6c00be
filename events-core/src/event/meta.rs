use super::Urgency;

/// What is known of an event at compile time: its names, its version, its fields, and the options of `#[event]`.
///
/// [`Event::META`](super::Event::META) is the one of a type; [`Registry::events`](crate::registry::Registry::events) lists
/// those of the program.
///
/// ```
/// use events::prelude::*;
///
/// #[event(name = "seat.booked", key = seat)]
/// struct SeatBooked { seat: u32, name: String }
///
/// let meta = SeatBooked::META;
/// assert_eq!((meta.name, meta.version, meta.key), ("seat.booked", 1, Some("seat")));
/// assert!(meta.path.ends_with("::SeatBooked"));
/// assert_eq!(meta.fields.len(), 2);
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct EventMeta {
    /// The name used outside of the process: `name = ".."`, or else the full path.
    pub name: &'static str,
    /// The full path of the type: crate, modules, name.
    pub path: &'static str,
    /// The Cargo package that defines the event.
    pub package: &'static str,
    /// The version of its fields, 1 unless `version = N` says otherwise.
    pub version: u32,
    /// The fields in the order in which they are written. A field of an enum is named `Variant.field`; a unit variant is
    /// `Variant`.
    pub fields: &'static [FieldMeta],
    /// The field named by `key = ..`. A lane handles events in order if this field has equal values. It compares 32 bits of a
    /// hash: if others can choose the values, read the section on keys of `#[event]`.
    pub key: Option<&'static str>,
    /// The lane to which the event is sent, named by `lane = ".."`. `None` is the default lane of the bus.
    pub lane: Option<&'static str>,
    /// The urgency of the event on its lane: normal unless `urgency = ".."` says otherwise.
    pub urgency: Urgency,
    /// Whether the event admits `async fn` handlers: `#[event(async)]`.
    pub is_async: bool,
    /// Whether the event may have no handler: `unhandled = "allow"`.
    pub allows_unhandled: bool,
    /// The path of the source file, as it was given to the compiler.
    pub file: &'static str,
    /// The line of the type's name, counted from 1.
    pub line: u32,
}

/// A field of an event.
///
/// ```
/// use events::prelude::*;
///
/// #[event]
/// enum Weather { Sunny, Rainy { millimetres: u32 } }
///
/// let fields: Vec<_> = Weather::META.fields.iter().map(|field| (field.name, field.ty)).collect();
/// assert_eq!(fields, [("Sunny", ""), ("Rainy.millimetres", "u32")]);
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct FieldMeta {
    /// The name of the field; its index in a tuple struct.
    pub name: &'static str,
    /// The type of the field as it is written. Empty for a unit variant of an enum.
    pub ty: &'static str,
}

impl FieldMeta {
    /// Creates the metadata of a field, as `#[event]` writes it.
    #[doc(hidden)]
    pub const fn new(name: &'static str, ty: &'static str) -> Self {
        Self { name, ty }
    }
}

impl EventMeta {
    /// The value of [`HandlerMeta::event`](crate::handler::HandlerMeta::event) for a handler of all events. Its name and path
    /// are `*`.
    ///
    /// ```
    /// use events::event::EventMeta;
    ///
    /// assert_eq!((EventMeta::ALL.name, EventMeta::ALL.path), ("*", "*"));
    /// ```
    pub const ALL: &'static Self = &Self::new("*", "*", "", &[], "", 0);

    /// An event with the defaults of `#[event]`; the macro sets what the options say.
    #[doc(hidden)]
    pub const fn new(
        name: &'static str,
        path: &'static str,
        package: &'static str,
        fields: &'static [FieldMeta],
        file: &'static str,
        line: u32,
    ) -> Self {
        Self {
            name,
            path,
            package,
            version: 1,
            fields,
            key: None,
            lane: None,
            urgency: Urgency::Normal,
            is_async: false,
            allows_unhandled: false,
            file,
            line,
        }
    }

    #[doc(hidden)]
    pub const fn version(mut self, version: u32) -> Self {
        self.version = version;
        self
    }

    #[doc(hidden)]
    pub const fn key(mut self, key: &'static str) -> Self {
        self.key = Some(key);
        self
    }

    #[doc(hidden)]
    pub const fn lane(mut self, lane: &'static str) -> Self {
        self.lane = Some(lane);
        self
    }

    #[doc(hidden)]
    pub const fn urgency(mut self, urgency: Urgency) -> Self {
        self.urgency = urgency;
        self
    }

    #[doc(hidden)]
    pub const fn asynchronous(mut self) -> Self {
        self.is_async = true;
        self
    }

    #[doc(hidden)]
    pub const fn allow_unhandled(mut self) -> Self {
        self.allows_unhandled = true;
        self
    }
}
