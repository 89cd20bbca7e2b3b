//! A plan as `terraform show -json` writes it, as far as it is read.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::tree::Tree;
use crate::diagnostics::Diagnostic;

/// The file.
#[derive(Deserialize)]
pub(crate) struct File<'t> {
    #[serde(borrow, default)]
    pub format_version: Option<Cow<'t, str>>,
    #[serde(default)]
    pub variables: BTreeMap<String, Variable>,
    pub planned_values: Option<Values<'t>>,
    #[serde(default)]
    pub resource_changes: Vec<Change<'t>>,
    pub prior_state: Option<Prior<'t>>,
    pub configuration: Option<Configuration>,
    #[serde(default)]
    pub errored: bool,
    /// Whether another plan is needed after this one; none where Terraform does not say.
    pub complete: Option<bool>,
    /// What the JSON of a state has.
    pub values: Option<IgnoredAny>,
    /// What a state file has.
    pub lineage: Option<IgnoredAny>,
    pub serial: Option<IgnoredAny>,
}

#[derive(Deserialize)]
pub(crate) struct Variable {
    #[serde(default)]
    pub value: Tree,
}

#[derive(Deserialize)]
pub(crate) struct Prior<'t> {
    #[serde(borrow)]
    pub values: Option<Values<'t>>,
}

#[derive(Deserialize)]
pub(crate) struct Values<'t> {
    #[serde(borrow)]
    pub root_module: Option<Module<'t>>,
}

/// A module with its resources.
#[derive(Deserialize)]
pub(crate) struct Module<'t> {
    #[serde(borrow, default)]
    pub address: Cow<'t, str>,
    #[serde(default)]
    pub resources: Vec<Resource<'t>>,
    #[serde(default)]
    pub child_modules: Vec<Self>,
}

/// A resource.
#[derive(Deserialize)]
pub(crate) struct Resource<'t> {
    #[serde(borrow)]
    pub address: Cow<'t, str>,
    #[serde(borrow)]
    pub mode: Cow<'t, str>,
    #[serde(borrow, rename = "type")]
    pub kind: Cow<'t, str>,
    #[serde(borrow)]
    pub name: Cow<'t, str>,
    #[serde(default)]
    pub index: Option<Index>,
    #[serde(default)]
    pub values: Tree,
    /// Which of them are secret.
    #[serde(default)]
    pub sensitive_values: Tree,
}

/// The key of an instance.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum Index {
    Number(usize),
    Key(String),
}

/// What happens to a resource.
#[derive(Deserialize)]
pub(crate) struct Change<'t> {
    #[serde(borrow)]
    pub address: Cow<'t, str>,
    #[serde(borrow, default)]
    pub mode: Cow<'t, str>,
    #[serde(borrow, rename = "type", default)]
    pub kind: Cow<'t, str>,
    pub deposed: Option<IgnoredAny>,
    #[serde(rename = "change")]
    pub what: Changed,
}

#[derive(Deserialize)]
pub(crate) struct Changed {
    /// `no-op`, `create`, `update`, `delete`, `forget`, or `delete` and `create`.
    #[serde(default)]
    pub actions: Vec<String>,
    #[serde(default)]
    pub after_unknown: Tree,
}

/// The code as the plan has it.
#[derive(Default, Deserialize)]
pub(crate) struct Configuration {
    #[serde(default)]
    pub provider_config: BTreeMap<String, Provider>,
    #[serde(default)]
    pub root_module: ConfigModule,
}

#[derive(Deserialize)]
pub(crate) struct Provider {
    #[serde(default)]
    pub name: String,
    pub alias: Option<String>,
    #[serde(default)]
    pub module_address: String,
    #[serde(default)]
    pub expressions: Tree,
}

#[derive(Default, Deserialize)]
pub(crate) struct ConfigModule {
    #[serde(default)]
    pub resources: Vec<ConfigResource>,
    #[serde(default)]
    pub module_calls: BTreeMap<String, Call>,
    #[serde(default)]
    pub outputs: BTreeMap<String, Output>,
    #[serde(default)]
    pub variables: BTreeMap<String, Default>,
}

#[derive(Deserialize)]
pub(crate) struct Default {
    pub default: Option<Tree>,
}

#[derive(Deserialize)]
pub(crate) struct Output {
    #[serde(default)]
    pub expression: Tree,
}

#[derive(Deserialize)]
pub(crate) struct ConfigResource {
    pub mode: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub name: String,
    pub provider_config_key: Option<String>,
    #[serde(default)]
    pub expressions: Tree,
    pub count_expression: Option<IgnoredAny>,
    pub for_each_expression: Option<IgnoredAny>,
}

#[derive(Deserialize)]
pub(crate) struct Call {
    #[serde(default)]
    pub expressions: Tree,
    pub count_expression: Option<IgnoredAny>,
    pub for_each_expression: Option<IgnoredAny>,
    #[serde(default)]
    pub module: ConfigModule,
}

/// The command that writes what is asked for.
const SHOW: &str = "write the plan with `terraform plan -out=plan.bin`, and its JSON with `terraform show -json plan.bin > plan.json`";

/// Reads a plan, or says what the file is instead. Nothing of its text is told: plans hold secrets.
pub(crate) fn read<'t>(json: &'t str, name: &str) -> Result<File<'t>, Diagnostic> {
    let json = json.trim_start_matches('\u{feff}');
    let refuse = |message: String, help: &str| {
        let mut diagnostic = Diagnostic::error(message).help(help);
        diagnostic.file = Some(name.to_owned());
        Err(diagnostic)
    };
    if json.starts_with("PK") {
        return refuse(
            format!("{name} is a plan in Terraform's own binary form"),
            &format!("run `terraform show -json {name} > plan.json`"),
        );
    }
    let file: File<'t> = match serde_json::from_str(json) {
        Ok(file) => file,
        Err(error) => return refuse(wrong(&error, name, "plan"), SHOW),
    };
    if file.planned_values.is_none() && (file.lineage.is_some() || file.serial.is_some() || file.values.is_some()) {
        let help = "a state traces live resources to code (`--tfstate`); ".to_owned() + SHOW;
        return refuse(format!("{name} is a state, not a plan"), &help);
    }
    if file.errored {
        return refuse(
            format!("{name} is a plan that Terraform could not finish"),
            "mend what `terraform plan` says, and write the plan again",
        );
    }
    let Some(version) = &file.format_version else {
        return refuse(format!("{name} is not what `terraform show -json` writes of a plan: it has no format_version"), SHOW);
    };
    if !version.starts_with("1.") {
        let help =
            "apiaudit reads plans whose format_version begins with 1: use a Terraform or OpenTofu that writes one, or a newer apiaudit";
        return refuse(format!("{name} has the format_version {}", printable(version)), help);
    }
    if file.planned_values.is_none() {
        return refuse(format!("{name} holds no planned values: the plan failed, or is not a plan"), SHOW);
    }
    Ok(file)
}

/// A version as it may be shown.
pub(crate) fn printable(version: &str) -> String {
    version.chars().filter(|sign| sign.is_ascii_alphanumeric() || ".-".contains(*sign)).take(20).collect()
}

/// What is wrong with JSON, without a word of it.
pub(crate) fn wrong(error: &serde_json::Error, name: &str, what: &str) -> String {
    let place = format!("{name}:{}:{}", error.line(), error.column());
    match error.classify() {
        serde_json::error::Category::Data => format!("{place} is not what the JSON of a {what} has there"),
        serde_json::error::Category::Eof => format!("{place}: the file ends before its JSON does"),
        _ => format!("{place} is not JSON"),
    }
}
