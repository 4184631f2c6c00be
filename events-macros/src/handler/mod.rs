//! `#[handler]`

mod check;
mod expand;
mod member;
mod parse;
mod policy;
mod record;

use proc_macro2::TokenStream;
use quote::quote;

pub(crate) use check::{Handler, Place, check, is_handler};
pub(crate) use expand::{checks, single};
pub(crate) use member::Member;
pub(crate) use parse::{Function, Options};

use crate::errors::{Errors, keyword};
use crate::private::Private;

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
    if !private.check("handler", &mut errors) {
        let errors = errors.into_tokens();
        return quote!(#item #errors);
    }
    match check::check(&options, &function, Place::Alone, &private, &mut errors) {
        Some(handler) if errors.is_empty() => {
            let row = single(&handler, &private);
            let inline = function.inline();
            quote!(#inline #item #row)
        }
        _ => {
            let errors = errors.into_tokens();
            quote!(#item #errors)
        }
    }
}
