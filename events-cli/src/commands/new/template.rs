//! The files of a project, in which `__NAME__` is replaced by the package's name and `__CRATE__` by the name of its
//! crate.

const FILES: [(&str, &str); 6] = [
    ("README.md", include_str!("template/README.md")),
    ("src/main.rs", include_str!("template/src/main.rs")),
    ("src/lib.rs", include_str!("template/src/lib.rs")),
    ("src/orders.rs", include_str!("template/src/orders.rs")),
    ("src/handlers.rs", include_str!("template/src/handlers.rs")),
    ("tests/orders.rs", include_str!("template/tests/orders.rs")),
];

/// The files of a package with this name, with their paths.
pub(super) fn files(name: &str) -> impl Iterator<Item = (&'static str, String)> {
    let krate = name.replace('-', "_");
    FILES.iter().map(move |(path, text)| (*path, text.replace("__NAME__", name).replace("__CRATE__", &krate)))
}
