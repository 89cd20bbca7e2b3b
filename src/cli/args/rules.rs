//! What can be done with rules.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};

use super::Selection;

#[derive(Debug, Clone, ClapArgs)]
pub(crate) struct Rules {
    #[command(subcommand)]
    pub(crate) command: RulesCommand,
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum RulesCommand {
    /// List the rules.
    List {
        #[command(flatten)]
        selection: Selection,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Write a rule of your own, with its cases, to begin with.
    New(New),
    /// Check the rules below a folder: every mistake is shown with its place.
    Check {
        /// The folder.
        dir: PathBuf,
    },
    /// Run the cases of the rules below a folder.
    Test {
        /// The folder with the rules.
        dir: PathBuf,
        /// The folder with the cases: `CASES/<rule-id>/{fail,pass,unknown,not-applicable}-*.json`. Without it, `cases` in DIR.
        #[arg(long, value_name = "CASES")]
        cases: Option<PathBuf>,
        /// How to tell of the cases.
        #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
        format: TestForm,
    },
    /// Print what rules can ask: subjects, facts and functions, as Markdown.
    Facts,
}

#[derive(Debug, Clone, ClapArgs)]
pub(crate) struct New {
    /// The rule's id: kebab-case, the name of the bad pattern, such as `listener-on-odd-port`.
    pub(crate) id: String,
    /// The folder below DIR that it belongs to.
    #[arg(long, default_value = "team", value_name = "FAMILY")]
    pub(crate) family: String,
    /// What it judges: one of the subjects that `apiaudit rules facts` lists.
    #[arg(long, default_value = "load-balancer", value_name = "SUBJECT")]
    pub(crate) subject: String,
    /// The folder of your rules: the rule goes to DIR/FAMILY/ID.toml, its cases to DIR/cases/ID.
    #[arg(long, default_value = "rules", value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

/// How the results of cases are told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum TestForm {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}
