//! One handler of a row, and the code that binds and runs it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;

use super::check::{Argument, Handler};
use crate::attr::written;
use crate::errors::{Site, position};
use crate::private::Private;

pub(crate) struct Member<'a> {
    pub(crate) handler: &'a Handler<'a>,
    /// Which handler of its row it is.
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
        let Handler { ident, .. } = handler;
        let tail = format!("{}::{}", handler.place.within(), ident.unraw());
        let (line, column) = position(ident.span());
        let priority = Some(handler.priority).filter(|&priority| priority != 0);
        let priority = priority.map(|priority| quote!(.priority(#priority)));
        let asynchronous = handler.asynchronous.map(|_| quote!(.asynchronous()));
        let condition = handler.when.map(written).map(|condition| quote!(.condition(#condition)));
        let policy = handler.policy.expand(private).map(|policy| quote!(.policy(#policy)));
        let group = handler.place.group();
        let group = group.map(|tail| quote!(.group(#private::concat!(#private::module_path!(), #tail))));
        let described = handler.arguments.iter().map(|argument| {
            let written = &argument.written;
            let state = self.of_extractor(argument, "STATE", None);
            quote!(#private::ArgumentMeta::new(#written, #state))
        });
        let count = handler.arguments.len();
        let described =
            self.as_in_its_function(quote!([#private::ArgumentMeta; #count]), quote!([#(#described),*]));
        let arguments = (!handler.arguments.is_empty()).then(|| {
            quote!(.arguments({
                static __ARGUMENTS: [#private::ArgumentMeta; #count] = #described;
                &__ARGUMENTS
            }))
        });
        let handled = match handler.all {
            true => quote!(#private::EventMeta::ALL),
            false => quote!(#private::Of::<__Event>::META),
        };
        quote! {
            #private::HandlerMeta::new(
                #private::concat!(#private::module_path!(), #tail),
                #private::env!("CARGO_PKG_NAME"),
                #handled,
                #private::file!(),
                #line,
                #column,
            ) #priority #asynchronous #condition #arguments #group #policy
        }
    }

    /// What the handler is called by where [`as_in_its_function`](Self::as_in_its_function) takes its own name.
    pub(crate) fn alias(&self) -> Option<TokenStream> {
        let ident = self.handler.ident;
        let span = ident.span();
        // Where the code around it cannot be expanded, that is the mistake, and not the name.
        let allow = quote!(#[allow(unused_imports)]);
        self.handler.place.is_alone().then(|| quote_spanned!(span=> #allow use #ident as __handler;))
    }

    /// Code of a handler by itself, inside of a function of its name. A type that cannot be found is so reported in the words
    /// in which rustc reports it at the handler's own signature, as one error and not as two.
    pub(crate) fn as_in_its_function(&self, ty: TokenStream, code: TokenStream) -> TokenStream {
        let ident = self.handler.ident;
        // Where there are no arguments the code names no type.
        if !self.handler.place.is_alone() || self.handler.arguments.is_empty() {
            return code;
        }
        quote!({
            const fn #ident() -> #ty { #code }
            #ident()
        })
    }

    /// What the function that runs it is called: as the handler, for the reason of
    /// [`as_in_its_function`](Self::as_in_its_function), where the handler itself goes by another name.
    pub(crate) fn run_name(&self) -> Ident {
        match self.handler.place.is_alone() {
            true => self.handler.ident.clone(),
            false => format_ident!("__run"),
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
    pub(crate) fn bind_each(&self) -> TokenStream {
        let names = self.names();
        let bound = self
            .handler
            .arguments
            .iter()
            .map(|argument| self.of_extractor(argument, "bind", Some(quote!(__binder))));
        quote! {#(
            let #names = #bound;
            let #names = __binder.keep(#names);
        )*}
    }

    /// Leaves the row unbound where an argument of this handler could not be bound.
    pub(crate) fn require_each(&self) -> Option<TokenStream> {
        let names = self.names();
        (!names.is_empty()).then(|| quote!(let (#(#names,)*) = (#(#names?,)*);))
    }

    /// Binds its arguments, or leaves the row unbound.
    pub(crate) fn bind(&self) -> TokenStream {
        let (bind_each, require_each) = (self.bind_each(), self.require_each());
        quote!(#bind_each #require_each)
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

    /// The event of a handler of all events, if its first argument is of the type that it is to be of: said at that type.
    fn observed(&self) -> TokenStream {
        let event = &self.handler.event;
        let site = Site::of(event);
        let private = self.private.at(site.end);
        site.stretch(quote_spanned!(site.end=> <#event as #private::Observed<'_>>::observed(__event)))
    }

    /// The future of what runs it. One that cannot be sent to another thread is reported at the word `async`.
    pub(crate) fn future(&self, run: TokenStream) -> TokenStream {
        let span = self.handler.asynchronous.unwrap_or_else(Span::call_site);
        let private = self.private.at(span);
        quote_spanned!(span=> #private::HandlerFuture::new(async move { #run }))
    }

    /// An item of an argument's type as an extractor. All say it in the same words at the same place, so that rustc
    /// reports only once a type that is none.
    fn of_extractor(&self, argument: &Argument, item: &str, inputs: Option<TokenStream>) -> TokenStream {
        let Self { private, .. } = self;
        let Argument { ty, site, .. } = argument;
        let item = Ident::new(item, site.end);
        let inputs = inputs.map(|inputs| quote_spanned!(site.end=> (#inputs)));
        // rustc would advise a second `&` before an extractor that is taken by reference.
        let by = Ident::new(if argument.by_reference { "ByReference" } else { "Extractor" }, site.end);
        site.stretch(quote_spanned!(site.end=> <#ty as #private::#by<'_>>::#item #inputs))
    }

    /// Calls it, and makes a flow of what it returns.
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
                let when = handler.place.spell_out(quote!(#when));
                let flow = quote_spanned!(span=> #private::FallibleOutput::into_flow_if);
                quote!(#flow(#output, #when))
            }
            None => {
                let returned = if handler.all {
                    quote_spanned!(span=> ObserverOutput)
                } else if handler.policy.concurrent().is_some() {
                    quote_spanned!(span=> ConcurrentOutput)
                } else if handler.is_batch() {
                    quote_spanned!(span=> BatchOutput)
                } else {
                    quote_spanned!(span=> HandlerOutput)
                };
                quote_spanned!(span=> #private::#returned::into_flow(#output))
            }
        };
        quote!({
            let #output = #callee(#receiver #event, #(#arguments),*) #wait;
            #flow
        })
    }

    fn on_condition(&self, run: TokenStream) -> TokenStream {
        let Self { handler, private, .. } = self;
        let Some(when) = handler.when else { return run };
        let when = handler.place.spell_out(quote!(#when));
        let holds = match handler.all {
            true => quote!(#private::condition_of_any(#when, __event)),
            false => quote!(#private::condition::<__Event>(#when, __event)),
        };
        quote! {
            if #holds { #run } else { #private::Flow::SKIPPED }
        }
    }
}
