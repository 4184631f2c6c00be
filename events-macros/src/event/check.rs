use syn::{Attribute, Data, DeriveInput, Fields, GenericParam, Member};

use super::parse::{Options, member};
use crate::errors::Errors;

pub(super) fn check(options: &Options, input: &DeriveInput, errors: &mut Errors) {
    generics(input, errors);
    match &input.data {
        Data::Union(data) => errors.at(
            data.union_token,
            "an event cannot be a union: nobody could tell which field holds; make it an enum",
        ),
        Data::Struct(data) => key(options, [&data.fields], "this struct", errors),
        Data::Enum(data) => {
            key(options, data.variants.iter().map(|variant| &variant.fields), "each variant", errors);
        }
    }
    for attr in input.attrs.iter().filter(|attr| is_event(attr)) {
        errors.at(attr, "`#[event]` stands here twice: keep one of the two");
    }
    if let Some(value) = options.unhandled.get()
        && value.value() != "allow"
    {
        errors.at(value, "`unhandled` knows one value: write `unhandled = \"allow\"`, or leave it out");
    }
    if let (Some(value), None) = (options.urgency.get(), options.urgency()) {
        errors.at(value, "`urgency` is one of three: write `\"high\"`, `\"normal\"` or `\"low\"`");
    }
}

/// Whether an attribute is `#[event]`, by whatever path.
pub(super) fn is_event(attr: &Attribute) -> bool {
    attr.path().segments.last().is_some_and(|last| last.ident == "event")
}

fn generics(input: &DeriveInput, errors: &mut Errors) {
    let ident = &input.ident;
    for param in &input.generics.params {
        match param {
            GenericParam::Lifetime(lifetime) => errors.at(
                &lifetime.lifetime,
                "an event owns its data, since a handler may run later: use `String` or `Arc<str>` in place of a reference",
            ),
            GenericParam::Type(_) | GenericParam::Const(_) => errors.at(
                param,
                format_args!("an event has no generics, since its table belongs to one type: write an event for each `{ident}<..>` that is emitted"),
            ),
        }
    }
    if input.generics.params.is_empty()
        && let Some(clause) = &input.generics.where_clause
    {
        errors.at(clause, "an event has no `where` clause: leave it out");
    }
}

/// The key must name a field, in an enum one of every variant.
fn key<'a>(options: &Options, of: impl IntoIterator<Item = &'a Fields>, what: &str, errors: &mut Errors) {
    let Some(key) = options.key.get() else { return };
    let lists: Vec<Vec<String>> =
        of.into_iter().map(|fields| fields.members().map(|name| member(&name)).collect()).collect();
    let wanted = member(key);
    if lists.iter().all(|names| names.contains(&wanted)) {
        return;
    }
    let mut shared = lists.first().cloned().unwrap_or_default();
    shared.retain(|name| lists.iter().all(|names| names.contains(name)));
    let hint = match shared.as_slice() {
        [] => "and there is none to name".to_owned(),
        names => format!("choose from `{}`", names.join("`, `")),
    };
    let what =
        if matches!(key, Member::Unnamed(_)) { format!("{what} by that index") } else { what.to_owned() };
    errors.at(key, format_args!("`key` names a field of {what}: `{wanted}` is none, {hint}"));
}
