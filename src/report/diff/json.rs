//! What changed, for programs, in a shape with a version.

use std::io;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::Serialize;

use crate::assessment::Course;
use crate::compare::{self, Diff};
use crate::network::AddressSet;
use crate::report::text;

/// What a difference says it is.
pub const FORMAT: &str = "apiaudit-diff";
/// The version of its shape. Keys may be added within a version; none changes its meaning or goes.
pub const VERSION: u32 = 1;

/// A difference.
#[derive(Debug, Serialize, JsonSchema)]
struct Report<'a> {
    /// Always `apiaudit-diff`.
    format: &'static str,
    /// The version of this shape.
    version: u32,
    before: Side<'a>,
    after: Side<'a>,
    /// Whether anything got worse.
    worse: bool,
    /// Whether exposure, ways and resources were compared: two inventories tell them, a report does not.
    whole: bool,
    verdicts: Vec<Verdict<'a>>,
    exposures: Vec<Exposure<'a>>,
    ways: Vec<Way<'a>>,
    /// What changed of the resources. Causes name places in this list.
    changes: Vec<Change<'a>>,
    search: Search,
    /// What to know about the comparison.
    notes: &'a [String],
}

#[derive(Debug, Serialize, JsonSchema)]
struct Side<'a> {
    /// The file.
    name: &'a str,
    taken_at: &'a str,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Verdict<'a> {
    rule: &'a str,
    severity: &'a str,
    kind: &'a str,
    subject: &'a str,
    name: &'a str,
    region: &'a str,
    /// `fail`, `suppressed`, `pass`, `unknown`, `not-applicable`, `absent`, `not-listed` (a report does not list it: no finding) or
    /// `not-seen` (nothing can be told).
    before: &'a str,
    after: &'a str,
    /// Whether it fails on both sides with other key evidence.
    other_evidence: bool,
    worse: bool,
    message: &'a str,
    cause: Cause<'a>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Exposure<'a> {
    /// `listener`, `ECS service` or `target group`.
    kind: &'a str,
    id: &'a str,
    name: &'a str,
    region: &'a str,
    /// Who could open a connection, in words; null where it was not there or not seen.
    before: Option<&'a str>,
    after: Option<&'a str>,
    /// Whether it may be there unseen on the side that lacks it.
    unseen: bool,
    worse: bool,
    /// Public addresses.
    internet: Moved,
    /// Addresses of its VPC and of connected networks.
    inside: Moved,
    /// What caused the change of the public addresses.
    cause: Cause<'a>,
    /// What caused that of the others.
    inside_cause: Cause<'a>,
}

/// Blocks of addresses.
#[derive(Debug, Serialize, JsonSchema)]
struct Moved {
    /// Those that can for certain now and could not before.
    added: Vec<String>,
    /// Those that could for certain and cannot now.
    taken_away: Vec<String>,
    /// Those of which nothing is known any more.
    unsure: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Way<'a> {
    target: &'a str,
    target_name: &'a str,
    name: &'a str,
    region: &'a str,
    /// `through`, `direct`, `around` or `perhaps-around`; null where it was not there or not seen.
    before: Option<&'a str>,
    after: Option<&'a str>,
    /// Whether it was there for certain.
    certain_before: bool,
    certain_after: bool,
    /// Whether it may be there unseen on the side that lacks it.
    unseen: bool,
    worse: bool,
    /// Who could take it, in words.
    who_before: Option<&'a str>,
    who_after: Option<&'a str>,
    cause: Cause<'a>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Change<'a> {
    region: &'a str,
    /// The kind of resource, such as `security group`.
    kind: &'a str,
    /// Its ARN or id.
    id: &'a str,
    resource: &'a str,
    /// What changed of it, in words.
    what: &'a str,
}

/// What caused it: places in `changes`, from 0. All are proven: each change was made, or taken back, and everything judged again.
#[derive(Debug, Serialize, JsonSchema)]
struct Cause<'a> {
    /// Each of these does it alone.
    alone: &'a [usize],
    /// Without any one of these it is as before.
    together: &'a [usize],
    /// What completes them, where they are not enough: one way of perhaps several.
    beside: &'a [usize],
    /// Whether those together, with those beside them, are enough.
    enough: bool,
    /// Each of these does a part of it.
    in_part: &'a [usize],
}

/// The search for causes.
#[derive(Debug, Serialize, JsonSchema)]
struct Search {
    /// How often it was judged again.
    trials: usize,
    /// How many trials were left out for want of room: causes may be missing.
    left_out: usize,
}

/// Writes the difference.
pub(super) fn write(diff: &Diff, out: &mut dyn io::Write) -> io::Result<()> {
    text::write_json(&Report::from(diff), true, out)
}

/// The JSON Schema of a difference.
pub fn schema() -> Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<Report<'static>>()
}

