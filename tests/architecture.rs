//! The direction of dependency: what a room may name, read off the `use` lines and paths of its files.

#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may stop, and reads the sources")]

use std::fs;
use std::path::{Path, PathBuf};

/// The rooms in the order of dependency: each may name those before it. The edges come last and may name everything.
const ROOMS: [&str; 15] = [
    "inventory",
    "diagnostics",
    "assessment",
    "network",
    "openapi",
    "topology",
    "rules",
    "config",
    "compare",
    "report",
    "migrate",
    "iac",
    "collect",
    "shell",
    "cli",
];
/// The rooms that read files, the environment or a clock, or print.
const EDGES: [&str; 3] = ["collect", "shell", "cli"];

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Whether a file is an edge: in a room of edges, or where the migration meets AWS.
fn is_edge(file: &Path, room: &str) -> bool {
    EDGES.contains(&room) || file.starts_with("migrate/aws")
}

/// Every source file, with its room and its text without comments.
fn sources() -> Vec<(PathBuf, String, String)> {
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    files(&base, &mut found);
    let source = |path: PathBuf| {
        let inside = path.strip_prefix(&base).unwrap().to_path_buf();
        let room = inside.components().next().unwrap().as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned();
        let text = fs::read_to_string(&path).unwrap();
        let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        (inside, room, code.join("\n"))
    };
    found.into_iter().map(source).collect()
}

fn place(room: &str) -> usize {
    ROOMS.iter().position(|known| *known == room).unwrap_or_else(|| panic!("src/{room} is not in the list of rooms"))
}

#[test]
fn no_room_names_a_later_one() {
    for (file, room, code) in sources() {
        if matches!(room.as_str(), "lib" | "main") {
            continue;
        }
        for later in &ROOMS[place(&room) + 1..] {
            // Where the migration meets AWS it shares the collector's clients.
            if *later == "collect" && file.starts_with("migrate/aws") {
                continue;
            }
            // The collector's table of calls is data that the policy is made from; it may not be named by the core either.
            let named = code.contains(&format!("crate::{later}::")) || code.contains(&format!("crate::{later};"));
            assert!(!named, "src/{} names `{later}`, which comes after `{room}`", file.display());
        }
    }
}

#[test]
fn only_the_edges_to_aws_name_the_sdk() {
    for (file, room, code) in sources() {
        if room != "collect" && !file.starts_with("migrate/aws") {
            assert!(!code.contains("aws_sdk") && !code.contains("aws_config"), "src/{} names the AWS SDK", file.display());
        }
    }
}

#[test]
fn only_the_parser_names_cel() {
    for (file, _, code) in sources() {
        let path = file.to_string_lossy().replace('\\', "/");
        let named = code.contains("use cel::") || code.contains(" cel::");
        assert!(!named || path.starts_with("rules/expr/"), "src/{path} names the CEL parser");
    }
}

#[test]
fn the_core_does_not_touch_the_world() {
    for (file, room, code) in sources() {
        // Tests may look at the clock: what must end soon is seen to.
        let is_test = file.components().any(|part| part.as_os_str() == "tests");
        if is_edge(&file, &room) || is_test {
            continue;
        }
        for banned in ["std::fs", "std::env::", "SystemTime::now", "Instant::now", "println!", "tokio::"] {
            assert!(!code.contains(banned), "src/{} uses {banned}", file.display());
        }
    }
}

#[test]
fn files_stay_readable() {
    for (file, _, code) in sources() {
        let lines = code.lines().count();
        assert!(lines <= 600, "src/{} has {lines} lines: split it by idea", file.display());
    }
}
