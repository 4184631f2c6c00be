//! `#[handler]`

mod check;
mod expand;
mod observer;
mod parse;
mod policy;
mod record;

use proc_macro2::TokenStream;
use quote::quote;

pub(crate) use check::{Handler, Place, check, is_handler};
pub(crate) use expand::{Member, row, single};
pub(crate) use observer::observer;
pub(crate) use parse::{Function, Options};

use crate::attr::Private;
use crate::errors::{Errors, keyword};

pub(crate) fn expand(options: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let options = Options::parse(options, &mut errors);
    let function = match syn::parse2::<Function>(item.clone()) {
        Ok(function) => function,
        Err(_) => {
            let message = "`#[handler]` marks a function; mark a module or an `impl` block that holds handlers `#[handlers]`";
            errors.span(keyword(&item), message);
            let errors = errors.into_tokens();
            return quote!(#item #errors);
        }
    };
    let private = Private::of(options.krate.get());
    match check::check(&options, &function, Place::Alone, &private, &mut errors) {
        Some(handler) if errors.is_empty() => {
            let row = if handler.all { observer(&handler, &private) } else { single(&handler, &private) };
            let inline = function.inline();
            quote!(#inline #item #row)
        }
        _ => {
            let errors = errors.into_tokens();
            quote!(#item #errors)
        }
    }
}
