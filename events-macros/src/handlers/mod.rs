//! `#[handlers]`

mod check;
mod expand;
mod mark;
mod parse;

use proc_macro2::TokenStream;
use quote::quote;

use crate::errors::Errors;
use crate::private::Private;

pub(crate) fn expand(options: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let options = parse::Options::parse(options, &mut errors);
    let block = match parse::block(item.clone()) {
        Ok(block) => block,
        Err(error) => {
            errors.push(error);
            let (item, errors) = (mark::without_marks(item), errors.into_tokens());
            return quote!(#item #errors);
        }
    };
    let private = Private::of(options.krate.get());
    private.check("handlers", &mut errors);
    let (private, path) = if block.is_module() { private.inside() } else { (private, None) };
    let handlers = check::check(&block, &private, &mut errors);
    let rows = if errors.is_empty() { expand::rows(handlers, &private) } else { errors.into_tokens() };
    let attributes = block.attributes();
    block.with(quote!(#attributes #path #rows))
}
