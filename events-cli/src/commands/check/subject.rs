use std::path::{Path, PathBuf};

use super::forms::Places;
use super::rule::Rule;
use crate::binary::{self, Library};
use crate::error::Result;
use crate::model::Program;
use crate::select::{Built, Package, Packages, Select};

/// What is checked.
pub(super) struct Subject {
    pub(super) program: Program,
    /// What the program was built from. `None` for a binary that was not built here.
    pub(super) origin: Option<Origin>,
    /// The names of its source files.
    pub(super) places: Places,
}

/// What a program was built from.
pub(super) struct Origin {
    pub(super) packages: Packages,
    /// The cargo id of the program's own package.
    pub(super) package: String,
    /// The main source file of the program.
    pub(super) source: PathBuf,
    /// Whether it is an example, which may use dev-dependencies.
    pub(super) is_example: bool,
    pub(super) libraries: Vec<Linked>,
    /// How many libraries could not be read although they were built again to be read.
    pub(super) unreadable: usize,
}

/// A library that the program depends on.
pub(super) struct Linked {
    /// The cargo id of its package.
    pub(super) package: String,
    pub(super) crate_name: String,
    pub(super) program: Program,
}

impl Subject {
    /// Finds the program, and its libraries if they are needed.
    pub(super) fn find(select: &Select, with_libraries: bool) -> Result<Self> {
        let built = select.find()?;
        let program = binary::read(&built.binary)?;
        let (Some(packages), Some(package), Some(source)) =
            (select.packages()?, built.package.clone(), built.source.clone())
        else {
            return Ok(Self { program, origin: None, places: Places::default() });
        };
        let places = Places::of(&packages.workspace);
        let mut origin = Origin {
            packages,
            package,
            source,
            is_example: built.is_example,
            libraries: Vec::new(),
            unreadable: 0,
        };
        if with_libraries {
            origin.read_libraries(select, &built)?;
        }
        Ok(Self { program, origin: Some(origin), places })
    }

    /// Why this rule cannot be checked, in whole or in part.
    pub(super) fn not_checked(&self, rule: Rule) -> Option<String> {
        match (rule, &self.origin) {
            (Rule::LeftOut, None) => Some(
                "what the linker left out is seen in the libraries that cargo built: name the package (`-p`, `--bin`, \
                 `--example`) and not the binary"
                    .into(),
            ),
            (Rule::LeftOut, Some(origin)) if origin.unreadable > 0 => Some(format!(
                "of the libraries, {} hold only code for link-time optimisation, which cannot be read: remove `lto` from `RUSTFLAGS`",
                origin.unreadable
            )),
            (Rule::StateVersions, None) => Some(
                "for a binary alone only the versions of the handlers' own crates are known: name the package (`-p`, `--bin`, \
                 `--example`)"
                    .into(),
            ),
            _ => None,
        }
    }
}

impl Origin {
    /// The program's own package.
    pub(super) fn root(&self) -> Option<&Package> {
        self.packages.get(&self.package)
    }

    fn read_libraries(&mut self, select: &Select, built: &Built) -> Result<()> {
        let unreadable = self.read_all(built)?;
        if unreadable > 0 {
            let target = self.packages.target.join("cargo-events");
            self.unreadable = self.read_all(&select.find_readable(&target)?)?;
        }
        Ok(())
    }

    /// Reads the libraries that the program depends on. Returns how many cannot be read.
    fn read_all(&mut self, built: &Built) -> Result<usize> {
        self.libraries.clear();
        let Some(root) = self.root() else { return Ok(0) };
        let reached = self.packages.reached(root, |_| self.is_example);
        let mut libraries = Vec::new();
        let mut unreadable = 0;
        for dependency in &built.dependencies {
            // Cargo lists the libraries of build scripts and macros as well.
            if !reached.iter().any(|one| one.package.id == dependency.package) {
                continue;
            }
            let Library { program, unreadable: members } = binary::read_library(&dependency.library)?;
            unreadable += usize::from(members > 0);
            libraries.push(Linked {
                package: dependency.package.clone(),
                crate_name: dependency.crate_name.clone(),
                program,
            });
        }
        self.libraries = libraries;
        Ok(unreadable)
    }

    /// A file by the path that cargo gives to the compiler.
    pub(super) fn relative(&self, file: &Path) -> String {
        self.packages.relative(file).display().to_string()
    }
}