impl<'a> From<&'a Diff> for Report<'a> {
    fn from(diff: &'a Diff) -> Self {
        Self {
            format: FORMAT,
            version: VERSION,
            before: Side { name: &diff.before.0, taken_at: &diff.before.1 },
            after: Side { name: &diff.after.0, taken_at: &diff.after.1 },
            worse: diff.is_worse(),
            whole: diff.is_whole,
            verdicts: diff.verdicts.iter().map(verdict).collect(),
            exposures: diff.exposures.iter().map(exposure).collect(),
            ways: diff.ways.iter().map(way).collect(),
            changes: diff.changes.iter().map(change).collect(),
            search: Search { trials: diff.trials, left_out: diff.untried },
            notes: &diff.notes,
        }
    }
}

fn verdict(one: &compare::VerdictChange) -> Verdict<'_> {
    Verdict {
        rule: &one.said.rule,
        severity: one.said.severity.as_str(),
        kind: &one.said.kind,
        subject: &one.said.id,
        name: &one.said.name,
        region: &one.said.region,
        before: one.before.as_str(),
        after: one.after.as_str(),
        other_evidence: one.other_evidence,
        worse: one.is_worse(),
        message: &one.said.message,
        cause: (&one.cause).into(),
    }
}

fn exposure(one: &compare::ExposureChange) -> Exposure<'_> {
    Exposure {
        kind: one.kind,
        id: &one.id,
        name: &one.name,
        region: &one.region,
        before: one.before.as_deref(),
        after: one.after.as_deref(),
        unseen: one.is_unseen,
        worse: one.is_worse(),
        internet: (&one.internet).into(),
        inside: (&one.inside).into(),
        cause: (&one.cause).into(),
        inside_cause: (&one.inside_cause).into(),
    }
}

impl From<&compare::Moved> for Moved {
    fn from(moved: &compare::Moved) -> Self {
        let blocks = |set: &AddressSet| set.iter_blocks().map(|block| block.to_string()).collect();
        Self { added: blocks(&moved.added), taken_away: blocks(&moved.lost), unsure: blocks(&moved.unsure) }
    }
}

fn way(one: &compare::WayChange) -> Way<'_> {
    let course = |way: Option<(Course, bool)>| way.map(|(course, _)| course.as_str());
    Way {
        target: &one.target_id,
        target_name: &one.target,
        name: &one.name,
        region: &one.region,
        before: course(one.before),
        after: course(one.after),
        certain_before: one.before.is_some_and(|(_, certain)| certain),
        certain_after: one.after.is_some_and(|(_, certain)| certain),
        unseen: one.is_unseen,
        worse: one.is_worse(),
        who_before: one.who.0.as_deref(),
        who_after: one.who.1.as_deref(),
        cause: (&one.cause).into(),
    }
}

fn change(one: &compare::Change) -> Change<'_> {
    Change { region: &one.region, kind: &one.kind, id: &one.id, resource: &one.resource, what: &one.what }
}

impl<'a> From<&'a compare::Cause> for Cause<'a> {
    fn from(cause: &'a compare::Cause) -> Self {
        Self { alone: &cause.alone, together: &cause.together, beside: &cause.beside, enough: cause.is_enough, in_part: &cause.in_part }
    }
}
