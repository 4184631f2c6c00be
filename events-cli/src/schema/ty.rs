//! Types as they are written.

use super::lex::{Token, tokens};
use super::node::{Integer, Member, Node, Record};

/// Types are not looked into deeper than this: nobody writes that, a damaged file may.
const DEEPEST: usize = 48;

/// The form of a type.
pub(super) fn parse(text: &str) -> Node {
    tokens(text)
        .and_then(|tokens| {
            let mut rest = tokens.as_slice();
            let node = ty(&mut rest, text, 0)?;
            rest.is_empty().then_some(node)
        })
        .unwrap_or_else(|| Node::open(text))
}

/// A type at the start; `None` for one that is not understood.
fn ty(rest: &mut &[Token<'_>], text: &str, depth: usize) -> Option<Node> {
    if depth > DEEPEST {
        return None;
    }
    match rest.first()? {
        Token::Sign('&') => {
            *rest = &rest[1..];
            if rest.first() == Some(&Token::Lifetime) {
                *rest = &rest[1..];
            }
            ty(rest, text, depth + 1)
        }
        Token::Sign('(') => {
            *rest = &rest[1..];
            tuple(rest, text, depth + 1)
        }
        Token::Sign('[') => {
            *rest = &rest[1..];
            let inner = Box::new(ty(rest, text, depth + 1)?);
            if take(rest, ']') {
                return Some(Node::List(inner));
            }
            if !take(rest, ';') {
                return None;
            }
            let end = rest.iter().position(|token| *token == Token::Sign(']'))?;
            let length = match &rest[..end] {
                [Token::Number(number)] => {
                    number_of(number).map_or_else(|| (*number).to_owned(), |n| n.to_string())
                }
                [Token::Name(name)] => (*name).to_owned(),
                _ => return None,
            };
            *rest = &rest[end + 1..];
            Some(Node::Array(inner, length))
        }
        Token::Name(_) | Token::Sign(':') => path(rest, text, depth + 1),
        _ => None,
    }
}

fn tuple(rest: &mut &[Token<'_>], text: &str, depth: usize) -> Option<Node> {
    let mut parts = Vec::new();
    let mut comma = true;
    while !take(rest, ')') {
        if !comma {
            return None;
        }
        parts.push(ty(rest, text, depth)?);
        comma = take(rest, ',');
    }
    Some(match parts.len() {
        0 => Node::Null,
        // Brackets around a type.
        1 if !comma => parts.remove(0),
        _ => Node::Tuple(parts.into_iter().enumerate().map(|(at, node)| place(at, node)).collect()),
    })
}

/// A place in a tuple that is no declaration of its own.
fn place(at: usize, node: Node) -> Member {
    let name = at.to_string();
    Member {
        written: Some(name.clone()),
        read: vec![name.clone()],
        name,
        ty: String::new(),
        may_be_absent: false,
        optional: false,
        plain_default: false,
        flatten: false,
        docs: None,
        node,
    }
}

fn path(rest: &mut &[Token<'_>], text: &str, depth: usize) -> Option<Node> {
    let mut names: Vec<&str> = Vec::new();
    let mut arguments = Vec::new();
    loop {
        if take(rest, ':') && !take(rest, ':') {
            return None;
        }
        let Some((Token::Name(name), behind)) = rest.split_first() else { return None };
        *rest = behind;
        names.push(name);
        if take(rest, '<') {
            arguments = generics(rest, text, depth)?;
        }
        if rest.first() != Some(&Token::Sign(':')) {
            break;
        }
    }
    if matches!(names.as_slice(), ["dyn" | "impl" | "fn" | "mut" | "const", ..]) {
        return None;
    }
    let shown = || {
        let arguments: Vec<&str> = arguments.iter().map(|(_, shown)| shown.as_str()).collect();
        let arguments =
            if arguments.is_empty() { String::new() } else { format!("<{}>", arguments.join(", ")) };
        format!("{}{arguments}", names.join("::"))
    };
    let of_std = match names.as_slice() {
        [_] => true,
        [first, ..] => matches!(*first, "std" | "core" | "alloc"),
        [] => false,
    };
    let nodes: Vec<Node> = arguments.iter().map(|(node, _)| node.clone()).collect();
    let name = names.last()?;
    Some(of_std.then(|| known(name, &nodes)).flatten().unwrap_or_else(|| Node::open(shown())))
}

/// What stands between `<` and `>`, lifetimes left out: each type, and how it is shown.
fn generics(rest: &mut &[Token<'_>], text: &str, depth: usize) -> Option<Vec<(Node, String)>> {
    let mut all = Vec::new();
    while !take(rest, '>') {
        match rest.first()? {
            Token::Lifetime => *rest = &rest[1..],
            Token::Number(number) => {
                all.push((Node::open(*number), (*number).to_owned()));
                *rest = &rest[1..];
            }
            _ => {
                let before = *rest;
                let node = ty(rest, text, depth + 1)?;
                let shown = before[..before.len() - rest.len()].iter().fold(String::new(), show);
                all.push((node, shown));
            }
        }
        if !take(rest, ',') && rest.first() != Some(&Token::Sign('>')) {
            return None;
        }
    }
    Some(all)
}

fn show(mut text: String, token: &Token<'_>) -> String {
    match token {
        Token::Name(name) | Token::Number(name) => text.push_str(name),
        Token::Lifetime => text.push_str("'_ "),
        Token::Text(_) => {}
        Token::Sign(',') => text.push_str(", "),
        Token::Sign(';') => text.push_str("; "),
        Token::Sign(sign) => text.push(*sign),
    }
    text
}

/// The types that serde knows.
fn known(name: &str, arguments: &[Node]) -> Option<Node> {
    if arguments.is_empty() {
        if let Some(integer) = integer(name).or_else(|| integer_of(name)) {
            return Some(Node::Integer(integer));
        }
        return Some(match name {
            "bool" | "AtomicBool" => Node::Bool,
            "f32" => Node::Float(32),
            "f64" => Node::Float(64),
            "char" => Node::Char,
            "str" | "String" | "Path" | "PathBuf" => Node::Text,
            "IpAddr" | "Ipv4Addr" | "Ipv6Addr" | "SocketAddr" | "SocketAddrV4" | "SocketAddrV6" => Node::Text,
            "Duration" => time("secs", "nanos"),
            "SystemTime" => time("secs_since_epoch", "nanos_since_epoch"),
            _ => return None,
        });
    }
    let of = |at: usize| arguments.get(at).cloned().map(Box::new);
    Some(match (name, arguments.len()) {
        ("Option", 1) => Node::Optional(of(0)?),
        ("Vec" | "VecDeque" | "LinkedList" | "BinaryHeap" | "BTreeSet", 1) | ("HashSet", 1 | 2) => {
            Node::List(of(0)?)
        }
        ("BTreeMap", 2) | ("HashMap", 2 | 3) => Node::Map(of(0)?, of(1)?),
        (
            "Box" | "Rc" | "Arc" | "Cow" | "Cell" | "RefCell" | "Mutex" | "RwLock" | "Wrapping"
            | "Saturating" | "Reverse",
            1,
        ) => *of(0)?,
        ("PhantomData", 1) => Node::Null,
        ("NonZero", 1) => match arguments[0] {
            Node::Integer(integer) => Node::Integer(Integer { nonzero: true, ..integer }),
            _ => return None,
        },
        _ => return None,
    })
}

fn integer(name: &str) -> Option<Integer> {
    let (signed, bits) = match name {
        "u8" => (false, 8),
        "u16" => (false, 16),
        "u32" => (false, 32),
        "u64" | "usize" => (false, 64),
        "u128" => (false, 128),
        "i8" => (true, 8),
        "i16" => (true, 16),
        "i32" => (true, 32),
        "i64" | "isize" => (true, 64),
        "i128" => (true, 128),
        _ => return None,
    };
    Some(Integer { signed, bits, nonzero: false })
}

/// `NonZeroU8`, `AtomicU8` and their like.
fn integer_of(name: &str) -> Option<Integer> {
    let plain = |rest: &str| integer(&rest.to_ascii_lowercase()).filter(|_| rest.starts_with(['U', 'I']));
    match name.strip_prefix("NonZero") {
        Some(rest) => plain(rest).map(|integer| Integer { nonzero: true, ..integer }),
        None => plain(name.strip_prefix("Atomic")?),
    }
}

fn time(seconds: &str, nanoseconds: &str) -> Node {
    let member = |name: &str, bits| {
        let node = Node::Integer(Integer { signed: false, bits, nonzero: false });
        Member {
            name: name.to_owned(),
            written: Some(name.to_owned()),
            read: vec![name.to_owned()],
            ..place(0, node)
        }
    };
    Node::Record(Record { members: vec![member(seconds, 64), member(nanoseconds, 32)], ..Record::default() })
}

/// The value of a literal: `1_000`, `0x1F`, `3usize`.
fn number_of(text: &str) -> Option<u64> {
    let text = text.replace('_', "");
    let text = text.strip_suffix("usize").unwrap_or(&text);
    match text.split_at_checked(2) {
        Some(("0x", digits)) => u64::from_str_radix(digits, 16).ok(),
        Some(("0o", digits)) => u64::from_str_radix(digits, 8).ok(),
        Some(("0b", digits)) => u64::from_str_radix(digits, 2).ok(),
        _ => text.parse().ok(),
    }
}

fn take(rest: &mut &[Token<'_>], sign: char) -> bool {
    let found = rest.first() == Some(&Token::Sign(sign));
    if found {
        *rest = &rest[1..];
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_does_not_matter() {
        for (one, other) in [
            ("Vec<u8>", "std :: vec :: Vec < u8, >"),
            ("String", "::std::string::String"),
            ("&'static str", "Box<str>"),
            ("Cow<'static, str>", "String"),
            ("[u8; 16]", "[ u8 ; 0x10usize ]"),
            ("(u8, (u8))", "(u8, u8,)"),
            ("NonZeroU32", "core::num::NonZero<u32>"),
            ("HashMap<String, Vec<Option<u8>>>", "BTreeMap<String, VecDeque<Option<u8>>>"),
            ("shop::Paid<u8>", "shop :: Paid <u8>"),
        ] {
            assert_eq!(parse(one), parse(other), "{one} and {other}");
        }
        assert_ne!(parse("Vec<u8>"), parse("mine::Vec<u8>"));
        assert_eq!(parse("(u8)"), parse("u8"));
        assert_ne!(parse("(u8,)"), parse("u8"));
    }

    #[test]
    fn what_is_not_known_is_open() {
        for text in [
            "Repository",
            "crate::Id<u8>",
            "fn(u8) -> u8",
            "dyn Any",
            "Vec<",
            "",
            "Vec<u8>>",
            "Option",
            "u8<u8>",
        ] {
            assert!(matches!(parse(text), Node::Open { .. }), "{text}");
        }
        assert_eq!(parse("Vec<Item = u8>"), Node::open("Vec<Item = u8>"));
        for deep in ["&", "(", "[", "Vec<", "a::"] {
            assert!(matches!(parse(&deep.repeat(100_000)), Node::Open { .. }), "{deep}");
        }
    }
}
