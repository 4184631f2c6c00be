//! What a handler's arguments and its condition look like.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Expr, FnArg, GenericArgument, Path, PathArguments, Type};

use crate::attr::written;
use crate::errors::Errors;

/// The event of a first argument: `&OrderPaid`, in a batch `&[OrderPaid]`. `later` are the arguments after it. `all` and `batch`
/// are the options of the handler.
pub(super) fn event<'a>(
    ty: &'a Type,
    later: &[&FnArg],
    (all, batch): (bool, bool),
    errors: &mut Errors,
) -> Option<&'a Path> {
    match ty {
        Type::Paren(inner) => event(&inner.elem, later, (all, batch), errors),
        Type::Group(inner) => event(&inner.elem, later, (all, batch), errors),
        // rustc says that a type is missing.
        Type::Infer(_) | Type::Verbatim(_) => None,
        Type::Reference(reference) => {
            if let Some(mutability) = &reference.mutability {
                errors.at(
                    mutability,
                    "a handler only reads the event, since others see it too: take `&`, not `&mut`",
                );
                return None;
            }
            if let Some(lifetime) = reference.lifetime.as_ref().filter(|lifetime| lifetime.ident == "static")
            {
                errors.at(
                    lifetime,
                    "a handler sees the event for as long as it runs, no longer: leave out `'static`, and clone what is to be kept",
                );
                return None;
            }
            match (slice(&reference.elem), batch) {
                (Some(event), true) => named(event, (all, batch), errors),
                (None, false) => named(&reference.elem, (all, batch), errors),
                (Some(event), false) => {
                    let event = written(event);
                    errors.at(ty, format_args!("who takes many events at once says so: add `batch`, as in `#[handler(batch)]`, or take one, `&{event}`"));
                    None
                }
                (None, true) => {
                    let event = written(inner(&reference.elem).unwrap_or(&reference.elem));
                    errors.at(
                        ty,
                        format_args!(
                            "a batch handler takes its events as a slice: write `&[{event}]`, or drop `batch`"
                        ),
                    );
                    None
                }
            }
        }
        other if batch => {
            let event = slice(other).or_else(|| inner(other)).unwrap_or(other);
            let event = written(without_reference(event));
            errors.at(other, format_args!("a batch handler takes its events as a slice: write `&[{event}]`"));
            None
        }
        other => {
            let later = later.iter().find_map(|later| match later {
                FnArg::Typed(later) if matches!(*later.ty, Type::Reference(_)) => Some(written(later)),
                _ => None,
            });
            match (inner(other), later) {
                (Some(_), Some(later)) => errors.at(
                    other,
                    format_args!("a handler takes its event first, then what else it asks for: is `{later}` the event? Then it goes to the front"),
                ),
                (Some(inner), None) => {
                    let inner = written(without_reference(inner));
                    errors.at(other, format_args!("a handler takes its event by reference, as it is: write `&{inner}`; what else it asks for comes after it"));
                }
                (None, _) => {
                    let written = written(other);
                    errors.at(other, format_args!("a handler takes its event by reference: write `&{written}`"));
                }
            }
            None
        }
    }
}

/// What a slice is of.
fn slice(ty: &Type) -> Option<&Type> {
    match ty {
        Type::Slice(slice) => Some(&slice.elem),
        Type::Paren(inner) => slice(&inner.elem),
        Type::Group(inner) => slice(&inner.elem),
        _ => None,
    }
}

/// The last type that a generic type is of.
fn inner(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else { return None };
    arguments.args.iter().rev().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// Whether the last segment has a lifetime.
fn has_lifetime(path: &Path) -> bool {
    path.segments.last().is_some_and(|last| match &last.arguments {
        PathArguments::AngleBracketed(arguments) => {
            arguments.args.iter().any(|argument| matches!(argument, GenericArgument::Lifetime(_)))
        }
        _ => false,
    })
}

/// A type without brackets around it.
pub(super) fn without_brackets(ty: &Type) -> &Type {
    match ty {
        Type::Paren(inner) => without_brackets(&inner.elem),
        Type::Group(inner) => without_brackets(&inner.elem),
        other => other,
    }
}

/// Whether a type, or a part of it, is the placeholder `_`.
pub(super) fn leaves_out(part: impl ToTokens) -> bool {
    fn any(tokens: TokenStream) -> bool {
        let mut lifetime = false;
        tokens.into_iter().any(|token| {
            let of_lifetime = std::mem::take(&mut lifetime);
            match token {
                TokenTree::Ident(ident) => ident == "_" && !of_lifetime,
                TokenTree::Punct(punct) => {
                    lifetime = punct.as_char() == '\'';
                    punct.as_char() == '_'
                }
                TokenTree::Group(group) => any(group.stream()),
                TokenTree::Literal(_) => false,
            }
        })
    }
    any(part.to_token_stream())
}

fn without_reference(ty: &Type) -> &Type {
    match ty {
        Type::Reference(reference) => &reference.elem,
        other => other,
    }
}

fn named<'a>(ty: &'a Type, (all, batch): (bool, bool), errors: &mut Errors) -> Option<&'a Path> {
    match ty {
        Type::Path(path) if path.qself.is_none() => {
            let Some(inner) = inner(ty) else {
                if has_lifetime(&path.path) && !all {
                    errors.at(ty, "an event has no lifetimes, since it owns its data; a handler of all events, which takes `&AnyEvent<'_>`, is marked `#[handler(all)]`");
                    return None;
                }
                return Some(&path.path);
            };
            let inner = written(without_reference(inner));
            let many = if batch { "" } else { "; for many at once, `#[handler(batch)]` and a slice" };
            let one = if batch { format!("&[{inner}]") } else { format!("&{inner}") };
            errors.at(ty, format_args!("an event has no generics: write `{one}`{many}"));
            None
        }
        Type::Paren(inner) => named(&inner.elem, (all, batch), errors),
        Type::Group(inner) => named(&inner.elem, (all, batch), errors),
        // rustc says that a type is missing.
        Type::Infer(_) | Type::Verbatim(_) => None,
        other => {
            errors.at(other, "the first argument of a handler is its event: a reference to a struct or an enum marked `#[event]`, by its name");
            None
        }
    }
}

/// The `impl Trait` of a type, if it is one.
pub(super) fn find_impl(ty: &Type) -> Option<&Type> {
    match ty {
        Type::ImplTrait(_) => Some(ty),
        Type::Reference(reference) => find_impl(&reference.elem),
        Type::Paren(inner) => find_impl(&inner.elem),
        _ => None,
    }
}

/// Checks that a condition is a closure with one argument, `one` being told otherwise, or the name of a function, `form`
/// being told otherwise.
pub(super) fn condition(when: &Expr, one: &str, form: &str, errors: &mut Errors) {
    match when {
        Expr::Closure(closure) if closure.inputs.len() != 1 => {
            if closure.inputs.is_empty() {
                errors.at(closure, one);
            } else {
                errors.at(&closure.inputs, one);
            }
        }
        Expr::Closure(_) | Expr::Path(_) => {}
        // What a macro of the user's took as one piece.
        Expr::Group(inner) => condition(&inner.expr, one, form, errors),
        other => errors.at(other.to_token_stream(), form),
    }
}
