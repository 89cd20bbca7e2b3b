//! What changed between two runs: verdicts, who reaches what, the ways in, and the resources behind that.

use std::collections::BTreeSet;

use super::against::{Mismatch, check, is_one_account, notes};
use super::causes::{Cause, Causes, Trial};
use super::resources::{Change, as_json, changes};
use super::state::{Fact, Reached, State, Value};
use crate::assessment::{Assessment, Course, Record, Said, Told};
use crate::inventory::Inventory;
use crate::network::{AddressSet, Bounds, SharedRanges};

/// One of the two runs.
pub struct Side<'s> {
    /// What the user calls it.
    pub name: &'s str,
    /// What it concluded.
    pub record: &'s Record,
    /// What was there, where that is known.
    pub inventory: Option<&'s Inventory>,
}

/// What changed.
#[derive(Debug, Default)]
pub struct Diff {
    /// What the earlier run is called, and when it was taken.
    pub before: (String, String),
    /// The same of the later one.
    pub after: (String, String),
    /// The verdicts that changed.
    pub verdicts: Vec<VerdictChange>,
    /// Who reaches what, where that changed.
    pub exposures: Vec<ExposureChange>,
    /// The ways in that came, went or stand otherwise.
    pub ways: Vec<WayChange>,
    /// What changed of the resources.
    pub changes: Vec<Change>,
    /// Whether both were inventories: only then are exposure, ways and resources compared.
    pub is_whole: bool,
    /// How often it was judged again to find causes.
    pub trials: usize,
    /// How many trials were left out for want of room.
    pub untried: usize,
    /// What to know about the comparison.
    pub notes: Vec<String>,
}

/// A verdict of before or after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Was {
    /// The rule said this.
    Told(Told),
    /// There is no such subject.
    Absent,
    /// A report does not list it: it passed, the rule did not speak of it, or it was not there.
    NotListed,
    /// Nothing can be told: the region was not read, or not all that could show the subject.
    NotSeen,
}

impl Was {
    /// Its name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Told(told) => told.as_str(),
            Self::Absent => "absent",
            Self::NotListed => "not-listed",
            Self::NotSeen => "not-seen",
        }
    }

    fn is_fine(self) -> bool {
        matches!(self, Self::Told(Told::Pass | Told::NotApplicable | Told::Suppressed) | Self::Absent | Self::NotListed)
    }
}

/// A verdict that changed.
#[derive(Debug, Clone)]
pub struct VerdictChange {
    /// What is said of the subject: after, or else before.
    pub said: Said,
    /// The verdict before.
    pub before: Was,
    /// The verdict after.
    pub after: Was,
    /// Whether it fails on both sides with other key evidence.
    pub other_evidence: bool,
    /// What caused it.
    pub cause: Cause,
}

impl VerdictChange {
    /// Whether it got worse: it fails and did not with this evidence, or what was fine cannot be told any more.
    pub fn is_worse(&self) -> bool {
        match self.after {
            Was::Told(Told::Fail) => true,
            Was::Told(Told::Unknown) | Was::NotSeen => self.before.is_fine() && self.before != Was::Absent && self.before != Was::NotListed,
            _ => false,
        }
    }

    /// Whether a finding or an open question is on either side.
    pub fn matters(&self) -> bool {
        !(self.before.is_fine() && self.after.is_fine())
    }
}

/// Addresses that were added to those that reach something, or taken away.
#[derive(Debug, Clone, Default)]
pub struct Moved {
    /// Those that can now for certain, and could not before.
    pub added: AddressSet,
    /// Those that could for certain, and cannot now.
    pub lost: AddressSet,
    /// Those of which it is not known, and was before, or that may be added.
    pub unsure: AddressSet,
}

impl Moved {
    /// The same where nobody knows whether the thing is there on both sides.
    fn at_best(self) -> Self {
        Self { unsure: self.added.union(&self.lost).union(&self.unsure), ..Self::default() }
    }

    fn of(before: &Bounds, after: &Bounds) -> Self {
        let unsure = |bounds: &Bounds| bounds.perhaps.difference(&bounds.surely);
        Self {
            added: after.surely.difference(&before.perhaps),
            lost: before.surely.difference(&after.perhaps),
            unsure: unsure(after).difference(&unsure(before)),
        }
    }
}

/// Who reaches something, where that changed.
#[derive(Debug, Clone)]
pub struct ExposureChange {
    /// `listener`, `ECS service` or `target group`.
    pub kind: &'static str,
    /// Its ARN.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Its region.
    pub region: String,
    /// Who could, in words; none where it was not there.
    pub before: Option<String>,
    /// Who can; none where it is not there, or was not seen.
    pub after: Option<String>,
    /// Whether it may be there unseen on the side that lacks it.
    pub is_unseen: bool,
    /// The public addresses.
    pub internet: Moved,
    /// The addresses in its VPC and in connected networks.
    pub inside: Moved,
    /// What caused the change of the public addresses.
    pub cause: Cause,
    /// What caused that of the others.
    pub inside_cause: Cause,
}

