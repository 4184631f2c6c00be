//! `#[handler]`

mod check;
mod expand;
mod member;
mod observer;
mod parse;
mod policy;
mod record;
mod signature;

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::quote;

pub(crate) use check::{Handler, Place, check, is_handler};
pub(crate) use expand::{checks, single};
pub(crate) use member::Member;
pub(crate) use observer::observer;
pub(crate) use parse::{Function, Options, begins_function};

use crate::errors::{Errors, keyword};
use crate::private::Private;

pub(crate) fn expand(options: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let options = Options::parse(options, &mut errors);
    let private = Private::of(options.krate.get());
    let function = match syn::parse2::<Function>(item.clone()) {
        Ok(function) => function,
        // rustc says by itself what is wrong with these: something is missing, or no attribute may stand here.
        Err(_) if parse::begins_function(&item) || begins_with(&item, "let") => return item,
        Err(_) => {
            let message = "`#[handler]` marks a function; mark a module or an `impl` block that holds handlers `#[handlers]`";
            errors.span(keyword(&item), message);
            let errors = errors.into_tokens();
            return quote!(#item #errors);
        }
    };
    if function.is_handled() {
        errors.span(Span::call_site(), "`#[handler]` stands here twice: keep one of the two");
    }
    private.check("handler", &mut errors);
    let variants = function.variants();
    let mut handlers = Vec::new();
    for (index, variant) in variants.iter().enumerate() {
        // A mistake is in all of them, and is reported once.
        let mut unheard = Errors::default();
        let errors = if index == 0 { &mut errors } else { &mut unheard };
        handlers.extend(check::check(&options, variant, Place::Alone, &private, errors));
    }
    let before = function.before();
    if errors.is_empty() {
        let rows = handlers.iter().map(|handler| match handler.all {
            true => observer(handler, &private),
            false => single(handler, &private),
        });
        quote!(#before #item #(#rows)*)
    } else {
        let (function, errors) = (function.beside_errors(), errors.into_tokens());
        quote!(#before #function #errors)
    }
}

fn begins_with(item: &TokenStream, word: &str) -> bool {
    matches!(item.clone().into_iter().next(), Some(TokenTree::Ident(ident)) if ident == word)
}
