use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::Meta;

use super::check::Written;
use crate::attr::Private;
use crate::errors::Errors;
use crate::handler::{Handler, Member, check, observer, row, single};

/// One row for each event and priority, and one for each handler that asks something of its lane: a lane runs that by
/// itself, since it may have to run it again.
pub(super) fn rows(written: Vec<Written<'_>>, private: &Private) -> TokenStream {
    let mut none = Errors::default();
    let mut handlers: Vec<Handler<'_>> = written
        .iter()
        .filter_map(|Written { options, function, place }| {
            check(options, function, *place, private, &mut none)
        })
        .collect();
    // All of a group share the front of their path, so the order of names is the order of paths.
    handlers.sort_by_key(|handler| syn::ext::IdentExt::unraw(handler.ident).to_string());
    let (of_all, of_one): (Vec<_>, Vec<_>) = handlers.iter().partition(|handler| handler.all);
    let (fusible, alone): (Vec<_>, Vec<_>) = of_one.into_iter().partition(|handler| handler.policy.is_none());
    let mut groups: Vec<(String, Vec<&Handler<'_>>)> = Vec::new();
    for handler in fusible {
        let key = format!("{} {}", handler.priority, handler.event.to_token_stream());
        match groups.iter_mut().find(|(other, _)| *other == key) {
            Some((_, group)) => group.push(handler),
            None => groups.push((key, vec![handler])),
        }
    }
    let alone = alone.into_iter().map(|handler| single(handler, private));
    let of_all = of_all.into_iter().map(|handler| observer(handler, private));
    groups.iter().map(|(_, group)| fused(group, private)).chain(alone).chain(of_all).collect()
}

fn fused(handlers: &[&Handler<'_>], private: &Private) -> TokenStream {
    let members: Vec<Member<'_>> =
        handlers.iter().enumerate().map(|(index, handler)| Member { handler, index, private }).collect();
    let cfgs: Vec<_> = handlers.iter().map(|handler| &handler.cfgs).collect();
    let metas = members.iter().map(Member::meta);
    let meta_names: Vec<_> = members.iter().map(Member::meta_name).collect();
    let records = members.iter().map(|member| member.record(handlers[0]));
    let indices = indices(handlers);
    let statics = {
        let cfgs_again = &cfgs;
        let declared = indices.declared;
        quote! {
            #(#(#cfgs)* static #meta_names: #private::HandlerMeta = #metas;)*
            static __MEMBERS: &[&#private::HandlerMeta] = &[#(#(#cfgs_again)* &#meta_names),*];
            #(#(#cfgs_again)* #records)*
            #declared
        }
    };
    let at = &indices.names;
    let bind_each = members.iter().zip(&meta_names).zip(&cfgs).map(|((member, meta), cfgs)| {
        let names = member.names();
        if names.is_empty() {
            return TokenStream::new();
        }
        let binds = member.binds();
        quote! {
            #(#cfgs)*
            let (#(#names,)*) = {
                __binder.enter(&#meta);
                #binds
                (#(#names,)*)
            };
        }
    });
    let unwrap_each = members.iter().zip(&cfgs).map(|(member, cfgs)| {
        let names = member.names();
        if names.is_empty() {
            return TokenStream::new();
        }
        quote!(#(#cfgs)* let (#(#names,)*) = (#(#names?,)*);)
    });
    let bind = quote!(#(#bind_each)* #(#unwrap_each)*);
    let event = handlers[0].event;
    // What each handler is bound to, nothing for one that `cfg` leaves out; and how it runs with that.
    let bound = members.iter().zip(handlers).map(|(member, handler)| {
        let names = member.names();
        if handler.cfgs.is_empty() {
            return quote!((#(#names,)*));
        }
        let condition = condition(handler);
        quote!({
            #[cfg(#condition)]
            let __bound = (#(#names,)*);
            #[cfg(not(#condition))]
            let __bound = ();
            __bound
        })
    });
    let attached = members.iter().map(|member| {
        let names = member.names();
        let field = syn::Index::from(member.index);
        let run = member.attached();
        if names.is_empty() { run } else { quote!({ let (#(#names,)*) = &__bound.#field; #run }) }
    });
    let entry = if handlers.iter().any(|handler| handler.asynchronous.is_some()) {
        let detached = members.iter().map(|member| {
            let run = member.detached();
            member.future(quote!(let _ = __cx; #run))
        });
        let attached =
            members.iter().zip(attached).map(|(member, run)| member.future(quote!(let _ = __cx; #run)));
        quote! {
            #private::Entry::new_async(
                __MEMBERS,
                |__event, __cx, __index| match __index {
                    #(#(#cfgs)* #at => #detached,)*
                    _ => #private::HandlerFuture::ready(#private::Flow::SKIPPED),
                },
                #private::bind!(|__binder| {
                    let _ = &__binder;
                    #bind
                    #private::bound_async((#(#bound,)*), |__bound, __event, __cx, __index| match __index {
                        #(#(#cfgs)* #at => #attached,)*
                        _ => #private::HandlerFuture::ready(#private::Flow::SKIPPED),
                    })
                }),
            )
        }
    } else {
        let all = |bodies: &[TokenStream]| {
            quote! {
                move |__steps| {
                    #(#(#cfgs)* {
                        __steps.begin(#at);
                        if let #private::Some(__flow) = __steps.end(#bodies) {
                            return #private::Some(__flow);
                        }
                    })*
                    #private::None
                }
            }
        };
        let one = |bodies: &[TokenStream]| {
            quote! {
                move |__index| match __index {
                    #(#(#cfgs)* #at => #bodies,)*
                    _ => #private::Flow::SKIPPED,
                }
            }
        };
        let detached: Vec<_> = members.iter().map(Member::detached).collect();
        let attached: Vec<_> = attached.collect();
        let (detached_all, detached_one) = (all(&detached), one(&detached));
        let (attached_all, attached_one) = (all(&attached), one(&attached));
        // Both closures copy one reference to all that is bound. Also a group that binds nothing is bound: a test may
        // leave out some of its handlers.
        quote! {
            #private::Entry::new(
                __MEMBERS,
                |__event, __cx| #private::group(__MEMBERS, __cx, #detached_all, #detached_one),
                #private::bind!(|__binder| {
                    #bind
                    let __plan = #private::plan::<#event>(__binder, __MEMBERS);
                    let __bound = (#(#bound,)*);
                    #private::bound(move |__event: &#event, __cx: &#private::Context| {
                        let __bound = &__bound;
                        #private::bound_group(__MEMBERS, &__plan, __event, __cx, #attached_all, #attached_one)
                    })
                }),
            )
        }
    };
    let row = row(handlers, statics, entry, private);
    match any_of(handlers) {
        Some(cfg) => quote!(#cfg #row),
        None => row,
    }
}

/// The index of each handler in its row. One that `cfg` may leave out moves those behind it, which only the compiler
/// can count.
struct Indices {
    declared: TokenStream,
    names: Vec<TokenStream>,
}

fn indices(handlers: &[&Handler<'_>]) -> Indices {
    if handlers.iter().all(|handler| handler.cfgs.is_empty()) {
        let names = (0..handlers.len()).map(|index| quote!(#index)).collect();
        return Indices { declared: TokenStream::new(), names };
    }
    let names: Vec<_> = (0..handlers.len()).map(|index| format_ident!("__AT_{index}")).collect();
    let declared = names.iter().enumerate().map(|(index, name)| {
        let before = handlers[..index].iter().map(|handler| {
            let cfgs = &handler.cfgs;
            quote!(#(#cfgs)* { at += 1; })
        });
        quote! {
            #[allow(dead_code, unused_mut)]
            const #name: usize = { let mut at = 0; #(#before)* at };
        }
    });
    let declared = quote!(#(#declared)*);
    Indices { declared, names: names.iter().map(ToTokens::to_token_stream).collect() }
}

/// The condition under which any handler of the row is left; `None` where that is certain.
fn any_of(handlers: &[&Handler<'_>]) -> Option<TokenStream> {
    let conditions = handlers.iter().map(|handler| condition(handler));
    let certain = handlers.iter().any(|handler| handler.cfgs.is_empty());
    (!certain).then(|| quote!(#[cfg(any(#(#conditions),*))]))
}

/// The condition under which a handler is left.
fn condition(handler: &Handler<'_>) -> TokenStream {
    let each = handler.cfgs.iter().filter_map(|attr| match &attr.meta {
        Meta::List(list) => Some(&list.tokens),
        _ => None,
    });
    quote!(all(#(#each),*))
}
