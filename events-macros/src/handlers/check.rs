use quote::ToTokens;
use syn::{Path, PathArguments, Type};

use super::parse::{Block, Kind};
use crate::errors::Errors;
use crate::handler::{Function, Options, Place};
use crate::private::Private;

/// A handler of the block: its options, its function, and where it stands.
pub(super) struct Written<'a> {
    pub(super) options: Options,
    /// Once for each way in which `cfg` may leave its arguments.
    pub(super) functions: Vec<Function>,
    pub(super) place: Place<'a>,
}

/// The handlers, each checked.
pub(super) fn check<'a>(block: &'a Block, private: &Private, errors: &mut Errors) -> Vec<Written<'a>> {
    if let Some(second) = &block.second {
        errors.at(second, "`#[handlers]` stands here twice: keep one of the two");
    }
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
                let arguments = path(ty).and_then(|path| match &path.segments.last()?.arguments {
                    PathArguments::AngleBracketed(arguments) if !arguments.args.is_empty() => {
                        Some(&arguments.args)
                    }
                    _ => None,
                });
                let at = arguments.map_or_else(
                    || generics.params.to_token_stream(),
                    |arguments| arguments.to_token_stream(),
                );
                errors.at(at, "the type of `#[handlers]` is not generic, since `&self` is one state of the bus: write a block for each type");
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
        let Some((options, functions)) = member.handler(errors) else { continue };
        crate::handler::check(&options, &functions[0], place, private, errors);
        handlers.push(Written { options, functions, place });
    }
    if handlers.is_empty() && errors.is_empty() && !block.is_half_typed() {
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
