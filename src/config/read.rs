//! From the text of the file to a configuration.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::keys::CONFIG;
use super::{Account, Config};
use crate::assessment::{Glob, Place, Severity, SuppressionRule, Tag};
use crate::diagnostics::Diagnostic;
use crate::rules::choice::{WrongName, check_family, find_rule};
use crate::rules::file::{File, Item, Table, Text, sub, text, texts};
use crate::rules::hint::hints;
use crate::rules::{Choice, Framework, RulePack, Scope};

/// A file that was read, and names of rules that were not looked up yet.
#[derive(Debug)]
pub struct Draft {
    file: File,
    config: Config,
    folders: Vec<Text>,
    filters: Named,
    severities: Vec<(Text, Severity)>,
    thresholds: Vec<(Text, Vec<(Text, i64)>)>,
    /// The rules that suppressions name, and which of them do.
    suppressed: Vec<(Text, Option<usize>)>,
}

/// What filters name, with its places.
#[derive(Debug, Default)]
struct Named {
    only: Vec<Text>,
    skip: Vec<Text>,
    families: Vec<Text>,
    frameworks: Vec<Text>,
}

/// Reads the text of the file. What is wrong with it is told by [`Draft::finish`], together with what is wrong with the names in it.
pub fn read(name: &str, text: &str) -> Draft {
    let mut file = File::new(name, text);
    let mut table = file.read(CONFIG);
    let config = Config { file: name.to_owned(), text: text.into(), ..Config::default() };
    let mut draft = Draft {
        file,
        config,
        folders: texts(&mut table, "rules"),
        filters: Named::default(),
        severities: Vec::new(),
        thresholds: thresholds(&mut table),
        suppressed: Vec::new(),
    };
    draft.accounts(tables(&mut table, "accounts"));
    draft.regions(&mut table);
    draft.verdict(&mut table);
    draft.filters(sub(&mut table, "filters"));
    draft.severities = severities(&mut table);
    for (entry, span) in tables(&mut table, "suppress") {
        draft.suppress(entry, span);
    }
    draft
}

impl Draft {
    /// The folders of the user's own rules, as they are written.
    pub fn folders(&self) -> impl Iterator<Item = &str> {
        self.folders.iter().map(|folder| folder.value.as_str())
    }

    /// Reports that a folder, by its number, cannot be read.
    pub fn folder_is_wrong(&mut self, number: usize, message: impl Into<String>, help: impl Into<String>) {
        let span = self.folders.get(number).map_or(0..0, |folder| folder.span.clone());
        self.file.error(span, message, "", vec![help.into()]);
    }

    /// Numbers that take the place of those in rules, by rule and name.
    pub fn thresholds(&self) -> BTreeMap<(String, String), i64> {
        let all = self.thresholds.iter().flat_map(|(rule, numbers)| numbers.iter().map(move |(name, number)| (rule, name, *number)));
        all.map(|(rule, name, number)| ((rule.value.clone(), name.value.clone()), number)).collect()
    }

    /// The configuration, or everything that is wrong with the file. Without rules, because they could not be loaded, their names are not looked up.
    pub fn finish(mut self, pack: Option<&RulePack>) -> Result<Config, Vec<Diagnostic>> {
        if let Some(pack) = pack {
            self.look_up(pack);
        }
        if !self.file.errors.is_empty() {
            // From the top of the file to its end, whatever was checked first.
            self.file.errors.sort_by_key(|error| error.labels.first().map(|(span, _)| span.start));
            return Err(self.file.errors);
        }
        Ok(self.config)
    }

