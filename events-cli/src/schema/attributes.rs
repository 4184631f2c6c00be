//! The attributes of serde, as written.

use proc_macro2::TokenTree;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Ident, LitStr, Token, parenthesized, token};

use super::tokens::tokens;

/// The attributes of one item.
#[derive(Debug, Default)]
pub(super) struct Attributes(Vec<Attribute>);

#[derive(Debug, Default)]
struct Attribute {
    name: String,
    value: Option<String>,
    /// The attributes in its brackets: `rename(serialize = "a", deserialize = "b")`.
    inner: Vec<Attribute>,
}

impl Attributes {
    /// Reads the texts in the brackets of each `#[serde(..)]`. What cannot be read is left out.
    pub(super) fn of(texts: &[String]) -> Self {
        let mut all = Vec::new();
        for text in texts {
            let whole = |input: ParseStream<'_>| Ok(list(input, true));
            all.extend(tokens(text).and_then(|tokens| whole.parse2(tokens).ok()).unwrap_or_default());
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

    /// Whether the attribute is present without a value.
    pub(super) fn is_plain(&self, name: &str) -> bool {
        self.all(name).any(|attribute| attribute.value.is_none())
    }

    /// The value that applies to serialization: `name = ".."` or `name(serialize = "..")`.
    pub(super) fn writing(&self, name: &str) -> Option<&str> {
        self.for_one(name, "serialize")
    }

    /// The value that applies to deserialization: `name = ".."` or `name(deserialize = "..")`.
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

/// Parses attributes up to the end of the list. Other tokens are skipped, up to the next comma.
fn list(input: ParseStream<'_>, outer: bool) -> Vec<Attribute> {
    let mut all = Vec::new();
    while !input.is_empty() {
        all.extend(attribute(input, outer).ok());
        while !input.is_empty() && input.parse::<Token![,]>().is_err() {
            // The stream is not empty, so this skips one token.
            let _ = input.parse::<TokenTree>();
        }
    }
    all
}

/// `name`, `name = ".."` or `name(..)`. An attribute may contain a list, and that list one more. Nothing relevant is
/// nested deeper.
fn attribute(input: ParseStream<'_>, outer: bool) -> syn::Result<Attribute> {
    let name = Ident::parse_any(input)?.unraw().to_string();
    let mut attribute = Attribute { name, ..Attribute::default() };
    if input.parse::<Token![=]>().is_ok() {
        attribute.value = Some(input.parse::<LitStr>()?.value());
    } else if outer && input.peek(token::Paren) {
        let inner;
        parenthesized!(inner in input);
        attribute.inner = list(&inner, false);
    }
    Ok(attribute)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ_for_reading_and_writing() {
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
    fn literals_have_their_values() {
        let value =
            |text: &str| Attributes::of(&[format!("rename = {text}")]).text("rename").map(str::to_owned);
        for (text, expected) in [
            (r#""a\"b\\\u{e9}\x41\n""#, "a\"b\\é\u{41}\n"),
            ("\"a\\\n   b\"", "ab"),
            ("r\"a\\b\"", "a\\b"),
            ("r##\"a\"#b\"##", "a\"#b"),
        ] {
            assert_eq!(value(text).as_deref(), Some(expected), "{text}");
        }
        for broken in ["\"a", "r#\"a\"", "\"\\u{110000}\"", "\"\\", "'a'", "\"\\x4", "7"] {
            assert_eq!(value(broken), None, "{broken}");
        }
        assert!(Attributes::of(&["r#default, crate = \"a\"".to_owned()]).is_plain("default"));
    }

    #[test]
    fn other_tokens_are_skipped() {
        for text in ["", "(((", ")))", "rename(", "rename = ", "= \"a\"", "bound(a(b(c", "\"", ",,,"] {
            assert_eq!(Attributes::of(&[text.to_owned()]).text("rename"), None, "{text}");
        }
        for deep in ["(", "[", "a(", "rename = ("] {
            let text = format!("{}, default", deep.repeat(100_000));
            assert!(!Attributes::of(&[text]).has("default"), "{deep}");
        }
        let attributes = Attributes::of(&["7, rename = 7, - a, alias = \"b\"".to_owned()]);
        assert!(attributes.text("alias") == Some("b") && !attributes.has("a"));
        let attributes = Attributes::of(&["bound(a(b(c)), rename = \"no\"), rename = \"yes\"".to_owned()]);
        assert_eq!(attributes.text("rename"), Some("yes"));
    }
}
