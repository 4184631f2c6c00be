//! Selects the program: an existing binary, or one that cargo builds first.

mod args;
mod build;
mod error;
mod packages;

use std::path::Path;

pub use args::Select;
pub use build::{Built, Dependency};
pub use error::Error;
pub use packages::{Package, Packages, Reached};

use crate::binary;
use crate::model::Program;

impl Select {
    /// Finds the program's binary, and builds it if a package is selected.
    ///
    /// # Errors
    /// If the build fails, or makes no program or more than one.
    pub fn find(&self) -> Result<Built, Error> {
        match &self.path {
            Some(path) => Ok(Built::found(path.clone())),
            None => build::build(self),
        }
    }

    /// As [`find`](Self::find), but builds without link-time optimisation, in the folder `target`. So its libraries can
    /// be read, and other builds are not changed.
    ///
    /// # Errors
    /// As [`find`](Self::find).
    pub fn find_readable(&self, target: &Path) -> Result<Built, Error> {
        match &self.path {
            Some(path) => Ok(Built::found(path.clone())),
            None => build::build_readable(self, target),
        }
    }

    /// The packages of the program's workspace and their dependencies. `None` for a binary that was not built here.
    ///
    /// # Errors
    /// If cargo cannot list them.
    pub fn packages(&self) -> Result<Option<Packages>, Error> {
        match &self.path {
            Some(_) => Ok(None),
            None => Packages::of(self).map(Some),
        }
    }

    /// Reads the events and handlers of the program.
    ///
    /// # Errors
    /// As [`find`](Self::find), and if the binary cannot be read.
    pub fn read(&self) -> crate::Result<Program> {
        Ok(binary::read(&self.find()?.binary)?)
    }
}
