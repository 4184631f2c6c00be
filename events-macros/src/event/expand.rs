use std::cell::RefCell;
use std::collections::HashSet;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Meta, Visibility};

use super::parse::{Options, fields, member, unraw};
use super::record;
use crate::attr::{self, Private};
use crate::errors::Errors;

pub(super) fn expand(options: &Options, input: &DeriveInput, item: &TokenStream) -> TokenStream {
    let private = options.private();
    let in_macro = private.in_macro();
    // An event that the library brings along is no help to anyone whose type is none. Only there: a crate without the
    // implicit prelude has no such attribute.
    let unlisted = private.is_own().then(|| quote!(#[diagnostic::do_not_recommend]));
    let DeriveInput { vis, ident, .. } = input;
    let cfgs = attr::cfgs(&input.attrs);
    let id = identity(ident);
    let rows = format_ident!("__EVENT_{id}");
    // The macro that linkme writes beside the slice of that name.
    let linkme_helper = format_ident!("_linkme_macro_{rows}");
    let into_table = into_table(
        vis,
        ident,
        &id,
        &cfgs,
        quote! {
            #in_macro::backend! {
                { #in_macro::place_row! { #rows $($row)* } }
                { #in_macro::submit_row! { $($row)* } }
            }
        },
    );
    let meta = meta(options, input, &private);
    let records = record::records(options, input, &private);
    let mode = mode(options);
    let key = key(options, input, &private);
    // Bounds of the trait that the type does not meet are told at the type's name.
    let private_here = private.at(ident.span());
    let implement = quote_spanned!(ident.span()=> impl #private_here::Event for #ident);

    quote! {
        #item

        #into_table

        #(#cfgs)*
        #[doc(hidden)]
        #[allow(deprecated, non_local_definitions)]
        const _: () = {
            #private::backend! { {
                #[#private::linkme::distributed_slice]
                #[linkme(crate = #private::linkme)]
                static #rows: [#private::Entry<#ident>];

                #linkme_helper! {
                    #![linkme_macro = #private::verify_section]
                    static #rows: () = ();
                }

                static TABLE: #private::Table<#ident> =
                    #private::Table::new(#private::Source::new(|| #rows.static_slice()));

                #private::EVENTS_TABLES_0_1! {
                    #![linkme_macro = #private::place_element]
                    static ANY_TABLE: &'static dyn #private::AnyTable = &TABLE;
                }
            } {
                static TABLE: #private::Table<#ident> = #private::Table::new(#private::Source::new());

                #private::inventory::submit! { #private::TableNode(&TABLE) }
            } }

            #records

            #unlisted
            #[automatically_derived]
            #implement {
                const META: &'static #private::EventMeta = {
                    use #private::{EventMeta, FieldMeta};
                    &#meta
                };
                type __Mode = #private::#mode;

                #[inline(always)]
                fn __table() -> &'static #private::Table<Self> {
                    &TABLE
                }

                #key
            }
        };
    }
}

/// The macro of the type's own name, by which handlers find the way into its table.
///
/// Types and macros live in namespaces of their own, so whoever imports the type imports its macro, renames included.
fn into_table(
    vis: &Visibility,
    ident: &Ident,
    id: &str,
    cfgs: &[&Attribute],
    place: TokenStream,
) -> TokenStream {
    let helper = format_ident!("__event_{id}");
    // What is not `pub` stays within the crate, and so does a macro that is not exported.
    let export = matches!(vis, Visibility::Public(_)).then(|| quote!(#[macro_export]));
    quote! {
        #(#cfgs)*
        #[doc(hidden)]
        #export
        macro_rules! #helper {
            ($($row:tt)*) => { #place };
        }

        #(#cfgs)*
        #[doc(hidden)]
        #[allow(unused_imports)]
        #vis use #helper as #ident;
    }
}

fn meta(options: &Options, input: &DeriveInput, private: &Private) -> TokenStream {
    let name = unraw(&input.ident);
    let path = quote!(#private::concat!(#private::module_path!(), "::", #name));
    let public = options.name.get().map_or_else(|| path.clone(), |name| quote!(#name));
    let line = line(input.ident.span());
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
    let span = Span::call_site().located_at(key.span());
    let path = private.at(span);
    let hash = match &input.data {
        Data::Struct(_) if is_packed(input) => quote_spanned!(span=> #path::key(&{ self.#key })),
        Data::Struct(_) => quote_spanned!(span=> #path::key(&self.#key)),
        Data::Enum(data) if !data.variants.is_empty() => {
            let arms = data.variants.iter().map(|variant| {
                let (name, cfgs) = (&variant.ident, attr::cfgs(&variant.attrs));
                quote_spanned!(span=> #(#cfgs)* Self::#name { #key: ref __key, .. } => #path::key(__key),)
            });
            quote!(match *self { #(#arms)* })
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

pub(crate) fn line(span: Span) -> u32 {
    span.unwrap().line() as u32
}

/// What tells an event from every other in the binary: linkme wants the name of a slice unique over all crates.
fn identity(ident: &Ident) -> String {
    thread_local! {
        /// Two events of one place come from a macro that was called twice.
        static TAKEN: RefCell<HashSet<u64>> = RefCell::default();
    }
    let mut hasher = DefaultHasher::new();
    for name in ["CARGO_PKG_NAME", "CARGO_PKG_VERSION", "CARGO_CRATE_NAME", "CARGO_BIN_NAME"] {
        std::env::var(name).ok().hash(&mut hasher);
    }
    let span = ident.span().unwrap();
    span.file().hash(&mut hasher);
    (span.line(), span.column()).hash(&mut hasher);
    ident.to_string().hash(&mut hasher);
    let mut hash = hasher.finish();
    TAKEN.with_borrow_mut(|taken| {
        while !taken.insert(hash) {
            hash = hash.wrapping_add(1);
        }
    });
    format!("{}_{hash:016x}", unraw(ident))
}

/// What stands in for an event with mistakes: its handlers and its uses make no errors of their own.
pub(super) fn stub(
    options: &Options,
    input: &DeriveInput,
    item: &TokenStream,
    errors: Errors,
) -> TokenStream {
    let private = options.private();
    let DeriveInput { vis, ident, generics, .. } = input;
    let cfgs = attr::cfgs(&input.attrs);
    let errors = errors.into_tokens();
    let place = quote!(static __ENTRY: #private::Broken = #private::Broken;);
    let into_table = into_table(vis, ident, &identity(ident), &cfgs, place);
    let (implementation, ty, clause) = generics.split_for_impl();
    let bounds = clause.map(|clause| &clause.predicates);
    let name = unraw(ident);
    let mode = mode(options);
    quote! {
        #item
        #errors

        #into_table

        #(#cfgs)*
        #[automatically_derived]
        impl #implementation #private::Event for #ident #ty
        where
            Self: #private::Send + #private::Sync + 'static,
            #bounds
        {
            const META: &'static #private::EventMeta =
                &#private::EventMeta::new(#name, #name, "", &[], "", 0);
            type __Mode = #private::#mode;

            fn __table() -> &'static #private::Table<Self> {
                loop {}
            }
        }
    }
}
