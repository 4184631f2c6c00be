//! Entries that the sender adds to an event: pairs of key and value.

use alloc::borrow::Cow;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use super::Context;

type Text = Cow<'static, str>;

/// The entries of a context. There are few, so a linear search is faster than a map.
#[derive(Clone, Default)]
pub(super) struct Metadata {
    entries: Vec<(Text, Text)>,
    left_out: u32,
}

impl Metadata {
    fn set(&mut self, key: Text, value: Text) {
        if key.is_empty() || key.len() > Context::MAX_META_KEY || value.len() > Context::MAX_META_VALUE {
            self.left_out = self.left_out.saturating_add(1);
        } else if let Some((_, old)) = self.entries.iter_mut().find(|(other, _)| *other == key) {
            *old = value;
        } else if self.entries.len() < Context::MAX_META {
            self.entries.push((key, value));
        } else {
            self.left_out = self.left_out.saturating_add(1);
        }
    }
}

impl fmt::Debug for Metadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.entries.iter().map(|(key, value)| (key, value))).finish()
    }
}

impl Context {
    /// The largest number of metadata entries in a context.
    pub const MAX_META: usize = 32;

    /// The largest length of a metadata key, in bytes. The smallest is 1.
    pub const MAX_META_KEY: usize = 256;

    /// The largest length of a metadata value, in bytes.
    pub const MAX_META_VALUE: usize = 4096;

    /// Adds an entry of metadata, or replaces the value of an entry with the same key.
    ///
    /// Metadata travels with the event. Each handler sees it, on a lane too, and so do the handlers of an event that is
    /// emitted with a clone or a [`child`](Self::child) of the context. Clones share their metadata until one of them is
    /// changed.
    ///
    /// # Limits
    ///
    /// Metadata may come from outside of the program, so its size is bounded: [`MAX_META`](Self::MAX_META) entries, with keys
    /// of up to [`MAX_META_KEY`](Self::MAX_META_KEY) bytes and values of up to [`MAX_META_VALUE`](Self::MAX_META_VALUE)
    /// bytes. An entry beyond a limit, or with an empty key, is left out, and [`meta_left_out`](Self::meta_left_out) counts
    /// it. Nothing is truncated.
    ///
    /// ```
    /// use events::prelude::*;
    ///
    /// #[event]
    /// struct OrderPaid;
    ///
    /// #[handler]
    /// fn audit(_: &OrderPaid, cx: &Context) -> Result<(), &'static str> {
    ///     cx.meta("tenant").map(|tenant| assert_eq!(tenant, "acme")).ok_or("whose order?")
    /// }
    ///
    /// let bus = Bus::builder().build().unwrap();
    /// let cx = Context::new().with_meta("tenant", "acme").with_meta("request", format!("r-{}", 7));
    /// assert!(bus.emit_with(&OrderPaid, &cx).is_ok());
    /// assert!(cx.metadata().eq([("tenant", "acme"), ("request", "r-7")]));
    /// ```
    #[must_use]
    pub fn with_meta(
        mut self,
        key: impl Into<Cow<'static, str>>,
        value: impl Into<Cow<'static, str>>,
    ) -> Self {
        Arc::make_mut(self.rare.get_or_insert_default()).metadata.set(key.into(), value.into());
        self
    }

    /// Returns the metadata value of `key`, if it was set.
    ///
    /// ```
    /// use events::prelude::*;
    ///
    /// let cx = Context::new().with_meta("tenant", "acme").with_meta("tenant", "other");
    /// assert_eq!(cx.meta("tenant"), Some("other"));
    /// assert_eq!(cx.meta("user"), None);
    /// ```
    pub fn meta(&self, key: &str) -> Option<&str> {
        self.metadata().find(|(other, _)| *other == key).map(|(_, value)| value)
    }

    /// Returns all metadata as pairs of key and value, in the order in which the keys were first set.
    ///
    /// ```
    /// use events::prelude::*;
    ///
    /// let cx = Context::new().with_meta("tenant", "acme").with_meta("user", "7");
    /// let headers: Vec<String> = cx.metadata().map(|(key, value)| format!("x-{key}: {value}")).collect();
    /// assert_eq!(headers, ["x-tenant: acme", "x-user: 7"]);
    /// ```
    pub fn metadata(&self) -> impl ExactSizeIterator<Item = (&str, &str)> + Clone {
        let entries = self.rare.as_deref().map_or(&[][..], |rare| &rare.metadata.entries);
        entries.iter().map(|(key, value)| (&**key, &**value))
    }

    /// Returns the number of metadata entries that were left out because they were beyond a limit of
    /// [`with_meta`](Self::with_meta).
    ///
    /// ```
    /// use events::prelude::*;
    ///
    /// let cx = Context::new().with_meta("note", "x".repeat(Context::MAX_META_VALUE + 1));
    /// assert_eq!((cx.meta("note"), cx.meta_left_out()), (None, 1));
    /// ```
    pub fn meta_left_out(&self) -> u32 {
        self.rare.as_deref().map_or(0, |rare| rare.metadata.left_out)
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::String;

    use super::*;

    #[test]
    fn clones_share_entries_until_one_is_changed() {
        let parent = Context::new().with_meta("tenant", "acme");
        let child = parent.clone().with_meta("tenant", String::from("other")).with_meta("user", "7");
        assert_eq!((parent.meta("tenant"), parent.meta("user")), (Some("acme"), None));
        assert!(child.metadata().eq([("tenant", "other"), ("user", "7")]));
        assert!(Context::new().metadata().eq([]));
        let shared = parent.clone();
        let address = |cx: &Context| cx.rare.as_ref().map(Arc::as_ptr);
        assert_eq!(address(&shared), address(&parent));
    }

    #[test]
    fn entries_beyond_a_limit_are_left_out_and_counted() {
        let cx = (0..Context::MAX_META + 3)
            .fold(Context::new(), |cx, number| cx.with_meta(format!("key {number}"), "value"));
        assert_eq!((cx.metadata().len(), cx.meta_left_out()), (Context::MAX_META, 3));
        let cx = cx.with_meta("key 0", "of a full one");
        assert_eq!((cx.meta("key 0"), cx.meta_left_out()), (Some("of a full one"), 3));

        let (long, longer) = ("x".repeat(Context::MAX_META_VALUE), "x".repeat(Context::MAX_META_VALUE + 1));
        let cx = Context::new().with_meta("key", long.clone()).with_meta("key", longer);
        assert_eq!((cx.meta("key"), cx.meta_left_out()), (Some(&*long), 1));
        let cx = cx.with_meta("", "empty").with_meta("k".repeat(Context::MAX_META_KEY + 1), "long");
        assert_eq!((cx.metadata().len(), cx.meta_left_out()), (1, 3));
        assert_eq!(cx.with_meta("k".repeat(Context::MAX_META_KEY), "longest").metadata().len(), 2);
    }
}
