use super::Urgency;

/// What is known of an event at compile time.
#[derive(Debug)]
#[non_exhaustive]
pub struct EventMeta {
    /// The name it carries outside the process: `name = ".."`, or else the full path.
    pub name: &'static str,
    /// The full path of the type: crate, modules, name.
    pub path: &'static str,
    /// The package that defines it.
    pub package: &'static str,
    /// The version of its fields, 1 unless `version = N` says otherwise.
    pub version: u32,
    /// Its fields in the order written. Those of an enum are named `Variant.field`; a unit variant is `Variant`.
    pub fields: &'static [FieldMeta],
    /// The field named by `key = ..`. A lane handles events with equal values of it in order, and knows a value by 32 bits of
    /// its hash: where others can choose the values, see `#[event]`.
    pub key: Option<&'static str>,
    /// The lane on which it is sent, named by `lane = ".."`; the bus's default lane otherwise.
    pub lane: Option<&'static str>,
    /// How urgent it is on its lane, normal unless `urgency = ".."` says otherwise.
    pub urgency: Urgency,
    /// Whether it admits `async fn` handlers.
    pub is_async: bool,
    /// Whether `unhandled = "allow"` says that having no handler is no mistake.
    pub allows_unhandled: bool,
    /// The source file, as the compiler was given it.
    pub file: &'static str,
    /// The line of the type's name, from 1.
    pub line: u32,
}

/// A field of an event.
#[derive(Debug)]
#[non_exhaustive]
pub struct FieldMeta {
    /// The field's name; for tuple structs its index.
    pub name: &'static str,
    /// The field's type as written. Empty for a unit variant of an enum.
    pub ty: &'static str,
}

impl FieldMeta {
    /// A field as `#[event]` writes it down.
    #[doc(hidden)]
    pub const fn new(name: &'static str, ty: &'static str) -> Self {
        Self { name, ty }
    }
}

impl EventMeta {
    /// What stands in place of an event in the metadata of handlers of all events. Its name and path are `*`.
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
