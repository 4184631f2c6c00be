//! Collects mistakes, each at its token, and reports all of them together.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;

/// The mistakes found so far.
#[derive(Default)]
pub(crate) struct Errors(Option<syn::Error>);

impl Errors {
    /// A mistake at these tokens.
    pub(crate) fn at(&mut self, tokens: impl ToTokens, message: impl std::fmt::Display) {
        self.push(syn::Error::new_spanned(tokens, message));
    }

    /// A mistake at this place.
    pub(crate) fn span(&mut self, span: Span, message: impl std::fmt::Display) {
        self.push(syn::Error::new(span, message));
    }

    pub(crate) fn push(&mut self, error: syn::Error) {
        match &mut self.0 {
            None => self.0 = Some(error),
            Some(errors) => errors.combine(error),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The mistakes as `compile_error!`s; nothing where there is none.
    pub(crate) fn into_tokens(self) -> TokenStream {
        self.0.map(syn::Error::into_compile_error).unwrap_or_default()
    }
}

/// A place in the user's source. rustc reports errors in generated code with this place as if the user had written it.
#[derive(Clone, Copy)]
pub(crate) struct Site {
    pub(crate) start: Span,
    pub(crate) end: Span,
}

impl Site {
    /// From the first of these tokens to the last.
    pub(crate) fn of(tokens: &impl ToTokens) -> Self {
        let mut spans = tokens.to_token_stream().into_iter().map(|token| token.span());
        let start = spans.next().unwrap_or_else(Span::call_site);
        Self { start, end: spans.last().unwrap_or(start) }
    }

    /// Extends tokens to the whole place: rustc computes the place of an error from the first and the last token.
    pub(crate) fn stretch(self, tokens: TokenStream) -> TokenStream {
        let mut tokens = tokens.into_iter();
        let first = tokens.next().map(|mut first| {
            first.set_span(self.start);
            first
        });
        first.into_iter().chain(tokens).collect()
    }
}

/// The keyword of an item, such as `fn` or `struct`. A mistake in the item as a whole is reported there.
pub(crate) fn keyword(item: &TokenStream) -> Span {
    let word = item.clone().into_iter().find_map(|token| match token {
        TokenTree::Ident(ident) if ident != "pub" => Some(ident.span()),
        _ => None,
    });
    word.unwrap_or_else(Span::call_site)
}

/// Line and column of a span's start, counted from 1.
pub(crate) fn position(span: Span) -> (u32, u32) {
    #[cfg(not(test))]
    {
        let span = span.unwrap();
        (span.line() as u32, span.column() as u32)
    }
    #[cfg(test)]
    {
        let start = span.start();
        (start.line as u32, start.column as u32 + 1)
    }
}

/// Line and column behind a span.
pub(crate) fn end(span: Span) -> (u32, u32) {
    #[cfg(not(test))]
    {
        let end = span.unwrap().end();
        (end.line() as u32, end.column() as u32)
    }
    #[cfg(test)]
    {
        let end = span.end();
        (end.line as u32, end.column as u32 + 1)
    }
}
