use proc_macro2::TokenStream;
use quote::quote;

use super::check::Handler;
use super::expand::check_emitted;
use super::member::Member;
use crate::private::Private;

/// A handler of all events: it stands in the list of those, and in no table.
pub(crate) fn observer(handler: &Handler<'_>, private: &Private) -> TokenStream {
    let member = Member { handler, index: 0, private };
    let (meta, record) = (member.meta(), member.record(handler));
    let bind = member.bind();
    let takes_more = !handler.arguments.is_empty();
    let binder = if takes_more { quote!(__binder) } else { quote!(_) };
    let cx = takes_more.then(|| quote!(let __cx = __event.context();));
    let attached = member.attached();
    let observer = quote! {
        #private::Observer::new(
            &__META_0,
            #private::bind!(|#binder| {
                #bind
                #private::bound_observer(move |__event| { #cx #attached })
            }),
        )
    };
    let observer = member.as_in_its_function(quote!(#private::Observer), observer);
    let (alias, import) = (member.alias(), private.import());
    let emitted = check_emitted(handler, private);
    let cfgs = &handler.cfgs;
    quote! {
        #(#cfgs)*
        #[doc(hidden)]
        #[allow(deprecated, elided_lifetimes_in_paths, unreachable_code, unused_qualifications)]
        const _: () = {
            #import
            #alias

            static __META_0: #private::HandlerMeta = #meta;
            static __OBSERVER: #private::Observer = #observer;
            #private::place_observer!(#private::ObserverRow::new(&__OBSERVER));

            #emitted
            #record
        };
    }
}
