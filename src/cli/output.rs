//! Reports to stdout and to files.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::Failure;
use super::args::Output;
use crate::assessment::Assessment;
use crate::config;
use crate::report::{self, Anchors, Context, Format, Style, diff, paths};
use crate::shell::{self, Shell};

/// A set of formats that have names.
pub(crate) trait Formats: Copy + 'static {
    /// All of them; the first is written when none was asked for.
    const ALL: &'static [Self];

    /// Its name in flags.
    fn name(self) -> &'static str;
}

impl Formats for Format {
    const ALL: &'static [Self] = &Self::ALL;

    fn name(self) -> &'static str {
        self.as_str()
    }
}

impl Formats for diff::Format {
    const ALL: &'static [Self] = &Self::ALL;

    fn name(self) -> &'static str {
        self.as_str()
    }
}

impl Formats for paths::Format {
    const ALL: &'static [Self] = &Self::ALL;

    fn name(self) -> &'static str {
        self.as_str()
    }
}

/// A report and where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target<F> {
    format: F,
    file: Option<PathBuf>,
}

impl<F: Formats> FromStr for Target<F> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, file) = match text.split_once('=') {
            Some((_, "")) => return Err("name a file after `=`".to_owned()),
            Some((name, file)) => (name, Some(PathBuf::from(file))),
            None => (text, None),
        };
        let format = F::ALL.iter().copied().find(|format| format.name() == name).ok_or_else(|| {
            let names: Vec<&str> = F::ALL.iter().map(|format| format.name()).collect();
            format!("there is no format `{name}`; the formats are {}", names.join(", "))
        })?;
        Ok(Self { format, file })
    }
}

/// Refuses what cannot work before anything is asked of AWS.
///
/// `inventories` are the files that the same run reads or saves an inventory in: a report must not take their place.
pub(crate) fn check<F: Formats>(targets: &[Target<F>], inventories: &[&Path]) -> Result<(), Failure> {
    if targets.iter().filter(|target| target.file.is_none()).count() > 1 {
        let last = F::ALL.last().map_or("", |format| format.name());
        let help = format!("give all but one of them a file, as in --format {last}=apiaudit.{last}");
        return Err(Failure::usage("two reports cannot both go to stdout", help));
    }
    let mut files: Vec<&Path> = targets.iter().filter_map(|target| target.file.as_deref()).collect();
    files.sort_by_cached_key(|file| shell::same_file_key(file));
    let is_same = |one: &Path, other: &Path| shell::same_file_key(one) == shell::same_file_key(other);
    if let Some(pair) = files.windows(2).find(|pair| is_same(pair[0], pair[1])) {
        return Err(Failure::usage(format!("two reports cannot both go to {}", pair[0].display()), "give each a file of its own"));
    }
    if let Some(file) = files.iter().find(|file| !is_stream(file) && inventories.iter().any(|inventory| is_same(inventory, file))) {
        let message = format!("{} cannot be both read and written", file.display());
        return Err(Failure::usage(message, "give each a file of its own"));
    }
    for file in files {
        writable(file)?;
    }
    Ok(())
}

/// Writes every report; the first format to stdout when none was asked for.
pub(crate) fn write<F: Formats>(
    targets: &[Target<F>],
    shell: Shell,
    report: impl Fn(F, Style, &mut dyn io::Write) -> io::Result<()>,
) -> Result<(), Failure> {
    let first: Vec<Target<F>> = F::ALL.first().map(|format| Target { format: *format, file: None }).into_iter().collect();
    let targets = if targets.is_empty() { &first } else { targets };
    for target in targets {
        let style = shell.style(target.file.is_some());
        let write = |out: &mut dyn io::Write| report(target.format, style, out);
        let (result, place) = match &target.file {
            Some(file) => (shell::write_file(file, write), file.display().to_string()),
            None => (shell::forgive_broken_pipe(write(&mut io::stdout().lock())), "stdout".to_owned()),
        };
        result.map_err(|error| {
            Failure::not_audited(format!("the report cannot be written to {place}: {error}"), "name a place that can be written to")
        })?;
    }
    Ok(())
}

impl Output {
    /// Refuses what cannot work before anything is asked of AWS.
    pub(crate) fn check(&self, inventories: &[&Path]) -> Result<(), Failure> {
        check(&self.format, inventories)
    }

    /// Writes every report; a table to stdout when none was asked for.
    pub(crate) fn write(&self, assessment: &Assessment, shell: Shell) -> Result<(), Failure> {
        write(&self.format, shell, |format, style, out| {
            let anchor = self.anchor.as_deref().unwrap_or_else(|| Path::new(config::FILE));
            let context = Context {
                style,
                anchors: anchors(anchor, assessment),
                category: self.category.clone(),
                information_uri: None,
                profile: self.sarif_profile.into(),
                all_verdicts: self.all_verdicts,
                room: self.markdown_for.into(),
            };
            report::write(format, assessment, &context, out)
        })
    }
}

/// What takes everything that is written to it, such as /dev/null.
fn is_stream(file: &Path) -> bool {
    file.exists() && !file.is_file()
}

/// Refuses a file in a folder that is not there: better before a long scan than after.
pub(crate) fn writable(file: &Path) -> Result<(), Failure> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    match folder {
        Some(folder) if !folder.is_dir() => Err(Failure::usage(
            format!("{} cannot be written: there is no folder {}", file.display(), folder.display()),
            "make the folder first",
        )),
        _ if file.is_dir() => Err(Failure::usage(format!("{} is a folder", file.display()), "name a file in it")),
        _ => Ok(()),
    }
}

/// The lines of the anchor file that name the account and the regions. Where there is no such file, its first line stands for all.
fn anchors(file: &Path, assessment: &Assessment) -> Anchors {
    let text = shell::read_file(file).ok();
    let line_of = |name: &str| {
        let lines = text.as_deref().unwrap_or_default().lines();
        let names = |line: &str| line.contains(&format!("\"{name}\"")) || line.contains(&format!("'{name}'"));
        let found = lines.enumerate().find(|(_, line)| line.split('#').next().is_some_and(names))?;
        u32::try_from(found.0 + 1).ok()
    };
    let account = assessment.account.iter().map(|account| account.id.as_str());
    let lines = |names: &mut dyn Iterator<Item = &str>| -> BTreeMap<String, u32> {
        names.filter_map(|name| Some((name.to_owned(), line_of(name)?))).collect()
    };
    Anchors {
        uri: file.to_string_lossy().replace('\\', "/"),
        account_lines: lines(&mut account.into_iter()),
        region_lines: lines(&mut assessment.regions.iter().map(String::as_str)),
        text: text.clone(),
    }
}
