//! `apiaudit.toml` and the flags beside it: the flags win.

use std::path::{Path, PathBuf};

use super::args::{Aws, Configuration, Configured, FailOn, Hygiene, Scan, Selection};
use super::{Ended, Failure, pack};
use crate::assessment::{Assessment, SuppressionRun};
use crate::config::{self, Account, Config, Draft};
use crate::diagnostics::{Diagnostic, Severity};
use crate::inventory::{Inventory, TagIndex};
use crate::rules::{Choice, Framework, Rule, RulePack, Scope, Thresholds, WrongName};
use crate::shell::{self, Shell};

/// A configuration, and the rules with what it says of them.
#[derive(Debug)]
pub(crate) struct Setup {
    pub(crate) config: Config,
    pub(crate) pack: RulePack,
    /// The file; none where there is none.
    pub(crate) path: Option<PathBuf>,
}

/// Reads the configuration, and loads the rules in the binary, those of its folders and those of others.
pub(crate) fn load(asked: &Configuration, folders: &[PathBuf]) -> Result<Setup, Failure> {
    let mut files = pack::of_folders(folders)?;
    let Some(path) = file(asked) else {
        return Ok(Setup { config: Config::default(), pack: pack::load(files, &Thresholds::new()).map_err(Failure::Shown)?, path: None });
    };
    let text = shell::read_file(&path).map_err(|error| {
        Failure::usage(
            format!("{} cannot be read: {error}", path.display()),
            "give a file that `apiaudit init` could have written, or --no-config",
        )
    })?;
    let mut draft = config::read(&path.to_string_lossy(), &text);
    files.extend(of_draft(&mut draft, &path, folders));
    let mut pack = match pack::load(files, &draft.thresholds()) {
        Ok(pack) => pack,
        Err(more) => {
            let mut all = draft.finish(None).err().unwrap_or_default();
            all.extend(more);
            return Err(Failure::Shown(all));
        }
    };
    let config = draft.finish(Some(&pack)).map_err(Failure::Shown)?;
    for (rule, severity) in &config.severities {
        pack.set_severity(rule, *severity, &config.file);
    }
    Ok(Setup { config, pack, path: Some(path) })
}

/// The file that was named, or the one in the working folder.
fn file(asked: &Configuration) -> Option<PathBuf> {
    let here = Path::new(config::FILE);
    asked.config.clone().or_else(|| (!asked.no_config && here.exists()).then(|| here.to_path_buf()))
}

/// The rules of the folders that the file names, but for those that flags name, too.
fn of_draft(draft: &mut Draft, file: &Path, others: &[PathBuf]) -> Vec<(String, String)> {
    let beside = file.parent().unwrap_or_else(|| Path::new(""));
    let named: Vec<PathBuf> = draft.folders().map(|folder| beside.join(folder)).collect();
    let mut known: Vec<PathBuf> = others.iter().map(|folder| shell::same_file_key(folder)).collect();
    let mut files = Vec::new();
    for (number, folder) in named.iter().enumerate() {
        let key = shell::same_file_key(folder);
        if known.contains(&key) {
            continue;
        }
        known.push(key);
        match pack::read(folder) {
            Ok(found) => files.extend(found),
            Err(Failure::Told { message, help, .. }) => draft.folder_is_wrong(number, message, help.join("; ")),
            Err(Failure::Shown(_)) => {}
        }
    }
    files
}

impl Setup {
    /// What was typed, and what the file says where nothing was typed.
    pub(crate) fn settle(&self, scan: &Scan) -> Scan {
        let mut scan = scan.clone();
        scan.aws = self.aws(&scan.aws);
        scan.fail_on = scan.fail_on.or_else(|| self.config.fail_on.map(FailOn::from));
        scan.strict = scan.strict.or(self.config.strict);
        scan.output.anchor = scan.output.anchor.or_else(|| self.path.clone());
        scan
    }

    /// Whom to ask of AWS.
    pub(crate) fn aws(&self, aws: &Aws) -> Aws {
        let config = &self.config;
        let accounts = config.accounts.clone();
        let configured = Configured { regions: config.regions.clone(), all_regions: config.all_regions, accounts };
        Aws { configured, ..aws.clone() }
    }

    /// Whose hygiene is judged.
    pub(crate) fn scope(&self, asked: Option<Hygiene>) -> Scope {
        match asked {
            Some(Hygiene::Account) => Scope::Account,
            Some(Hygiene::ApiPaths) => Scope::ApiPaths,
            None => self.config.scope.unwrap_or_default(),
        }
    }

    /// Whether anything here is told by tags.
    pub(crate) fn asks_tags(&self) -> bool {
        self.config.suppressions.iter().any(|suppression| suppression.tag.is_some())
    }

