//! A headless browser, which opens a page, runs steps of script there, and reports what is visible.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use events_cli::commands::graph::{Detail, Drawing, Form};
use events_cli::model::Program;
use serde_json::Value;

/// The script that runs steps in a page and reports the result.
const DRIVER: &str = include_str!("driver.js");

/// Chromium, by any of its names.
pub(crate) struct Browser(PathBuf);

/// What is visible on a page.
pub(crate) struct Seen(Value);

/// The page of a program.
pub(crate) fn page(program: &Program) -> String {
    let drawing = Drawing { title: "shop", shown: program, whole: program };
    drawing.draw(Form::Html, Detail::Auto).unwrap()
}

/// A folder that no other test uses.
pub(crate) fn place(name: &str) -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let next = NEXT.fetch_add(1, Ordering::Relaxed);
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("graph-{next}-{name}"))
}

impl Browser {
    /// The browser of this machine. Prints a message if there is none.
    pub(crate) fn find() -> Option<Self> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let names = ["chromium", "chromium-browser", "google-chrome", "chrome"];
        let all = std::env::split_paths(&path).flat_map(|folder| names.map(|name| folder.join(name)));
        let found = all.into_iter().find(|path| path.is_file());
        if found.is_none() {
            eprintln!("skipped: there is no Chromium on the path");
        }
        found.map(Self)
    }

    /// Opens a page at a fragment of its address, runs these steps of script, and returns what is visible.
    pub(crate) fn look(&self, page: &str, fragment: &str, steps: &str) -> Seen {
        let driver = format!("<script>{}</script></body>", DRIVER.replace("/* steps */", steps));
        let (before, after) = page.rsplit_once("</body>").unwrap();
        let dumped = self.open(&[before, &driver, after].concat(), fragment, &["--dump-dom"]);
        let report =
            dumped.rsplit_once("<pre id=\"report\">").and_then(|(_, rest)| rest.split_once("</pre>"));
        let report = report.unwrap_or_else(|| panic!("the page told nothing: {dumped}")).0;
        let report = report.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
        let seen: Value = serde_json::from_str(&report).unwrap();
        assert_eq!(seen["errors"], Value::Array(Vec::new()), "{seen}");
        Seen(seen)
    }

    /// A picture of the page, as the bytes of a PNG.
    pub(crate) fn picture(&self, page: &str, fragment: &str) -> Vec<u8> {
        let picture = place("picture.png");
        let option = format!("--screenshot={}", picture.display());
        self.open(page, fragment, &[&option, "--window-size=1400,900", "--hide-scrollbars"]);
        std::fs::read(&picture).unwrap()
    }

    fn open(&self, page: &str, fragment: &str, options: &[&str]) -> String {
        let (file, profile) = (place("page.html"), place("profile"));
        std::fs::write(&file, page).unwrap();
        let output = Command::new(&self.0)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .arg("--virtual-time-budget=5000")
            .arg(format!("--user-data-dir={}", profile.display()))
            .args(options)
            .arg(format!("file://{}#{fragment}", file.display()))
            .output()
            .unwrap();
        // A failure leaves temporary files only.
        let _ = std::fs::remove_dir_all(&profile);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

impl Seen {
    /// The reported text with this name.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.0[name].as_str().unwrap_or_else(|| panic!("no {name} in {}", self.0))
    }

    /// The reported list with this name.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        let list = self.0[name].as_array().unwrap_or_else(|| panic!("no {name} in {}", self.0));
        list.iter().map(|text| text.as_str().unwrap().to_owned()).collect()
    }
}
