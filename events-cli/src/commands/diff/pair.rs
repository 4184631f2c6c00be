//! Pairs items of the old program with those of the new one.

use std::collections::HashMap;
use std::hash::Hash;

/// The pairs so far, and the items without a partner.
pub(super) struct Pairs<'a, T> {
    /// The indices of each pair.
    pub(super) pairs: Vec<(usize, usize)>,
    old: Vec<(usize, &'a T)>,
    new: Vec<(usize, &'a T)>,
}

impl<'a, T> Pairs<'a, T> {
    pub(super) fn of(old: &'a [T], new: &'a [T]) -> Self {
        Self {
            pairs: Vec::new(),
            old: old.iter().enumerate().collect(),
            new: new.iter().enumerate().collect(),
        }
    }

    /// Pairs the remaining items with equal keys, in order if several have the same key.
    pub(super) fn by<K: Hash + Eq>(mut self, key: impl Fn(&'a T) -> K) -> Self {
        let mut keyed: HashMap<K, std::collections::VecDeque<usize>> = HashMap::new();
        for (index, new) in &self.new {
            keyed.entry(key(new)).or_default().push_back(*index);
        }
        let mut taken = std::collections::HashSet::new();
        self.old.retain(|(index, old)| match keyed.get_mut(&key(old)).and_then(|left| left.pop_front()) {
            Some(new) => {
                self.pairs.push((*index, new));
                taken.insert(new);
                false
            }
            None => true,
        });
        self.new.retain(|(index, _)| !taken.contains(index));
        self
    }

    /// The pairs in the order of the new program, the items that only the old one has, and those that only the new one
    /// has.
    #[allow(clippy::type_complexity, reason = "three lists, each said above")]
    pub(super) fn done(mut self) -> (Vec<(usize, usize)>, Vec<(usize, &'a T)>, Vec<(usize, &'a T)>) {
        self.pairs.sort_by_key(|(_, new)| *new);
        (self.pairs, self.old, self.new)
    }
}
