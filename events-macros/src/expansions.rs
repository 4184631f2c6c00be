//! What the attributes write, as it reads: one snapshot for each shape. `INSTA_UPDATE=always cargo test -p events-macros`
//! writes them anew.

use proc_macro2::TokenStream;

/// The expansion of an attribute, formatted. What goes into the binary's records is left out: it is bytes.
fn expansion(expand: fn(TokenStream, TokenStream) -> TokenStream, options: &str, item: &str) -> String {
    let tokens = expand(options.parse().unwrap(), item.parse().unwrap());
    let file = syn::parse2(tokens).unwrap();
    without_byte_strings(&prettyplease::unparse(&file))
}

fn without_byte_strings(text: &str) -> String {
    let mut parts = text.split("b\"");
    let mut without = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part
            .char_indices()
            .scan(false, |escaped, (at, char)| {
                let ends = char == '"' && !*escaped;
                *escaped = char == '\\' && !*escaped;
                Some((at, ends))
            })
            .find(|&(_, ends)| ends)
            .map_or(part.len(), |(at, _)| at);
        without.push_str("b\"..");
        without.push_str(&part[end..]);
    }
    without
}

macro_rules! snapshots {
    ($($name:ident: #[$attribute:ident($($options:tt)*)] $item:item)*) => {$(
        #[test]
        fn $name() {
            let item = stringify!($item);
            insta::assert_snapshot!(expansion(crate::$attribute::expand, stringify!($($options)*), item));
        }
    )*};
}

snapshots! {
    event: #[event(name = "order.paid", key = id, lane = "payments")]
    pub struct OrderPaid { pub id: u64, pub cents: u64 }

    event_asynchronous: #[event(async, crate = facade::events)]
    struct OrderSent;

    event_with_a_mistake: #[event(key = order)]
    struct OrderPaid { id: u64 }

    handler: #[handler()]
    fn thank(order: &OrderPaid) {}

    handler_on_condition: #[handler(priority = 100, when = |order| order.cents > 100_00, retry(max = 5))]
    fn check_large(order: &OrderPaid) -> Result<(), String> { Ok(()) }

    handler_with_arguments: #[handler(crate = ev)]
    fn thank(order: &OrderPaid, shop: State<Shop>, cx: &Context) {}

    handler_asynchronous: #[handler(emits(OrderBilled))]
    async fn send(order: &OrderSent, shop: State<'_, Shop>) {}

    handler_of_a_batch: #[handler(batch)]
    fn store(orders: &[OrderPaid], shop: State<Shop>) {}

    handler_with_cfg: #[handler()]
    fn thank(order: &OrderPaid, #[cfg(feature = "trace")] cx: &Context) {}

    group: #[handlers()]
    mod mails {
        use super::*;

        #[handler]
        fn receipt(order: &OrderPaid) {}

        #[cfg(feature = "sales")]
        #[handler]
        fn copy_to_sales(order: &OrderPaid, cx: &Context) {}
    }

    group_asynchronous: #[handlers(crate = self::facade::events)]
    mod mails {
        #[handler]
        async fn receipt(order: &OrderSent) {}

        #[handler]
        fn copy(order: &OrderSent) {}
    }

    group_of_methods: #[handlers()]
    impl Mailer {
        #[handler(when = |order| order.cents > Self::LIMIT)]
        fn receipt(&self, order: &OrderPaid) {}

        fn helper(&self) {}
    }
}
