//! The plan: a file that fully determines what an apply does.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::cloud::{Mark, Request};
use super::thing::{Create, Property, Remove, State};

/// What `format` says in a plan file.
pub const FORMAT: &str = "apiaudit-plan";
/// The version of the plan file.
pub const VERSION: u32 = 1;

/// What an apply does, step by step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Always `apiaudit-plan`.
    pub format: String,
    /// The version of the format.
    pub version: u32,
    /// Its id: 16 hex digits, made of all the rest. What it makes bears it as a tag.
    pub id: String,
    /// The version of apiaudit that made it.
    pub tool_version: String,
    /// When the inventory was read that it rests on, as RFC 3339.
    pub made_at: String,
    /// The account's twelve digits.
    pub account: String,
    /// `aws`, `aws-us-gov` or `aws-cn`.
    pub partition: String,
    /// The region.
    pub region: String,
    /// What it is for, in a sentence.
    pub summary: String,
    /// What it relies on: a name for people, and the digest of what was read. Refused as stale when one has changed.
    pub relies_on: BTreeMap<String, String>,
    /// The ARNs of the APIs that no other run may touch meanwhile.
    pub locks: Vec<String>,
    /// What it does, in order.
    pub steps: Vec<Step>,
    /// What to know before applying it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// A step: what must be so before, one write call, what must be so after, and how to go back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its id in the plan: kebab-case, unique.
    pub id: String,
    /// What it does, in words.
    pub title: String,
    /// Which part of the plan it belongs to.
    pub phase: Phase,
    /// What it does.
    pub action: Action,
    /// How long AWS usually takes, in seconds: told while waiting.
    #[serde(default)]
    pub usual_seconds: u64,
    /// When waiting has failed, in seconds.
    #[serde(default)]
    pub deadline_seconds: u64,
    /// How long to let pass after it was done, and after it was undone, until nothing is on its old way any more.
    #[serde(default)]
    pub settle_seconds: u64,
}

/// The parts of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// The new way is built. No request takes it.
    Prepare,
    /// The new way is proven, beside the old one.
    Prove,
    /// Requests move to the new way.
    Cut,
    /// What came of it is checked.
    Verify,
    /// The old way is closed, so that it can be opened again.
    Lockdown,
    /// Something is changed in place.
    Fix,
    /// Something is deleted for good.
    Remove,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Makes something. Undone by deleting it.
    Create(Create),
    /// Deletes what an earlier step of this plan made. Nothing is left to undo.
    Discard {
        /// The step.
        step: String,
    },
    /// Sets a property. Undone by setting it back.
    Set {
        /// The property.
        property: Property,
        /// What it must be before.
        before: State,
        /// What it is after.
        after: State,
        /// Whether undoing an earlier step undoes this one with it.
        #[serde(default)]
        undone_by_earlier: bool,
    },
    /// Makes sure of something. Changes nothing.
    Check(Check),
    /// Deletes something for good.
    Remove(Remove),
}

/// What a step makes sure of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "check", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Check {
    /// Enough targets of a target group are healthy, and one in every zone.
    Healthy {
        /// The target group.
        target_group: String,
        /// The zones.
        zones: Vec<String>,
        /// How many.
        at_least: usize,
    },
    /// What these requests bring now is written down, for later steps to compare with. Each is sent twice: a body that differs
    /// by itself is not compared.
    Baseline {
        /// The requests.
        requests: Vec<Request>,
        /// Properties that must still be as they were before the plan: a baseline of the new way would prove nothing.
        untouched: Vec<(Property, State)>,
    },
    /// These requests bring what those of a baseline brought, one by one.
    SameAs {
        /// The step that took the baseline.
        baseline: String,
        /// The requests.
        requests: Vec<Request>,
        /// For how long this must hold, in seconds; 0 for once.
        for_seconds: u64,
    },
    /// A scan of the region no longer finds what the plan is there to close, and finds nothing new about what it touched.
    Rescan {
        /// The findings that must be gone.
        gone: Vec<FindingKey>,
        /// The findings there were before.
        known: Vec<FindingKey>,
        /// What the plan touches: ids and ARNs with which a subject's id begins. Findings elsewhere are not its doing.
        touched: Vec<String>,
        /// The rules whose new findings are no surprise at this point of the plan, and why.
        expected: BTreeMap<String, String>,
    },
}

/// A finding, wherever it is reported.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FindingKey {
    /// The rule.
    pub rule: String,
    /// The subject's id.
    pub subject: String,
}

impl Plan {
    /// The step with an id.
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == id)
    }

    /// The mark of what a step makes.
    pub fn mark(&self, step: &Step) -> Mark {
        Mark { plan: self.id.clone(), step: step.id.clone() }
    }
}
