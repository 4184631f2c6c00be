use std::collections::HashMap;

/// Makes unique names that can be keys in a document: of letters, digits, `.`, `-` and `_`.
#[derive(Default)]
pub(super) struct Ids {
    /// The names in use, with how often each was requested.
    given: HashMap<String, u32>,
}

impl Ids {
    pub(super) fn give(&mut self, name: &str) -> String {
        let mut id = String::with_capacity(name.len());
        for part in name.split("::") {
            if !id.is_empty() {
                id.push('.');
            }
            let allowed = |char: char| char.is_ascii_alphanumeric() || matches!(char, '.' | '-' | '_');
            id.extend(part.chars().map(|char| if allowed(char) { char } else { '_' }));
        }
        if id.is_empty() {
            id.push('_');
        }
        // Two names may be equal after characters were replaced.
        let Some(count) = self.given.get_mut(&id) else {
            self.given.insert(id.clone(), 1);
            return id;
        };
        let mut next = *count;
        let unique = loop {
            next += 1;
            let unique = format!("{id}-{next}");
            if !self.given.contains_key(&unique) {
                break unique;
            }
        };
        // The next search continues from here. Otherwise the time would be quadratic in the number of equal names.
        self.given.insert(id, next);
        self.given.insert(unique.clone(), 1);
        unique
    }
}

#[cfg(test)]
mod tests {
    use super::Ids;

    #[test]
    fn ids_are_plain_and_different() {
        let mut ids = Ids::default();
        let given = ["shop::Paid", "shop.Paid", "", "a b/~ü", "a b/~ä", "::"].map(|name| ids.give(name));
        assert_eq!(given, ["shop.Paid", "shop.Paid-2", "_", "a_b___", "a_b___-2", "_-2"]);
    }
}
