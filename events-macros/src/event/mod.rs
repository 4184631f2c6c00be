//! `#[event]`

mod check;
mod expand;
mod parse;
mod record;

use proc_macro2::TokenStream;
use quote::quote;

use crate::errors::Errors;

pub(crate) fn expand(options: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let options = parse::Options::parse(options, &mut errors);
    let Some(mut input) = parse::item(&item, &mut errors) else {
        let errors = errors.into_tokens();
        return quote!(#item #errors);
    };
    if !options.private().check("event", &mut errors) {
        let errors = errors.into_tokens();
        return quote!(#item #errors);
    }
    check::check(&options, &input, &mut errors);
    if errors.is_empty() {
        expand::expand(&options, &input, &item)
    } else if input.attrs.iter().any(check::is_event) {
        // Left in place, the second attribute would make a second event.
        input.attrs.retain(|attr| !check::is_event(attr));
        expand::stub(&options, &input, &quote!(#input), errors)
    } else {
        expand::stub(&options, &input, &item, errors)
    }
}
