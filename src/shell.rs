//! The terminal: stdout is data, stderr is talk.
//!
//! The only place that prints, that reads the environment or that touches a file for a report.
#![expect(clippy::disallowed_methods, reason = "this is the edge that reads the environment and the files")]

use std::fmt::Display;
use std::io::{self, IsTerminal as _, Read as _, Write as _};
use std::path::Path;

use anstream::ColorChoice;
use clap::ValueEnum;

use crate::diagnostics::Diagnostic;
use crate::report::Style;
use crate::report::text;

/// How compressed files begin.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Color {
    /// On a terminal that shows it, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Where output goes and how it looks there.
#[derive(Debug, Clone, Copy)]
pub struct Shell {
    color: Color,
    /// Whether people read stderr as it is written.
    pub chatty: bool,
    /// Whether no progress is wanted, wherever it goes.
    pub quiet: bool,
}

impl Shell {
    /// A shell that talks on stderr only where somebody reads along.
    pub fn new(color: Color, quiet: bool) -> Self {
        Self { color, chatty: !quiet && io::stderr().is_terminal(), quiet }
    }

    /// How the table looks on stdout, or in a file.
    pub fn style(self, to_file: bool) -> Style {
        let stdout = io::stdout();
        let terminal = !to_file && stdout.is_terminal();
        let width = if terminal { terminal_size::terminal_size().map(|size| size.0.0) } else { None };
        let columns = || std::env::var("COLUMNS").ok()?.parse().ok();
        Style {
            width: width.or_else(columns).unwrap_or(80).clamp(30, 160),
            color: !to_file && self.is_colored(&stdout),
            unicode: to_file || speaks_unicode(),
            limit: None,
        }
    }

    fn is_colored(self, stream: &impl anstream::stream::RawStream) -> bool {
        match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => anstream::AutoStream::choice(stream) != ColorChoice::Never,
        }
    }

    /// Says something on stderr.
    pub fn say(self, words: impl Display) {
        // Nobody is left to tell when stderr is gone.
        let _ = writeln!(io::stderr().lock(), "{words}");
    }

    /// Shows what is wrong, and where.
    pub fn show(self, diagnostic: &Diagnostic) {
        let width = terminal_size::terminal_size_of(io::stderr()).map_or(100, |size| usize::from(size.0.0));
        self.say(diagnostic.render(self.is_colored(&io::stderr()), width));
    }

    /// Says what went wrong and what to do.
    pub fn error(self, message: &str, help: &[String]) {
        let (red, reset) = if self.is_colored(&io::stderr()) { ("\u{1b}[1;31m", "\u{1b}[0m") } else { ("", "") };
        self.say(format_args!("{red}error{reset}: {}", text::escape(message)));
        for line in help {
            self.say(format_args!("  help: {}", text::escape(line)));
        }
    }

    /// Prints a page of words on stdout. A reader that went away has read enough.
    pub fn print(self, words: &str) -> io::Result<()> {
        self.write(|out| out.write_all(words.as_bytes()))
    }

    /// Writes to stdout. A reader that went away has read enough.
    pub fn write(self, write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> io::Result<()> {
        let mut out = io::BufWriter::new(io::stdout().lock());
        forgive_broken_pipe(write(&mut out).and_then(|()| out.flush()))
    }
}

/// A file, decompressed while it is read when it is compressed, whatever its name.
pub fn open_file(path: &Path) -> io::Result<Box<dyn io::Read>> {
    decompressed(std::fs::File::open(path)?)
}

/// The same of stdin.
pub fn open_stdin() -> io::Result<Box<dyn io::Read>> {
    decompressed(io::stdin())
}

fn decompressed(mut stream: impl io::Read + 'static) -> io::Result<Box<dyn io::Read>> {
    let mut head = Vec::new();
    stream.by_ref().take(GZIP.len() as u64).read_to_end(&mut head)?;
    let is_compressed = head == GZIP;
    let whole = io::Cursor::new(head).chain(stream);
    Ok(if is_compressed { Box::new(Gunzip(flate2::read::MultiGzDecoder::new(whole))) } else { Box::new(whole) })
}

/// Decompresses, and says of an error that it is one of compression.
struct Gunzip<R>(flate2::read::MultiGzDecoder<R>);

impl<R: io::Read> io::Read for Gunzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer).map_err(|error| damaged(&error))
    }
}

fn damaged(error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("it is compressed, and cut off or damaged ({error})"))
}

/// Asks on the terminal; none when nobody is there to answer.
pub fn ask(question: &str) -> Option<String> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return None;
    }
    write!(io::stderr().lock(), "{question} ").ok()?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).ok()?;
    Some(answer.trim().to_owned())
}

