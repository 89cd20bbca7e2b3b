//! Findings that somebody put up with, for a time: which, why, and until when.

use jiff::civil::Date;

use super::{Assessment, Glob, Outcome, Place, Suppression, Verdict};
use crate::inventory::{Cause, Gap, Observed, TagIndex};

/// A tag: its key, and its value where that matters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// The key.
    pub key: String,
    /// The value; none for any.
    pub value: Option<String>,
}

impl Tag {
    /// Whether a subject has it.
    pub fn is_on(&self, region: &str, id: &str, tags: &TagIndex<'_>) -> Observed<bool> {
        match tags.find(region, id, &self.key) {
            Observed::Known(value) => Observed::Known(self.value.as_deref().is_none_or(|wanted| wanted == value)),
            Observed::Absent => Observed::Known(false),
            Observed::Unknown(gap) => Observed::Unknown(gap),
        }
    }
}

/// Which findings somebody put up with. All that it names must fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuppressionRule {
    /// The id of the rule.
    pub rule: Option<String>,
    /// The account.
    pub account: Option<String>,
    /// The name of the subject.
    pub resource: Option<Glob>,
    /// A tag of the subject's resource.
    pub tag: Option<Tag>,
    /// The finding's fingerprint.
    pub fingerprint: Option<String>,
    /// Why.
    pub reason: String,
    /// The last day on which it is valid.
    pub expires: Date,
    /// Where it is written.
    pub place: Place,
}

/// What became of it in a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppliedSuppression {
    /// It.
    pub rule: SuppressionRule,
    /// How many findings it fits.
    pub findings: usize,
    /// Whether it kept them quiet.
    pub state: SuppressionState,
}

/// Whether it kept findings quiet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SuppressionState {
    /// It did.
    Used,
    /// Its last day is past: it keeps nothing quiet.
    Expired,
    /// It fits nothing, and everything it could fit was judged.
    Unused,
    /// It may fit a finding, but the tags that decide it could not be read.
    Unread(Gap),
    /// It fits nothing, and this run could not tell whether it would: another account, a rule that was left out, a verdict that is unknown.
    NotMet,
}

impl SuppressionState {
    /// Its name in reports.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Used => "used",
            Self::Expired => "expired",
            Self::Unused => "unused",
            Self::Unread(_) => "unread",
            Self::NotMet => "not-met",
        }
    }
}

/// What suppressions are held against.
#[derive(Debug, Clone, Copy)]
pub struct SuppressionRun<'r> {
    /// The day.
    pub today: Date,
    /// The tags.
    pub tags: &'r TagIndex<'r>,
    /// Whether every rule was applied.
    pub every_rule: bool,
    /// Whether the suppressions are about this account alone, where they name none.
    pub one_account: bool,
    /// Whether every region that they are about was read, where they name none.
    pub every_region: bool,
}

/// Whether something fits.
enum Fit {
    Yes,
    No,
    Perhaps(Gap),
}

impl Assessment {
    /// The same conclusion with the findings marked that somebody put up with. Unknown verdicts and passes are never marked, and
    /// where several suppressions fit a finding, the first that has not expired stands for all.
    #[must_use]
    pub fn suppress(mut self, rules: &[SuppressionRule], run: SuppressionRun<'_>) -> Self {
        for rule in rules {
            let applied = self.apply(rule, run);
            self.suppressions.push(applied);
        }
        self
    }

    fn apply(&mut self, rule: &SuppressionRule, run: SuppressionRun<'_>) -> AppliedSuppression {
        let expired = run.today > rule.expires;
        let account = self.account.as_ref().map_or("", |account| &account.id).to_owned();
        let (mut findings, mut unread) = (0, None);
        for outcome in self.outcomes.iter_mut().filter(|outcome| outcome.verdict == Verdict::Fail) {
            match rule.fits(outcome, &account, run.tags) {
                Fit::Yes => {
                    findings += 1;
                    if !expired && outcome.suppressed.is_none() {
                        outcome.suppressed = Some(rule.mark());
                    }
                }
                Fit::Perhaps(gap) => unread = Some(gap),
                Fit::No => {}
            }
        }
        let state = match unread {
            _ if expired => SuppressionState::Expired,
            _ if findings > 0 => SuppressionState::Used,
            Some(gap) => SuppressionState::Unread(gap),
            None if rule.was_met(self, &account, run) => SuppressionState::Unused,
            None => SuppressionState::NotMet,
        };
        AppliedSuppression { rule: rule.clone(), findings, state }
    }

    /// The suppressions that somebody should look at: expired, unused, or held up by tags that could not be read.
    pub fn stale_suppressions(&self) -> impl Iterator<Item = &AppliedSuppression> {
        self.suppressions.iter().filter(|applied| !matches!(applied.state, SuppressionState::Used | SuppressionState::NotMet))
    }
}

