//! Tokens of source text, unless parsing them would take too much memory.

use std::str::FromStr;

use proc_macro2::token_stream::IntoIter;
use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The greatest depth of nesting that is parsed. No real source is deeper, and a recursive parser would overflow its
/// stack on a forged file.
const DEEPEST: usize = 24;

/// The tokens of a text. `None` if they are not tokens of Rust or are nested too deeply.
pub(super) fn tokens(text: &str) -> Option<TokenStream> {
    let tokens = TokenStream::from_str(text).ok()?;
    is_shallow(tokens.clone()).then_some(tokens)
}

/// Whether brackets, and prefix operators of types and values, are nested no deeper than [`DEEPEST`].
fn is_shallow(tokens: TokenStream) -> bool {
    // For each open bracket, its remaining tokens and the depth of its elements.
    let mut open: Vec<(IntoIter, usize)> = vec![(tokens.into_iter(), 0)];
    // `<` is no bracket for the lexer, so this has the depth of the elements after each open `<`.
    let mut angles: Vec<usize> = Vec::new();
    let mut depth: usize = 0;
    let mut after_minus = false;
    while let Some((rest, outer)) = open.last_mut() {
        let Some(token) = rest.next() else {
            depth = *outer;
            open.pop();
            continue;
        };
        let was_minus = std::mem::take(&mut after_minus);
        match token {
            TokenTree::Group(group) => {
                open.push((group.stream().into_iter(), depth));
                // A group without delimiters would add depth in the parser that the text does not show.
                debug_assert!(group.delimiter() != Delimiter::None, "the lexer makes none");
                depth += 1;
            }
            TokenTree::Punct(sign) => match sign.as_char() {
                '<' => {
                    angles.push(depth);
                    depth += 1;
                }
                '>' if !was_minus => depth = angles.pop().unwrap_or(0),
                ',' | ';' => depth = angles.last().map_or(open.len(), |outer| outer + 1),
                sign => {
                    after_minus = sign == '-';
                    depth += usize::from(matches!(sign, '&' | '*' | '-' | '!'));
                }
            },
            TokenTree::Ident(_) | TokenTree::Literal(_) => {}
        }
        if depth > DEEPEST || open.len() > DEEPEST {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_elements_are_not_deep() {
        for text in
            ["&'a str, ".repeat(1_000), "Vec<Vec<u8>>, ".repeat(1_000), "fn(u8) -> u8; ".repeat(1_000)]
        {
            assert!(tokens(&text).is_some(), "{}", &text[..20]);
        }
        assert!(tokens(&format!("({})", "&str, ".repeat(1_000))).is_some());
        assert!(tokens(&format!("A<{}>", "&str, ".repeat(1_000))).is_some());
    }

    #[test]
    fn depth_is_refused() {
        for (open, close) in
            [("(", ")"), ("[", "]"), ("<", ">"), ("&", ""), ("*const ", ""), ("fn() -> ", ""), ("!", "")]
        {
            for (times, is_fine) in [(20, true), (100_000, false)] {
                let text = format!("{}a{}", open.repeat(times), close.repeat(times));
                assert_eq!(tokens(&text).is_some(), is_fine, "{open} {times}");
            }
        }
        for broken in ["(", "\"a", "'", ")"] {
            assert!(tokens(broken).is_none(), "{broken}");
        }
    }
}
