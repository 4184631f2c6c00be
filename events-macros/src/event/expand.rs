use std::cell::RefCell;
use std::collections::HashSet;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Attribute, DeriveInput, Visibility};

use super::parse::{Options, fields, member, unraw};
use super::record;
use crate::attr::{self, Private};
use crate::errors::Errors;

pub(super) fn expand(options: &Options, input: &DeriveInput, item: &TokenStream) -> TokenStream {
    let private = options.private();
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
            #private::backend! {
                { #private::place_row! { #rows $($row)* } }
                { #private::submit_row! { $($row)* } }
            }
        },
    );
    let meta = meta(options, input, &private);
    let records = record::records(options, input, &private);
    let mode = mode(options);
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
    let unhandled = options.unhandled.get().map(|_| quote!(.allow_unhandled()));
    quote! {
        EventMeta::new(
            #public,
            #path,
            #private::env!("CARGO_PKG_NAME"),
            &[#(#fields),*],
            #private::file!(),
            #line,
        ) #version #key #asynchronous #unhandled
    }
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