/// Who runs this, for others to see: the user, the machine and the process.
pub fn owner() -> String {
    let name = |keys: &[&str]| keys.iter().find_map(|key| std::env::var(key).ok().filter(|value| !value.is_empty()));
    let user = name(&["USER", "USERNAME", "LOGNAME"]).unwrap_or_else(|| "somebody".to_owned());
    let machine = name(&["HOSTNAME", "COMPUTERNAME"]).or_else(|| std::fs::read_to_string("/proc/sys/kernel/hostname").ok());
    let text = format!("{user}@{}:{}", machine.unwrap_or_default().trim(), std::process::id());
    // A tag's value takes no other signs.
    text.chars().map(|letter| if letter.is_ascii_alphanumeric() || "+-=._:/@".contains(letter) { letter } else { '-' }).take(100).collect()
}

/// A closed pipe is no error: whoever read it had enough.
pub fn forgive_broken_pipe(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Whether the locale says UTF-8, or says nothing.
fn speaks_unicode() -> bool {
    let named = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    named.is_none_or(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

/// Reads a file, decompressing it when it is compressed, whatever its name.
pub fn read_file(path: &Path) -> io::Result<String> {
    let bytes = std::fs::read(path)?;
    if bytes.starts_with(&GZIP) {
        return io::read_to_string(flate2::read::MultiGzDecoder::new(bytes.as_slice())).map_err(|error| damaged(&error));
    }
    String::from_utf8(bytes).map_err(|error| {
        let place = error.utf8_error().valid_up_to();
        io::Error::new(io::ErrorKind::InvalidData, format!("it is no text: the byte at offset {place} is not UTF-8"))
    })
}

/// Writes a file whole or not at all, compressing it when its name ends in `.gz`.
pub fn write_file(path: &Path, write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    // What is no ordinary file (a pipe, /dev/stdout) cannot be renamed over.
    if path.exists() && !path.is_file() {
        let mut file = std::fs::OpenOptions::new().write(true).open(path)?;
        return write(&mut file);
    }
    let mut file = draft(folder, path)?;
    if path.extension().is_some_and(|extension| extension == "gz") {
        // A fixed header: the same inventory gives the same bytes.
        let mut gzip = flate2::GzBuilder::new().mtime(0).write(&mut file, flate2::Compression::default());
        write(&mut gzip)?;
        gzip.finish()?;
    } else {
        write(&mut file)?;
    }
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// A file to write in the folder of `path`, with the rights of the one it replaces, or else those that any new file gets.
#[cfg(unix)]
fn draft(folder: &Path, path: &Path) -> io::Result<tempfile::NamedTempFile> {
    use std::os::unix::fs::PermissionsExt as _;
    let file = tempfile::Builder::new().permissions(std::fs::Permissions::from_mode(0o666)).tempfile_in(folder)?;
    if let Ok(replaced) = std::fs::metadata(path) {
        file.as_file().set_permissions(replaced.permissions())?;
    }
    Ok(file)
}

#[cfg(not(unix))]
fn draft(folder: &Path, _: &Path) -> io::Result<tempfile::NamedTempFile> {
    tempfile::NamedTempFile::new_in(folder)
}

/// The one name of a file by which two are told to be the same, whether or not it is there yet.
pub fn same_file_key(path: &Path) -> std::path::PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    std::fs::canonicalize(path).unwrap_or_else(|_| {
        std::fs::canonicalize(folder).map_or_else(|_| path.to_path_buf(), |folder| folder.join(path.file_name().unwrap_or_default()))
    })
}

/// Writes a file that is not there yet, and the folders it stands in.
pub fn write_new(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut file = std::fs::File::create_new(path)?;
    io::Write::write_all(&mut file, text.as_bytes())
}

/// The TOML files below a folder, sorted, with their text.
pub fn toml_files(folder: &Path) -> io::Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "toml") {
                files.push((path.to_string_lossy().into_owned(), read_file(&path)?));
            }
        }
    }
    files.sort();
    Ok(files)
}

/// The JSON files of a folder, sorted; none when there is no such folder.
pub fn json_files(folder: &Path) -> io::Result<Vec<std::path::PathBuf>> {
    let mut files = Vec::new();
    match std::fs::read_dir(folder) {
        Ok(entries) => {
            for entry in entries {
                let path = entry?.path();
                if path.extension().is_some_and(|extension| extension == "json") {
                    files.push(path);
                }
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    files.sort();
    Ok(files)
}

/// The day, in UTC.
pub fn today() -> jiff::civil::Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// The moment, as RFC 3339 to the second.
pub fn now() -> String {
    let now = jiff::Timestamp::now();
    jiff::Timestamp::from_second(now.as_second()).unwrap_or(now).to_string()
}
