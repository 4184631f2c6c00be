use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};

use super::check::Written;
use crate::attr;
use crate::errors::Errors;
use crate::handler::{Handler, Member, check, checks, observer, single};
use crate::private::Private;

/// One row for each event and priority, and one for each handler that asks something of its lane: a lane runs that by
/// itself, since it may have to run it again.
pub(super) fn rows(written: Vec<Written<'_>>, private: &Private) -> TokenStream {
    let mut none = Errors::default();
    let mut handlers: Vec<Handler<'_>> = written
        .iter()
        .flat_map(|Written { options, functions, place }| {
            functions.iter().map(move |function| (options, function, *place))
        })
        .filter_map(|(options, function, place)| check(options, function, place, private, &mut none))
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

/// The row of handlers that are run one after the other by direct calls.
fn fused(handlers: &[&Handler<'_>], private: &Private) -> TokenStream {
    let members: Vec<Member<'_>> =
        handlers.iter().enumerate().map(|(index, handler)| Member { handler, index, private }).collect();
    let event = &handlers[0].event;
    let cfgs: &Vec<_> = &handlers.iter().map(|handler| &handler.cfgs).collect();
    let metas = members.iter().map(Member::meta);
    let names: &Vec<_> = &members.iter().map(Member::meta_name).collect();
    let records = members.iter().map(|member| member.record(handlers[0]));
    let at = Indices::of(handlers);
    let declare_at = &at.declared;
    let entry = if handlers.iter().any(|handler| handler.asynchronous.is_some()) {
        asynchronous(&members, &at.names, private)
    } else {
        synchronous(&members, &at.names, private)
    };
    let (check, checks) = checks(handlers, private);
    let import = private.import();
    let left_out = any_of(handlers);
    quote! {
        #left_out
        #[doc(hidden)]
        #[allow(clippy::diverging_sub_expression, deprecated, elided_lifetimes_in_paths, unreachable_code, unused_qualifications)]
        const _: () = {
            #import
            use #private::NoEvent as _;
            type __Event = #event;

            #(#(#cfgs)* static #names: #private::HandlerMeta = #metas;)*
            static __MEMBERS: &[&#private::HandlerMeta] = &[#(#(#cfgs)* &#names),*];
            #declare_at
            #private::place_row!(#private::Row::new::<__Event>(#entry));

            #(#(#cfgs)* #records)*
            #checks
            #check
        };
    }
}

/// How the handlers of a row are run where all are plain functions: all of them, or the one at an index. Both closures copy
/// one reference to all that is bound. Also a group that binds nothing is bound: a test may leave out some of its handlers.
fn synchronous(members: &[Member<'_>], at: &[TokenStream], private: &Private) -> TokenStream {
    let cfgs: &Vec<_> = &members.iter().map(|member| &member.handler.cfgs).collect();
    let all = |runs: &[TokenStream]| {
        quote! {
            move |__steps| {
                #(#(#cfgs)* {
                    __steps.begin(#at);
                    if let #private::Some(__flow) = __steps.end(#runs) {
                        return #private::Some(__flow);
                    }
                })*
                #private::None
            }
        }
    };
    let one = |runs: &[TokenStream]| {
        quote! {
            move |__index| match __index {
                #(#(#cfgs)* #at => #runs,)*
                _ => #private::Flow::SKIPPED,
            }
        }
    };
    let detached: Vec<_> = members.iter().map(Member::detached).collect();
    let attached: Vec<_> = members.iter().map(attached).collect();
    let (all_detached, one_detached) = (all(&detached), one(&detached));
    let (all_attached, one_attached) = (all(&attached), one(&attached));
    let (bind, bound) = (bind(members), bound(members));
    quote! {
        #private::Entry::new(
            __MEMBERS,
            {
                fn __run(__event: &__Event, __cx: &#private::Context) -> #private::Flow {
                    #private::group(__MEMBERS, __cx, #all_detached, #one_detached)
                }
                __run
            },
            #private::bind!(|__binder| {
                #bind
                let __plan = #private::plan::<__Event>(__binder, __MEMBERS);
                let __bound = #bound;
                #private::bound(move |__event: &__Event, __cx: &#private::Context| {
                    let __bound = &__bound;
                    #private::bound_group(__MEMBERS, &__plan, __event, __cx, #all_attached, #one_attached)
                })
            }),
        )
    }
}

