//! Rule files to rules. Every mistake of every file is reported, each with its place.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::assessment::Severity;
use crate::diagnostics::Diagnostic;
use crate::rules::expr::{ExprError, Program, Scope, Want, with_stacks};
use crate::rules::file::{File, Item, Proof, Table, Text, sub, text, texts};
use crate::rules::hint::hints;
use crate::rules::keys;
use crate::rules::rule::{Docs, Evidence, Precision, Remediation, Rule, Threshold};
use crate::rules::subjects::{Subject, SubjectRegistry};
use crate::rules::template::{Purpose, Template};

/// Numbers that take the place of those in rules, by rule and name.
pub type Thresholds = BTreeMap<(String, String), i64>;

/// Rules, sorted by id.
#[derive(Debug, Clone, Default)]
pub struct RulePack {
    rules: Vec<Rule>,
}

impl RulePack {
    /// Loads rule files: pairs of a name such as `rules/path/public-alb-behind-api.toml` and its text.
    ///
    /// Each file stands for itself, and no two rules may share a name, former names included.
    pub fn load(files: impl Iterator<Item = (String, String)>, subjects: &SubjectRegistry) -> Result<Self, Vec<Diagnostic>> {
        Self::load_with(files, subjects, &Thresholds::new())
    }

    /// The same with numbers of the user's own.
    pub fn load_with(
        files: impl Iterator<Item = (String, String)>,
        subjects: &SubjectRegistry,
        thresholds: &Thresholds,
    ) -> Result<Self, Vec<Diagnostic>> {
        let files: Vec<(String, String)> = files.collect();
        load_all(&files, subjects, thresholds)
            .unwrap_or_else(|| Err(vec![Diagnostic::error("the rules could not be parsed: the parser failed")]))
    }

    /// All rules, sorted by id.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule with the name, or that once had it.
    pub fn get(&self, name: &str) -> Option<&Rule> {
        let by_id = self.rules.iter().find(|rule| rule.id == name);
        by_id.or_else(|| self.rules.iter().find(|rule| rule.is_called(name)))
    }

    /// Gives a rule another severity than its own.
    pub fn set_severity(&mut self, name: &str, severity: Severity, by: &str) {
        let rule = self.rules.iter_mut().find(|rule| rule.id == name);
        if let Some(rule) = rule.filter(|rule| rule.severity != severity) {
            rule.severity_reason = format!("So says {by}; of itself it is {}: {}", rule.severity, rule.severity_reason);
            rule.severity = severity;
        }
    }

    /// The rules about one kind of subject, sorted by id.
    pub fn about<'a>(&'a self, subject: &'a str) -> impl Iterator<Item = &'a Rule> {
        self.rules.iter().filter(move |rule| rule.subject == subject)
    }
}

/// Loads every file; nothing when the parser failed. Expressions take most of the time, and no file waits for another.
fn load_all(files: &[(String, String)], subjects: &SubjectRegistry, own: &Thresholds) -> Option<Result<RulePack, Vec<Diagnostic>>> {
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let read = |(name, source): &(String, String)| {
        let mut file = File::new(name, source);
        let table = file.read(keys::RULE);
        claim_names(&mut file, &table, &mut names);
        (file, table)
    };
    let read: Vec<(File, Table)> = files.iter().map(read).collect();
    let loaded = with_stacks(read, |(mut file, table)| {
        let rule = Loader { file: &mut file, subjects, own, thresholds: Vec::new() }.rule(table);
        (rule, file.errors)
    })?;
    let (rules, errors): (Vec<Option<Rule>>, Vec<Vec<Diagnostic>>) = loaded.into_iter().unzip();
    let errors: Vec<Diagnostic> = errors.into_iter().flatten().collect();
    if !errors.is_empty() {
        return Some(Err(errors));
    }
    let mut rules: Vec<Rule> = rules.into_iter().flatten().collect();
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    Some(Ok(RulePack { rules }))
}

/// Takes the id and the aliases of the file, unless another file has them.
fn claim_names(file: &mut File, table: &Table, names: &mut BTreeMap<String, String>) {
    let id = match table.get("id") {
        Some(Item::Text(id)) => Some(id),
        _ => None,
    };
    let aliases = match table.get("aliases") {
        Some(Item::Texts(aliases)) => aliases.as_slice(),
        _ => &[],
    };
    for name in id.into_iter().chain(aliases) {
        match names.get(&name.value) {
            Some(other) => {
                let message = format!("two rules are called `{}`: {} and {other}", name.value, file.name);
                let help = vec!["an id is never used again; give one of them another".to_owned()];
                file.error(name.span.clone(), message, "", help);
            }
            None => {
                names.insert(name.value.clone(), file.name.clone());
            }
        }
    }
}

