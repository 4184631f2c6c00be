//! The path by which generated code finds the crate `events`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::Path;

use crate::errors::Errors;
use crate::manifest;

/// The path of the crate `events`, and the name under which generated code imports its private module.
///
/// Each block of generated code imports it once, so that a wrong path is reported once. Generated code uses the items of
/// another crate through types alone, so neither crate needs a path of the other.
pub(crate) enum Private {
    /// In the crate at this path, or at `::events`.
    At(Option<Path>),
    /// Where the module `__path` beside the generated code says.
    Module,
}

impl Private {
    /// In the crate at this path, or at `::events`.
    pub(crate) fn of(path: Option<&Path>) -> Self {
        Self::At(path.cloned())
    }

    /// The same for a module in whose parent the path was written, and what that module needs for it.
    pub(crate) fn inside(self) -> (Self, Option<TokenStream>) {
        let Self::At(Some(path)) = &self else { return (self, None) };
        let first = &path.segments[0].ident;
        if path.leading_colon.is_some() || first == "crate" {
            return (self, None);
        }
        let within = if first == "self" {
            let rest = path.segments.iter().skip(1);
            quote!(super::super #(::#rest)*)
        } else if first == "super" {
            quote!(super::super::#path)
        } else {
            path.to_token_stream()
        };
        let module = quote! {
            #[doc(hidden)]
            mod __path {
                #[allow(unused_imports, clippy::wildcard_imports)]
                pub(super) use super::super::*;
                #[allow(unused_imports)]
                pub(super) use #within::__private as __events;
            }
        };
        (Self::Module, Some(module))
    }

    /// Reports that no path is given and there is no crate `events`, where that is certain.
    pub(crate) fn check(&self, attribute: &str, errors: &mut Errors) -> bool {
        let Some(missing) = matches!(self, Self::At(None)).then(manifest::missing).flatten() else {
            return true;
        };
        let message = match &missing.other_name {
            Some(name) => {
                let name = name.replace('-', "_");
                format!(
                    "this package knows the crate `events` as `{name}`: write `#[{attribute}(crate = {name})]`"
                )
            }
            None => format!(
                "the crate `events` is not among the dependencies of this package: add it, or say where it is found, as in `#[{attribute}(crate = framework::events)]`"
            ),
        };
        errors.span(Span::call_site(), message);
        false
    }

    /// Whether it lies in the crate that is compiled.
    pub(crate) fn is_own(&self) -> bool {
        match self {
            Self::At(Some(path)) => path.leading_colon.is_none() && path.segments[0].ident == "crate",
            _ => false,
        }
    }

    /// Gives it the name by which [`at`](Self::at) and `ToTokens` know it: stands first in each block of generated code.
    pub(crate) fn import(&self) -> TokenStream {
        match self {
            Self::At(Some(path)) => quote!(use #path::__private as __events;),
            Self::At(None) => quote!(
                use ::events::__private as __events;
            ),
            Self::Module => quote!(
                use self::__path::__events;
            ),
        }
    }

    /// The name as if it were written at `span`.
    pub(crate) fn at(&self, span: Span) -> Ident {
        Ident::new("__events", span)
    }
}

impl ToTokens for Private {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.at(Span::call_site()).to_tokens(tokens);
    }
}
