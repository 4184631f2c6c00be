use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{Attribute, Expr, FnArg, Path, ReceiverKind, ReturnType, Safety, Type};

use super::policy::Policy;
use super::signature::{condition, event, find_impl, leaves_out, without_brackets};
use super::{Function, Options};
use crate::attr::written;
use crate::errors::{Errors, Site};
use crate::private::Private;
use crate::record::Docs;

/// Where a handler stands.
#[derive(Clone, Copy)]
pub(crate) enum Place<'a> {
    /// By itself.
    Alone,
    /// In a `#[handlers]` module.
    Module,
    /// In a `#[handlers]` block of this type.
    Impl(&'a Path),
}

/// A handler without mistakes.
pub(crate) struct Handler<'a> {
    pub(crate) cfgs: Vec<&'a Attribute>,
    pub(crate) ident: &'a Ident,
    pub(crate) event: Path,
    /// Whether it is a handler of all events; then `event` is the type of any.
    pub(crate) all: bool,
    /// What it takes beside the event, `&self` first.
    pub(crate) arguments: Vec<Argument>,
    /// Where an error about what it returns is told.
    pub(crate) output: Span,
    pub(crate) asynchronous: Option<Span>,
    pub(crate) priority: i32,
    pub(crate) when: Option<&'a Expr>,
    pub(crate) policy: &'a Policy,
    /// The events it says it emits, as written.
    pub(crate) emits: &'a [Path],
    /// What it returns as written, if it says so.
    pub(crate) returns: Option<&'a Type>,
    pub(crate) docs: Docs,
    pub(crate) place: Place<'a>,
}

/// An argument beside the event.
pub(crate) struct Argument {
    /// Its type; for `&self` the state that stands for it.
    pub(crate) ty: TokenStream,
    /// Whether it is a reference without a lifetime.
    pub(crate) by_reference: bool,
    /// Its type as written.
    pub(crate) written: String,
    pub(crate) site: Site,
}

impl Place<'_> {
    pub(super) fn is_alone(&self) -> bool {
        matches!(self, Place::Alone)
    }

    /// What stands between the module's path and the handler's name.
    pub(crate) fn within(&self) -> String {
        match self {
            // The rows of a module stand inside of it.
            Place::Alone | Place::Module => String::new(),
            Place::Impl(ty) => format!("::{}", last(ty)),
        }
    }

    /// Types and expressions as they are written outside the `impl` block: the rows stand there, where nothing is `Self`.
    pub(crate) fn spell_out(&self, ty: TokenStream) -> TokenStream {
        let Place::Impl(this) = self else { return ty };
        let each = ty.into_iter().map(|token| match token {
            TokenTree::Ident(ident) if ident == "Self" => {
                let this = in_expressions(this).to_token_stream().into_iter().map(|mut token| {
                    token.set_span(token.span().located_at(ident.span()));
                    token
                });
                this.collect()
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), self.spell_out(group.stream()));
                inner.set_span(group.span());
                TokenTree::Group(inner).into()
            }
            other => TokenStream::from(other),
        });
        each.collect()
    }

    /// The same for a path.
    pub(crate) fn spell_out_path(&self, path: &Path) -> Path {
        syn::parse2(self.spell_out(path.to_token_stream())).unwrap_or_else(|_| path.clone())
    }

    /// What stands behind the module's path in the name of the group.
    pub(crate) fn group(&self) -> Option<String> {
        (!self.is_alone()).then(|| self.within())
    }
}

/// A path that names a type in expressions too: `Shop::<u8>` in place of `Shop<u8>`.
fn in_expressions(path: &Path) -> Path {
    let mut path = path.clone();
    for segment in &mut path.segments {
        if let syn::PathArguments::AngleBracketed(arguments) = &mut segment.arguments {
            arguments.colon2_token.get_or_insert_with(Default::default);
        }
    }
    path
}

fn last(path: &Path) -> String {
    path.segments.last().map_or_else(String::new, |last| last.ident.unraw().to_string())
}

