//! Which program is meant: a binary that is there, or one that cargo builds first.

mod build;
mod error;
mod packages;

use std::path::{Path, PathBuf};

use clap::Args;

pub use build::{Built, Dependency};
pub use error::Error;
pub use packages::{Package, Packages, Reached};

use crate::binary;
use crate::model::Program;

/// The arguments by which every command that looks at one program is told which.
#[derive(Args, Clone, Debug, Default)]
pub struct Select {
    /// The binary to look at; without it, a package is built and its program looked at
    #[arg(value_name = "BINARY", conflicts_with_all = ["package", "bin", "example", "release", "profile", "features", "all_features", "no_default_features", "manifest_path", "target"])]
    pub path: Option<PathBuf>,
    /// The package to build; by default the one of this folder
    #[arg(short, long, value_name = "SPEC", help_heading = "Package")]
    pub package: Option<String>,
    /// The binary target to build
    #[arg(long, value_name = "NAME", help_heading = "Package", conflicts_with = "example")]
    pub bin: Option<String>,
    /// The example to build
    #[arg(long, value_name = "NAME", help_heading = "Package")]
    pub example: Option<String>,
    /// Build with optimisations
    #[arg(short, long, help_heading = "Package", conflicts_with = "profile")]
    pub release: bool,
    /// Build with this profile
    #[arg(long, value_name = "NAME", help_heading = "Package")]
    pub profile: Option<String>,
    /// Features to turn on, separated by commas or spaces
    #[arg(short = 'F', long, value_name = "FEATURES", help_heading = "Package")]
    pub features: Vec<String>,
    /// Turn on all features
    #[arg(long, help_heading = "Package")]
    pub all_features: bool,
    /// Turn off the default features
    #[arg(long, help_heading = "Package")]
    pub no_default_features: bool,
    /// The package's Cargo.toml
    #[arg(long, value_name = "PATH", help_heading = "Package")]
    pub manifest_path: Option<PathBuf>,
    /// Build for this target triple
    #[arg(long, value_name = "TRIPLE", help_heading = "Package")]
    pub target: Option<String>,
}

impl Select {
    /// The program's binary, built if a package is meant.
    ///
    /// # Errors
    /// If the build fails, or makes no program or more than one.
    pub fn find(&self) -> Result<Built, Error> {
        match &self.path {
            Some(path) => Ok(Built::found(path.clone())),
            None => build::build(self),
        }
    }

    /// The same as [`find`](Self::find), built without link-time optimisation, in the folder `target`: its libraries can be
    /// read, and what is built elsewhere stays as it is.
    ///
    /// # Errors
    /// As [`find`](Self::find).
    pub fn find_readable(&self, target: &Path) -> Result<Built, Error> {
        match &self.path {
            Some(path) => Ok(Built::found(path.clone())),
            None => build::build_readable(self, target),
        }
    }

    /// The packages that the program is built from, and some that it is not; `None` for a binary that was there.
    ///
    /// # Errors
    /// If cargo cannot tell.
    pub fn packages(&self) -> Result<Option<Packages>, Error> {
        match &self.path {
            Some(_) => Ok(None),
            None => Packages::of(self).map(Some),
        }
    }

    /// What the program tells.
    ///
    /// # Errors
    /// As [`find`](Self::find), and if the binary cannot be read.
    pub fn read(&self) -> crate::Result<Program> {
        Ok(binary::read(&self.find()?.binary)?)
    }
}
