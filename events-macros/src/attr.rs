//! Options of an attribute: `name`, or `name = value`, each at most once.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{LitInt, LitStr, Path, Token};

use crate::errors::{Errors, end, position};
pub(crate) use crate::private::Private;

/// An option that may be set once.
pub(crate) struct Once<T>(Option<(Ident, T)>);

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Once<T> {
    pub(crate) fn set(&mut self, name: &Ident, value: T, errors: &mut Errors) {
        if self.0.is_some() {
            errors.at(name, format_args!("`{name}` is set twice: keep one of the two"));
        } else {
            self.0 = Some((name.clone(), value));
        }
    }

    /// The value.
    pub(crate) fn get(&self) -> Option<&T> {
        self.0.as_ref().map(|(_, value)| value)
    }

    /// The name as it stands in the source.
    pub(crate) fn name(&self) -> Option<&Ident> {
        self.0.as_ref().map(|(name, _)| name)
    }
}

/// Reads options. `one` takes in the option of a name, with the input behind that name; a mistake in one option leaves
/// the others standing. Returns whether there was none.
pub(crate) fn parse(
    tokens: TokenStream,
    errors: &mut Errors,
    mut one: impl FnMut(&Ident, ParseStream<'_>, &mut Errors) -> syn::Result<()>,
) -> bool {
    let mut all_read = true;
    let parser = |input: ParseStream<'_>| {
        while !input.is_empty() {
            let name = input.call(Ident::parse_any);
            let name = name.map_err(|error| syn::Error::new(error.span(), "an option starts with its name"));
            let read = name.and_then(|name| {
                if input.peek(Token![-]) {
                    return Err(input.error("the name of an option is written with `_`, not `-`"));
                }
                one(&name, input, errors)?;
                if input.is_empty() || input.peek(Token![,]) {
                    Ok(())
                } else {
                    Err(input.error(format_args!("expected `,` behind the option `{name}`")))
                }
            });
            if let Err(error) = read {
                all_read = false;
                errors.push(error);
            }
            while !input.is_empty() && input.parse::<Option<Token![,]>>()?.is_none() {
                input.parse::<TokenTree>()?;
            }
        }
        Ok(())
    };
    if let Err(error) = parser.parse2(tokens) {
        all_read = false;
        errors.push(error);
    }
    all_read
}

/// The value behind `=`; `example` tells what one looks like.
pub(crate) fn value<T: Parse>(name: &Ident, input: ParseStream<'_>, example: &str) -> syn::Result<T> {
    let wrong = |span| syn::Error::new(span, format!("write `{name} = {example}`"));
    if !input.peek(Token![=]) {
        return Err(wrong(if input.is_empty() { name.span() } else { input.span() }));
    }
    input.parse::<Token![=]>()?;
    let span = if input.is_empty() { name.span() } else { input.span() };
    input.parse().map_err(|_| wrong(span))
}

/// An option that is said or not said.
pub(crate) fn flag(name: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
    if input.is_empty() || input.peek(Token![,]) {
        return Ok(());
    }
    Err(input.error(format_args!("`{name}` stands by itself: say it, or leave it out")))
}

/// What stands in the brackets behind an option's name; `example` tells what may.
pub(crate) fn nested(name: &Ident, input: ParseStream<'_>, example: &str) -> syn::Result<TokenStream> {
    let found = input.step(|cursor| match cursor.group(Delimiter::Parenthesis) {
        Some((inner, _, rest)) => Ok((inner.token_stream(), rest)),
        None => Err(cursor.error("no brackets")),
    });
    let span = if input.is_empty() || input.peek(Token![,]) { name.span() } else { input.span() };
    let inner = found.map_err(|_| syn::Error::new(span, format!("write `{name}({example})`")))?;
    match inner.clone().into_iter().next() {
        // Only options stand in brackets: one error for the value that has no name, and none for the option that is missing.
        Some(TokenTree::Literal(value)) => {
            Err(syn::Error::new(value.span(), format!("write `{name}({example})`")))
        }
        _ => Ok(inner),
    }
}

/// A text that is not empty.
pub(crate) fn text(name: &Ident, input: ParseStream<'_>, example: &str) -> syn::Result<LitStr> {
    let text: LitStr = value(name, input, example)?;
    if text.value().is_empty() {
        return Err(syn::Error::new(text.span(), format!("`{name}` is empty: write `{name} = {example}`")));
    }
    Ok(text)
}

