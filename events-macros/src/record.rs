//! The record of an item in the binary: the fields that are known when the macro runs, as bytes, and the documentation.

use events_record::{tag, write};
use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, Expr, ExprLit, Lit, Meta};

use crate::attr::written;
use crate::errors::position;
use crate::private::Private;

/// The fields of a record that are known where a macro runs.
#[derive(Default)]
pub(crate) struct Fields(Vec<u8>);

impl Fields {
    /// The fields that records of events and handlers have in common: the package, and the item called `name` in its module.
    pub(crate) fn of(name: &str, span: Span) -> Self {
        let (line, column) = position(span);
        let mut fields = Self::default();
        for (tag, variable) in [(tag::PACKAGE, "CARGO_PKG_NAME"), (tag::PACKAGE_VERSION, "CARGO_PKG_VERSION")]
        {
            fields.text(tag, &std::env::var(variable).unwrap_or_default());
        }
        fields.text(tag::NAME, name);
        fields.number(tag::LINE, u64::from(line));
        fields.number(tag::COLUMN, u64::from(column));
        fields
    }

    pub(crate) fn text(&mut self, tag: u8, text: &str) {
        write::text(&mut self.0, tag, text);
    }

    /// What the user wrote, if there is anything.
    pub(crate) fn written(&mut self, tag: u8, tokens: Option<impl ToTokens>) {
        if let Some(tokens) = tokens {
            self.text(tag, &written(tokens));
        }
    }

    pub(crate) fn number(&mut self, tag: u8, number: u64) {
        write::number(&mut self.0, tag, number);
    }

    pub(crate) fn signed(&mut self, tag: u8, number: i64) {
        write::signed(&mut self.0, tag, number);
    }

    pub(crate) fn nested(&mut self, tag: u8, fields: &Fields) {
        write::bytes(&mut self.0, tag, &fields.0);
    }

    /// What serde is told of the item.
    pub(crate) fn serde(&mut self, attrs: &[Attribute]) {
        self.serde_as(tag::SERDE, attrs);
    }

    /// What serde is told, in fields with this tag.
    pub(crate) fn serde_as(&mut self, tag: u8, attrs: &[Attribute]) {
        for attr in attrs {
            if let Meta::List(list) = &attr.meta
                && list.path.is_ident("serde")
            {
                self.text(tag, &written(&list.tokens));
            }
        }
    }

    /// The record: a static that `place_record` puts into the section, or leaves out.
    pub(crate) fn into_record(self, record: Told<'_>, private: &Private) -> TokenStream {
        let Told { kind, flags, ids, docs } = record;
        let mut fields = self;
        let mut made = None;
        match docs {
            Docs::None => {}
            Docs::Known(text) => fields.text(tag::DOCS, text),
            Docs::Made(parts) => made = Some(quote!(, "\0" #(, #parts)*)),
        }
        let place = quote!(#private::concat!(#private::module_path!(), "\0", #private::file!() #made));
        let length = fields.0.len();
        let types = match ids.len() {
            1 => quote!(#private::Ids1),
            2 => quote!(#private::Ids2),
            3 => quote!(#private::Ids3),
            more => quote!([#private::Id; #more]),
        };
        let bytes = Literal::byte_string(&fields.0);
        quote! {
            #private::place_record! {
                [#types, #place.len() + #length]
                #private::Record::new(#private::kind::#kind, #flags, [#(#ids),*], #place, #bytes)
            }
        }
    }
}

/// What a record tells beside its fields.
pub(crate) struct Told<'a> {
    /// One of the constants of `events_record::kind`.
    pub(crate) kind: TokenStream,
    /// Bits, as an expression.
    pub(crate) flags: TokenStream,
    /// Each an expression.
    pub(crate) ids: Vec<TokenStream>,
    pub(crate) docs: &'a Docs,
}

/// The documentation of an item.
pub(crate) enum Docs {
    None,
    Known(String),
    /// A macro writes a part of it, as in `#[doc = include_str!(..)]`: literals and calls of macros, in order.
    Made(Vec<TokenStream>),
}

impl Docs {
    pub(crate) fn of(attrs: &[Attribute]) -> Self {
        let values = attrs.iter().filter_map(|attr| match &attr.meta {
            Meta::NameValue(meta) if meta.path.is_ident("doc") => Some(&meta.value),
            _ => None,
        });
        let lines: Vec<Result<String, &Expr>> = values.map(|value| literal(value).ok_or(value)).collect();
        if lines.is_empty() {
            return Self::None;
        }
        // What a comment has before each of its lines is no part of it.
        let indented = lines.iter().flatten().all(|line| line.is_empty() || line.starts_with(' '));
        let text = |line: &str| line.strip_prefix(' ').filter(|_| indented).unwrap_or(line).to_owned();
        match lines.iter().map(|line| line.as_deref().map(text).ok()).collect::<Option<Vec<_>>>() {
            Some(lines) => Self::Known(lines.join("\n").trim_end().to_owned()),
            None => Self::Made(
                lines
                    .iter()
                    .enumerate()
                    .flat_map(|(index, line)| {
                        let part = match line {
                            Ok(line) => Literal::string(&text(line)).into_token_stream(),
                            Err(made) => made.to_token_stream(),
                        };
                        (index > 0).then(|| quote!("\n")).into_iter().chain([part])
                    })
                    .collect(),
            ),
        }
    }

    pub(crate) fn is_made(&self) -> bool {
        matches!(self, Self::Made(_))
    }
}

/// The text of a literal; of one that a macro of the user's took as one piece, too.
fn literal(value: &Expr) -> Option<String> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
        Expr::Group(inner) => literal(&inner.expr),
        _ => None,
    }
}
