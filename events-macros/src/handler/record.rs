use events_record::tag;
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::ext::IdentExt;

use super::check::{Handler, Place};
use super::member::Member;
use crate::errors::position;
use crate::record::{Fields, Told};

impl Member<'_> {
    /// The record of the handler in the binary, in a block of its own. `first` is the first handler of its row.
    pub(crate) fn record(&self, first: &Handler<'_>) -> TokenStream {
        let record = self.bare_record(first);
        quote!(const _: () = { #record };)
    }

    /// The same, as an item of the block around it.
    pub(crate) fn bare_record(&self, first: &Handler<'_>) -> TokenStream {
        let Self { handler, private, .. } = self;
        let Handler { ident, event, place, .. } = handler;
        let name = format!("{}::{}", place.within(), ident.unraw());
        let mut record = Fields::of(name.trim_start_matches("::"), ident.span());
        record.written(tag::EVENT, Some(event));
        if handler.priority != 0 {
            record.signed(tag::PRIORITY, i64::from(handler.priority));
        }
        record.written(tag::CONDITION, handler.when);
        for argument in &handler.arguments {
            record.text(tag::ARGUMENT, &argument.written);
        }
        record.written(tag::RETURNS, handler.returns);
        for emitted in handler.emits {
            record.written(tag::EMITS, Some(emitted));
        }
        handler.policy.tell(|tag, text| record.text(tag, &text));
        if let Some(group) = place.group() {
            record.text(tag::GROUP, &group);
            record.number(tag::ROW, row(first.ident));
        }

        let meta = self.meta_name();
        let states = (0..handler.arguments.len()).map(|index| quote!(#private::state_id(&#meta, #index)));
        let emits = handler.emits.iter().map(|event| place.spell_out_path(event));
        let events = [event.clone()].into_iter().chain(emits);
        let mut ids: Vec<_> = events.map(|event| quote!(#private::Id::of::<#event>())).collect();
        if handler.all {
            ids[0] = quote!(#private::Id::NONE);
        }
        ids.splice(1..1, states);
        let told = Told { kind: quote!(HANDLER), flags: self.flags(), ids, docs: &handler.docs };
        record.into_record(told, private)
    }

    fn flags(&self) -> TokenStream {
        let Self { handler, private, .. } = self;
        let asynchronous = handler.asynchronous.map(|_| quote!(| #private::flag::ASYNC));
        let all = handler.all.then(|| quote!(| #private::flag::ALL));
        // Only a name can stand for the type that stops: `!`, `()` and so on need no question.
        let may_stop = match handler.returns {
            Some(
                ty @ (syn::Type::Path(_) | syn::Type::Group(_) | syn::Type::Paren(_) | syn::Type::Macro(_)),
            ) => {
                let ty = handler.place.spell_out(quote!(#ty));
                let flag = quote!({ use #private::GoesOn as _; #private::Returns::<#ty>::FLAG });
                Some(match handler.place {
                    // In a function of its name, for the reason of `as_in_its_function`.
                    Place::Alone | Place::Module => {
                        let ident = handler.ident;
                        quote!(| { const fn #ident() -> #private::u8 { #flag } #ident() })
                    }
                    _ => quote!(| #flag),
                })
            }
            _ => None,
        };
        let concurrent = handler.policy.concurrent().map(|_| quote!(| #private::flag::CONCURRENT));
        quote!(0 #asynchronous #concurrent #may_stop #all)
    }
}

/// Tells a row from the others of its group, and from those of a group of the same name in another function body: the
/// place of its first handler.
fn row(first: &Ident) -> u64 {
    let (line, column) = position(first.span());
    u64::from(line) << 24 | u64::from(column)
}
