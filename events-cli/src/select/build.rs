use std::ffi::{OsStr, OsString};
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use cargo_metadata::{Artifact, Message, TargetKind};

use super::args::Select;
use super::error::Error;

/// A program, and the libraries it was built from.
#[derive(Clone, Debug)]
pub struct Built {
    /// The program.
    pub binary: PathBuf,
    /// The cargo id of the program's package. `None` for a binary that was not built here.
    pub package: Option<String>,
    /// The main source file of the program. `None` for a binary that was not built here.
    pub source: Option<PathBuf>,
    /// Whether it is an example, which may use dev-dependencies.
    pub is_example: bool,
    /// The libraries that cargo built or found already built, including those of macros and build scripts. Empty for a
    /// binary that was not built here.
    pub dependencies: Vec<Dependency>,
}

/// A library that a program was built from.
#[derive(Clone, Debug)]
pub struct Dependency {
    /// The cargo id of its package.
    pub package: String,
    /// The name of the crate in source.
    pub crate_name: String,
    /// Its `.rlib`.
    pub library: PathBuf,
}

impl Built {
    pub(super) fn found(binary: PathBuf) -> Self {
        Self { binary, package: None, source: None, is_example: false, dependencies: Vec::new() }
    }
}

/// Builds the selected program with cargo. Messages of cargo for people go to standard error, as usual.
pub(super) fn build(select: &Select) -> Result<Built, Error> {
    build_with(select, &[])
}

/// Builds the program again in another folder, without link-time optimisation, with which libraries cannot be read.
pub(super) fn build_readable(select: &Select, target: &Path) -> Result<Built, Error> {
    let profile = match &select.profile {
        Some(profile) => profile,
        None if select.release => "release",
        None => "dev",
    };
    let mut more: Vec<OsString> = vec!["--target-dir".into(), target.into()];
    for setting in ["lto=\"off\"", "opt-level=0"] {
        more.extend(["--config".into(), format!("profile.{profile}.{setting}").into()]);
    }
    build_with(select, &more)
}

fn build_with(select: &Select, more: &[OsString]) -> Result<Built, Error> {
    let cargo = cargo();
    let mut command = Command::new(&cargo);
    command.arg("build").arg("--message-format=json-render-diagnostics").args(arguments(select)).args(more);
    let cannot_run = |source| Error::Cargo { cargo: cargo.clone(), source };
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().map_err(cannot_run)?;
    let mut programs = Vec::new();
    let mut dependencies = Vec::new();
    if let Some(output) = child.stdout.take() {
        for message in Message::parse_stream(BufReader::new(output)) {
            if let Message::CompilerArtifact(artifact) = message.map_err(Error::Messages)? {
                dependencies.extend(dependency(&artifact));
                programs.extend(Program::of(artifact));
            }
        }
    }
    if !child.wait().map_err(cannot_run)?.success() {
        return Err(Error::Failed);
    }
    let program = the_one(programs)?;
    let Program { path, package, source, is_example, .. } = program;
    Ok(Built { binary: path, package: Some(package), source: Some(source), is_example, dependencies })
}

/// The cargo that called this command, otherwise the one in `PATH`.
pub(super) fn cargo() -> PathBuf {
    std::env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from)
}

fn arguments(select: &Select) -> Vec<OsString> {
    let mut arguments = Vec::new();
    let mut option = |name: &str, value: Option<&OsStr>| {
        if let Some(value) = value {
            arguments.extend([name.into(), value.to_owned()]);
        }
    };
    let text = |value: &Option<String>| value.as_ref().map(OsString::from);
    option("--package", text(&select.package).as_deref());
    option("--bin", text(&select.bin).as_deref());
    option("--example", text(&select.example).as_deref());
    option("--profile", text(&select.profile).as_deref());
    option("--target", text(&select.target).as_deref());
    option("--manifest-path", select.manifest_path.as_deref().map(Path::as_os_str));
    for features in &select.features {
        option("--features", Some(features.as_ref()));
    }
    let flags = [
        (select.release, "--release"),
        (select.all_features, "--all-features"),
        (select.no_default_features, "--no-default-features"),
    ];
    arguments.extend(flags.into_iter().filter(|(set, _)| *set).map(|(_, flag)| flag.into()));
    arguments
}

struct Program {
    path: PathBuf,
    package: String,
    source: PathBuf,
    is_example: bool,
    /// The option that selects it.
    chosen_by: String,
}

impl Program {
    fn of(artifact: Artifact) -> Option<Self> {
        let is_example = artifact.target.kind.contains(&TargetKind::Example);
        let kind = if is_example { "--example" } else { "--bin" };
        Some(Self {
            path: artifact.executable?.into_std_path_buf(),
            package: artifact.package_id.repr,
            source: artifact.target.src_path.into_std_path_buf(),
            is_example,
            chosen_by: format!("`{kind} {}`", artifact.target.name),
        })
    }
}

fn the_one(mut programs: Vec<Program>) -> Result<Program, Error> {
    match (programs.pop(), programs.is_empty()) {
        (None, _) => Err(Error::Nothing),
        (Some(program), true) => Ok(program),
        (Some(last), false) => {
            let mut names: Vec<String> =
                programs.into_iter().chain([last]).map(|program| program.chosen_by).collect();
            names.sort();
            Err(Error::Several { names })
        }
    }
}

fn dependency(artifact: &Artifact) -> Option<Dependency> {
    let library = artifact.filenames.iter().find(|file| file.extension() == Some("rlib"))?;
    Some(Dependency {
        package: artifact.package_id.repr.clone(),
        crate_name: artifact.target.name.replace('-', "_"),
        library: library.clone().into_std_path_buf(),
    })
}
