//! Texts that are stored. Without an allocator this can be a `&'static str` only, with one any text. The functions that
//! take such a text have the same signature in both cases.

#[cfg(feature = "alloc")]
pub(crate) type Text = alloc::borrow::Cow<'static, str>;
#[cfg(not(feature = "alloc"))]
pub(crate) type Text = &'static str;

/// The text as a `&str`.
#[cfg_attr(not(feature = "alloc"), allow(clippy::trivially_copy_pass_by_ref))]
pub(crate) fn as_str(text: &Text) -> &str {
    text
}

/// A text that can be kept: a `&'static str`; with the feature `alloc` also a `String` or a `Cow<'static, str>`.
#[allow(unreachable_pub)]
pub trait IntoText {
    #[doc(hidden)]
    fn into_text(self) -> Text;
}

#[cfg(feature = "alloc")]
#[diagnostic::do_not_recommend]
impl<T: Into<Text>> IntoText for T {
    fn into_text(self) -> Text {
        self.into()
    }
}

#[cfg(not(feature = "alloc"))]
impl IntoText for &'static str {
    fn into_text(self) -> Text {
        self
    }
}

/// A text that can be copied: a `&'static str`; with the feature `alloc` also any `&str` or `String`.
#[allow(unreachable_pub)]
pub trait ToText {
    #[doc(hidden)]
    fn to_text(self) -> Text;
}

#[cfg(feature = "alloc")]
#[diagnostic::do_not_recommend]
impl<T: Into<alloc::string::String>> ToText for T {
    fn to_text(self) -> Text {
        Text::Owned(self.into())
    }
}

#[cfg(not(feature = "alloc"))]
impl ToText for &'static str {
    fn to_text(self) -> Text {
        self
    }
}
