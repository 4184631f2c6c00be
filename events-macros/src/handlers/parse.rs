use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::discouraged::Speculative;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Generics, ImplItem, Item, Path, Token, Type, Visibility, braced};

use super::mark::Mark;
use crate::attr::{self, Once};
use crate::errors::{Errors, Site, keyword};
use crate::handler::{self, Function, begins_function};

/// What stands in the brackets of `#[handlers(..)]`.
#[derive(Default)]
pub(super) struct Options {
    pub(super) krate: Once<Path>,
}

impl Options {
    pub(super) fn parse(tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut options = Self::default();
        attr::parse(tokens, errors, |name, input, errors| {
            if name == "crate" {
                options.krate.set(name, attr::path(name, input)?, errors);
                return Ok(());
            }
            Err(attr::unknown(name, "`crate`; a priority or a condition belongs to each `#[handler(..)]`"))
        });
        options
    }
}

/// A module or an `impl` block, with its handlers taken apart from the rest.
pub(super) struct Block {
    attrs: Vec<Attribute>,
    /// Another `#[handlers]` at the same block.
    pub(super) second: Option<Attribute>,
    pub(super) kind: Kind,
    pub(super) items: Vec<Member>,
}

pub(super) enum Kind {
    Module { vis: Visibility, token: Token![mod], ident: Ident },
    Impl { token: Token![impl], generics: Generics, of_trait: Option<Path>, ty: Box<Type> },
}

pub(super) enum Member {
    Handler {
        mark: Box<Mark>,
        function: Box<Function>,
    },
    /// It is marked as a handler, and is no function.
    Misplaced(TokenStream),
    HalfTyped(TokenStream),
    Other(TokenStream),
}

/// Takes out a second `#[handlers]`, which would not find the handlers that the first has read.
fn take_second(attrs: &mut Vec<Attribute>) -> Option<Attribute> {
    let at = attrs
        .iter()
        .position(|attr| attr.path().segments.last().is_some_and(|last| last.ident == "handlers"))?;
    Some(attrs.remove(at))
}

/// Reads the block. Bodies of handlers stay as they are; what is no handler is handed through.
pub(super) fn block(tokens: TokenStream) -> syn::Result<Block> {
    let keyword = keyword(&tokens);
    let parser = |input: ParseStream<'_>| {
        let attrs = input.call(Attribute::parse_outer)?;
        let ahead = input.fork();
        if ahead.parse::<Visibility>().is_ok() && ahead.peek(Token![mod]) {
            module(attrs, input)
        } else if input.peek(Token![impl]) {
            implementation(attrs, input)
        } else {
            Err(syn::Error::new(
                keyword,
                "`#[handlers]` marks a module or an `impl` block that holds handlers; mark a function `#[handler]`",
            ))
        }
    };
    parser.parse2(tokens)
}

fn module(mut attrs: Vec<Attribute>, input: ParseStream<'_>) -> syn::Result<Block> {
    let vis = input.parse()?;
    let token = input.parse()?;
    let ident = input.parse()?;
    if input.peek(Token![;]) {
        return Err(
            input.error("`#[handlers]` fuses what it can see: write the module's body here, in braces")
        );
    }
    let content;
    braced!(content in input);
    attrs.extend(content.call(Attribute::parse_inner)?);
    let items = members(&content, |rest| rest.parse::<Item>().map(ToTokens::into_token_stream))?;
    let second = take_second(&mut attrs);
    Ok(Block { attrs, second, kind: Kind::Module { vis, token, ident }, items })
}

fn implementation(mut attrs: Vec<Attribute>, input: ParseStream<'_>) -> syn::Result<Block> {
    let token = input.parse()?;
    let generics = if input.peek(Token![<]) { input.parse()? } else { Generics::default() };
    let mut ty: Box<Type> = input.parse()?;
    let mut of_trait = None;
    if input.parse::<Option<Token![for]>>()?.is_some() {
        of_trait = match *ty {
            Type::Path(path) => Some(path.path),
            other => return Err(syn::Error::new_spanned(other, "expected a trait")),
        };
        ty = input.parse()?;
    }
    let mut generics: Generics = generics;
    generics.where_clause = input.parse()?;
    let content;
    braced!(content in input);
    attrs.extend(content.call(Attribute::parse_inner)?);
    let items = members(&content, |rest| rest.parse::<ImplItem>().map(ToTokens::into_token_stream))?;
    let second = take_second(&mut attrs);
    Ok(Block { attrs, second, kind: Kind::Impl { token, generics, of_trait, ty }, items })
}

