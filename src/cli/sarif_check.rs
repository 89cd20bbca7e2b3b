//! `apiaudit sarif-check`.

use std::io;
use std::path::Path;

use super::args::SarifCheck;
use super::{Ended, Failure};
use crate::report::sarif::check::{self, Document, Report, Unreadable};
use crate::shell::{self, Shell};

/// What can be done about a file that is no log.
const HELP: &str = "give a SARIF file, plain or compressed with gzip; `-` is stdin";

type Check = (String, Result<Report, Unreadable>);

pub(super) fn run(args: &SarifCheck, shell: Shell) -> Result<Ended, Failure> {
    if args.files.iter().filter(|file| is_stdin(file)).count() > 1 {
        return Err(Failure::usage("stdin can be read only once", "give `-` once"));
    }
    let checks: Vec<Check> = args.files.iter().map(|file| look(file)).collect();
    let written =
        if args.json { shell.write(|out| Document::new(&checks).write(out)) } else { shell.write(|out| pages(&checks, shell, out)) };
    written.map_err(|error| Failure::not_audited(format!("stdout: {error}"), "try again"))?;
    for (file, check) in &checks {
        if let Err(error) = check {
            shell.error(&format!("{file}: {error}"), &[HELP.to_owned()]);
        }
    }
    Ok(ended(&checks, args.strict))
}

fn is_stdin(file: &Path) -> bool {
    file.as_os_str() == "-"
}

fn look(file: &Path) -> Check {
    let (name, opened) =
        if is_stdin(file) { ("stdin".to_owned(), shell::open_stdin()) } else { (file.display().to_string(), shell::open_file(file)) };
    let unopened = |error: io::Error| Unreadable { line: None, column: None, reason: format!("it cannot be read: {error}") };
    (name, opened.map_err(unopened).and_then(check::check))
}

fn pages(checks: &[Check], shell: Shell, out: &mut dyn io::Write) -> io::Result<()> {
    let reports = checks.iter().filter_map(|(file, check)| Some((file, check.as_ref().ok()?)));
    for (index, (file, report)) in reports.enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        check::write(file, report, &shell.style(false), out)?;
    }
    Ok(())
}

fn ended(checks: &[Check], strict: bool) -> Ended {
    let is_good = |report: &Report| report.errors == 0 && !(strict && report.warnings > 0);
    if checks.iter().any(|(_, check)| check.is_err()) {
        Ended::NotAudited
    } else if checks.iter().all(|(_, check)| check.as_ref().is_ok_and(is_good)) {
        Ended::Clean
    } else {
        Ended::Findings
    }
}