    fn look_up(&mut self, pack: &RulePack) {
        let Named { only, skip, families, frameworks } = std::mem::take(&mut self.filters);
        for name in only.iter().chain(&skip) {
            self.found(name, find_rule(pack, &name.value));
        }
        for family in &families {
            self.found(family, check_family(pack, &family.value));
        }
        for framework in &frameworks {
            self.found(framework, Framework::parse(&framework.value).check(pack));
        }
        for (name, severity) in std::mem::take(&mut self.severities) {
            if let Some(rule) = self.found(&name, find_rule(pack, &name.value)) {
                self.config.severities.push((rule.id.clone(), severity));
            }
        }
        for (name, numbers) in std::mem::take(&mut self.thresholds) {
            if let Some(rule) = self.found(&name, find_rule(pack, &name.value)) {
                let known: Vec<&str> = rule.thresholds.iter().map(|threshold| threshold.name.as_str()).collect();
                for (name, _) in numbers.iter().filter(|(name, _)| !known.contains(&name.value.as_str())) {
                    let message = format!("the rule `{}` has no threshold `{}`", rule.id, name.value);
                    self.file.error(name.span.clone(), message, "", hints(&name.value, "its thresholds are", &known));
                }
            }
        }
        for (name, number) in std::mem::take(&mut self.suppressed) {
            let rule = self.found(&name, find_rule(pack, &name.value));
            let suppression = number.and_then(|number| self.config.suppressions.get_mut(number));
            if let (Some(rule), Some(suppression)) = (rule, suppression) {
                suppression.rule = Some(rule.id.clone());
            }
        }
    }

    /// What was looked up, or a report that it is not there.
    fn found<T>(&mut self, name: &Text, result: Result<T, WrongName>) -> Option<T> {
        result.map_err(|wrong| self.file.error(name.span.clone(), wrong.message, "", wrong.help)).ok()
    }

    fn accounts(&mut self, entries: Vec<(Table, Range<usize>)>) {
        for (mut entry, _) in entries {
            let name = text(&mut entry, "name").map(|name| name.value);
            let Some(id) = text(&mut entry, "id").and_then(|id| self.account(id)) else { continue };
            if self.config.accounts.iter().any(|known| known.id == id.value) {
                self.file.error(id.span, format!("the account `{}` is there twice", id.value), "", vec!["take one away".to_owned()]);
            } else {
                self.config.accounts.push(Account { id: id.value, name });
            }
        }
    }

    fn account(&mut self, id: Text) -> Option<Text> {
        if id.value.len() == 12 && id.value.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(id);
        }
        let help = vec!["write its twelve digits in quotes: \"123456789012\"".to_owned()];
        self.file.error(id.span, format!("`{}` is no account", id.value), "", help);
        None
    }

    fn regions(&mut self, table: &mut Table) {
        let regions = texts(table, "regions");
        for region in &regions {
            if !is_region(&region.value) {
                let help = vec!["write a name such as \"eu-west-1\"".to_owned()];
                self.file.error(region.span.clone(), format!("`{}` is not the name of an AWS region", region.value), "", help);
            }
        }
        if let Some(Item::Flag(all, span)) = table.remove("all-regions") {
            self.config.all_regions = all;
            if all && !regions.is_empty() {
                let help = vec!["take one of the two away".to_owned()];
                self.file.error(span, "`all-regions` and `regions` cannot both say what to read", "", help);
            }
        }
        self.config.regions = values(regions);
    }

    fn verdict(&mut self, table: &mut Table) {
        self.config.scope = text(table, "scope").map(|scope| if scope.value == "account" { Scope::Account } else { Scope::ApiPaths });
        self.config.fail_on = text(table, "fail-on").map(|word| Severity::from_name(&word.value));
        self.config.strict = match table.remove("strict") {
            Some(Item::Flag(strict, _)) => Some(strict),
            _ => None,
        };
    }

    fn filters(&mut self, mut table: Table) {
        let severity = text(&mut table, "severity").and_then(|word| Severity::from_name(&word.value));
        let named = Named {
            only: texts(&mut table, "only"),
            skip: texts(&mut table, "skip"),
            families: texts(&mut table, "families"),
            frameworks: texts(&mut table, "frameworks"),
        };
        let all = |texts: &[Text]| texts.iter().map(|text| text.value.clone()).collect::<Vec<String>>();
        self.config.filters = Choice {
            only: all(&named.only),
            skip: all(&named.skip),
            families: all(&named.families),
            severity,
            frameworks: named.frameworks.iter().map(|framework| Framework::parse(&framework.value)).collect(),
        };
        self.filters = named;
    }

    fn suppress(&mut self, mut entry: Table, span: Range<usize>) {
        const NAMES: [&str; 4] = ["rule", "resource", "tag", "fingerprint"];
        if !NAMES.iter().any(|name| entry.contains_key(name)) {
            let help = vec![format!("name at least one of {}; what is named must all fit", NAMES.join(", "))];
            self.file.error(span.clone(), "this suppression names no finding", "", help);
        }
        let rule = text(&mut entry, "rule");
        let resource = text(&mut entry, "resource");
        let tag = text(&mut entry, "tag").and_then(|tag| self.tag(&tag));
        let fingerprint = text(&mut entry, "fingerprint").and_then(|print| self.fingerprint(print));
        let account = text(&mut entry, "account").and_then(|id| self.account(id));
        let (reason, expires) = (text(&mut entry, "reason"), entry.remove("expires"));
        let number = self.config.suppressions.len();
        let (Some(reason), Some(Item::Day(expires))) = (reason, expires) else {
            // What is missing was reported. The name is looked up still: no mistake hides another.
            self.suppressed.extend(rule.map(|rule| (rule, None)));
            return;
        };
        let place = place(&self.file, &span);
        self.suppressed.extend(rule.clone().map(|rule| (rule, Some(number))));
        self.config.suppressions.push(SuppressionRule {
            rule: rule.map(|rule| rule.value),
            account: account.map(|account| account.value),
            resource: resource.map(|glob| Glob::new(&glob.value)),
            tag,
            fingerprint: fingerprint.map(|print| print.value),
            reason: reason.value.trim().to_owned(),
            expires,
            place,
        });
    }

    fn tag(&mut self, text: &Text) -> Option<Tag> {
        match text.value.split_once('=') {
            Some((key, value)) if !key.is_empty() => Some(Tag { key: key.to_owned(), value: Some(value.to_owned()) }),
            _ => {
                let help = vec!["write a key and a value: \"team=orders\"".to_owned()];
                self.file.error(text.span.clone(), format!("`{}` is no tag", text.value), "", help);
                None
            }
        }
    }

    fn fingerprint(&mut self, print: Text) -> Option<Text> {
        let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if print.value.len() == 32 && print.value.bytes().all(is_hex) {
            return Some(print);
        }
        let help = vec!["copy the `fingerprint` of a finding out of a JSON report: 32 digits from 0 to f".to_owned()];
        self.file.error(print.span, format!("`{}` is no fingerprint", print.value), "", help);
        None
    }
}