impl ExposureChange {
    /// Whether more can reach it, or may.
    pub fn is_worse(&self) -> bool {
        let more = |moved: &Moved| !moved.added.is_empty() || !moved.unsure.is_empty();
        self.after.is_some() && (more(&self.internet) || more(&self.inside))
    }
}

/// A way in that came, went or stands otherwise.
#[derive(Debug, Clone)]
pub struct WayChange {
    /// Where it leads, in words.
    pub target: String,
    /// The target's ARN.
    pub target_id: String,
    /// The id of where it begins, and its words: what tells it from others to the same target.
    pub id: String,
    /// The way in words.
    pub name: String,
    /// The region where it begins.
    pub region: String,
    /// How it stood to the other ways, and whether it was there for certain.
    pub before: Option<(Course, bool)>,
    /// How it stands.
    pub after: Option<(Course, bool)>,
    /// Whether it may be there unseen on the side that lacks it.
    pub is_unseen: bool,
    /// Who could take it, and who can.
    pub who: (Option<String>, Option<String>),
    /// What caused it.
    pub cause: Cause,
}

impl WayChange {
    /// Whether it is a way around, and was none.
    pub fn is_worse(&self) -> bool {
        let around = |way: Option<(Course, bool)>| way.is_some_and(|(course, _)| course.is_around());
        around(self.after) && !around(self.before)
    }
}

impl Diff {
    /// Whether anything got worse.
    pub fn is_worse(&self) -> bool {
        let exposures = self.exposures.iter().any(ExposureChange::is_worse);
        exposures || self.verdicts.iter().any(VerdictChange::is_worse) || self.ways.iter().any(WayChange::is_worse)
    }

    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.verdicts.is_empty() && self.exposures.is_empty() && self.ways.is_empty() && self.changes.is_empty()
    }

    /// The changes that something was traced to.
    fn used(&self) -> BTreeSet<usize> {
        let verdicts = self.verdicts.iter().map(|one| &one.cause);
        let exposures = self.exposures.iter().flat_map(|one| [&one.cause, &one.inside_cause]);
        let causes = verdicts.chain(exposures).chain(self.ways.iter().map(|one| &one.cause));
        causes.flat_map(Cause::all).collect()
    }

    /// The changes that nothing which changed was traced to.
    pub fn without_effect(&self) -> impl Iterator<Item = &Change> {
        let used = self.used();
        self.changes.iter().enumerate().filter(move |(number, _)| !used.contains(number)).map(|(_, change)| change)
    }
}

/// Says what changed. `judge` says what the rules of this run make of an inventory.
pub fn diff(
    before: &Side<'_>,
    after: &Side<'_>,
    shared: &SharedRanges,
    judge: &dyn Fn(&Inventory) -> Assessment,
) -> Result<Diff, Mismatch> {
    check(before.record, after.record)?;
    let name = |side: &Side<'_>| (side.name.to_owned(), side.record.taken_at.clone());
    let mut found = Diff {
        before: name(before),
        after: name(after),
        verdicts: verdicts(before.record, after.record),
        notes: notes(before.record, after.record),
        ..Diff::default()
    };
    if let (Some(one), Some(other)) = (before.inventory, after.inventory) {
        found.is_whole = true;
        resources(&mut found, one, other, shared, judge);
    } else {
        found.notes.push("exposure, ways and resources are compared between two inventories only; a report tells verdicts".to_owned());
    }
    found.verdicts.sort_by_key(|one| {
        let severity = std::cmp::Reverse(one.said.severity);
        (!one.is_worse(), !one.matters(), severity, one.said.rule.clone(), one.said.id.clone())
    });
    Ok(found)
}

fn verdicts(before: &Record, after: &Record) -> Vec<VerdictChange> {
    let keys: BTreeSet<_> = before.said.keys().chain(after.said.keys()).collect();
    let mut changed = Vec::new();
    for (rule, subject) in keys {
        if !before.rules.contains(rule) || !after.rules.contains(rule) {
            continue;
        }
        let (one, other) = (before.of(rule, subject), after.of(rule, subject));
        let Some(said) = other.or(one) else { continue };
        // What stands for subjects that could not be listed is told as a note of its own.
        let (was, is) = (was(before, one, (after, other), said), was(after, other, (before, one), said));
        let prints = [one, other].map(|said| said.map_or("", |said| said.fingerprint.as_str()));
        let other_evidence =
            was == Was::Told(Told::Fail) && is == was && prints[0] != prints[1] && prints.iter().all(|print| !print.is_empty());
        let both_missing =
            [was, is].iter().all(|side| matches!(side, Was::NotListed | Was::Told(Told::Pass | Told::NotApplicable) | Was::Absent))
                && [was, is].contains(&Was::NotListed);
        if (was != is && !both_missing) || other_evidence {
            changed.push(VerdictChange { said: said.clone(), before: was, after: is, other_evidence, cause: Cause::default() });
        }
    }
    changed
}

