//! `#[event]`

mod check;
mod expand;
mod parse;

use proc_macro2::TokenStream;

use crate::errors::Errors;

pub(crate) fn expand(options: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let options = parse::Options::parse(options, &mut errors);
    let input = match parse::item(&item, &mut errors) {
        Some(input) => input,
        None => {
            let errors = errors.into_tokens();
            return quote::quote!(#item #errors);
        }
    };
    check::check(&options, &input, &mut errors);
    if errors.is_empty() {
        expand::expand(&options, &input, &item)
    } else {
        expand::stub(&options, &input, &item, errors)
    }
}
