use super::report::Change;

/// A list of changes.
#[derive(Default)]
pub(super) struct Changes(pub(super) Vec<Change>);

impl Changes {
    pub(super) fn values<T: PartialEq + ToString>(&mut self, what: &str, old: &T, new: &T) {
        self.texts(what, &Some(old.to_string()), &Some(new.to_string()));
    }

    pub(super) fn texts(&mut self, what: &str, old: &Option<String>, new: &Option<String>) {
        if old != new {
            self.0.push(Change { what: what.to_owned(), old: old.clone(), new: new.clone() });
        }
    }
}