/// What a run said, or why it said nothing. What it leaves out is no better for that.
fn was(record: &Record, found: Option<&Said>, (other, known): (&Record, Option<&Said>), said: &Said) -> Was {
    let may_be_open = known.is_some_and(|known| matches!(known.verdict, Told::Fail | Told::Suppressed | Told::Unknown));
    let is_left_out = may_be_open && record.may_leave_out(&said.kind, other);
    match found {
        Some(found) if found.verdict == Told::NotApplicable && is_left_out => Was::NotSeen,
        Some(found) => Was::Told(found.verdict),
        None if !said.region.is_empty() && !record.regions.contains(&said.region) => Was::NotSeen,
        None if record.may_have_more(&said.rule, &said.region) => Was::NotSeen,
        None if !record.is_whole && is_left_out => Was::NotSeen,
        None if record.is_whole && !is_one_account(record, other) => Was::NotSeen,
        None if record.is_whole => Was::Absent,
        None => Was::NotListed,
    }
}

fn resources(found: &mut Diff, one: &Inventory, other: &Inventory, shared: &SharedRanges, judge: &dyn Fn(&Inventory) -> Assessment) {
    let (json_before, json_after) = (as_json(one), as_json(other));
    found.changes = changes(&json_before, &json_after);
    let (assessed_before, assessed_after) = (judge(one), judge(other));
    let state = |inventory: &Inventory, assessment: &Assessment| State::of(inventory, assessment, shared);
    let (before, after) = (state(one, &assessed_before), state(other, &assessed_after));
    found.exposures = exposures(&before, &after);
    found.ways = ways(&before, &after);
    if before.cut + after.cut > 0 {
        found.notes.push(format!("not all ways to {} targets were compared: there are too many", before.cut.max(after.cut)));
    }
    let wanted: Vec<Fact> = facts(found);
    let order = order(found, &[&assessed_before, &assessed_after]);
    let again = |inventory: &Inventory| State::of(inventory, &judge(inventory), shared);
    let trial = Trial { before: &json_before, after: &json_after, changes: &found.changes, order, judge: &again };
    let causes = trial.causes(&before, &after, &wanted);
    attribute(found, causes);
    // The time is no change of the account: it is told only where a verdict hangs on it.
    let time = found.changes.len().wrapping_sub(1);
    if found.changes.last().is_some_and(Change::is_time) && !found.used().contains(&time) {
        found.changes.pop();
    }
}

/// Everything that changed and whose cause is looked for.
fn facts(found: &Diff) -> Vec<Fact> {
    let verdicts = found.verdicts.iter().filter(|one| one.matters() && !one.other_evidence);
    let verdicts = verdicts.map(|one| verdict(&one.said));
    let exposures = found.exposures.iter().flat_map(|one| {
        let sides = [(false, &one.internet), (true, &one.inside)].into_iter().filter(|(_, moved)| moved_any(moved));
        sides.map(|(is_inside, _)| Fact::Exposure(one.id.clone(), is_inside))
    });
    let ways = found.ways.iter().map(|one| Fact::Way(one.target_id.clone(), one.id.clone()));
    verdicts.chain(exposures).chain(ways).collect()
}

fn verdict(said: &Said) -> Fact {
    let (rule, subject) = said.key();
    Fact::Verdict(rule, subject)
}

fn attribute(found: &mut Diff, causes: Causes) {
    let Causes { mut of, trials, untried } = causes;
    (found.trials, found.untried) = (trials, untried);
    for one in &mut found.verdicts {
        one.cause = of.remove(&verdict(&one.said)).unwrap_or_default();
    }
    for one in &mut found.exposures {
        one.cause = of.remove(&Fact::Exposure(one.id.clone(), false)).unwrap_or_default();
        one.inside_cause = of.remove(&Fact::Exposure(one.id.clone(), true)).unwrap_or_default();
    }
    for one in &mut found.ways {
        one.cause = of.remove(&Fact::Way(one.target_id.clone(), one.id.clone())).unwrap_or_default();
    }
}