impl SuppressionRule {
    fn mark(&self) -> Suppression {
        Suppression { reason: self.reason.clone(), place: self.place.clone(), expires: Some(self.expires) }
    }

    fn fits(&self, outcome: &Outcome, account: &str, tags: &TagIndex<'_>) -> Fit {
        let fingerprint = outcome.proof.as_deref().map(|proof| proof.fingerprint.as_str());
        let subject = &outcome.subject;
        if !self.speaks_of(outcome, account)
            || self.resource.as_ref().is_some_and(|glob| !subject.names().into_iter().any(|name| glob.fits(name)))
            || self.fingerprint.is_some() && self.fingerprint.as_deref() != fingerprint
        {
            return Fit::No;
        }
        match self.tag.as_ref().map(|tag| tag.is_on(&subject.region, &subject.id, tags)) {
            None | Some(Observed::Known(true)) => Fit::Yes,
            // What apiaudit never reads tags of is not told by tags.
            Some(Observed::Unknown(gap)) if gap.cause != Cause::NotSupported => Fit::Perhaps(gap),
            Some(_) => Fit::No,
        }
    }

    fn speaks_of(&self, outcome: &Outcome, account: &str) -> bool {
        self.rule.as_ref().is_none_or(|rule| *rule == outcome.rule.id) && self.account.as_ref().is_none_or(|own| own == account)
    }

    /// Whether a run would have met what it fits, were it there.
    fn was_met(&self, assessment: &Assessment, account: &str, run: SuppressionRun<'_>) -> bool {
        let (region, owner) = self.resource.as_ref().map_or((None, None), |glob| literal_place(glob.as_str()));
        let rule_applied = match &self.rule {
            Some(rule) => assessment.rules.iter().any(|applied| applied.id == *rule),
            None => run.every_rule,
        };
        let account_read = match owner.or(self.account.as_deref()) {
            Some(owner) => owner == account,
            None => run.one_account,
        };
        let region_read = match region {
            Some(region) => assessment.regions.iter().any(|read| read == region),
            None => run.every_region && assessment.skipped_regions.is_empty(),
        };
        // Ids in code are made up: what names deployed resources is not met there.
        let is_live = assessment.code.is_none();
        let mut unknown = assessment.unknowns().filter(|outcome| self.speaks_of(outcome, account));
        rule_applied && account_read && region_read && is_live && !unknown.any(|outcome| self.may_fit(outcome, run.tags))
    }

    /// Whether it would perhaps fit an unknown verdict, were that a finding: its fingerprint may then be another.
    fn may_fit(&self, outcome: &Outcome, tags: &TagIndex<'_>) -> bool {
        let subject = &outcome.subject;
        let is_named = || self.resource.as_ref().is_none_or(|glob| subject.names().into_iter().any(|name| glob.fits(name)));
        let is_tagged = || {
            let told = self.tag.as_ref().map(|tag| tag.is_on(&subject.region, &subject.id, tags));
            !matches!(told, Some(Observed::Known(false)))
        };
        subject.is_unread() || is_named() && is_tagged()
    }
}

/// The region and the account that a glob over ARNs names without a `*` or `?`.
fn literal_place(glob: &str) -> (Option<&str>, Option<&str>) {
    let parts: Vec<&str> = glob.splitn(6, ':').collect();
    let literal = |place: usize| parts.get(place).copied().filter(|part| !part.is_empty() && !part.contains(['*', '?']));
    if parts.len() == 6 && parts[0] == "arn" { (literal(3), literal(4)) } else { (None, None) }
}

impl AppliedSuppression {
    /// What somebody should know of it, and what to do.
    pub fn in_words(&self) -> (String, &'static str) {
        let findings = if self.findings == 1 { "1 finding counts".to_owned() } else { format!("{} findings count", self.findings) };
        match &self.state {
            SuppressionState::Expired if self.findings == 0 => {
                (format!("this suppression expired on {}, and fits no finding", self.rule.expires), "take it away")
            }
            SuppressionState::Expired => (
                format!("this suppression expired on {}: {findings} again", self.rule.expires),
                "close what it put up with, or give it a later day and a reason that still holds",
            ),
            SuppressionState::Unused => ("this suppression fits no finding".to_owned(), "take it away: what it put up with is gone"),
            SuppressionState::Unread(gap) => (
                format!("whether this suppression fits a finding could not be told: {gap}"),
                "the report names the permission to add; a saved inventory has tags only where the configuration asked for them",
            ),
            SuppressionState::Used => (format!("this suppression keeps quiet what would count: {}", self.findings), ""),
            SuppressionState::NotMet => ("this run could not tell whether this suppression fits a finding".to_owned(), ""),
        }
    }
}
