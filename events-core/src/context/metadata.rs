//! What the user sends along with an event, by name.

use alloc::borrow::Cow;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use super::Context;

type Text = Cow<'static, str>;

/// The entries of a context: few, so a search through them is faster than a map.
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
    /// How many entries of metadata a context carries at most.
    pub const MAX_META: usize = 32;

    /// How many bytes a key of metadata has at most. It has at least one.
    pub const MAX_META_KEY: usize = 256;

    /// How many bytes a value of metadata has at most.
    pub const MAX_META_VALUE: usize = 4096;

    /// With this entry of metadata, in place of one of the same key.
    ///
    /// Metadata travels with the event: each handler sees it, on a lane too, and so does what is emitted with a clone or a
    /// [`child`](Self::child) of the context. All clones share it; a change copies it for the one that is changed.
    ///
    /// An entry beyond [`MAX_META`](Self::MAX_META), [`MAX_META_KEY`](Self::MAX_META_KEY) or
    /// [`MAX_META_VALUE`](Self::MAX_META_VALUE), or with an empty key, is left out whole, and
    /// [`meta_left_out`](Self::meta_left_out) counts it: metadata may come from outside of the program, and what an event
    /// takes of memory stays bounded.
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

    /// The value of this key of metadata, if it was set.
    pub fn meta(&self, key: &str) -> Option<&str> {
        self.metadata().find(|(other, _)| *other == key).map(|(_, value)| value)
    }

    /// All metadata, keys and values, in the order in which the keys were first set.
    pub fn metadata(&self) -> impl ExactSizeIterator<Item = (&str, &str)> + Clone {
        let entries = self.rare.as_deref().map_or(&[][..], |rare| &rare.metadata.entries);
        entries.iter().map(|(key, value)| (&**key, &**value))
    }

    /// How many entries of metadata were left out because a limit was reached.
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
    fn a_clone_shares_and_a_change_is_of_one_alone() {
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
    fn what_is_beyond_a_limit_is_left_out_and_counted() {
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
