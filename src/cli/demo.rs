//! `apiaudit demo`.

use super::args::Demo;
use super::{Ended, Failure, VERSION, pack};
use crate::inventory::snapshot;
use crate::rules::{Rule, assess};
use crate::shell::Shell;

/// The account of the article that apiaudit began with: a public ALB behind an HTTP proxy integration.
const EXAMPLE: &str = include_str!("../../fixtures/inventories/article-before.json");

const NEXT: &str = "\nThat was the example account that comes with apiaudit. To audit your own, with read-only credentials:\n\
    \n    apiaudit policy > policy.json      the permissions a scan needs\n    apiaudit scan --region eu-west-1   a scan; --help lists the rest\n";

pub(super) fn run(demo: &Demo, shell: Shell) -> Result<Ended, Failure> {
    demo.output.check(&[])?;
    let inventory =
        snapshot::read(EXAMPLE).map_err(|error| Failure::usage(format!("the example account: {error}"), "please report this"))?;
    let pack = pack::ours()?;
    let rules: Vec<&Rule> = pack.rules().iter().collect();
    demo.output.write(&assess(&inventory, &rules, VERSION), shell)?;
    shell.say(NEXT);
    // The findings are the point of the example: they are no failure.
    Ok(Ended::Clean)
}
