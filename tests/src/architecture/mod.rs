//! The rules of the house, read from source text: layers, circles, sizes, module docs, folders.
//!
//! Contract: pure, save for [`crate_files`] and the functions of [`rooms`] that list the
//! repository. Rules return one line a violation, naming file and line; no line, no violation.
//! The table of layers itself is data of `tests/tests/architecture.rs`. Text is scanned, not
//! compiled: what a macro makes up of pieces is not seen.
//!
//! Neighbours, in the order of the work: [`source`] takes comments, literals and test code out,
//! [`imports`] finds the paths that are left, [`layers`] judges them, [`rooms`] judges files.

pub mod imports;
pub mod layers;
pub mod rooms;
pub mod source;

use std::path::Path;

/// A source file and where it lies.
#[derive(Debug, Clone)]
pub struct File {
    /// Relative to the folder that was scanned, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// All Rust files below a folder, in the order of their paths.
///
/// # Panics
/// If the folder cannot be read: what was not read was not checked.
pub fn crate_files(folder: &Path) -> Vec<File> {
    let mut files = Vec::new();
    gather(folder, folder, &mut files);
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

fn gather(root: &Path, folder: &Path, files: &mut Vec<File>) {
    let entries = std::fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("sources in {}: {error}", folder.display()));
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            gather(root, &path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).expect("source is text");
            let path = path
                .strip_prefix(root)
                .expect("found below")
                .to_string_lossy();
            files.push(File {
                path: path.replace('\\', "/"),
                text,
            });
        }
    }
}
