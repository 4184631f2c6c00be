//! Prints the public items of the crates whose rustdoc JSON is given, a line each. Exits with 2 where the format is not the one
//! that it reads.

use std::path::Path;
use std::process::ExitCode;

use public_api::Builder;

fn main() -> ExitCode {
    for json in std::env::args_os().skip(1) {
        let path = Path::new(&json);
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let builder = Builder::from_rustdoc_json(path)
            .omit_blanket_impls(true)
            .omit_auto_trait_impls(true)
            .omit_auto_derived_impls(true);
        match builder.build() {
            Ok(api) => {
                println!("# {name}\n");
                // What the crate exports from others under their names is listed with them.
                api.items().for_each(|item| println!("{item}"));
                println!();
            }
            Err(error) => {
                eprintln!("{}: {error}", path.display());
                return ExitCode::from(2);
            }
        }
    }
    ExitCode::SUCCESS
}