/// The changes worth a trial: those of regions in which something changed, and first those of resources that the proofs name.
fn order(found: &Diff, assessed: &[&Assessment]) -> Vec<usize> {
    let regions: BTreeSet<&str> = (found.verdicts.iter().map(|one| one.said.region.as_str()))
        .chain(found.exposures.iter().map(|one| one.region.as_str()))
        .chain(found.ways.iter().map(|one| one.region.as_str()))
        .collect();
    let changed: BTreeSet<_> = found.verdicts.iter().map(|one| (one.said.rule.as_str(), one.said.id.as_str())).collect();
    let mut named: BTreeSet<String> = BTreeSet::new();
    for outcome in assessed.iter().flat_map(|assessment| &assessment.outcomes) {
        if !changed.contains(&(outcome.rule.id.as_str(), outcome.subject.id.as_str())) {
            continue;
        }
        named.insert(outcome.subject.id.clone());
        if let Some(proof) = outcome.proof.as_deref() {
            named.extend(proof.paths.iter().flat_map(|path| &path.steps).map(|step| step.id.clone()));
            let words =
                proof.evidence.iter().flat_map(|one| one.value.split(|sign: char| !(sign.is_alphanumeric() || "-_/:".contains(sign))));
            named.extend(words.map(|word| word.trim_end_matches(':').to_owned()));
        }
    }
    named.extend(found.exposures.iter().map(|one| one.id.clone()));
    let near = found.changes.iter().enumerate().filter(|(_, change)| change.region.is_empty() || regions.contains(change.region.as_str()));
    let mut order: Vec<(bool, usize)> = near.map(|(number, change)| (!change.ids.iter().any(|id| named.contains(id)), number)).collect();
    order.sort_unstable();
    order.into_iter().map(|(_, number)| number).collect()
}

fn exposures(before: &State, after: &State) -> Vec<ExposureChange> {
    let ids: BTreeSet<&String> = before.reached.keys().chain(after.reached.keys()).collect();
    let mut changed = Vec::new();
    for id in ids {
        let (one, other) = (before.reached.get(id), after.reached.get(id));
        let same = |is_inside| {
            let fact = Fact::Exposure(id.clone(), is_inside);
            before.facts.get(&fact) == after.facts.get(&fact)
        };
        if same(false) && same(true) {
            continue;
        }
        let Some(known) = other.or(one) else { continue };
        let lacking = if one.is_none() { before } else { after };
        let bounds = |side: Option<&Reached>, of: fn(&Reached) -> &Bounds| side.map(of).cloned().unwrap_or_default();
        let is_unseen = (one.is_none() || other.is_none()) && lacking.unseen.contains(&(known.kind, known.region.clone()));
        let moved = |of: fn(&Reached) -> &Bounds| {
            let moved = Moved::of(&bounds(one, of), &bounds(other, of));
            if is_unseen { moved.at_best() } else { moved }
        };
        changed.push(ExposureChange {
            kind: known.kind,
            id: id.clone(),
            name: known.name.clone(),
            region: known.region.clone(),
            before: one.map(|side| side.words.clone()),
            after: other.map(|side| side.words.clone()),
            is_unseen,
            internet: moved(|side| &side.exposure.internet),
            inside: moved(|side| &side.exposure.inside),
            cause: Cause::default(),
            inside_cause: Cause::default(),
        });
    }
    // What came or went and nobody could reach has changed for nobody.
    let differs = |one: &ExposureChange| one.before.is_some() && one.after.is_some() && one.before != one.after;
    changed.retain(|one| differs(one) || [&one.internet, &one.inside].iter().any(|moved| moved_any(moved)));
    changed.sort_by_key(|one| (!one.is_worse(), one.kind, one.name.clone(), one.id.clone()));
    changed
}

fn moved_any(moved: &Moved) -> bool {
    [&moved.added, &moved.lost, &moved.unsure].iter().any(|set| !set.is_empty())
}

fn ways(before: &State, after: &State) -> Vec<WayChange> {
    let keys: BTreeSet<_> = before.ways.keys().chain(after.ways.keys()).collect();
    let mut changed = Vec::new();
    for key in keys {
        let fact = Fact::Way(key.0.clone(), key.1.clone());
        if before.facts.get(&fact) == after.facts.get(&fact) {
            continue;
        }
        let (one, other) = (before.ways.get(key), after.ways.get(key));
        let Some(known) = other.or(one) else { continue };
        let lacking = if one.is_none() { before } else { after };
        let stands = |side: Option<&super::state::WayTo>| side.map(|found| (found.way.course(), found.way.certain));
        let who = |state: &State| match state.facts.get(&fact) {
            Some(Value::Way { who, .. }) => Some(who.clone()),
            _ => None,
        };
        changed.push(WayChange {
            target: known.target.clone(),
            target_id: key.0.clone(),
            id: key.1.clone(),
            name: known.way.name.clone(),
            region: known.way.region.clone(),
            before: stands(one),
            after: stands(other),
            is_unseen: (one.is_none() || other.is_none()) && lacking.may_have_more_ways,
            who: (who(before), who(after)),
            cause: Cause::default(),
        });
    }
    changed.sort_by_key(|one| (!one.is_worse(), one.target.clone(), one.name.clone()));
    changed
}
