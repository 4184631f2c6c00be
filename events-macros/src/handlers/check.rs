use syn::{Path, Type};

use super::parse::{Block, Kind};
use crate::errors::Errors;
use crate::handler::{Function, Options, Place};
use crate::private::Private;

/// A handler of the block: its options, its function, and where it stands.
pub(super) struct Written<'a> {
    pub(super) options: Options,
    pub(super) function: &'a Function,
    pub(super) place: Place<'a>,
}

/// The handlers, each checked.
pub(super) fn check<'a>(block: &'a Block, private: &Private, errors: &mut Errors) -> Vec<Written<'a>> {
    let place = match &block.kind {
        Kind::Module { .. } => Some(Place::Module),
        Kind::Impl { generics, of_trait, ty, .. } => {
            if let Some(of_trait) = of_trait {
                errors.at(
                    of_trait,
                    "handlers are methods of the type itself: move them to an `impl` block without a trait",
                );
            }
            if !generics.params.is_empty() {
                errors.at(&generics.params, "the type of `#[handlers]` is not generic, since `&self` is one state of the bus: write a block for each type");
            }
            path(ty).map(Place::Impl).or_else(|| {
                errors.at(ty, "`#[handlers]` stands on the `impl` block of a struct or an enum");
                None
            })
        }
    };
    let Some(place) = place else { return Vec::new() };
    let mut handlers = Vec::new();
    for member in &block.items {
        let Some((options, function)) = member.handler(errors) else { continue };
        crate::handler::check(&options, function, place, private, errors);
        handlers.push(Written { options, function, place });
    }
    if handlers.is_empty() && errors.is_empty() {
        errors.span(
            block.keyword(),
            "there is no `#[handler]` in here: mark at least one function, or leave `#[handlers]` out",
        );
    }
    handlers
}

fn path(ty: &Type) -> Option<&Path> {
    match ty {
        Type::Path(path) if path.qself.is_none() => Some(&path.path),
        Type::Group(inner) => path(&inner.elem),
        Type::Paren(inner) => path(&inner.elem),
        _ => None,
    }
}
