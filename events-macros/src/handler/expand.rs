//! What `#[handler]` writes beside the function.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Path;

use super::check::Handler;
use super::member::Member;
use crate::attr;
use crate::errors::Site;
use crate::private::Private;

/// The row of a handler that has one to itself.
pub(crate) fn single(handler: &Handler<'_>, private: &Private) -> TokenStream {
    let member = Member { handler, index: 0, private };
    let Handler { cfgs, event, .. } = handler;
    let (meta, record) = (member.meta(), member.bare_record(handler));
    // Each item costs the compiler about as much as the handler itself. A record with arguments names the metadata.
    let (items, members) = if handler.arguments.is_empty() {
        (None, quote!(&[&#meta]))
    } else {
        let items = quote! {
            static __META_0: #private::HandlerMeta = #meta;
            static __MEMBERS: [&#private::HandlerMeta; 1] = [&__META_0];
        };
        (Some(items), quote!(&__MEMBERS))
    };
    let entry = member.as_in_its_function(quote!(#private::Entry<__Event>), entry(&member, &members));
    let alias = member.alias();
    let (check, checks) = checks(&[handler], private);
    let import = private.import();
    quote! {
        #(#cfgs)*
        #[doc(hidden)]
        #[allow(clippy::diverging_sub_expression, deprecated, elided_lifetimes_in_paths, unreachable_code, unused_qualifications)]
        const _: () = {
            #import
            use #private::NoEvent as _;
            #alias
            type __Event = #event;

            #items
            #private::place_row!(#private::Row::new::<__Event>(#entry));

            #record
            #checks
            #check
        };
    }
}

/// How the handler is run, without a bus and with one. Without a queue a batch is one event long.
fn entry(member: &Member<'_>, members: &TokenStream) -> TokenStream {
    let Member { handler, private, .. } = member;
    let (names, bind) = (member.names(), member.bind());
    let (detached, attached) = (member.detached(), member.attached());
    let run = member.run_name();
    match (handler.asynchronous.is_some(), handler.is_batch()) {
        (false, false) if names.is_empty() => quote! {
            #private::Entry::plain(#members, {
                fn #run(__event: &__Event, _: &#private::Context) -> #private::Flow { #detached }
                #run
            })
        },
        (false, false) => quote! {
            #private::Entry::new(
                #members,
                {
                    fn #run(__event: &__Event, __cx: &#private::Context) -> #private::Flow { #detached }
                    #run
                },
                #private::bind!(|__binder| {
                    #bind
                    #private::bound(move |__event: &__Event, __cx: &#private::Context| #attached)
                }),
            )
        },
        (false, true) => quote! {
            #private::Entry::new(
                #members,
                {
                    fn #run(__event: &__Event, __cx: &#private::Context) -> #private::Flow {
                        let __events = #private::from_ref(__event);
                        #detached
                    }
                    #run
                },
                #private::bind!(|__binder| {
                    #bind
                    #private::bound_batch(
                        __binder,
                        move |__events: &[__Event], __cx: &#private::Context| #attached,
                    )
                }),
            )
        },
        (true, false) => {
            let (detached, attached) = (member.future(detached), member.future(attached));
            quote! {
                #private::Entry::new_async(
                    #members,
                    |__event, __cx, _| #detached,
                    #private::bind!(|__binder| {
                        #bind
                        #private::bound_async((#(#names,)*), |(#(#names,)*), __event, __cx, _| #attached)
                    }),
                )
            }
        }
        (true, true) => {
            let (detached, attached) = (member.future(detached), member.future(attached));
            quote! {
                #private::Entry::new_async(
                    #members,
                    |__event, __cx, _| {
                        let __events = #private::from_ref(__event);
                        #detached
                    },
                    #private::bind!(|__binder| {
                        #bind
                        #private::bound_batch_async(
                            __binder,
                            (#(#names,)*),
                            |(#(#names,)*), __events, __cx| #attached,
                        )
                    }),
                )
            }
        }
    }
}

/// What is asked of types that the handlers of a row name, each at its token: that the event is one, and one that admits
/// `async` handlers where one is; that what they emit are events. Each is asked once, so that a mistake is reported once.
/// The first is a statement of the block that it stands in, to be its last; the others are items.
pub(crate) fn checks(handlers: &[&Handler<'_>], private: &Private) -> (TokenStream, TokenStream) {
    let is_event = |event: &Path| is_event(event, private);
    let asynchronous = handlers.iter().find(|handler| handler.asynchronous.is_some());
    let event = match asynchronous {
        None => is_event(&handlers[0].event),
        Some(handler) => {
            let event = &handler.event;
            let site = Site::of(event);
            let private = private.at(site.end);
            let mode = quote_spanned!(site.end=> <#event as #private::event::IsEvent>::Mode);
            site.stretch(quote_spanned!(site.end=> <#mode as #private::event::AdmitsAsync<#event>>::__ADMITS))
        }
    };
    // Where `cfg` leaves the asynchronous handler out, the others ask.
    let (cfgs, otherwise) = match asynchronous.filter(|handler| !handler.cfgs.is_empty()) {
        Some(handler) => {
            let (cfgs, condition) = (&handler.cfgs, attr::condition(&handler.cfgs));
            let event = is_event(&handlers[0].event);
            (quote!(#(#cfgs)*), Some(quote!(#[cfg(not(#condition))] const _: () = #event;)))
        }
        None => (TokenStream::new(), None),
    };
    let emitted = handlers.iter().flat_map(|&handler| emitted(handler, private));
    (quote!(#cfgs let () = #event;), quote!(#otherwise #(#emitted)*))
}

/// Asks for an event, at its token.
fn is_event(event: &Path, private: &Private) -> TokenStream {
    let site = Site::of(event);
    let private = private.at(site.end);
    site.stretch(quote_spanned!(site.end=> <#event as #private::event::IsEvent>::YES))
}

/// Asks for events where a handler says what it emits.
pub(super) fn emitted(handler: &Handler<'_>, private: &Private) -> Vec<TokenStream> {
    let cfgs = &handler.cfgs;
    let checks = handler.emits.iter().map(|event| is_event(&handler.place.spell_out_path(event), private));
    checks.map(|check| quote!(#(#cfgs)* const _: () = #check;)).collect()
}
