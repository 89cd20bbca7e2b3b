//! What a listener does with a request: which rule takes it, what that rule asks first, and where it forwards.
//!
//! Rules are tried in the order of their priorities, and the first whose conditions all hold takes the request. So a
//! forward is only reached by requests that no rule before it takes: that is shown by such a request, or ruled out by
//! one rule before it that takes them all. What lies between is left open.

mod condition;
pub(crate) mod glob;
mod guard;
mod reach;
mod shadow;
mod twins;

use std::collections::BTreeSet;

use super::Index;
use crate::inventory::{Action, Condition, Listener, Observed, Rule, TargetGroup};

pub(crate) use glob::Text;
pub use guard::Guard;
pub(crate) use guard::{guards, may_ask_more};
pub(crate) use reach::{Reach, reaches};
pub(crate) use shadow::{Standing, standings};
pub(crate) use twins::{Gates, meet};

/// Whether something holds: always, never, or that depends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Truth {
    No,
    Perhaps,
    Yes,
}

impl Truth {
    pub(crate) fn and(self, other: Self) -> Self {
        self.min(other)
    }

    pub(crate) fn or(self, other: Self) -> Self {
        self.max(other)
    }

    pub(crate) fn negate(self) -> Self {
        match self {
            Self::No => Self::Yes,
            Self::Perhaps => Self::Perhaps,
            Self::Yes => Self::No,
        }
    }
}

/// Who sends requests to a listener, and what is settled about them.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Caller {
    /// The host; none when the caller chooses it.
    pub(crate) host: Option<String>,
    /// The path; none when the caller chooses it.
    pub(crate) path: Option<Text>,
    /// The method; none when the caller chooses it.
    pub(crate) method: Option<String>,
    /// The headers, in lower case, that it always sends with the value that rules ask for.
    pub(crate) headers: BTreeSet<String>,
    /// The headers, in lower case, that it always sends with a value that one of several rules asks for, and nobody knows which.
    pub(crate) unsettled: BTreeSet<String>,
}

/// A rule of a listener, or its default action.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a> {
    /// The rule; none for the default action.
    pub(crate) rule: Option<&'a Rule>,
    /// What it does.
    pub(crate) actions: &'a [Action],
}

impl<'a> Step<'a> {
    /// What a request must meet.
    pub(crate) fn conditions(self) -> &'a [Condition] {
        self.rule.map_or(&[], |rule| &rule.conditions)
    }

    /// Its name in words.
    pub(crate) fn name(self) -> String {
        self.rule.map_or_else(|| "default action".to_owned(), |rule| format!("rule {}", rule.priority))
    }

    /// Whether it changes the path before it forwards.
    pub(crate) fn rewrites_path(self) -> bool {
        self.rule.is_some_and(|rule| rule.transforms.iter().any(|transform| transform.kind == "url-rewrite"))
    }
}

/// The headers, in lower case, that a listener's rules ask for before they forward.
pub(crate) fn secret_headers(listener: &Listener) -> impl Iterator<Item = String> {
    let forwarding = listener.rules.iter().filter(|rule| rule.actions.iter().any(|action| action.kind == "forward"));
    forwarding.flat_map(|rule| &rule.conditions).filter_map(condition::secret_header)
}

/// A listener's rules in the order they are tried, its default action last.
pub(crate) fn steps(listener: &Listener) -> Vec<Step<'_>> {
    let mut rules: Vec<&Rule> = listener.rules.iter().collect();
    rules.sort_by_key(|rule| rule.priority);
    let last = Step { rule: None, actions: &listener.default_actions };
    rules.into_iter().map(|rule| Step { rule: Some(rule), actions: &rule.actions }).chain([last]).collect()
}

/// The target groups of actions, and whether each takes requests: one that shares a forward with others may have weight 0.
pub(crate) fn groups<'a>(index: &Index<'a>, actions: &'a [Action]) -> Vec<(Observed<&'a TargetGroup>, bool)> {
    let shares = actions.iter().flat_map(|action| action.target_groups.iter().map(move |share| (action, share)));
    shares.map(|(action, share)| (index.group(&share.arn), share.weight > 0 || action.target_groups.len() == 1)).collect()
}
