use std::collections::{HashMap, HashSet, VecDeque};
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, TargetKind};

use super::args::Select;
use super::build;
use super::error::Error;

/// The packages of a program's workspace and all that they depend on.
#[derive(Clone, Debug)]
pub struct Packages {
    /// The workspace's folder, to which paths of source files are relative.
    pub workspace: PathBuf,
    /// The folder that cargo builds in.
    pub target: PathBuf,
    all: HashMap<String, Package>,
}

/// A package.
#[derive(Clone, Debug)]
pub struct Package {
    /// Its cargo id, which is unique.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Where its Cargo.toml is.
    pub folder: PathBuf,
    /// The main source file of its library, if it has one.
    pub library: Option<PathBuf>,
    /// Whether it is a procedural macro, which a program is not linked with.
    is_macro: bool,
    dependencies: Vec<Edge>,
}

#[derive(Clone, Debug)]
struct Edge {
    /// Its name in the source of the package that depends on it.
    name: String,
    package: String,
    for_program: bool,
    for_tests: bool,
}

/// A package that a program is built from.
#[derive(Clone, Copy, Debug)]
pub struct Reached<'a> {
    /// The package.
    pub package: &'a Package,
    /// The package that depends on it, the closest to the program if there are several, and the name it uses. `None`
    /// for the program's own package.
    pub by: Option<(&'a Package, &'a str)>,
}

impl Packages {
    pub(super) fn of(select: &Select) -> Result<Self, Error> {
        let cargo = build::cargo();
        let mut options = Vec::new();
        let mut option = |name: &str, value: &str| options.extend([name.to_owned(), value.to_owned()]);
        // Without a platform, cargo would also download dependencies of other platforms.
        if let Some(target) = select.target.clone().or_else(|| host(&cargo)) {
            option("--filter-platform", &target);
        }
        select.features.iter().for_each(|features| option("--features", features));
        let flags =
            [(select.all_features, "--all-features"), (select.no_default_features, "--no-default-features")];
        options.extend(flags.into_iter().filter(|(set, _)| *set).map(|(_, flag)| flag.to_owned()));
        let mut command = MetadataCommand::new();
        command.cargo_path(cargo).other_options(options);
        if let Some(manifest) = &select.manifest_path {
            command.manifest_path(manifest);
        }
        Ok(Self::from(command.exec()?))
    }

    /// The package with this cargo id.
    pub fn get(&self, id: &str) -> Option<&Package> {
        self.all.get(id)
    }

    /// The packages with this name and version. There are several only if they come from different sources.
    pub fn named(&self, name: &str, version: &str) -> impl Iterator<Item = &Package> {
        self.all.values().filter(move |package| package.name == name && package.version == version)
    }

    /// The direct dependencies of a package, with the names it uses. Dev- and build-dependencies are not included.
    pub fn direct<'a>(&'a self, package: &'a Package) -> impl Iterator<Item = (&'a str, &'a Package)> {
        let edges = package.dependencies.iter().filter(|edge| edge.for_program);
        edges.filter_map(|edge| Some((edge.name.as_str(), self.get(&edge.package)?)))
    }

    /// The package and all dependencies of its program, the closest first. `of_tests` says whether dev-dependencies are
    /// included.
    pub fn reached<'a>(
        &'a self,
        package: &'a Package,
        of_tests: impl Fn(&Package) -> bool,
    ) -> Vec<Reached<'a>> {
        let mut seen = HashSet::from([package.id.as_str()]);
        let mut reached = Vec::new();
        let mut next = VecDeque::from([Reached { package, by: None }]);
        while let Some(one) = next.pop_front() {
            let of_program = one.by.is_none();
            for edge in &one.package.dependencies {
                let Some(package) = self.get(&edge.package).filter(|package| !package.is_macro) else {
                    continue;
                };
                let used = edge.for_program || of_program && edge.for_tests && of_tests(package);
                if used && seen.insert(&package.id) {
                    next.push_back(Reached { package, by: Some((one.package, &edge.name)) });
                }
            }
            reached.push(one);
        }
        reached
    }

    /// A file by the path that cargo gives to the compiler: relative to the workspace's folder, if it is in there.
    pub fn relative<'a>(&self, file: &'a Path) -> &'a Path {
        file.strip_prefix(&self.workspace).unwrap_or(file)
    }

    fn from(metadata: Metadata) -> Self {
        let nodes = metadata.resolve.map(|resolve| resolve.nodes).unwrap_or_default();
        let mut edges: HashMap<String, Vec<Edge>> = HashMap::new();
        for node in nodes {
            let of_node = node.deps.into_iter().map(|dependency| {
                let has = |kind| dependency.dep_kinds.iter().any(|found| found.kind == kind);
                let (for_program, for_tests) =
                    (has(DependencyKind::Normal), has(DependencyKind::Development));
                Edge { name: dependency.name, package: dependency.pkg.repr, for_program, for_tests }
            });
            edges.insert(node.id.repr, of_node.collect());
        }
        let all = metadata.packages.into_iter().map(|package| {
            let id = package.id.repr;
            let is = |kinds: &[TargetKind]| {
                package.targets.iter().find(|target| target.kind.iter().any(|kind| kinds.contains(kind)))
            };
            let library = is(&[TargetKind::Lib, TargetKind::RLib]);
            let package = Package {
                name: package.name.to_string(),
                version: package.version.to_string(),
                folder: package.manifest_path.parent().map(|folder| folder.into()).unwrap_or_default(),
                library: library.map(|target| target.src_path.clone().into_std_path_buf()),
                is_macro: is(&[TargetKind::ProcMacro]).is_some(),
                dependencies: edges.remove(&id).unwrap_or_default(),
                id: id.clone(),
            };
            (id, package)
        });
        Self {
            all: all.collect(),
            workspace: metadata.workspace_root.into(),
            target: metadata.target_directory.into(),
        }
    }
}

/// The platform that cargo builds for by default.
fn host(cargo: &Path) -> Option<String> {
    let output = Command::new(cargo).arg("-vV").output().ok()?;
    let output = String::from_utf8(output.stdout).ok()?;
    output.lines().find_map(|line| line.strip_prefix("host: ")).map(str::to_owned)
}
