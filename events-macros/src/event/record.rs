use events_record::{shape, tag};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput};

use super::parse::{self, Field, Options, member, unraw};
use crate::private::Private;
use crate::record::{Docs, Fields, Told};

/// The record of the event in the binary. A field that `cfg` may leave out, or whose documentation is written by a macro, has a
/// record of its own.
pub(super) fn records(options: &Options, input: &DeriveInput, private: &Private) -> TokenStream {
    let ident = &input.ident;
    let id = quote!(#private::Id::of::<#ident>());
    let mut record = Fields::of(&unraw(ident), ident.span());
    if let Some(name) = options.name.get() {
        record.text(tag::PUBLIC_NAME, &name.value());
    }
    if let Some(&version) = options.version.get() {
        record.number(tag::VERSION, u64::from(version));
    }
    if let Some(key) = options.key.get() {
        record.text(tag::KEY, &member(key));
    }
    if let Some(lane) = options.lane.get() {
        record.text(tag::LANE, &lane.value());
    }
    if let Some(urgency) = options.urgency.get() {
        record.text(tag::URGENCY, &urgency.value());
    }
    record.number(tag::SHAPE, shape(input));
    record.serde(&input.attrs);

    let fields: Vec<_> =
        parse::fields(input).into_iter().map(|field| (Docs::of(field.attrs), field)).collect();
    let stands_alone = |(docs, field): &(Docs, Field<'_>)| docs.is_made() || !field.cfgs.is_empty();
    let indexed = fields.iter().any(stands_alone);
    let mut alone = TokenStream::new();
    for (index, (docs, field)) in fields.iter().enumerate() {
        let mut told = Fields::default();
        told.text(tag::FIELD_NAME, &field.name);
        if !field.ty.is_empty() {
            told.text(tag::FIELD_TYPE, &field.ty);
        }
        if indexed {
            told.number(tag::FIELD_INDEX, index as u64);
        }
        told.serde(field.attrs);
        told.serde_as(tag::VARIANT_SERDE, field.variant_attrs);
        if docs.is_made() || !field.cfgs.is_empty() {
            let (kind, flags, ids) = (quote!(FIELD), quote!(0), vec![id.clone()]);
            let part = told.into_record(Told { kind, flags, ids, docs }, private);
            let cfgs = &field.cfgs;
            alone.extend(quote!(#(#cfgs)* const _: () = { #part };));
        } else {
            if let Docs::Known(docs) = docs {
                told.text(tag::DOCS, docs);
            }
            record.nested(tag::FIELD, &told);
        }
    }

    let asynchronous = options.asynchronous.get().map(|()| quote!(| #private::flag::ASYNC));
    let unhandled = options.unhandled.get().map(|_| quote!(| #private::flag::UNHANDLED_ALLOWED));
    let docs = &Docs::of(&input.attrs);
    let flags = quote!(0 #asynchronous #unhandled);
    let record = record.into_record(Told { kind: quote!(EVENT), flags, ids: vec![id], docs }, private);
    quote!(#record #alone)
}

fn shape(input: &DeriveInput) -> u64 {
    match &input.data {
        Data::Struct(data) => match data.fields {
            syn::Fields::Named(_) => shape::STRUCT,
            syn::Fields::Unnamed(_) => shape::TUPLE,
            syn::Fields::Unit => shape::UNIT,
        },
        Data::Enum(_) | Data::Union(_) => shape::ENUM,
    }
}
