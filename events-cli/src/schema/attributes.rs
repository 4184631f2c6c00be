//! What serde is told.

use super::lex::{Token, tokens};

/// The attributes of one item.
#[derive(Debug, Default)]
pub(super) struct Attributes(Vec<Attribute>);

#[derive(Debug, Default)]
struct Attribute {
    name: String,
    value: Option<String>,
    /// What stands in its brackets: `rename(serialize = "a", deserialize = "b")`.
    inner: Vec<Attribute>,
}

impl Attributes {
    /// Reads what stands in the brackets of each `#[serde(..)]`. What cannot be read is left out.
    pub(super) fn of(texts: &[String]) -> Self {
        let mut all = Vec::new();
        for text in texts {
            let tokens = tokens(text).unwrap_or_default();
            let mut rest = tokens.as_slice();
            list(&mut rest, true, &mut all);
        }
        Self(all)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.all(name).next().is_some()
    }

    /// The value of `name = ".."`.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.all(name).find_map(|attribute| attribute.value.as_deref())
    }

    /// The values of every `name = ".."`.
    pub(super) fn texts(&self, name: &str) -> impl Iterator<Item = &str> {
        self.all(name).filter_map(|attribute| attribute.value.as_deref())
    }

    /// Whether it is said without a value.
    pub(super) fn is_plain(&self, name: &str) -> bool {
        self.all(name).any(|attribute| attribute.value.is_none())
    }

    /// The value that holds when a value is written: `name = ".."` or `name(serialize = "..")`.
    pub(super) fn writing(&self, name: &str) -> Option<&str> {
        self.for_one(name, "serialize")
    }

    /// The value that holds when a value is read: `name = ".."` or `name(deserialize = "..")`.
    pub(super) fn reading(&self, name: &str) -> Option<&str> {
        self.for_one(name, "deserialize")
    }

    /// The other values of `name(deserialize = "..")`, which serde takes as aliases.
    pub(super) fn also_reading(&self, name: &str) -> impl Iterator<Item = &str> {
        let inner = self.all(name).flat_map(|attribute| &attribute.inner);
        inner.filter(|inner| inner.name == "deserialize").filter_map(|inner| inner.value.as_deref()).skip(1)
    }

    fn for_one(&self, name: &str, side: &str) -> Option<&str> {
        self.all(name).find_map(|attribute| {
            let inner = attribute.inner.iter().find(|inner| inner.name == side);
            attribute.value.as_deref().or_else(|| inner.and_then(|inner| inner.value.as_deref()))
        })
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &Attribute> {
        self.0.iter().filter(move |attribute| attribute.name == name)
    }
}

/// Takes attributes up to the end or the bracket that closes the list. Brackets within brackets within brackets are of no
/// attribute that matters here, and passed over.
fn list(rest: &mut &[Token<'_>], outer: bool, out: &mut Vec<Attribute>) {
    while let Some((first, behind)) = rest.split_first() {
        *rest = behind;
        match first {
            Token::Sign(')') if !outer => return,
            Token::Name(name) => {
                let mut attribute = Attribute { name: (*name).to_owned(), ..Attribute::default() };
                match *rest {
                    [Token::Sign('='), Token::Text(value), behind @ ..] => {
                        attribute.value = Some(value.clone());
                        *rest = behind;
                    }
                    [Token::Sign('('), behind @ ..] => {
                        *rest = behind;
                        if outer { list(rest, false, &mut attribute.inner) } else { skip(rest) }
                    }
                    _ => {}
                }
                out.push(attribute);
            }
            _ => {}
        }
    }
}

/// Passes over what stands up to the bracket that closes.
fn skip(rest: &mut &[Token<'_>]) {
    let mut open = 1;
    while let Some((first, behind)) = rest.split_first() {
        *rest = behind;
        match first {
            Token::Sign('(') => open += 1,
            Token::Sign(')') => open -= 1,
            _ => {}
        }
        if open == 0 {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_have_their_names() {
        let texts =
            [r#"rename(serialize = "a", deserialize = "b", deserialize = "c")"#, r#"default, alias = "d""#];
        let attributes = Attributes::of(&texts.map(str::to_owned));
        assert_eq!((attributes.writing("rename"), attributes.reading("rename")), (Some("a"), Some("b")));
        assert_eq!(attributes.also_reading("rename").collect::<Vec<_>>(), ["c"]);
        assert_eq!(attributes.texts("alias").collect::<Vec<_>>(), ["d"]);
        assert!(attributes.is_plain("default") && attributes.text("default").is_none());
        assert!(!attributes.has("serialize") && !attributes.has("skip"));
    }

    #[test]
    fn nothing_that_is_no_attribute_disturbs() {
        for text in ["", "(((", ")))", "rename(", "rename = ", "= \"a\"", "bound(a(b(c", "\"", ",,,"] {
            assert_eq!(Attributes::of(&[text.to_owned()]).text("rename"), None, "{text}");
        }
        let attributes = Attributes::of(&["bound(a(b(c)), rename = \"no\"), rename = \"yes\"".to_owned()]);
        assert_eq!(attributes.text("rename"), Some("yes"));
    }
}
