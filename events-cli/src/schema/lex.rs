//! Tokens of a type or an attribute, as its text has them.

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// Without `r#`.
    Name(&'a str),
    Lifetime,
    /// The value of a string literal.
    Text(String),
    Number(&'a str),
    Sign(char),
}

/// The tokens of a text; `None` if some literal in it does not end, or is of a kind that neither types nor serde's
/// attributes have.
pub(super) fn tokens(text: &str) -> Option<Vec<Token<'_>>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            '"' => string(&rest[1..]).map(|(text, length)| (Token::Text(text), length + 1))?,
            'r' if raw_string(rest).is_some() => {
                let (text, length) = raw_string(rest)?;
                (Token::Text(text.to_owned()), length)
            }
            '\'' => {
                let name = word(&rest[1..]);
                // A character is no part of what is read here.
                if name.is_empty() || rest[1 + name.len()..].starts_with('\'') {
                    return None;
                }
                (Token::Lifetime, 1 + name.len())
            }
            '0'..='9' => {
                let number = word(rest);
                (Token::Number(number), number.len())
            }
            _ if is_word(first) => {
                let raw = if rest.starts_with("r#") { 2 } else { 0 };
                let name = word(&rest[raw..]);
                if name.is_empty() {
                    return None;
                }
                (Token::Name(name), raw + name.len())
            }
            sign => (Token::Sign(sign), sign.len_utf8()),
        };
        tokens.push(token);
        rest = rest[length..].trim_start();
    }
    Some(tokens)
}

fn is_word(char: char) -> bool {
    char == '_' || char.is_alphanumeric()
}

/// The name or number at the start.
fn word(text: &str) -> &str {
    text.find(|char| !is_word(char)).map_or(text, |end| &text[..end])
}

/// The string behind its first quote, and its length up to behind its last.
fn string(text: &str) -> Option<(String, usize)> {
    let mut value = String::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, char)) = chars.next() {
        match char {
            '"' => return Some((value, at + 1)),
            '\\' => match chars.next()?.1 {
                'n' => value.push('\n'),
                'r' => value.push('\r'),
                't' => value.push('\t'),
                '0' => value.push('\0'),
                'x' => value.push(number(&[chars.next()?.1, chars.next()?.1])?),
                'u' => {
                    chars.next().filter(|(_, open)| *open == '{')?;
                    let mut digits = Vec::new();
                    loop {
                        match chars.next()?.1 {
                            '}' => break,
                            '_' => {}
                            digit => digits.push(digit),
                        }
                    }
                    value.push(number(&digits)?);
                }
                // A line that goes on in the next.
                '\n' => while chars.next_if(|(_, next)| next.is_whitespace()).is_some() {},
                same => value.push(same),
            },
            char => value.push(char),
        }
    }
    None
}

fn number(digits: &[char]) -> Option<char> {
    let digits: String = digits.iter().collect();
    char::from_u32(u32::from_str_radix(&digits, 16).ok()?)
}

/// `r".."`, `r#".."#` and so on, and its length.
fn raw_string(text: &str) -> Option<(&str, usize)> {
    let marks = text[1..].chars().take_while(|&char| char == '#').count();
    let inside = text[1 + marks..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(marks));
    let length = inside.find(&end)?;
    Some((&inside[..length], 1 + marks + 1 + length + end.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_have_their_values() {
        let texts = |text| match tokens(text).as_deref() {
            Some([Token::Text(text)]) => text.clone(),
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!(texts(r#""a\"b\\\u{e9}\x41\n""#), "a\"b\\é\u{41}\n");
        assert_eq!(texts("\"a\\\n   b\""), "ab");
        assert_eq!(texts("r\"a\\b\""), "a\\b");
        assert_eq!(texts("r##\"a\"#b\"##"), "a\"#b");
        assert_eq!(tokens("r#type r"), Some(vec![Token::Name("type"), Token::Name("r")]));
        assert_eq!(tokens("&'a [é; 0x1F]").map(|tokens| tokens.len()), Some(7));
        for broken in ["\"a", "r#\"a\"", "\"\\u{110000}\"", "\"\\", "'a'", "\"\\x4"] {
            assert_eq!(tokens(broken), None, "{broken}");
        }
    }
}
