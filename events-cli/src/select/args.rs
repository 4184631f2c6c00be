use std::path::PathBuf;

use clap::Args;

/// The arguments that select a program, for every command that looks at one.
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
