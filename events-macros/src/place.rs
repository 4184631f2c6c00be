//! All that touches `linkme` in this crate: where the elements of its slices are placed.
//!
//! linkme writes a helper macro beside each slice, through which elements find their section. The helper will not do for
//! the rows of a table: it is exported even where the slice is private, which rustc warns of inside function bodies, and
//! being a macro of the user's crate it cannot say `unsafe(link_section)` under `forbid(unsafe_code)`. So the statics are
//! written here. Their sections have the names that linkme gives them, and [`verify`] lets no other name pass: a linkme
//! that names them differently is an error at compile time, never a handler lost.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Expr, ItemStatic, Meta};

/// A section by its name on each platform.
struct Section([String; 5]);

/// The inner attributes through which linkme hands over the names, in the order of [`Section`].
const HANDED_OVER: [&str; 5] = [
    "linkme_linux_section",
    "linkme_macho_section",
    "linkme_windows_section",
    "linkme_illumos_section",
    "linkme_bsd_section",
];

impl Section {
    /// The section of the slice with this identifier.
    fn of(slice: &Ident) -> Self {
        Self([
            format!("linkme_{slice}"),
            format!("__DATA,__linkme{},regular,no_dead_strip", symbol(slice)),
            format!(".linkme_{slice}$b"),
            format!("set_linkme_{slice}"),
            format!("linkme_{slice}"),
        ])
    }

    /// The section that linkme's helper macro names.
    fn handed_over(attrs: &[Attribute]) -> syn::Result<Self> {
        let name = |wanted: &&str| {
            let value = attrs.iter().find_map(|attr| match &attr.meta {
                Meta::NameValue(meta) if meta.path.is_ident(wanted) => Some(&meta.value),
                _ => None,
            });
            match value {
                Some(Expr::Lit(literal)) => match &literal.lit {
                    syn::Lit::Str(text) => Ok(text.value()),
                    other => Err(unsupported(other)),
                },
                other => Err(unsupported(other)),
            }
        };
        let names = HANDED_OVER.iter().map(name).collect::<syn::Result<Vec<_>>>()?;
        Ok(Self(names.try_into().expect("as many names as attributes")))
    }

    /// The static, kept by the compiler and put into the section.
    fn place(&self, item: &TokenStream) -> TokenStream {
        let Self([linux, macho, windows, illumos, bsd]) = self;
        quote! {
            #[used]
            #[cfg_attr(
                any(target_os = "none", target_os = "linux", target_os = "android", target_os = "fuchsia", target_os = "psp"),
                unsafe(link_section = #linux)
            )]
            #[cfg_attr(any(target_os = "macos", target_os = "ios", target_os = "tvos"), unsafe(link_section = #macho))]
            #[cfg_attr(any(target_os = "uefi", target_os = "windows"), unsafe(link_section = #windows))]
            #[cfg_attr(target_os = "illumos", unsafe(link_section = #illumos))]
            #[cfg_attr(any(target_os = "freebsd", target_os = "openbsd"), unsafe(link_section = #bsd))]
            #item
        }
    }
}

/// The eight characters by which linkme names a section of Mach-O, where names are short.
fn symbol(slice: &Ident) -> String {
    const ALPHABET: &[u8; 62] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    let mut hasher = DefaultHasher::new();
    slice.hash(&mut hasher);
    let mut rest = hasher.finish();
    (0..8)
        .map(|_| {
            let digit = ALPHABET[(rest % 62) as usize];
            rest /= 62;
            char::from(digit)
        })
        .collect()
}

fn unsupported(at: impl ToTokens) -> syn::Error {
    let message = "this version of `linkme` names its sections in a way that `events` does not know: \
                   choose the version in the lock file of `events`, or turn on its feature `inventory`";
    let at = at.to_token_stream();
    if at.is_empty() {
        syn::Error::new(Span::call_site(), message)
    } else {
        syn::Error::new_spanned(at, message)
    }
}

/// `#![linkme_..] static ..`: an element of a slice whose helper macro called this.
pub(crate) fn element(input: TokenStream) -> TokenStream {
    let parser = |input: ParseStream<'_>| {
        let section = Section::handed_over(&Attribute::parse_inner(input)?)?;
        Ok(section.place(&input.parse()?))
    };
    parser.parse2(input).unwrap_or_else(syn::Error::into_compile_error)
}

/// `SLICE static ..`: an element of the slice with that identifier.
pub(crate) fn row(input: TokenStream) -> TokenStream {
    let parser = |input: ParseStream<'_>| {
        let section = Section::of(&input.parse()?);
        Ok(section.place(&input.parse()?))
    };
    parser.parse2(input).unwrap_or_else(syn::Error::into_compile_error)
}

/// `#![linkme_..] static SLICE: () = ();`: nothing, if [`row`] names that slice's section as its helper macro does.
pub(crate) fn verify(input: TokenStream) -> TokenStream {
    let parser = |input: ParseStream<'_>| {
        let section = Section::handed_over(&Attribute::parse_inner(input)?)?;
        let slice: ItemStatic = input.parse()?;
        if section.0 == Section::of(&slice.ident).0 { Ok(()) } else { Err(unsupported(slice.ident)) }
    };
    parser.parse2(input).map_or_else(syn::Error::into_compile_error, |()| TokenStream::new())
}
