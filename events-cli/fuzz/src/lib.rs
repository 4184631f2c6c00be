//! What the fuzz targets share.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Has `read` look at a file with these bytes, in a folder for temporary files of this process.
pub fn with_file(name: &str, bytes: &[u8], read: impl FnOnce(&Path)) {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let folder = std::env::temp_dir().join(format!("events-fuzz-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder for the file to be read");
        folder
    });
    let path = folder.join(name);
    std::fs::write(&path, bytes).expect("a file to be read");
    read(&path);
}