/// Makes a rule of a file's keys.
struct Loader<'a> {
    file: &'a mut File,
    subjects: &'a SubjectRegistry,
    /// Numbers of the user's own.
    own: &'a Thresholds,
    /// The numbers of this rule.
    thresholds: Vec<Threshold>,
}

impl Loader<'_> {
    /// The rule; nothing when a key is missing or wrong, which was then reported.
    fn rule(&mut self, mut table: Table) -> Option<Rule> {
        let id = text(&mut table, "id");
        let family = text(&mut table, "family");
        self.check_names(id.as_ref(), family.as_ref());
        let parts = values(texts(&mut table, "parts"));
        let aliases = texts(&mut table, "aliases");
        for alias in &aliases {
            self.check_id(alias);
        }
        let since = text(&mut table, "since");
        self.check_version(since.as_ref());
        let subject = text(&mut table, "subject");
        let subject = subject.and_then(|kind| self.subject(&kind));
        self.thresholds = self.thresholds(&mut table, &id.iter().chain(&aliases).collect::<Vec<_>>());
        let code = subject.map(|subject| self.code(&mut table, &subject));
        let docs = self.docs(sub(&mut table, "docs"));
        let mut fixes = sub(&mut table, "remediation");
        let cli = match (text(&mut fixes, "cli"), subject) {
            (Some(cli), Some(subject)) => self.template(&cli, &subject, Purpose::Shell),
            _ => None,
        };
        let remediation = Remediation {
            steps: values(texts(&mut fixes, "steps")),
            console: text(&mut fixes, "console").as_ref().map(trimmed),
            cli,
            terraform: text(&mut fixes, "terraform").as_ref().map(trimmed),
            cloudformation: text(&mut fixes, "cloudformation").as_ref().map(trimmed),
        };
        let severity = text(&mut table, "severity")?;
        let precision = text(&mut table, "precision")?;
        let code = code?;
        Some(Rule {
            id: id?.value,
            title: trimmed(&text(&mut table, "title")?),
            severity: Severity::from_name(&severity.value)?,
            severity_reason: trimmed(&text(&mut table, "severity-reason")?),
            precision: Precision::from_name(&precision.value)?,
            family: family?.value,
            subject: subject?.kind,
            aliases: values(aliases),
            parts,
            thresholds: std::mem::take(&mut self.thresholds),
            since: since?.value,
            applies: code.applies,
            condition: code.condition?,
            message: code.message?,
            evidence: code.evidence,
            docs,
            remediation,
            mappings: mappings(sub(&mut table, "mappings")),
            file: self.file.name.clone(),
        })
    }

    /// The id is the file's stem, the family its folder.
    fn check_names(&mut self, id: Option<&Text>, family: Option<&Text>) {
        let path = self.file.name.replace('\\', "/");
        let mut parts = path.rsplit('/');
        let stem = parts.next().unwrap_or_default().trim_end_matches(".toml").to_owned();
        let folder = parts.next().map(str::to_owned);
        if let Some(id) = id {
            self.check_id(id);
            if id.value != stem {
                let message = format!("the id is `{}`, and the file is called `{stem}`", id.value);
                let help = vec![format!("rename the file to {}.toml, or set id = \"{stem}\"", id.value)];
                self.file.error(id.span.clone(), message, "", help);
            }
        }
        if let (Some(family), Some(folder)) = (family, folder)
            && family.value != folder
        {
            let message = format!("the family is `{}`, and the folder is `{folder}`", family.value);
            self.file.error(family.span.clone(), message, "", Vec::new());
        }
    }

    fn check_id(&mut self, id: &Text) {
        let words = id.value.split('-');
        let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        if !words.clone().all(is_word) {
            let help = vec!["write it in kebab-case: `public-alb-behind-api`".to_owned()];
            let message = format!("`{}` is no rule id", id.value);
            self.file.error(id.span.clone(), message, "", help);
        }
    }

    fn check_version(&mut self, since: Option<&Text>) {
        let Some(since) = since else { return };
        let parts: Vec<&str> = since.value.split('.').collect();
        if parts.len() != 3 || !parts.iter().all(|part| part.parse::<u32>().is_ok()) {
            let message = format!("`{}` is no version", since.value);
            let help = vec!["write it as `0.1.0`".to_owned()];
            self.file.error(since.span.clone(), message, "", help);
        }
    }

    /// The rule's numbers, those of the user's own in their place.
    fn thresholds(&self, table: &mut Table, names: &[&Text]) -> Vec<Threshold> {
        let Some(Item::Named(entries)) = table.remove("thresholds") else { return Vec::new() };
        let threshold = |(name, item): (Text, Item)| match item {
            Item::Number(default) => {
                let own = names.iter().find_map(|rule| self.own.get(&(rule.value.clone(), name.value.clone())));
                Some(Threshold { value: own.copied().unwrap_or(default), default, name: name.value })
            }
            _ => None,
        };
        entries.into_iter().filter_map(threshold).collect()
    }

    fn subject(&mut self, kind: &Text) -> Option<Subject> {
        if let Some(subject) = self.subjects.get(&kind.value) {
            return Some(*subject);
        }
        let known: Vec<&str> = self.subjects.subjects().iter().map(|subject| subject.kind).collect();
        let help = hints(&kind.value, "the subjects are", &known);
        let message = format!("unknown subject `{}`", kind.value);
        self.file.error(kind.span.clone(), message, "", help);
        None
    }

    /// Everything that depends on what the subject's facts are.
    fn code(&mut self, table: &mut Table, subject: &Subject) -> Code {
        let applies = text(table, "applies");
        let condition = text(table, "condition");
        let message = text(table, "message");
        let proofs = match table.remove("evidence") {
            Some(Item::Proofs(proofs)) => proofs,
            _ => Vec::new(),
        };
        Code {
            applies: applies.and_then(|cel| self.program(&cel, subject, Want::Bool)),
            condition: condition.and_then(|cel| self.program(&cel, subject, Want::Bool)),
            message: message.and_then(|text| self.template(&text, subject, Purpose::Message)),
            evidence: proofs.into_iter().filter_map(|proof| self.evidence(proof, subject)).collect(),
        }
    }

    fn evidence(&mut self, proof: Proof, subject: &Subject) -> Option<Evidence> {
        let value = self.program(&proof.expr, subject, Want::Shown)?;
        let label = proof.label.unwrap_or_else(|| proof.expr.value.trim().to_owned());
        Some(Evidence { label, value, key: proof.key })
    }

    fn scope(&self, subject: &Subject) -> Scope<'_> {
        Scope { variable: subject.variable, record: subject.record, functions: self.subjects.functions(), thresholds: &self.thresholds }
    }

    fn program(&mut self, cel: &Text, subject: &Subject, want: Want) -> Option<Program> {
        let compiled = Program::compile_here(&cel.value, self.scope(subject), want);
        self.report(cel, compiled)
    }

    fn template(&mut self, text: &Text, subject: &Subject, purpose: Purpose) -> Option<Template> {
        let compiled = Template::compile_here(text.value.trim_end(), self.scope(subject), purpose);
        self.report(text, compiled)
    }

    /// Moves the errors of an expression to their place in the file.
    fn report<T>(&mut self, text: &Text, result: Result<T, Vec<ExprError>>) -> Option<T> {
        match result {
            Ok(good) => Some(good),
            Err(errors) => {
                for error in errors {
                    let span: Range<usize> = text.place(&error.span);
                    self.file.error(span, error.message, error.label, error.help);
                }
                None
            }
        }
    }

    fn docs(&mut self, mut table: Table) -> Docs {
        let references = texts(&mut table, "references");
        for reference in &references {
            if !reference.value.starts_with("https://") {
                let message = format!("`{}` is no https URL", reference.value);
                self.file.error(reference.span.clone(), message, "", Vec::new());
            }
        }
        // A missing heading was reported when the table was read.
        let mut heading = |name| text(&mut table, name).as_ref().map(trimmed).unwrap_or_default();
        Docs {
            what: heading("what"),
            why: heading("why"),
            attack: heading("attack"),
            fine: heading("fine"),
            references: values(references),
        }
    }
}

/// The checked expressions of a rule; the ones with errors are left out, and so is then the rule.
struct Code {
    applies: Option<Program>,
    condition: Option<Program>,
    message: Option<Template>,
    evidence: Vec<Evidence>,
}

fn values(texts: Vec<Text>) -> Vec<String> {
    texts.into_iter().map(|text| text.value).collect()
}

/// The text without the newlines that `'''` leaves at its ends.
fn trimmed(text: &Text) -> String {
    text.value.trim().to_owned()
}

fn mappings(table: Table) -> BTreeMap<&'static str, Vec<String>> {
    let lists = table.into_iter().filter_map(|(name, item)| match item {
        Item::Texts(texts) if !texts.is_empty() => Some((name, values(texts))),
        _ => None,
    });
    lists.collect()
}
