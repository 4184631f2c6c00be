use std::collections::HashMap;

/// Makes names that can be keys in a document: of letters, digits, `.`, `-` and `_`, each once.
#[derive(Default)]
pub(super) struct Ids {
    /// Each name that is given, and by how many it was asked for.
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
        // Two names may have become the same.
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
        // The search goes on from here, or many of one name would take the square of their number.
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