/// The members, one by one. One that cannot be read is handed through: it is being typed, and rustc says what is missing.
fn members(
    content: ParseStream<'_>,
    other: impl Fn(ParseStream<'_>) -> syn::Result<TokenStream>,
) -> syn::Result<Vec<Member>> {
    let mut members = Vec::new();
    while !content.is_empty() {
        let ahead = content.fork();
        let attrs = ahead.call(Attribute::parse_outer)?;
        if let Some(mark) = Mark::of(&attrs)? {
            let ahead = content.fork();
            if let Ok(mut function) = ahead.parse::<Function>() {
                content.advance_to(&ahead);
                mark.take_from(&mut function.attrs);
                members.push(Member::Handler { mark: Box::new(mark), function: Box::new(function) });
                continue;
            }
            content.call(Attribute::parse_outer)?;
            let item = half_typed(content)?;
            // Where nothing follows, rustc says so.
            members.push(if item.is_empty() || begins_function(&item) {
                Member::HalfTyped(item)
            } else {
                Member::Misplaced(item)
            });
            continue;
        }
        let ahead = content.fork();
        if let Ok(item) = other(&ahead) {
            content.advance_to(&ahead);
            members.push(Member::Other(item));
        } else {
            members.push(Member::HalfTyped(half_typed(content)?));
        }
    }
    Ok(members)
}

/// The tokens of an item, to its braces or its semicolon.
fn half_typed(content: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut item = TokenStream::new();
    while !content.is_empty() {
        let token: TokenTree = content.parse()?;
        let is_last = match &token {
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
            TokenTree::Punct(punct) => punct.as_char() == ';',
            _ => false,
        };
        item.extend([token]);
        if is_last {
            break;
        }
    }
    Ok(item)
}

impl Block {
    /// Whether a member could not be read.
    pub(super) fn is_half_typed(&self) -> bool {
        self.items.iter().any(|item| matches!(item, Member::HalfTyped(_)))
    }

    pub(super) fn is_module(&self) -> bool {
        matches!(self.kind, Kind::Module { .. })
    }

    /// Where a mistake about the block as a whole is told.
    pub(super) fn keyword(&self) -> Span {
        match &self.kind {
            Kind::Module { token, .. } => token.span,
            Kind::Impl { token, .. } => token.span,
        }
    }

    /// Names the attributes that [`with`](Self::with) leaves out: an import that was written for them is used.
    pub(super) fn attributes(&self) -> TokenStream {
        // Told once where it cannot be found, however many handlers there are.
        let mut written = std::collections::HashSet::new();
        let paths = self.items.iter().filter_map(|member| match member {
            Member::Handler { mark, .. } => written.insert(attr::written(&mark.path)).then_some(&mark.path),
            _ => None,
        });
        let uses = paths.map(|path| {
            let site = Site::of(path);
            site.stretch(quote_spanned!(site.end=> use #path as _;))
        });
        quote!(const _: () = { #(#[allow(unused_imports)] #uses)* };)
    }

    /// The block as it was, without the attributes of its handlers, with the rows of the table.
    pub(super) fn with(&self, rows: TokenStream) -> TokenStream {
        let Self { attrs, kind, items, .. } = self;
        let (outer, inner): (Vec<_>, Vec<_>) =
            attrs.iter().partition(|attr| matches!(attr.style, syn::AttrStyle::Outer));
        match kind {
            Kind::Module { vis, token, ident } => quote! {
                #(#outer)* #vis #token #ident { #(#inner)* #(#items)* #rows }
            },
            Kind::Impl { token, generics, of_trait, ty } => {
                let of_trait = of_trait.as_ref().map(|path| quote!(#path for));
                let clause = &generics.where_clause;
                let cfgs = attr::cfgs(attrs);
                // An `impl` block is in its own module's scope; its rows stand beside it.
                let rows = if cfgs.is_empty() || rows.is_empty() {
                    rows
                } else {
                    quote!(#(#cfgs)* const _: () = { #rows };)
                };
                quote! {
                    #(#outer)* #token #generics #of_trait #ty #clause { #(#inner)* #(#items)* }
                    #rows
                }
            }
        }
    }
}

impl ToTokens for Member {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Handler { function, .. } => {
                tokens.extend(function.before());
                function.beside_errors().to_tokens(tokens);
            }
            Self::Misplaced(item) | Self::HalfTyped(item) | Self::Other(item) => item.to_tokens(tokens),
        }
    }
}

impl Member {
    /// The handler and its options, if it is one: once for each way in which `cfg` may leave its arguments.
    pub(super) fn handler(&self, errors: &mut Errors) -> Option<(handler::Options, Vec<Function>)> {
        match self {
            Self::Handler { mark, function } => {
                let mut functions = function.variants();
                if let Some((condition, _)) = &mark.only_if {
                    for function in &mut functions {
                        function.attrs.push(syn::parse_quote!(#[cfg(#condition)]));
                    }
                }
                Some((handler::Options::parse(mark.options.clone(), errors), functions))
            }
            Self::Misplaced(item) => {
                errors.span(keyword(item), "`#[handler]` marks a function");
                None
            }
            Self::HalfTyped(_) | Self::Other(_) => None,
        }
    }
}
