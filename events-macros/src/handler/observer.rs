//! What `#[handler(all)]` writes beside the function.

use proc_macro2::TokenStream;
use quote::quote;

use super::check::Handler;
use super::expand::emitted;
use super::member::Member;
use crate::private::Private;

/// A handler of all events: it stands in the list of those, and in no table.
pub(crate) fn observer(handler: &Handler<'_>, private: &Private) -> TokenStream {
    let member = Member { handler, index: 0, private };
    let Handler { cfgs, .. } = handler;
    let (meta, record) = (member.meta(), member.record(handler));
    let (bind, attached) = (member.bind(), member.attached());
    let cx = (!member.names().is_empty()).then(|| quote!(let __cx = __event.context();));
    let observer = member.as_in_its_function(
        quote!(#private::Observer),
        quote! {
            #private::Observer::new(
                &__META_0,
                #private::bind!(|__binder| {
                    #bind
                    #private::bound_observer(move |__event| { #cx #attached })
                }),
            )
        },
    );
    let alias = member.alias();
    let emitted = emitted(handler, private);
    let import = private.import();
    quote! {
        #(#cfgs)*
        #[doc(hidden)]
        #[allow(clippy::diverging_sub_expression, deprecated, elided_lifetimes_in_paths, unreachable_code, unused_qualifications, unused_variables)]
        const _: () = {
            #import
            #alias

            static __META_0: #private::HandlerMeta = #meta;
            static __OBSERVER: #private::Observer = #observer;
            #private::place_observer!(#private::ObserverRow::new(&__OBSERVER));

            #(#emitted)*
            #record
        };
    }
}
