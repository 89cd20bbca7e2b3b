//! The files of a repository, and which of them a frame of another machine means.

use std::collections::BTreeMap;

use super::frames::place;
use crate::iac::folder::{Folder, normal};
use crate::iac::text::{Files, Span};

/// How many folders are looked through.
const FOLDERS: usize = 20_000;
/// Folders without anybody's own programs.
const LEFT_OUT: [&str; 6] = ["node_modules", ".git", "cdk.out", ".venv", "target", "__pycache__"];

/// The files of a repository.
pub(super) struct Sources<'f> {
    folder: &'f dyn Folder,
    /// Paths by the name of the file.
    by_name: BTreeMap<String, Vec<String>>,
    /// Files that were read, by path; none of those that cannot be.
    read: BTreeMap<String, Option<u32>>,
}

impl<'f> Sources<'f> {
    /// The files of a repository, without those of the cloud assembly.
    pub(super) fn of(folder: &'f dyn Folder, out: &str) -> Self {
        let mut by_name: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let out = normal(out).unwrap_or_default();
        let mut ahead = vec![String::new()];
        let mut seen = 0;
        while let Some(path) = ahead.pop() {
            seen += 1;
            if seen > FOLDERS {
                break;
            }
            let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
            for name in folder.files(&path) {
                let path = below(&name);
                by_name.entry(name).or_default().push(path);
            }
            let inside = folder.folders(&path).into_iter().filter(|name| !LEFT_OUT.contains(&name.as_str()));
            ahead.extend(inside.map(|name| below(&name)).filter(|path| *path != out));
        }
        Self { folder, by_name, read: BTreeMap::new() }
    }

    /// The place of a frame: from its column to the end of its line.
    pub(super) fn place(&mut self, frame: &str, files: &mut Files) -> Option<Span> {
        let frame = place(frame)?;
        let path = self.find(frame.file)?;
        let number = self.number(&path, files)?;
        let file = files.get(number)?;
        let line = file.line(frame.line)?;
        let start = file.byte_at(frame.line, 1)?;
        let end = start + u32::try_from(line.trim_end().len()).ok()?;
        let first = start + u32::try_from(line.len() - line.trim_start().len()).ok()?;
        let at = file.byte_at(frame.line, frame.column).filter(|at| *at >= first && *at < end).unwrap_or(first);
        (end > start).then_some(Span { file: number, start: at, end })
    }

    /// The file that another machine's path means: the one that shares the most with its end, if there is one such file, and
    /// all of its own path or two parts of it are shared.
    fn find(&self, path: &str) -> Option<String> {
        let parts: Vec<&str> = path.split(['/', '\\']).filter(|part| !part.is_empty() && *part != ".").collect();
        let candidates = self.by_name.get(*parts.last()?)?;
        let shared = |candidate: &String| {
            let shared = candidate.rsplit('/').zip(parts.iter().rev()).take_while(|(one, other)| one == *other).count();
            (shared, shared == candidate.split('/').count())
        };
        let best = candidates.iter().map(|candidate| shared(candidate).0).max()?;
        let mut found = candidates.iter().filter(|candidate| shared(candidate).0 == best);
        let only = found.next().filter(|_| found.next().is_none())?;
        let (count, whole) = shared(only);
        (whole || count >= 2).then(|| only.clone())
    }

    fn number(&mut self, path: &str, files: &mut Files) -> Option<u32> {
        if let Some(known) = self.read.get(path) {
            return *known;
        }
        let text = self.folder.read(path).ok().flatten();
        let number = text.map(|text| files.add(path, text));
        self.read.insert(path.to_owned(), number);
        number
    }
}
