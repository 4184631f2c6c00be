use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, FnArg, Path, Signature, Token, Visibility};

use super::policy::Policy;
use crate::attr::{self, Once};
use crate::errors::Errors;

/// What stands in the brackets of `#[handler(..)]`.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) priority: Once<i32>,
    pub(crate) when: Once<Expr>,
    pub(crate) emits: Once<Vec<Path>>,
    /// It is a handler of all events.
    pub(crate) all: Once<()>,
    pub(crate) krate: Once<Path>,
    pub(crate) policy: Policy,
}

impl Options {
    pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut options = Self::default();
        attr::parse(tokens, errors, |name, input, errors| {
            match name.to_string().as_str() {
                "priority" => {
                    let range = "a priority is an `i32`, from -2147483648 to 2147483647";
                    let (_, priority) = attr::integer(name, input, "100", range)?;
                    options.priority.set(name, priority, errors);
                }
                "when" => {
                    options.when.set(name, attr::value(name, input, "|event| ..")?, errors);
                }
                "emits" => {
                    let types = attr::types(name, input, "OrderSent, OrderBilled", errors)?;
                    options.emits.set(name, types, errors);
                }
                "all" => {
                    let read = attr::flag(name, input);
                    // It stands there all the same: its first argument is of any event.
                    options.all.set(name, (), errors);
                    read?;
                }
                "crate" => options.krate.set(name, attr::path(name, input)?, errors),
                _ => {
                    let known =
                        || format!("`priority`, `when`, `emits`, `all`, {} and `crate`", Policy::OPTIONS);
                    let read = options.policy.read(name, input, errors);
                    read.unwrap_or_else(|| Err(attr::unknown(name, &known())))?;
                }
            }
            Ok(())
        });
        options
    }
}

/// A function whose body is left as it stands: a half-typed one still expands, and editors complete in it.
#[derive(Clone)]
pub(crate) struct Function {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    /// In braces, or `;` where there is none.
    pub(crate) body: TokenTree,
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        if input.peek(Token![default]) {
            input.parse::<Token![default]>()?;
        }
        let sig = input.parse()?;
        match input.parse()? {
            body @ TokenTree::Group(_) => Ok(Self { attrs, vis, sig, body }),
            TokenTree::Punct(end) if end.as_char() == ';' => Ok(Self { attrs, vis, sig, body: end.into() }),
            other => Err(syn::Error::new(other.span(), "expected the body of the function")),
        }
    }
}

/// Whether an item begins as a function does. One that cannot be read is being typed: rustc says what is wrong with it.
pub(crate) fn begins_function(item: &TokenStream) -> bool {
    const BEFORE: [&str; 9] =
        ["pub", "default", "const", "async", "safe", "unsafe", "extern", "gen", "crate"];
    let mut tokens = item.clone().into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '#' => drop(tokens.next()),
            TokenTree::Ident(ident) if ident == "fn" => return true,
            TokenTree::Ident(ident) if BEFORE.iter().any(|word| ident == word) => {}
            // Of `pub(crate)`, and of `extern "C"`.
            TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => {}
            TokenTree::Literal(_) => {}
            _ => return false,
        }
    }
    false
}

impl Function {
    /// What stands before the function beside what the user wrote.
    ///
    /// `#[inline]`, where the user says nothing about it: a handler is called from its row, which may be compiled apart from
    /// it, and without the hint each handler would cost a second call. And what its signature cannot do otherwise is no
    /// lint. The reason given for that tells a second `#[handler]` that the first one was there.
    pub(crate) fn before(&self) -> TokenStream {
        const SPEAKS: [&str; 5] = ["inline", "cold", "no_mangle", "export_name", "unsafe"];
        let spoken = self.attrs.iter().any(|attr| SPEAKS.iter().any(|name| attr.path().is_ident(name)));
        let inline = (!spoken && self.sig.asyncness.is_none()).then(|| quote!(#[inline]));
        quote! {
            #[allow(clippy::needless_pass_by_value, clippy::trivially_copy_pass_by_ref, elided_lifetimes_in_paths, reason = #REASON)]
            #inline
        }
    }

    /// Whether a `#[handler]` has been here before.
    pub(crate) fn is_handled(&self) -> bool {
        self.attrs.iter().any(|attr| match &attr.meta {
            syn::Meta::List(list) => {
                let last = list.tokens.clone().into_iter().last();
                list.path.is_ident("allow")
                    && last.is_some_and(|last| last.to_string() == format!("{REASON:?}"))
            }
            _ => false,
        })
    }

    /// What takes its place beside an error: with a body that fits every signature where it has none, and without a second
    /// `#[handler]`, so that nothing is reported again.
    pub(crate) fn beside_errors(&self) -> Self {
        let mut function = self.clone();
        function.attrs.retain(|attr| !attr.path().is_ident("handler"));
        if !matches!(function.body, TokenTree::Group(_)) {
            function.body = syn::parse_quote!({ loop {} });
            function.attrs.push(syn::parse_quote!(#[allow(unused_variables)]));
        }
        function
    }

    /// The function once for each way in which `#[cfg]` may leave its arguments, each under the `#[cfg]` of that way.
    pub(crate) fn variants(&self) -> Vec<Self> {
        let mut variants =
            vec![Self { sig: Signature { inputs: Punctuated::new(), ..self.sig.clone() }, ..self.clone() }];
        for input in &self.sig.inputs {
            let mut input = input.clone();
            let attrs = match &mut input {
                FnArg::Receiver(receiver) => &mut receiver.attrs,
                FnArg::Typed(argument) => &mut argument.attrs,
            };
            let cfgs: Vec<_> = attrs.extract_if(.., |attr| attr.path().is_ident("cfg")).collect();
            let conditions: Vec<_> = cfgs.iter().filter_map(|cfg| cfg.meta.require_list().ok()).collect();
            let conditions: Vec<_> = conditions.iter().map(|list| &list.tokens).collect();
            let mut without = Vec::new();
            for variant in &mut variants {
                if !conditions.is_empty() {
                    let mut left_out = variant.clone();
                    left_out.attrs.push(syn::parse_quote!(#[cfg(not(all(#(#conditions),*)))]));
                    without.push(left_out);
                    variant.attrs.push(syn::parse_quote!(#[cfg(all(#(#conditions),*))]));
                }
                variant.sig.inputs.push(input.clone());
            }
            variants.extend(without);
        }
        variants
    }
}

const REASON: &str = "a handler is called by its row";

impl ToTokens for Function {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { attrs, vis, sig, body } = self;
        tokens.extend(quote!(#(#attrs)* #vis #sig #body));
    }
}
