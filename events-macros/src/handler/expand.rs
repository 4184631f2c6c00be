use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::Path;

use super::check::{Argument, Handler};
use crate::attr::{Private, written};
use crate::errors::Site;

/// The row of a handler that has one to itself.
pub(crate) fn single(handler: &Handler<'_>, private: &Private) -> TokenStream {
    let member = Member { handler, index: 0, private };
    let (meta, meta_name) = (member.meta(), member.meta_name());
    let record = member.record(handler);
    let (binds, names) = (member.binds(), member.names());
    let bound = (!names.is_empty()).then(|| quote!(let (#(#names,)*) = (#(#names?,)*);));
    let event = handler.event;
    let cx = if names.is_empty() { quote!(_) } else { quote!(__cx) };
    let batch = handler.is_batch();
    let binder = if names.is_empty() && !batch { quote!(_) } else { quote!(__binder) };
    // Without a queue a batch is one event long.
    let events = batch.then(|| quote!(let __events = #private::from_ref(__event);));
    let (detached, attached) = (member.detached(), member.attached());
    let entry = if handler.asynchronous.is_some() {
        let fields = (!names.is_empty()).then(|| quote!(let (#(#names,)*) = __bound;));
        let (detached, attached) = (member.future(detached), member.future(quote!(#fields #attached)));
        let kept = quote!((#(#names,)*));
        let bound_row = if batch {
            quote!(#private::bound_batch_async(__binder, #kept, |__bound, __events, #cx| #attached))
        } else {
            quote!(#private::bound_async(#kept, |__bound, __event, #cx, _| #attached))
        };
        quote! {
            #private::Entry::new_async(
                &__MEMBERS,
                |__event, #cx, _| { #events #detached },
                #private::bind!(|#binder| {
                    #binds
                    #bound
                    #bound_row
                }),
            )
        }
    } else if batch {
        quote! {
            #private::Entry::new(
                &__MEMBERS,
                |__event, #cx| { #events #detached },
                #private::bind!(|#binder| {
                    #binds
                    #bound
                    #private::bound_batch(
                        __binder,
                        move |__events: &[#event], #cx: &#private::Context| #attached,
                    )
                }),
            )
        }
    } else if names.is_empty() {
        quote!(#private::Entry::plain(&__MEMBERS, |__event, _| #detached))
    } else {
        quote! {
            #private::Entry::new(
                &__MEMBERS,
                |__event, #cx| #detached,
                #private::bind!(|#binder| {
                    #binds
                    #bound
                    #private::bound(move |__event: &#event, #cx: &#private::Context| #attached)
                }),
            )
        }
    };
    let statics = quote! {
        static #meta_name: #private::HandlerMeta = #meta;
        static __MEMBERS: [&#private::HandlerMeta; 1] = [&#meta_name];
        #record
    };
    let cfgs = &handler.cfgs;
    let row = row(&[handler], statics, entry, private);
    quote!(#(#cfgs)* #row)
}

/// A row on its way into the table: the event's own macro places it, or the fallback says why that cannot be.
pub(crate) fn row(
    handlers: &[&Handler<'_>],
    statics: TokenStream,
    entry: TokenStream,
    private: &Private,
) -> TokenStream {
    let event: &Path = handlers[0].event;
    let alias = {
        let event = written(event);
        format!(
            "`{event}` is a `type` alias of an event, and a handler finds its table by the event's own name: name the event itself, or import it with `use .. as {event}`"
        )
    };
    // No event has generics; a path in `use` may not have them either.
    let mut name = event.clone();
    for segment in &mut name.segments {
        segment.arguments = syn::PathArguments::None;
    }
    // Around the call, not beside it: what a call may still define is never found missing. And within the fallback, not
    // beside it: two of a name would be ambiguous.
    let site = Site::of(event);
    let import = site.stretch(quote_spanned!(site.end=> use #name as __TABLE;));
    let check = site.stretch(quote_spanned!(site.end=> __ENTRY.__check::<#event>(#alias)));
    let asserts = handlers.iter().filter_map(|handler| {
        let event = handler.event;
        handler.asynchronous.map(|span| {
            let private = private.at(span);
            quote_spanned!(span=> #private::assert_async::<#event>();)
        })
    });
    let emits = handlers.iter().map(|handler| emits(handler, private));
    quote! {
        #[doc(hidden)]
        #[allow(deprecated)]
        const _: () = {
            #(#emits)*
            use #private::fallback::*;
            const _: () = {
                #[allow(unused_imports)]
                #import
                const _: () = {
                    __TABLE! {
                        static __ENTRY: #private::Entry<#event> = {
                            #statics
                            #(#asserts)*
                            #entry
                        };
                    }
                    const _: () = #check;
                };
            };
        };
    }
}

/// Asks for events where a handler says what it emits.
pub(super) fn emits(handler: &Handler<'_>, private: &Private) -> TokenStream {
    let emits = handler.emits.iter().map(|emitted| {
        let cfgs = &handler.cfgs;
        let site = Site::of(emitted);
        let private = private.at(site.end);
        let assert = site.stretch(quote_spanned!(site.end=> #private::assert_event::<#emitted>()));
        quote!(#(#cfgs)* const _: () = #assert;)
    });
    emits.collect()
}

/// One handler of a row, and the code that runs it.
pub(crate) struct Member<'a> {
    pub(crate) handler: &'a Handler<'a>,
    pub(crate) index: usize,
    pub(crate) private: &'a Private,
}

impl Member<'_> {
    /// The static that holds its metadata.
    pub(crate) fn meta_name(&self) -> Ident {
        format_ident!("__META_{}", self.index)
    }

    /// What is known of it, as an expression.
    pub(crate) fn meta(&self) -> TokenStream {
        let Self { handler, private, .. } = self;
        let Handler { ident, event, .. } = handler;
        let path = {
            let within = handler.place.within();
            let tail = format!("{within}::{}", syn::ext::IdentExt::unraw(*ident));
            quote!(#private::concat!(#private::module_path!(), #tail))
        };
        let group = handler
            .place
            .group()
            .map(|tail| quote!(.group(#private::concat!(#private::module_path!(), #tail))));
        let span = ident.span().unwrap();
        let (line, column) = (span.line() as u32, span.column() as u32);
        let priority = Some(handler.priority).filter(|&priority| priority != 0);
        let priority = priority.map(|priority| quote!(.priority(#priority)));
        let asynchronous = handler.asynchronous.map(|_| quote!(.asynchronous()));
        let condition = handler.when.map(written).map(|condition| quote!(.condition(#condition)));
        let handled = match handler.all {
            true => quote!(#private::EventMeta::ALL),
            false => quote!(<#event as #private::Event>::META),
        };
        let policy = handler.policy.expand(private).map(|policy| quote!(.policy(#policy)));
        let described = handler.arguments.iter().map(|argument| {
            let written = &argument.written;
            let state = self.of_extractor(argument, "STATE", None);
            quote!(#private::ArgumentMeta::new(#written, #state))
        });
        let arguments = (!handler.arguments.is_empty()).then(|| {
            quote!(.arguments({
                static __ARGUMENTS: &[#private::ArgumentMeta] = &[#(#described),*];
                __ARGUMENTS
            }))
        });
        quote! {
            #private::HandlerMeta::new(
                #path,
                #private::env!("CARGO_PKG_NAME"),
                #handled,
                #private::file!(),
                #line,
                #column,
            ) #priority #asynchronous #condition #arguments #group #policy
        }
    }

    /// The variables that hold its bound arguments.
    pub(crate) fn names(&self) -> Vec<Ident> {
        let index = self.index;
        let arguments = self.handler.arguments.iter().enumerate();
        arguments
            .map(|(at, argument)| format_ident!("__argument_{index}_{at}", span = argument.site.end))
            .collect()
    }

    /// Binds its arguments, each to an `Option`.
    pub(crate) fn binds(&self) -> TokenStream {
        let names = self.names();
        let binds = self.handler.arguments.iter().zip(&names).map(|(argument, name)| {
            let bound = self.of_extractor(argument, "bind", Some(quote!(__binder)));
            quote! {
                let #name = #bound;
                let #name = __binder.keep(#name);
            }
        });
        quote!(#(#binds)*)
    }

    /// Runs it with arguments made from what is bound.
    pub(crate) fn attached(&self) -> TokenStream {
        let names = self.names();
        let arguments = self.handler.arguments.iter().zip(&names).map(|(argument, name)| {
            let bound = argument.site.stretch(quote_spanned!(argument.site.end=> &#name));
            self.of_extractor(argument, "extract", Some(quote!(#bound, __cx)))
        });
        self.on_condition(self.run(arguments))
    }

    /// Runs it without a bus, if that can be done.
    pub(crate) fn detached(&self) -> TokenStream {
        let private = self.private;
        let names = self.names();
        let run = self.run(names.iter().map(|name| quote!(#name)));
        if names.is_empty() {
            return self.on_condition(run);
        }
        let made = self
            .handler
            .arguments
            .iter()
            .map(|argument| self.of_extractor(argument, "detached", Some(quote!(__cx))));
        self.on_condition(quote! {
            match (#(#made,)*) {
                (#(#private::Some(#names),)*) => #run,
                _ => #private::Flow::needs_bus(),
            }
        })
    }

    /// An item of an argument's type as an extractor. All say it in the same words at the same place, so that rustc
    /// tells only once of a type that is none.
    fn of_extractor(&self, argument: &Argument, item: &str, inputs: Option<TokenStream>) -> TokenStream {
        let Self { private, .. } = self;
        let Argument { ty, site, .. } = argument;
        let item = Ident::new(item, site.end);
        let inputs = inputs.map(|inputs| quote_spanned!(site.end=> (#inputs)));
        site.stretch(quote_spanned!(site.end=> <#ty as #private::Extractor<'_>>::#item #inputs))
    }

    fn run(&self, arguments: impl Iterator<Item = TokenStream>) -> TokenStream {
        let Self { handler, private, .. } = self;
        let mut arguments = arguments.peekable();
        let receiver = handler.has_receiver().then(|| arguments.next()).flatten();
        let receiver = receiver.map(|state| quote!(#private::State::get(#state),));
        let callee = handler.callee();
        let wait = handler.asynchronous.map(|_| quote!(.await));
        let event = if handler.all {
            self.observed()
        } else if handler.is_batch() {
            quote!(__events)
        } else {
            quote!(__event)
        };
        // An error about what it returns stands at the type; one about an error that it does not return, at `when`.
        let span = handler.policy.retry_when().map_or(handler.output, |(name, _)| name.span());
        let output = Ident::new("__output", span);
        let private = private.at(span);
        let flow = match handler.policy.retry_when() {
            Some((_, when)) => {
                let when = handler.place.spell_out(when.to_token_stream());
                let flow = quote_spanned!(span=> #private::retry_flow);
                quote!(#flow(#output, #when))
            }
            None if handler.all => quote_spanned!(span=> #private::observer_flow(#output)),
            None if handler.policy.concurrent().is_some() => {
                quote_spanned!(span=> #private::concurrent_flow(#output))
            }
            None if handler.is_batch() => quote_spanned!(span=> #private::batch_flow(#output)),
            None => quote_spanned!(span=> #private::flow(#output)),
        };
        quote!({
            let #output = #callee(#receiver #event, #(#arguments),*) #wait;
            #flow
        })
    }

    /// The event of a handler of all events, if its first argument is of the type that it is to be of: said at that type.
    fn observed(&self) -> TokenStream {
        let event = self.handler.event;
        let site = Site::of(event);
        let private = self.private.at(site.end);
        site.stretch(quote_spanned!(site.end=> <#event as #private::Observed<'_>>::observed(__event)))
    }

    /// The future of what runs it. One that cannot be sent to another thread is told at the word `async`.
    pub(crate) fn future(&self, run: TokenStream) -> TokenStream {
        let span = self.handler.asynchronous.unwrap_or_else(Span::call_site);
        let private = self.private.at(span);
        quote_spanned!(span=> #private::HandlerFuture::new(async move { #run }))
    }

    fn on_condition(&self, run: TokenStream) -> TokenStream {
        let Self { handler, private, .. } = self;
        let Some(when) = handler.when else { return run };
        let event = handler.event;
        let holds = match handler.all {
            true => quote!(#private::condition_of_any(#when, __event)),
            false => quote!(#private::condition::<#event>(#when, __event)),
        };
        quote! {
            if #holds { #run } else { #private::Flow::SKIPPED }
        }
    }
}
