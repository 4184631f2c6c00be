//! The attribute `#[handler]` inside of a group.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::punctuated::Punctuated;
use syn::{Attribute, Path, Token};

use crate::handler::is_handler;

/// The attribute `#[handler]` that was removed from a function.
pub(super) struct Mark {
    /// Which of the function's attributes it is.
    at: usize,
    pub(super) path: Path,
    pub(super) options: TokenStream,
    /// Where it is written as `#[cfg_attr(.., handler)]`: the condition, and the attributes beside it.
    pub(super) only_if: Option<(syn::Meta, Vec<syn::Meta>)>,
}

impl Mark {
    pub(super) fn of(attrs: &[Attribute]) -> syn::Result<Option<Self>> {
        // By its bare name it is surely ours; by a longer path it may be another crate's.
        let bare = attrs.iter().position(|attr| attr.path().is_ident("handler"));
        if let Some(at) = bare.or_else(|| attrs.iter().position(is_handler)) {
            return Self::new(at, attrs[at].meta.clone(), None).map(Some);
        }
        for (at, attr) in attrs.iter().enumerate().filter(|(_, attr)| attr.path().is_ident("cfg_attr")) {
            let metas = attr.parse_args_with(Punctuated::<syn::Meta, Token![,]>::parse_terminated);
            let Ok(metas) = metas else { continue };
            let mut metas = metas.into_iter();
            let Some(condition) = metas.next() else { continue };
            let (handlers, others): (Vec<_>, Vec<_>) = metas
                .partition(|meta| meta.path().segments.last().is_some_and(|last| last.ident == "handler"));
            if let Some(handler) = handlers.into_iter().next() {
                return Self::new(at, handler, Some((condition, others))).map(Some);
            }
        }
        Ok(None)
    }

    fn new(at: usize, meta: syn::Meta, only_if: Option<(syn::Meta, Vec<syn::Meta>)>) -> syn::Result<Self> {
        let (path, options) = match meta {
            syn::Meta::List(list) => (list.path, list.tokens),
            syn::Meta::Path(path) => (path, TokenStream::new()),
            syn::Meta::NameValue(meta) => {
                return Err(syn::Error::new_spanned(meta, "write `#[handler]` or `#[handler(..)]`"));
            }
        };
        Ok(Self { at, path, options, only_if })
    }

    /// The attributes of the function without this one.
    pub(super) fn take_from(&self, attrs: &mut Vec<Attribute>) {
        attrs.remove(self.at);
        if let Some((condition, others)) = &self.only_if
            && !others.is_empty()
        {
            attrs.insert(self.at, syn::parse_quote!(#[cfg_attr(#condition, #(#others),*)]));
        }
    }
}

/// An item without the `#[handler]`s inside. The item cannot be a group, and that alone is reported.
pub(super) fn without_marks(item: TokenStream) -> TokenStream {
    let mut tokens = item.into_iter().peekable();
    let mut without = TokenStream::new();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(pound) if pound.as_char() == '#' => match tokens.peek() {
                Some(TokenTree::Group(attr)) if is_mark(attr) => drop(tokens.next()),
                _ => without.extend([TokenTree::Punct(pound)]),
            },
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                let mut inner = Group::new(Delimiter::Brace, without_marks(group.stream()));
                inner.set_span(group.span());
                without.extend([TokenTree::Group(inner)]);
            }
            other => without.extend([other]),
        }
    }
    without
}

/// Whether these are the brackets of `#[handler]`, by whatever path.
fn is_mark(attr: &Group) -> bool {
    let path = attr.stream().into_iter().take_while(|token| !matches!(token, TokenTree::Group(_)));
    let last =
        path.filter_map(|token| if let TokenTree::Ident(ident) = token { Some(ident) } else { None }).last();
    attr.delimiter() == Delimiter::Bracket && last.is_some_and(|last| last == "handler")
}