impl Handler<'_> {
    /// Whether the first argument is `&self`.
    pub(crate) fn has_receiver(&self) -> bool {
        self.arguments.first().is_some_and(|argument| argument.written == RECEIVER)
    }

    /// Whether it takes many events at once.
    pub(crate) fn is_batch(&self) -> bool {
        self.policy.batch().is_some()
    }

    /// What is called.
    pub(crate) fn callee(&self) -> TokenStream {
        let ident = self.ident;
        match self.place {
            Place::Alone => quote!(__handler),
            Place::Module => quote!(#ident),
            Place::Impl(ty) => quote!(<#ty>::#ident),
        }
    }
}

/// How the argument that stands for `&self` is written.
const RECEIVER: &str = "&self";

pub(crate) fn check<'a>(
    options: &'a Options,
    function: &'a Function,
    place: Place<'a>,
    private: &Private,
    errors: &mut Errors,
) -> Option<Handler<'a>> {
    let Function { attrs, sig, .. } = function;
    for attr in attrs {
        // One by a longer path may be another crate's; of ours, the second finds what the first left.
        if attr.path().is_ident("handler") {
            errors.at(attr, "`#[handler]` stands here twice: keep one of the two");
        }
    }
    if let (Some(name), true) = (options.krate.name(), !place.is_alone()) {
        errors.at(name, "`crate` is set for the whole group: write `#[handlers(crate = ..)]`");
    }
    if let TokenTree::Punct(end) = &function.body {
        errors.at(
            end,
            "a handler has a body: write `{ .. }`; a method that a trait only declares is no handler",
        );
    }
    if let Some(constness) = sig.constness {
        errors.at(constness, "a handler is no `const fn`: leave out `const`");
    }
    if let Safety::Unsafe(token) = sig.safety {
        errors.at(
            token,
            "a handler is not `unsafe`: nobody who emits the event could uphold its contract; check it inside, in an `unsafe` block",
        );
    }
    if let Some(abi) = &sig.abi {
        errors.at(abi, "a handler is a plain Rust function: leave out `extern`");
    }
    if let Some(variadic) = &sig.variadic {
        errors.at(variadic, "a handler has a fixed number of arguments");
    }
    if !sig.generics.params.is_empty() {
        errors.at(
            &sig.generics.params,
            "a handler is not generic, since its place in the table is for one event: write one function for each type; lifetimes can be left out",
        );
    } else if let Some(clause) = &sig.generics.where_clause {
        errors.at(clause, "a handler has no `where` clause: leave it out");
    }
    if let Some(when) = options.when.get() {
        condition(
            when,
            "`when` is asked with the event alone: write `when = |event| ..`",
            "`when` is a closure that looks at the event, or the name of a function: write `when = |event| ..`",
            errors,
        );
    }
    let all = options.all.get().is_some();
    if all {
        for name in options.policy.names() {
            errors.at(
                name,
                format_args!("a handler of all events looks on at each event once, and asks nothing of a lane: leave out `{name}`, or handle one event"),
            );
        }
        if let Some(asyncness) = sig.asyncness {
            errors.at(
                asyncness,
                "a handler of all events is no `async fn`, since it sees synchronous events too: leave out `async`, and send what is to be awaited elsewhere",
            );
        }
    }
    let batch = options.policy.batch().filter(|_| !all);
    if let (Some(name), Some(_)) = (options.when.name(), batch) {
        errors.at(
            name,
            "`when` is asked about one event, and a batch has many: leave it out, and pass over events inside of the handler",
        );
    }

    if let (Some(name), Some(_)) = (options.policy.concurrent(), batch) {
        errors.at(
            name,
            "a batch runs apart from the event's other handlers: leave out `concurrent`, or `batch`",
        );
    }

    let mut inputs = sig.inputs.iter().peekable();
    let receiver = inputs.next_if(|input| matches!(input, FnArg::Receiver(_)));
    if let Some(FnArg::Receiver(receiver)) = receiver {
        if !matches!(place, Place::Impl(_)) {
            errors.at(
                receiver,
                "a method is a handler in an `impl` block marked `#[handlers]`; a function takes shared data as `State<T>`",
            );
        } else if !by_reference(receiver) {
            errors.at(
                receiver,
                "a handler takes `&self`, since it is shared by all that emit: put what changes behind a `Mutex` or an atomic",
            );
        }
    }
    let event = match inputs.next() {
        Some(FnArg::Typed(argument)) => {
            let later: Vec<&FnArg> = inputs.clone().collect();
            event(&argument.ty, &later, (all, batch.is_some()), errors)
        }
        Some(FnArg::Receiver(_)) => None,
        None if place.is_alone() && sig.ident == "main" => {
            errors.at(
                &sig.ident,
                "`main` handles no event: write the function that this `#[handler]` belongs to",
            );
            None
        }
        None => {
            let message = match batch {
                None if all => {
                    "a handler of all events takes the event as it is seen: add a first argument, `event: &AnyEvent<'_>`"
                }
                None => "a handler takes the event it handles: add a first argument, `event: &OrderPaid`",
                Some(_) => {
                    "a batch handler takes the events it handles: add a first argument, `events: &[OrderPaid]`"
                }
            };
            errors.span(sig.paren_token.span.join(), message);
            None
        }
    };
    let mut arguments = Vec::new();
    if let (Some(receiver), Place::Impl(ty)) = (receiver, place) {
        let site = Site::of(receiver);
        let private = private.at(site.end);
        let ty = site.stretch(quote_spanned!(site.end=> #private::State<'_, #ty>));
        arguments.push(Argument { ty, by_reference: false, written: RECEIVER.to_owned(), site });
    }
    for input in inputs {
        let FnArg::Typed(argument) = input else { continue };
        if let Some(generic) = find_impl(&argument.ty) {
            errors.at(generic, "a handler is not generic: name the type in place of `impl ..`");
        }
        let ty = &argument.ty;
        let reference = match without_brackets(ty) {
            Type::Reference(reference) => Some(reference),
            _ => None,
        };
        if reference.is_some_and(|reference| reference.mutability.is_some()) {
            errors.at(ty, MUTABLE);
        }
        arguments.push(Argument {
            ty: place.spell_out(quote!(#ty)),
            by_reference: reference.is_some_and(|reference| reference.lifetime.is_none()),
            written: written(ty),
            site: Site::of(ty),
        });
    }
    let output = match &sig.output {
        ReturnType::Default => sig.ident.span(),
        ReturnType::Type(_, ty) => {
            if let Some(generic) = find_impl(ty) {
                errors.at(generic, "a handler returns `()`, `Result<(), E>`, `ControlFlow<()>` or `ControlFlow<StopReason>`, by name; one that waits is an `async fn`");
            }
            Site::of(ty).start
        }
    };
    // rustc says that a type is missing.
    let types = sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(argument) => Some(&argument.ty),
        FnArg::Receiver(_) => None,
    });
    if types.into_iter().any(leaves_out) || leaves_out(&sig.output) {
        return None;
    }
    Some(Handler {
        cfgs: crate::attr::cfgs(attrs),
        ident: &sig.ident,
        event: place.spell_out_path(event?),
        all,
        arguments,
        output,
        asynchronous: sig.asyncness.map(|token| token.span),
        priority: options.priority.get().copied().unwrap_or(0),
        when: options.when.get(),
        policy: &options.policy,
        emits: options.emits.get().map_or(&[], Vec::as_slice),
        returns: match &sig.output {
            ReturnType::Default => None,
            ReturnType::Type(_, ty) => Some(ty),
        },
        docs: Docs::of(attrs),
        place,
    })
}

const MUTABLE: &str = "a handler is shared by all that emit, so it takes nothing as `&mut`: write `&Context`, or `State<T>` and `Bus` without `&mut`, and put what changes behind a `Mutex` or an atomic";

/// Whether a receiver is `&self`, or the same written out, `self: &Self`.
fn by_reference(receiver: &syn::Receiver) -> bool {
    receiver.mutability.is_none()
        && match &receiver.kind {
            ReceiverKind::Reference(_, _, mutability) => mutability.is_none(),
            ReceiverKind::Typed(_, ty) => match &**ty {
                Type::Reference(ty) => {
                    ty.mutability.is_none()
                        && matches!(&*ty.elem, Type::Path(path) if path.path.is_ident("Self"))
                }
                _ => false,
            },
            _ => false,
        }
}

/// Whether an attribute is `#[handler]`, by whatever path.
pub(crate) fn is_handler(attr: &Attribute) -> bool {
    attr.path().segments.last().is_some_and(|last| last.ident == "handler")
}