/// How the handlers of a row are run where one of them is `async`: each is started by its index.
fn asynchronous(members: &[Member<'_>], at: &[TokenStream], private: &Private) -> TokenStream {
    let cfgs: &Vec<_> = &members.iter().map(|member| &member.handler.cfgs).collect();
    let future = |member: &Member<'_>, run| member.future(quote!(let _ = __cx; #run));
    let detached = members.iter().map(|member| future(member, member.detached()));
    let attached = members.iter().map(|member| future(member, attached(member)));
    let (bind, bound) = (bind(members), bound(members));
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
                #private::bound_async(#bound, |__bound, __event, __cx, __index| match __index {
                    #(#(#cfgs)* #at => #attached,)*
                    _ => #private::HandlerFuture::ready(#private::Flow::SKIPPED),
                })
            }),
        )
    }
}

/// Binds the arguments of all handlers, so that all that is missing is reported, or leaves the row unbound.
fn bind(members: &[Member<'_>]) -> TokenStream {
    let bind_each = members.iter().map(|member| {
        let (names, meta, bind_each) = (member.names(), member.meta_name(), member.bind_each());
        let cfgs = &member.handler.cfgs;
        (!names.is_empty()).then(|| {
            quote! {
                #(#cfgs)*
                let (#(#names,)*) = {
                    __binder.enter(&#meta);
                    #bind_each
                    (#(#names,)*)
                };
            }
        })
    });
    let require_each = members.iter().map(|member| {
        let cfgs = &member.handler.cfgs;
        member.require_each().map(|require| quote!(#(#cfgs)* #require))
    });
    quote!(#(#bind_each)* #(#require_each)*)
}

/// What each handler is bound to, as a tuple; nothing for one that `cfg` leaves out.
fn bound(members: &[Member<'_>]) -> TokenStream {
    let each = members.iter().map(|member| {
        let names = member.names();
        if member.handler.cfgs.is_empty() {
            return quote!((#(#names,)*));
        }
        let condition = attr::condition(&member.handler.cfgs);
        quote!({
            #[cfg(#condition)]
            let __bound = (#(#names,)*);
            #[cfg(not(#condition))]
            let __bound = ();
            __bound
        })
    });
    quote!((#(#each,)*))
}

/// Runs a handler with what its row is bound to.
fn attached(member: &Member<'_>) -> TokenStream {
    let (names, run) = (member.names(), member.attached());
    let field = syn::Index::from(member.index);
    if names.is_empty() { run } else { quote!({ let (#(#names,)*) = &__bound.#field; #run }) }
}

/// The index of each handler in its row. One that `cfg` may leave out moves those behind it, which only the compiler
/// can count.
struct Indices {
    declared: TokenStream,
    names: Vec<TokenStream>,
}

impl Indices {
    fn of(handlers: &[&Handler<'_>]) -> Self {
        if handlers.iter().all(|handler| handler.cfgs.is_empty()) {
            let names = (0..handlers.len()).map(|index| quote!(#index)).collect();
            return Self { declared: TokenStream::new(), names };
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
        Self { declared, names: names.iter().map(ToTokens::to_token_stream).collect() }
    }
}

/// The condition under which any handler of the row is left; `None` where that is certain.
fn any_of(handlers: &[&Handler<'_>]) -> Option<TokenStream> {
    let conditions = handlers.iter().map(|handler| attr::condition(&handler.cfgs));
    let certain = handlers.iter().any(|handler| handler.cfgs.is_empty());
    (!certain).then(|| quote!(#[cfg(any(#(#conditions),*))]))
}
