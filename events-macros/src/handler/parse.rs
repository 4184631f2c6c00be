use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Expr, Path, Signature, Visibility};

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
pub(crate) struct Function {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    pub(crate) body: Group,
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        let sig = input.parse()?;
        match input.parse()? {
            TokenTree::Group(body) => Ok(Self { attrs, vis, sig, body }),
            other => Err(syn::Error::new(other.span(), "expected the body of the function")),
        }
    }
}

impl Function {
    /// `#[inline]`, where the user says nothing about it.
    ///
    /// A handler is called from its row, which may be compiled apart from it: without the hint each handler would cost
    /// a second call.
    pub(crate) fn inline(&self) -> Option<TokenStream> {
        const SPEAKS: [&str; 5] = ["inline", "cold", "no_mangle", "export_name", "unsafe"];
        let spoken = self.attrs.iter().any(|attr| SPEAKS.iter().any(|name| attr.path().is_ident(name)));
        (!spoken && self.sig.asyncness.is_none()).then(|| quote!(#[inline]))
    }
}

impl ToTokens for Function {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { attrs, vis, sig, body } = self;
        tokens.extend(quote!(#(#attrs)* #vis #sig #body));
    }
}
