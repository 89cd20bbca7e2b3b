//! What one run concluded, as far as another can be held against it. A report may be read back into it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Assessment, Outcome, Scope, Severity, Verdict};

/// A rule and the id of what it judged.
pub type Key = (String, String);

/// What one run concluded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// When the inventory was taken, as RFC 3339.
    pub taken_at: String,
    /// Whose account it is; none when that is not known.
    pub account: Option<String>,
    /// The kind of code that was judged instead of an account.
    pub code: Option<String>,
    /// The regions that were read.
    pub regions: BTreeSet<String>,
    /// The rules that were applied.
    pub rules: BTreeSet<String>,
    /// What they said. Without [`Self::is_whole`] passes and what no rule speaks of are left out.
    pub said: BTreeMap<Key, Said>,
    /// Whose hygiene was judged; none when the report does not say so.
    pub scope: Option<Scope>,
    /// Whether flags left subjects out.
    pub is_narrowed: bool,
    /// Whether every verdict is listed.
    pub is_whole: bool,
}

/// What a rule said of a subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The verdict.
    pub verdict: Told,
    /// The rule.
    pub rule: String,
    /// How bad a finding of it is.
    pub severity: Severity,
    /// The subject's kind.
    pub kind: String,
    /// The subject's id.
    pub id: String,
    /// The subject's name.
    pub name: String,
    /// The subject's region.
    pub region: String,
    /// Why, in a sentence; for fails and unknowns only.
    pub message: String,
    /// The finding's fingerprint; empty where it has none that can be compared.
    pub fingerprint: String,
}

/// A verdict without what came with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Told {
    /// The bad pattern is there.
    Fail,
    /// It is there, and somebody put up with it.
    Suppressed,
    /// It is not there.
    Pass,
    /// It could not be told.
    Unknown,
    /// The rule does not speak of such a subject.
    NotApplicable,
}

impl Told {
    /// Its name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Suppressed => "suppressed",
            Self::Pass => "pass",
            Self::Unknown => "unknown",
            Self::NotApplicable => "not-applicable",
        }
    }

    /// Whether the bad pattern is there, whatever somebody thinks of it.
    pub fn is_bad(self) -> bool {
        matches!(self, Self::Fail | Self::Suppressed)
    }
}

impl From<&Outcome> for Told {
    fn from(outcome: &Outcome) -> Self {
        match outcome.verdict {
            Verdict::Fail if outcome.suppressed.is_some() => Self::Suppressed,
            Verdict::Fail => Self::Fail,
            Verdict::Pass => Self::Pass,
            Verdict::Unknown(_) => Self::Unknown,
            Verdict::NotApplicable => Self::NotApplicable,
        }
    }
}

impl From<&Outcome> for Said {
    fn from(outcome: &Outcome) -> Self {
        let (subject, proof) = (&outcome.subject, outcome.proof.as_deref());
        Self {
            verdict: outcome.into(),
            rule: outcome.rule.id.clone(),
            severity: outcome.rule.severity,
            kind: subject.kind.clone(),
            id: subject.id.clone(),
            name: subject.name.clone(),
            region: subject.region.clone(),
            message: proof.map(|proof| proof.message.clone()).unwrap_or_default(),
            fingerprint: proof.map(|proof| proof.fingerprint.clone()).unwrap_or_default(),
        }
    }
}

impl From<&Assessment> for Record {
    fn from(assessment: &Assessment) -> Self {
        Self {
            taken_at: assessment.taken_at.clone(),
            account: assessment.account.as_ref().map(|account| account.id.clone()),
            code: assessment.code.as_ref().map(|code| code.kind.clone()),
            regions: assessment.regions.iter().cloned().collect(),
            rules: assessment.rules.iter().map(|rule| rule.id.clone()).collect(),
            said: assessment.outcomes.iter().map(|outcome| (outcome.key(), outcome.into())).collect(),
            scope: Some(assessment.scope),
            is_narrowed: assessment.narrowed.is_some(),
            is_whole: true,
        }
    }
}

impl Outcome {
    /// The rule and the subject: no other outcome of the assessment has both.
    pub fn key(&self) -> Key {
        key(&self.rule.id, &self.subject.kind, &self.subject.id, &self.subject.region)
    }
}

impl Said {
    /// The same as [`Outcome::key`].
    pub fn key(&self) -> Key {
        key(&self.rule, &self.kind, &self.id, &self.region)
    }
}

/// A custom domain name may be there in several regions, and its id does not tell them apart.
fn key(rule: &str, kind: &str, id: &str, region: &str) -> Key {
    let subject = if kind == "domain-name" { format!("{region} {id}") } else { id.to_owned() };
    (rule.to_owned(), subject)
}

impl Record {
    /// The same under the names that rules have now: `aliases` leads from each name of before to it.
    #[must_use]
    pub fn renamed(mut self, aliases: &BTreeMap<String, String>) -> Self {
        let now = |rule: &String| aliases.get(rule).unwrap_or(rule).clone();
        self.rules = self.rules.iter().map(now).collect();
        let said = std::mem::take(&mut self.said).into_iter().map(|((rule, subject), mut said)| {
            let name = now(&rule);
            if name != rule {
                // The name went into the fingerprint: it cannot be compared any more.
                said.fingerprint.clear();
                said.rule.clone_from(&name);
            }
            ((name, subject), said)
        });
        self.said = said.collect();
        self
    }

    /// What a rule said of a subject.
    pub fn of(&self, rule: &str, subject: &str) -> Option<&Said> {
        self.said.get(&(rule.to_owned(), subject.to_owned()))
    }

    /// Whether a rule's subjects of a region may be more than were listed: not all could be read, or flags left some out.
    pub fn may_have_more(&self, rule: &str, region: &str) -> bool {
        if self.is_narrowed {
            return true;
        }
        let from = (rule.to_owned(), String::new());
        let of_rule = self.said.range(from..).take_while(|((of, _), _)| of == rule);
        let mut unread = of_rule.filter(|((_, id), said)| said.verdict == Told::Unknown && id.contains("#unread-"));
        unread.any(|(_, said)| said.region == region)
    }
}
