use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, Data, DataEnum, DeriveInput, LitStr, Member, Path, Token};

use crate::attr::{self, Once};
use crate::errors::{Errors, keyword};
use crate::private::Private;

/// What stands in the brackets of `#[event(..)]`.
#[derive(Default)]
pub(super) struct Options {
    pub(super) name: Once<LitStr>,
    pub(super) version: Once<u32>,
    pub(super) key: Once<Member>,
    pub(super) asynchronous: Once<()>,
    pub(super) unhandled: Once<LitStr>,
    pub(super) lane: Once<LitStr>,
    pub(super) urgency: Once<LitStr>,
    pub(super) krate: Once<Path>,
}

impl Options {
    pub(super) fn parse(tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut options = Self::default();
        attr::parse(tokens, errors, |name, input, errors| {
            match name.to_string().as_str() {
                "name" => options.name.set(name, attr::text(name, input, "\"order.paid\"")?, errors),
                "version" => {
                    let range = "a version is a whole number from 1 to 4294967295";
                    let (tokens, version) = attr::integer(name, input, "2", range)?;
                    if version == 0 {
                        return Err(syn::Error::new_spanned(
                            tokens,
                            format!("`version` is out of range: {range}"),
                        ));
                    }
                    options.version.set(name, version, errors);
                }
                "key" => options.key.set(name, attr::value(name, input, "order_id")?, errors),
                "async" => options.asynchronous.set(name, attr::flag(name, input)?, errors),
                "unhandled" => {
                    options.unhandled.set(name, attr::value(name, input, "\"allow\"")?, errors);
                }
                "lane" => options.lane.set(name, attr::text(name, input, "\"payments\"")?, errors),
                "urgency" => {
                    options.urgency.set(name, attr::value(name, input, "\"high\"")?, errors);
                }
                "crate" => options.krate.set(name, attr::path(name, input)?, errors),
                _ => {
                    let known =
                        "`name`, `version`, `key`, `lane`, `urgency`, `async`, `unhandled` and `crate`";
                    return Err(attr::unknown(name, known));
                }
            }
            Ok(())
        });
        options
    }

    /// What `urgency` says, by the name of its variant; `None` where it says nothing, or nothing that is known.
    pub(super) fn urgency(&self) -> Option<&'static str> {
        match self.urgency.get()?.value().as_str() {
            "high" => Some("High"),
            "normal" => Some("Normal"),
            "low" => Some("Low"),
            _ => None,
        }
    }

    pub(super) fn private(&self) -> Private {
        Private::of(self.krate.get())
    }
}

/// The item, if it is a type.
///
/// A type is an event even if its fields cannot be parsed, because they are being typed or use a syntax newer than this macro.
/// rustc reports what is wrong with them, and the event's handlers cause no further errors.
pub(super) fn item(tokens: &TokenStream, errors: &mut Errors) -> Option<DeriveInput> {
    let read = syn::parse2(tokens.clone()).or_else(|_| without_fields.parse2(tokens.clone()));
    if read.is_err() {
        let message =
            "`#[event]` marks a struct or an enum; to handle an event, mark a function `#[handler]`";
        errors.span(keyword(tokens), message);
    }
    read.ok()
}

fn without_fields(input: ParseStream<'_>) -> syn::Result<DeriveInput> {
    let attrs = input.call(Attribute::parse_outer)?;
    let vis = input.parse()?;
    if input.parse::<Option<Token![struct]>>()?.is_none() {
        input.parse::<Token![enum]>()?;
    }
    let ident = input.parse()?;
    let generics = input.parse()?;
    input.parse::<TokenStream>()?;
    let nothing = DataEnum {
        enum_token: Default::default(),
        brace_token: Default::default(),
        variants: Punctuated::new(),
    };
    Ok(DeriveInput { attrs, vis, ident, generics, data: Data::Enum(nothing) })
}

/// A field as it appears in the metadata.
pub(super) struct Field<'a> {
    pub(super) cfgs: Vec<&'a syn::Attribute>,
    pub(super) name: String,
    pub(super) ty: String,
    /// Its attributes; those of a unit variant are the variant's.
    pub(super) attrs: &'a [Attribute],
    /// The attributes of the variant it is in.
    pub(super) variant_attrs: &'a [Attribute],
}

/// The fields in the order written; a unit variant counts as one without a type.
pub(super) fn fields(input: &DeriveInput) -> Vec<Field<'_>> {
    let one = |prefix: &str, index: usize, field: &'_ syn::Field| {
        let member = field.ident.as_ref().map_or_else(|| index.to_string(), unraw);
        (format!("{prefix}{member}"), attr::written(&field.ty))
    };
    match &input.data {
        syn::Data::Struct(data) => data
            .fields
            .iter()
            .enumerate()
            .map(|(index, field)| {
                let (name, ty) = one("", index, field);
                Field { cfgs: attr::cfgs(&field.attrs), name, ty, attrs: &field.attrs, variant_attrs: &[] }
            })
            .collect(),
        syn::Data::Enum(data) => {
            let mut fields = Vec::new();
            for variant in &data.variants {
                let cfgs = attr::cfgs(&variant.attrs);
                let name = unraw(&variant.ident);
                if variant.fields.is_empty() {
                    fields.push(Field {
                        cfgs: cfgs.clone(),
                        name: name.clone(),
                        ty: String::new(),
                        attrs: &variant.attrs,
                        variant_attrs: &[],
                    });
                }
                for (index, field) in variant.fields.iter().enumerate() {
                    let (name, ty) = one(&format!("{name}."), index, field);
                    let both = cfgs.iter().copied().chain(attr::cfgs(&field.attrs)).collect();
                    fields.push(Field {
                        cfgs: both,
                        name,
                        ty,
                        attrs: &field.attrs,
                        variant_attrs: &variant.attrs,
                    });
                }
            }
            fields
        }
        syn::Data::Union(_) => Vec::new(),
    }
}

/// A name without `r#`.
pub(super) fn unraw(ident: &Ident) -> String {
    syn::ext::IdentExt::unraw(ident).to_string()
}

/// The name of a field without `r#`, or its index.
pub(super) fn member(member: &Member) -> String {
    match member {
        Member::Named(ident) => unraw(ident),
        Member::Unnamed(index) => index.index.to_string(),
    }
}

impl ToTokens for Field<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { cfgs, name, ty, .. } = self;
        tokens.extend(quote!(#(#cfgs)* FieldMeta::new(#name, #ty)));
    }
}
