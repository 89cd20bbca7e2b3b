//! `apiaudit init`.

use std::path::Path;

use super::args::Init;
use super::output::writable;
use super::{Ended, Failure};
use crate::config;
use crate::shell::{self, Shell};

pub(super) fn run(init: &Init, shell: Shell) -> Result<Ended, Failure> {
    let schema = init.file.with_file_name(config::SCHEMA_FILE);
    let files = [(init.file.as_path(), config::template()), (schema.as_path(), format!("{:#}\n", config::schema()))];
    for (file, text) in &files {
        writable(file)?;
        refuse_to_lose(file, text, init.force)?;
    }
    for (file, text) in &files {
        shell::write_file(file, |out| out.write_all(text.as_bytes())).map_err(|error| {
            Failure::not_audited(format!("{} cannot be written: {error}", file.display()), "name a place that can be written to")
        })?;
        shell.say(format!("wrote {}", file.display()));
    }
    Ok(Ended::Clean)
}

/// Writes over nothing but what would be the same.
fn refuse_to_lose(file: &Path, text: &str, force: bool) -> Result<(), Failure> {
    if force || !file.exists() || shell::read_file(file).is_ok_and(|known| known == text) {
        return Ok(());
    }
    Err(Failure::usage(format!("{} is there already", file.display()), "--force writes over it"))
}
