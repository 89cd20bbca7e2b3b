//! `apiaudit paths`.

use super::args::{Paths, Ways as Asked};
use super::{Ended, Failure, VERSION, config, output};
use crate::collect::Needs;
use crate::report::{Style, paths};
use crate::rules::hint::nearest;
use crate::shell::Shell;
use crate::topology::{NoSuch, Selection, Topology, Ways, survey};

/// How many names there are to choose from before the rest is only counted.
const MOST_NAMES: usize = 20;
/// What prints a policy under which every way can be found.
const POLICY: &str = "apiaudit policy --save-inventory";

pub(super) fn run(paths: &Paths, shell: Shell) -> Result<Ended, Failure> {
    output::check(&paths.format, &paths.inventory.files())?;
    paths.inventory.check()?;
    let setup = config::load(&paths.configuration, &[])?;
    let ranges = paths.inventory.shared_ranges()?;
    let source = paths.inventory.obtain(&setup.aws(&paths.aws), &paths.code, &paths.lines, Needs::PATHS, shell)?;
    let topology = Topology::new(&source.inventory);
    let ways = Ways::new(&topology, &ranges);
    let found = match survey(&topology, &ways, &paths.ways.selection(), VERSION) {
        Ok(found) => found,
        Err(wrong) => {
            source.check_read(POLICY)?;
            return Err(no_such(&wrong, source.interrupted));
        }
    };
    let limit = (!paths.all).then_some(paths::MOST_DRAWN);
    output::write(&paths.format, shell, |format, style, out| paths::write(format, &found, &Style { limit, ..style }, out))?;
    source.check_read(POLICY)?;
    Ok(if source.interrupted { Ended::Interrupted } else { Ended::Clean })
}

impl Asked {
    fn selection(&self) -> Selection {
        Selection { apis: self.api.clone(), services: self.service.clone(), to: self.to.clone(), around_only: self.around_only }
    }
}

pub(super) fn no_such(wrong: &NoSuch, interrupted: bool) -> Failure {
    let known: Vec<&str> = wrong.known.iter().map(String::as_str).collect();
    let mut help = Vec::new();
    if let Some(name) = nearest(&wrong.name, &known) {
        help.push(format!("did you mean `{name}`?"));
    }
    let shown = &known[..known.len().min(MOST_NAMES)];
    let more = if shown.len() < known.len() { format!(", and {} more", known.len() - shown.len()) } else { String::new() };
    help.push(if known.is_empty() { "there is none at all".to_owned() } else { format!("there is {}{more}", shown.join(", ")) });
    for gap in &wrong.gaps {
        help.push(format!("there may be more: {gap}"));
    }
    // What was not read before the interruption may have that name.
    let ended = if interrupted { Ended::Interrupted } else { Ended::Usage };
    Failure::Told { ended, message: format!("there is no {} `{}`", wrong.what, wrong.name), help }
}
