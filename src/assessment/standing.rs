//! How findings stand to those of an earlier run: its baseline.

use std::collections::BTreeMap;

use super::record::{Key, Said};
use super::{Assessment, Outcome, Verdict};

/// What a run was held against, and what came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    /// What the user calls it: the file's name.
    pub name: String,
    /// When the earlier inventory was taken, as RFC 3339.
    pub taken_at: String,
    /// How each finding of this run stands to it. Suppressed findings that were not there before have no standing: nobody waits for them.
    pub standings: BTreeMap<Key, Standing>,
    /// What failed before and provably does not any more.
    pub fixed: Vec<(Said, Fixed)>,
    /// What failed before and fails now with other key evidence: the finding of now is a new one.
    pub replaced: Vec<Said>,
    /// What failed before and of which nothing can be told any more.
    pub untold: Vec<(Said, Untold)>,
    /// What to know about the comparison.
    pub notes: Vec<String>,
}

/// How a finding stands to those of the baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// It was there before.
    Unchanged,
    /// It was not.
    New(Novelty),
}

/// In which way a finding is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Novelty {
    /// The same rule did not fail it before.
    Appeared,
    /// The same rule failed it before with other key evidence.
    OtherEvidence,
    /// It could not be told before.
    WasUnknown,
    /// Somebody had put up with it, and does so no longer.
    WasSuppressed,
    /// The rule was not applied then.
    NewRule,
    /// The region was not read then.
    NewRegion,
    /// What is on no path of an API was not judged then.
    NewScope,
}

impl Standing {
    /// Whether it was not there before.
    pub fn is_new(self) -> bool {
        matches!(self, Self::New(_))
    }

    /// Its name in reports.
    pub fn as_str(self) -> &'static str {
        if self.is_new() { "new" } else { "unchanged" }
    }
}

impl Novelty {
    /// Its name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Appeared => "appeared",
            Self::OtherEvidence => "other-evidence",
            Self::WasUnknown => "was-unknown",
            Self::WasSuppressed => "was-suppressed",
            Self::NewRule => "new-rule",
            Self::NewRegion => "new-region",
            Self::NewScope => "new-scope",
        }
    }

    /// The same in words, as what follows `new:`.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Appeared => "it did not fail before",
            Self::OtherEvidence => "it failed before with other evidence",
            Self::WasUnknown => "it could not be told before",
            Self::WasSuppressed => "it was suppressed before",
            Self::NewRule => "its rule was not applied before",
            Self::NewRegion => "its region was not read before",
            Self::NewScope => "only what is on the path of an API was judged before",
        }
    }
}

/// Why a finding of before counts as fixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fixed {
    /// The rule passes the subject now.
    Passes,
    /// The rule does not speak of the subject any more.
    NotApplicable,
    /// The subject is gone: every list it could stand in was read to its end.
    Gone,
    /// One of these; the report that says so does not list what passed.
    NotListed,
}

impl Fixed {
    /// Its name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Passes => "passes",
            Self::NotApplicable => "not-applicable",
            Self::Gone => "gone",
            Self::NotListed => "not-listed",
        }
    }

    /// The same in words.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Passes => "it passes now",
            Self::NotApplicable => "the rule does not apply to it any more",
            Self::Gone => "it is not there any more",
            Self::NotListed => "it passes now or is not there any more",
        }
    }
}

/// Why nothing can be told of a finding of before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Untold {
    /// The verdict is unknown now.
    Unknown,
    /// The rule was not applied.
    RuleNotApplied,
    /// The region was not read.
    RegionNotRead,
    /// It is on no path of an API, and only what is on one was judged.
    OutOfScope,
    /// The subject was not seen, and the lists it could stand in were not read to their end.
    NotListed,
    /// The subject was not seen, and nobody knows that both are of one account.
    AccountUnknown,
}

impl Untold {
    /// Its name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::RuleNotApplied => "rule-not-applied",
            Self::RegionNotRead => "region-not-read",
            Self::OutOfScope => "out-of-scope",
            Self::NotListed => "not-listed",
            Self::AccountUnknown => "account-unknown",
        }
    }

    /// The same in words.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Unknown => "the verdict is unknown now",
            Self::RuleNotApplied => "the rule was not applied",
            Self::RegionNotRead => "the region was not read",
            Self::OutOfScope => "only what is on the path of an API was judged",
            Self::NotListed => "it was not seen, and what could show it was not read to its end",
            Self::AccountUnknown => "it was not seen, and nobody knows that this is the same account",
        }
    }
}

/// How many findings stand how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sum {
    /// Findings that are new, without suppressed ones.
    pub new: usize,
    /// Findings that were there before, without suppressed ones.
    pub unchanged: usize,
    /// Findings of before that are fixed.
    pub fixed: usize,
    /// Findings of before in whose place another of the same rule and subject stands.
    pub replaced: usize,
    /// Findings of before of which nothing can be told any more.
    pub untold: usize,
}

impl Assessment {
    /// How a finding stands to the baseline; none without one, and for what is no finding.
    pub fn standing(&self, outcome: &Outcome) -> Option<Standing> {
        let baseline = self.baseline.as_ref().filter(|_| outcome.verdict == Verdict::Fail)?;
        baseline.standings.get(&outcome.key()).copied()
    }

    /// The findings that are new against the baseline, without those that somebody put up with.
    pub fn new_findings(&self) -> impl Iterator<Item = &Outcome> {
        self.fails().filter(|outcome| self.standing(outcome).is_some_and(Standing::is_new))
    }

    /// How many findings stand how; none without a baseline.
    pub fn against(&self) -> Option<Sum> {
        let baseline = self.baseline.as_ref()?;
        let new = self.new_findings().count();
        Some(Sum {
            new,
            unchanged: self.fails().count() - new,
            fixed: baseline.fixed.len(),
            replaced: baseline.replaced.len(),
            untold: baseline.untold.len(),
        })
    }
}
