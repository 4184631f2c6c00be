use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Meta};

use super::parse::{Options, fields, member, unraw};
use super::record;
use crate::attr;
use crate::errors::{Errors, position};
use crate::private::Private;

/// What `#[event]` writes.
pub(super) fn expand(options: &Options, input: &DeriveInput, item: &TokenStream) -> TokenStream {
    let private = &options.private();
    // An event that the library brings along is no help to anyone whose type is none. Only there: a crate without the
    // implicit prelude has no such attribute.
    let unlisted = private.is_own().then(|| quote!(#[diagnostic::do_not_recommend]));
    let import = private.import();
    let ident = &input.ident;
    let cfgs = attr::cfgs(&input.attrs);
    let meta = meta(options, input, private);
    let records = record::records(options, input, private);
    let mode = mode(options);
    let key = key(options, input, private);
    // Bounds of the trait that the type does not meet are reported at the type's name, and so is where the impl stands.
    let private_here = private.at(ident.span());
    let mut body = Group::new(
        Delimiter::Brace,
        quote! {
            const META: &'static #private::EventMeta = {
                use #private::{EventMeta, FieldMeta};
                &#meta
            };
            type __Mode = #private::event::mode::#mode;

            #[inline(always)]
            fn __table() -> &'static #private::Table<Self> {
                &TABLE
            }

            #key
        },
    );
    body.set_span(ident.span());
    let implementation = quote_spanned!(ident.span()=> impl #private_here::Event for #ident #body);
    quote! {
        #item

        #(#cfgs)*
        #[doc(hidden)]
        #[allow(deprecated, non_local_definitions, unused_qualifications)]
        const _: () = {
            #import

            static TABLE: #private::Table<#ident> = #private::Table::new();
            #private::place_table!(#private::AnyTableRow::new(&TABLE));

            #unlisted
            #[automatically_derived]
            #implementation

            #records
        };
    }
}

fn meta(options: &Options, input: &DeriveInput, private: &Private) -> TokenStream {
    let name = unraw(&input.ident);
    let path = quote!(#private::concat!(#private::module_path!(), "::", #name));
    let public = options.name.get().map_or_else(|| path.clone(), |name| quote!(#name));
    let (line, _) = position(input.ident.span());
    let fields = fields(input);
    let version = options.version.get().map(|version| quote!(.version(#version)));
    let key = options.key.get().map(member).map(|key| quote!(.key(#key)));
    let asynchronous = options.asynchronous.get().map(|()| quote!(.asynchronous()));
    let lane = options.lane.get().map(|lane| quote!(.lane(#lane)));
    let urgency = options.urgency().map(|name| {
        let name = Ident::new(name, Span::call_site());
        quote!(.urgency(#private::Urgency::#name))
    });
    let unhandled = options.unhandled.get().map(|_| quote!(.allow_unhandled()));
    quote! {
        EventMeta::new(
            #public,
            #path,
            #private::env!("CARGO_PKG_NAME"),
            &[#(#fields),*],
            #private::file!(),
            #line,
        ) #version #key #lane #urgency #asynchronous #unhandled
    }
}

/// The function that hashes the key. A type that has no hash is told of where the key is named.
fn key(options: &Options, input: &DeriveInput, private: &Private) -> Option<TokenStream> {
    let key = options.key.get()?;
    // The value itself is `self` of the method, wherever the key was written.
    let (span, this) = (key.span(), Ident::new("self", Span::call_site()));
    let path = private.at(span);
    let hash = match &input.data {
        Data::Struct(_) if is_packed(input) => {
            quote_spanned!(span=> { let __event = #this; #path::Key::key(&{ __event.#key }) })
        }
        Data::Struct(_) => quote_spanned!(span=> { let __event = #this; #path::Key::key(&__event.#key) }),
        Data::Enum(data) if !data.variants.is_empty() => {
            let arms = data.variants.iter().map(|variant| {
                let (name, cfgs) = (&variant.ident, attr::cfgs(&variant.attrs));
                quote_spanned!(span=> #(#cfgs)* Self::#name { #key: ref __key, .. } => #path::Key::key(__key),)
            });
            quote!(match *#this { #(#arms)* })
        }
        // Nobody has a value of it, or its fields are being typed.
        Data::Enum(_) | Data::Union(_) => return None,
    };
    Some(quote! {
        #[inline]
        fn __key(&self) -> #private::Option<#private::u64> {
            #private::Some(#hash)
        }
    })
}

/// Whether no field can be borrowed.
fn is_packed(input: &DeriveInput) -> bool {
    input.attrs.iter().any(|attr| match &attr.meta {
        Meta::List(list) if list.path.is_ident("repr") => list
            .tokens
            .clone()
            .into_iter()
            .any(|token| matches!(token, TokenTree::Ident(name) if name == "packed")),
        _ => false,
    })
}

fn mode(options: &Options) -> TokenStream {
    if options.asynchronous.get().is_some() { quote!(Asynchronous) } else { quote!(Synchronous) }
}

/// What stands in for an event with mistakes: its handlers and its uses make no errors of their own.
pub(super) fn stub(
    options: &Options,
    input: &DeriveInput,
    item: &TokenStream,
    errors: Errors,
) -> TokenStream {
    let private = options.private();
    let DeriveInput { ident, generics, .. } = input;
    let cfgs = attr::cfgs(&input.attrs);
    let errors = errors.into_tokens();
    let (implementation, ty, clause) = generics.split_for_impl();
    let bounds = clause.map(|clause| &clause.predicates);
    let name = unraw(ident);
    let mode = mode(options);
    let import = private.import();
    quote! {
        #item
        #errors

        #(#cfgs)*
        #[doc(hidden)]
        const _: () = {
            #import

            #[automatically_derived]
            impl #implementation #private::Event for #ident #ty
            where
                Self: #private::Send + #private::Sync + 'static,
                #bounds
            {
                const META: &'static #private::EventMeta =
                    &#private::EventMeta::new(#name, #name, "", &[], "", 0);
                type __Mode = #private::event::mode::#mode;

                fn __table() -> &'static #private::Table<Self> {
                    loop {}
                }
            }
        };
    }
}
