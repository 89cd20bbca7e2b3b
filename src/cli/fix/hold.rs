//! The journal that a run writes, and that no other run can hold meanwhile.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use super::files::{HELP, read};
use crate::cli::Failure;
use crate::migrate::journal::{self, Journal, JournalError, Told};

/// A journal on disk. A line that was appended is there, whatever happens next.
pub(super) struct JournalFile {
    file: File,
}

/// A journal that was opened, and what it tells; nothing when no whole line is in it.
pub(super) struct Opened {
    pub(super) journal: JournalFile,
    pub(super) told: Option<Told>,
}

impl Journal for JournalFile {
    fn append(&mut self, line: &str) -> io::Result<()> {
        self.file.write_all(line.as_bytes())?;
        self.file.sync_data()
    }
}

/// Opens a journal, or begins one. A line that was torn off while it was written is cut away: nothing had followed it.
pub(super) fn open(path: &Path, begin: bool) -> Result<Opened, Failure> {
    let fail = |error: &dyn std::fmt::Display| Failure::usage(format!("journal {}: {error}", path.display()), HELP);
    let mut file = OpenOptions::new().read(true).write(true).create(begin).truncate(false).open(path).map_err(|error| fail(&error))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let message = format!("journal {} is in use: another run is at work on it", path.display());
            return Err(Failure::usage(message, "wait until it has ended; `apiaudit fix --status FILE` shows how far it is"));
        }
        Err(TryLockError::Error(error)) => return Err(fail(&error)),
    }
    let text = read(&mut file).map_err(|error| fail(&error))?;
    let told = match journal::read(&text) {
        Ok(told) => Some(told),
        // A first line that was torn off is no loss; anything else is somebody's file, and stays as it is.
        Err(JournalError::Empty) if begin && (text.is_empty() || text.starts_with(FIRST)) => None,
        Err(error @ JournalError::Empty) if text.is_empty() || text.starts_with(FIRST) => return Err(fail(&error)),
        Err(JournalError::Empty) => return Err(fail(&"it is no journal")),
        Err(error) => return Err(fail(&error)),
    };
    let whole = told.as_ref().map_or(0, |told| told.whole);
    keep(&mut file, path, whole).map_err(|error| fail(&error))?;
    Ok(Opened { journal: JournalFile { file }, told })
}

/// What the first line of every journal begins with.
const FIRST: &str = "{\"sum\":\"";

/// Keeps so many bytes of a journal, and goes on after them.
fn keep(file: &mut File, path: &Path, whole: usize) -> io::Result<()> {
    let length = u64::try_from(whole).unwrap_or(u64::MAX);
    file.set_len(length)?;
    file.seek(SeekFrom::Start(length))?;
    file.sync_all()?;
    sync_folder(path)
}

/// A new file's name is on disk only once its folder is.
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    if cfg!(unix) { OpenOptions::new().read(true).open(folder)?.sync_all() } else { Ok(()) }
}