/// Whether it looks like the name of a region.
fn is_region(name: &str) -> bool {
    let word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    name.len() < 40 && name.matches('-').count() >= 2 && name.split('-').all(word)
}

/// A span of the file in lines and columns.
fn place(file: &File, span: &Range<usize>) -> Place {
    let at = |byte: usize| {
        let before = &file.source[..file.source.floor_char_boundary(byte)];
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().encode_utf16().count() + 1;
        (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
    };
    let ((start_line, start_column), (end_line, end_column)) = (at(span.start), at(span.end));
    Place { file: Arc::from(file.name.replace('\\', "/")), start_line, start_column, end_line, end_column }
}

fn severities(table: &mut Table) -> Vec<(Text, Severity)> {
    let Some(Item::Named(entries)) = table.remove("severity") else { return Vec::new() };
    let severity = |(name, item)| match item {
        Item::Text(word) => Some((name, Severity::from_name(&word.value)?)),
        _ => None,
    };
    entries.into_iter().filter_map(severity).collect()
}

fn thresholds(table: &mut Table) -> Vec<(Text, Vec<(Text, i64)>)> {
    let Some(Item::Named(rules)) = table.remove("thresholds") else { return Vec::new() };
    let number = |(name, item)| match item {
        Item::Number(number) => Some((name, number)),
        _ => None,
    };
    let of_rule = |(rule, item)| match item {
        Item::Named(numbers) => Some((rule, numbers.into_iter().filter_map(number).collect())),
        _ => None,
    };
    rules.into_iter().filter_map(of_rule).collect()
}

fn tables(table: &mut Table, key: &str) -> Vec<(Table, Range<usize>)> {
    match table.remove(key) {
        Some(Item::Tables(tables)) => tables,
        _ => Vec::new(),
    }
}

fn values(texts: Vec<Text>) -> Vec<String> {
    texts.into_iter().map(|text| text.value).collect()
}