/// A whole number of the type `T`, with its sign.
pub(crate) fn integer<T: std::str::FromStr>(
    name: &Ident,
    input: ParseStream<'_>,
    example: &str,
    range: &str,
) -> syn::Result<(TokenStream, T)> {
    let Integer { tokens, digits } = value(name, input, example)?;
    match digits.parse() {
        Ok(number) => Ok((tokens, number)),
        Err(_) => Err(syn::Error::new_spanned(tokens, format!("`{name}` is out of range: {range}"))),
    }
}

struct Integer {
    tokens: TokenStream,
    digits: String,
}

impl Parse for Integer {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let minus: Option<Token![-]> = input.parse()?;
        let number: LitInt = input.parse()?;
        if !number.suffix().is_empty() {
            return Err(input.error("no suffix"));
        }
        let sign = if minus.is_some() { "-" } else { "" };
        let digits = format!("{sign}{}", number.base10_digits());
        Ok(Self { tokens: quote!(#minus #number), digits })
    }
}

/// `crate = path`.
pub(crate) fn path(name: &Ident, input: ParseStream<'_>) -> syn::Result<Path> {
    input.parse::<Token![=]>().map_err(|_| syn::Error::new(name.span(), PATH))?;
    if input.is_empty() || input.peek(Token![,]) {
        return Err(syn::Error::new(name.span(), PATH));
    }
    input.call(Path::parse_mod_style).map_err(|error| syn::Error::new(error.span(), PATH))
}

const PATH: &str = "write `crate = path`, with the path to the crate `events`";

/// A list of types in brackets, each said once.
pub(crate) fn types(
    name: &Ident,
    input: ParseStream<'_>,
    example: &str,
    errors: &mut Errors,
) -> syn::Result<Vec<Path>> {
    let wrong = |span| syn::Error::new(span, format!("write `{name}({example})`"));
    if !input.peek(syn::token::Paren) {
        return Err(wrong(if input.is_empty() { name.span() } else { input.span() }));
    }
    let brackets: Group = input.parse()?;
    let types = Punctuated::<Path, Token![,]>::parse_terminated.parse2(brackets.stream());
    let types: Vec<Path> = types.map_err(|error| wrong(error.span()))?.into_iter().collect();
    if types.is_empty() {
        return Err(wrong(brackets.span()));
    }
    for (index, ty) in types.iter().enumerate() {
        let text = written(ty);
        if types[..index].iter().any(|other| written(other) == text) {
            errors.at(ty, format_args!("`{text}` stands here twice: keep one of the two"));
        }
    }
    Ok(types)
}

/// An option nobody knows.
pub(crate) fn unknown(name: &Ident, known: &str) -> syn::Error {
    syn::Error::new(name.span(), format!("unknown option `{name}`: there are {known}"))
}

/// The `#[cfg]`s among attributes, for what the macro writes beside the item.
pub(crate) fn cfgs(attrs: &[syn::Attribute]) -> Vec<&syn::Attribute> {
    attrs.iter().filter(|attr| attr.path().is_ident("cfg")).collect()
}

/// The condition under which all of these `#[cfg]`s hold.
pub(crate) fn condition(cfgs: &[&syn::Attribute]) -> TokenStream {
    let each = cfgs.iter().filter_map(|attr| match &attr.meta {
        syn::Meta::List(list) => Some(&list.tokens),
        _ => None,
    });
    quote!(all(#(#each),*))
}

/// Tokens as they stand in the source: a space where there was any space.
pub(crate) fn written(tokens: impl ToTokens) -> String {
    let mut text = Text::default();
    text.push_all(tokens.to_token_stream());
    text.text
}

#[derive(Default)]
struct Text {
    text: String,
    /// Line and column behind the last token.
    end: Option<(u32, u32)>,
}

impl Text {
    fn push_all(&mut self, tokens: TokenStream) {
        for token in tokens {
            let TokenTree::Group(group) = token else {
                self.push(&token.to_string(), token.span());
                continue;
            };
            let (open, close) = match group.delimiter() {
                Delimiter::Parenthesis => ("(", ")"),
                Delimiter::Brace => ("{", "}"),
                Delimiter::Bracket => ("[", "]"),
                Delimiter::None => ("", ""),
            };
            self.push(open, group.span_open());
            self.push_all(group.stream());
            self.push(close, group.span_close());
        }
    }

    fn push(&mut self, token: &str, span: Span) {
        let start = position(span);
        if self.end.is_some_and(|end| end < start) {
            self.text.push(' ');
        }
        self.text.push_str(token);
        self.end = Some(end(span));
    }
}
