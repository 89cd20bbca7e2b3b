//! The rule pack in the binary.

use include_dir::{Dir, include_dir};

static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/rules");

/// The rule files in the binary, sorted, with names as in the repository.
pub fn embedded() -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut open = vec![&EMBEDDED];
    while let Some(folder) = open.pop() {
        open.extend(folder.dirs());
        for file in folder.files().filter(|file| file.path().extension().is_some_and(|extension| extension == "toml")) {
            let name = format!("rules/{}", file.path().to_string_lossy().replace('\\', "/"));
            files.push((name, file.contents_utf8().unwrap_or_default().to_owned()));
        }
    }
    files.sort();
    files
}
