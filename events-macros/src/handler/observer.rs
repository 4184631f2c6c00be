use proc_macro2::TokenStream;
use quote::quote;

use super::check::Handler;
use super::expand::{Member, emits};
use crate::attr::Private;

/// A handler of all events: it stands in the list of those, and in no table.
pub(crate) fn observer(handler: &Handler<'_>, private: &Private) -> TokenStream {
    let member = Member { handler, index: 0, private };
    let (meta, meta_name) = (member.meta(), member.meta_name());
    let record = member.record(handler);
    let (binds, names) = (member.binds(), member.names());
    let binder = if names.is_empty() { quote!(_) } else { quote!(__binder) };
    let bound = (!names.is_empty()).then(|| quote!(let (#(#names,)*) = (#(#names?,)*);));
    let cx = (!names.is_empty()).then(|| quote!(let __cx = __event.context();));
    let attached = member.attached();
    let emits = emits(handler, private);
    let cfgs = &handler.cfgs;
    quote! {
        #(#cfgs)*
        #[doc(hidden)]
        #[allow(deprecated)]
        const _: () = {
            #emits
            static #meta_name: #private::HandlerMeta = #meta;
            #record
            static __OBSERVER: #private::Observer = #private::Observer::new(
                &#meta_name,
                #private::bind!(|#binder| {
                    #binds
                    #bound
                    #private::bound_observer(move |__event| { #cx #attached })
                }),
            );
            #private::backend! { {
                #private::EVENTS_OBSERVERS_0_1! {
                    #![linkme_macro = #private::place_element]
                    static __ELEMENT: &'static #private::Observer = &__OBSERVER;
                }
            } {
                #private::inventory::submit! { #private::ObserverNode(&__OBSERVER) }
            } }
        };
    }
}