    /// The rules that were chosen, sorted by id.
    pub(crate) fn choose(&self, selection: &Selection) -> Result<Vec<&Rule>, Failure> {
        let choice = self.choice(selection);
        choice.check(&self.pack).map_err(Failure::from)?;
        let chosen = choice.of(&self.pack);
        if chosen.is_empty() {
            let help = "a rule has to meet all of --only, --skip, --family, --severity and --framework, and the filters of apiaudit.toml";
            return Err(Failure::usage("no rule is left", help));
        }
        Ok(chosen)
    }

    /// Each flag takes the place of the filter it is named after, and `--only` that of all of them.
    fn choice(&self, selection: &Selection) -> Choice {
        let filters = if selection.only.is_empty() { self.config.filters.clone() } else { Choice::default() };
        let or = |typed: &[String], written: Vec<String>| if typed.is_empty() { written } else { typed.to_vec() };
        let frameworks: Vec<Framework> = selection.framework.iter().map(|text| Framework::parse(text)).collect();
        Choice {
            only: or(&selection.only, filters.only),
            skip: or(&selection.skip, filters.skip),
            families: or(&selection.family, filters.families),
            severity: selection.severity.map(Into::into).or(filters.severity),
            frameworks: if frameworks.is_empty() { filters.frameworks } else { frameworks },
        }
    }

    /// Marks the findings that the file puts up with, and says on stderr which of its entries somebody should look at.
    pub(crate) fn suppress(
        &self,
        assessment: Assessment,
        (scan, chosen): (&Scan, &[&Rule]),
        inventory: &Inventory,
        shell: Shell,
    ) -> Assessment {
        if self.config.suppressions.is_empty() {
            return assessment;
        }
        let run = SuppressionRun {
            today: shell::today(),
            tags: &TagIndex::new(inventory),
            every_rule: chosen.len() == self.pack.rules().len(),
            one_account: self.config.accounts.len() <= 1,
            every_region: self.reads_every_region(scan, inventory),
        };
        let assessment = assessment.suppress(&self.config.suppressions, run);
        for applied in assessment.stale_suppressions() {
            let (message, help) = applied.in_words();
            shell.show(&self.warning(applied.rule.place.start_line, message, help));
        }
        assessment
    }

    /// Marks the findings that the file puts up with, of a run that is about one finding and says nothing of the file's other entries.
    pub(crate) fn put_up_with(&self, assessment: Assessment, inventory: &Inventory) -> Assessment {
        if self.config.suppressions.is_empty() {
            return assessment;
        }
        let tags = &TagIndex::new(inventory);
        let run = SuppressionRun { today: shell::today(), tags, every_rule: false, one_account: false, every_region: false };
        assessment.suppress(&self.config.suppressions, run)
    }

    /// Whether a run reads all the regions that the file is about.
    fn reads_every_region(&self, scan: &Scan, inventory: &Inventory) -> bool {
        let read = |region: &String| inventory.regions.iter().any(|known| known.name == *region);
        if self.config.regions.is_empty() {
            let whole = scan.inventory.inventory.is_none() && scan.aws.every_region();
            scan.aws.region.is_empty() && (whole || !self.config.all_regions)
        } else {
            self.config.regions.iter().all(read)
        }
    }

    /// A warning about a line of the file.
    fn warning(&self, line: u32, message: String, help: &str) -> Diagnostic {
        let text = &self.config.text;
        let index = usize::try_from(line).unwrap_or_default().saturating_sub(1);
        let start: usize = text.split_inclusive('\n').take(index).map(str::len).sum();
        let length = text[start..].lines().next().map_or(0, |line| line.trim_end().len());
        let warning = Diagnostic { severity: Severity::Warning, ..Diagnostic::error(message) };
        warning.in_file(self.config.file.clone(), text.clone()).label(start..start + length, "").help(help)
    }
}

/// Refuses an account that the configuration does not name.
pub(crate) fn check_account(inventory: &Inventory, allowed: &[Account]) -> Result<(), Failure> {
    // What code goes to is often not known: nothing of an account is read for it.
    if allowed.is_empty() || inventory.code.is_some() {
        return Ok(());
    }
    match inventory.account.known() {
        Some(account) if allowed.iter().any(|known| known.id == account.id) => Ok(()),
        Some(account) => Err(other_account(&account.id, allowed)),
        None => {
            let message = format!("whose account this is could not be read, and {}", named(allowed));
            Err(Failure::not_audited(message, "allow sts:GetCallerIdentity, or run with --no-config"))
        }
    }
}

/// The credentials, or the inventory, of another account.
pub(crate) fn other_account(account: &str, allowed: &[Account]) -> Failure {
    let message = format!("this is the account {account}, and {}", named(allowed));
    Failure::usage(message, "use credentials of one of those accounts, or add this one to `accounts`")
}

fn named(allowed: &[Account]) -> String {
    let names: Vec<String> = allowed.iter().map(Account::in_words).collect();
    format!("the configuration names {}", names.join(", "))
}

impl From<WrongName> for Failure {
    fn from(wrong: WrongName) -> Self {
        Self::Told { ended: Ended::Usage, message: wrong.message, help: wrong.help }
    }
}
