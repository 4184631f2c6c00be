//! Types as they are written.

use syn::ext::IdentExt;
use syn::{Expr, GenericArgument, Lit, Path, PathArguments, Type};

use super::node::{Integer, Member, Node, Record};
use super::tokens::tokens;

/// Types with a longer text than this are not parsed, since no real source has them.
const LONGEST: usize = 1_024;

/// The longest tuple that serde supports.
const MOST_PLACES: usize = 16;

/// The form of a type.
pub(super) fn parse(text: &str) -> Node {
    let tokens = if text.len() <= LONGEST { tokens(text) } else { None };
    let ty = tokens.and_then(|tokens| syn::parse2::<Type>(tokens).ok());
    ty.and_then(|ty| written(&ty)).map_or_else(|| Node::open(text), |written| written.node)
}

/// A type: its form, and its text without lifetimes.
struct Written {
    node: Node,
    shown: String,
}

/// Converts a type. `None` if it is not understood.
fn written(ty: &Type) -> Option<Written> {
    match ty {
        Type::Group(group) => written(&group.elem),
        Type::Paren(paren) => written(&paren.elem),
        Type::Reference(reference) if reference.mutability.is_none() => {
            let Written { node, shown } = written(&reference.elem)?;
            Some(Written { node, shown: format!("&{shown}") })
        }
        Type::Slice(slice) => {
            let Written { node, shown } = written(&slice.elem)?;
            Some(Written { node: Node::List(Box::new(node)), shown: format!("[{shown}]") })
        }
        Type::Array(array) => {
            let Written { node, shown } = written(&array.elem)?;
            let length = length(&array.len)?;
            let shown = format!("[{shown}; {length}]");
            Some(Written { node: Node::Array(Box::new(node), length), shown })
        }
        Type::Tuple(tuple) if tuple.elems.len() <= MOST_PLACES => {
            let parts: Vec<Written> = tuple.elems.iter().map(written).collect::<Option<_>>()?;
            let shown: Vec<&str> = parts.iter().map(|part| part.shown.as_str()).collect();
            let comma = if parts.len() == 1 { "," } else { "" };
            let shown = format!("({}{comma})", shown.join(", "));
            let places = parts.into_iter().enumerate().map(|(at, part)| place(at, part.node));
            let node = if shown == "()" { Node::Null } else { Node::Tuple(places.collect()) };
            Some(Written { node, shown })
        }
        Type::Path(path) if path.qself.is_none() => of_path(&path.path),
        _ => None,
    }
}

/// The length of an array: a number, or the name of one.
fn length(length: &Expr) -> Option<String> {
    match length {
        Expr::Lit(literal) => number(&literal.lit),
        Expr::Path(path) if path.qself.is_none() => {
            path.path.get_ident().map(|name| name.unraw().to_string())
        }
        _ => None,
    }
}

/// A whole number, however it is written: `1_000`, `0x1F`, `3usize`.
fn number(literal: &Lit) -> Option<String> {
    match literal {
        Lit::Int(number) => Some(
            number.base10_parse::<u64>().map_or_else(|_| number.to_string(), |number| number.to_string()),
        ),
        _ => None,
    }
}

/// An element of a tuple type, which has no declaration.
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

fn of_path(path: &Path) -> Option<Written> {
    let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.unraw().to_string()).collect();
    let mut arguments = Vec::new();
    for segment in &path.segments {
        match &segment.arguments {
            PathArguments::None => {}
            PathArguments::AngleBracketed(all) => {
                let all = all.args.iter().filter_map(argument);
                arguments = all.collect::<Option<Vec<Written>>>()?;
            }
            PathArguments::Parenthesized(_) => return None,
        }
    }
    let mut shown = names.join("::");
    if !arguments.is_empty() {
        let each: Vec<&str> = arguments.iter().map(|argument| argument.shown.as_str()).collect();
        shown = format!("{shown}<{}>", each.join(", "));
    }
    let of_std = match names.as_slice() {
        [_] => true,
        [first, ..] => matches!(first.as_str(), "std" | "core" | "alloc"),
        [] => false,
    };
    let nodes: Vec<Node> = arguments.into_iter().map(|argument| argument.node).collect();
    let known = of_std.then(|| known(names.last()?, &nodes)).flatten();
    Some(Written { node: known.unwrap_or_else(|| Node::open(&shown)), shown })
}

/// An argument of a generic type. `Some(None)` for a lifetime, which has no meaning outside of the process.
fn argument(argument: &GenericArgument) -> Option<Option<Written>> {
    match argument {
        GenericArgument::Lifetime(_) => None,
        GenericArgument::Type(ty) => Some(written(ty)),
        GenericArgument::Const(Expr::Lit(literal)) => {
            Some(number(&literal.lit).map(|shown| Written { node: Node::open(&shown), shown }))
        }
        _ => Some(None),
    }
}

/// The form of a type that serde implements. `None` for other types.
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
    fn unknown_types_are_open() {
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
        for (open, close) in
            [("&", ""), ("(", ")"), ("[", "]"), ("Vec<", ">"), ("a::", ""), ("fn() -> ", ""), ("1 + ", "")]
        {
            for times in [60, 300, 100_000] {
                let deep = format!("{}u8{}", open.repeat(times), close.repeat(times));
                assert!(matches!(parse(&deep), Node::Open { .. }), "{open} {times}");
                let length = format!("[u8; {deep}]");
                assert_eq!(parse(&length), Node::open(&length), "{open} {times}");
            }
        }
    }
}
