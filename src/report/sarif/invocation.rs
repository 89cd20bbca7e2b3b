//! How the scan went. GitHub takes a result that is missing for one that was fixed, unless the scan says it was not complete.

use serde_json::{Value, json};
use serde_sarif::sarif::{
    Invocation, MultiformatMessageString, Notification, PropertyBag, ReportingDescriptor, ReportingDescriptorReference,
};

use super::message::message;
use super::properties;
use super::rules::pascal;
use crate::assessment::Assessment;
use crate::report::gaps::{self, Group};
use crate::report::text::count;

/// How many results there are, of how many.
#[derive(Clone, Copy)]
pub(super) struct Cut {
    pub(super) kept: usize,
    pub(super) of: usize,
}

/// What a notification may be about; its place here is its index.
const KINDS: [(&str, &str); 7] = [
    ("coverage-gap", "A question that brought no answer."),
    ("verdict-unknown", "Verdicts that could not be told."),
    ("region-skipped", "A region that was not read."),
    ("draft-judged", "Verdicts on a working copy, because what is deployed could not be read."),
    ("results-cut", "Findings left out because code scanning takes no more."),
    ("subjects-left-out", "Subjects that were not judged, because others were chosen."),
    ("suppression-stale", "A suppression that has expired, that fits no finding, or of which that could not be told."),
];

/// What notifications may be about.
pub(super) fn descriptors() -> Vec<ReportingDescriptor> {
    let text = |text: &str| MultiformatMessageString::builder().text(text).build();
    // GitHub asks the same of a notification as of a rule.
    let describe = |&(id, about): &(&str, &str)| {
        let descriptor = ReportingDescriptor::builder().id(id).name(pascal(id)).short_description(text(about));
        descriptor.full_description(text(about)).help(text(about)).build()
    };
    KINDS.iter().map(describe).collect()
}

/// How the scan went.
pub(super) fn of(assessment: &Assessment, cut: Cut, has_category: bool) -> Invocation {
    let mut notifications: Vec<Notification> = gaps::groups(assessment).iter().map(gap).collect();
    let unexplained = gaps::unexplained(assessment);
    if !unexplained.is_empty() {
        let unknown = count(unexplained.len(), "verdict is unknown", "verdicts are unknown");
        let text = format!("{unknown}, and no call is to blame: {}", gaps::rules(&unexplained));
        notifications.push(notification("verdict-unknown", "warning", &text, None));
    }
    for region in &assessment.skipped_regions {
        let text = format!("Region {} was not read: {}", region.name, region.reason);
        notifications.push(notification("region-skipped", "note", &text, Some(properties([("region", json!(region.name))]))));
    }
    let drafts = assessment.tally().pass_of_draft;
    if drafts > 0 {
        let passes = count(drafts, "pass speaks", "passes speak");
        let text = format!("{passes} of a working copy only: what is deployed could not be read");
        notifications.push(notification("draft-judged", "note", &text, None));
    }
    if cut.kept < cut.of {
        let text = format!(
            "{} of {} findings are left out, the least severe first: code scanning takes no more. The JSON report has all of them",
            cut.of - cut.kept,
            cut.of
        );
        notifications.push(notification("results-cut", "warning", &text, None));
    }
    if let Some(narrowed) = &assessment.narrowed {
        let left_out = count(narrowed.left_out, "verdict on anything else is", "verdicts on anything else are");
        let text = format!("Judged only what {} chose: {left_out} left out", narrowed.by.join(" "));
        notifications.push(notification("subjects-left-out", "warning", &text, None));
    }
    for applied in assessment.stale_suppressions() {
        let (words, help) = applied.in_words();
        let place = &applied.rule.place;
        let text = format!("{}:{}: {words} ({}); {help}", place.file, place.start_line, applied.rule.reason);
        notifications.push(notification("suppression-stale", "note", &text, None));
    }
    // A finding that was cut or left out would count as fixed, too; under a category of its own, it is not missed.
    let has_all = cut.kept == cut.of && (assessment.narrowed.is_none() || has_category);
    let mut invocation = Invocation::builder().execution_successful(assessment.is_read() && is_whole(assessment) && has_all).build();
    invocation.tool_execution_notifications = (!notifications.is_empty()).then_some(notifications);
    // Anything but a timestamp would have the whole file refused.
    invocation.end_time_utc = assessment.taken_at.parse::<jiff::Timestamp>().ok().map(|taken| taken.to_string());
    invocation.properties = Some(coverage(assessment));
    invocation
}

/// Whether all code was at hand: what was left out would count as fixed, too.
fn is_whole(assessment: &Assessment) -> bool {
    let notes = assessment.code.iter().flat_map(|code| &code.notes);
    notes.into_iter().all(|note| !["left out", "not at hand", "a part of what is to be done"].iter().any(|words| note.contains(words)))
}

fn gap(group: &Group<'_>) -> Notification {
    let text = format!("{}. {}. {}", group.headline(), group.consequence(), group.advice());
    let bag = properties([
        ("cause", json!(group.cause.to_string())),
        ("action", text_or_null(group.action)),
        ("operation", text_or_null(group.operation)),
        ("regions", json!(group.regions)),
        ("resources", json!(group.resources)),
        ("details", json!(group.details)),
        ("unknownVerdicts", json!(group.outcomes.len())),
    ]);
    notification("coverage-gap", "warning", &text, Some(bag))
}

fn notification(kind: &str, level: &str, text: &str, bag: Option<PropertyBag>) -> Notification {
    let mut descriptor = ReportingDescriptorReference::builder().id(kind).build();
    descriptor.index = KINDS.iter().position(|(id, _)| *id == kind).and_then(|index| i64::try_from(index).ok());
    let mut notification = Notification::builder().descriptor(descriptor).level(json!(level)).message(message(text)).build();
    notification.properties = bag;
    notification
}

fn text_or_null(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { json!(text) }
}

fn coverage(assessment: &Assessment) -> PropertyBag {
    let coverage = &assessment.coverage;
    let tally = assessment.tally();
    properties([
        ("account", json!(assessment.account.as_ref().map(|account| &account.id))),
        ("regions", json!(assessment.regions)),
        (
            "coverage",
            json!({
                "apis": coverage.apis,
                "stages": coverage.stages,
                "routes": coverage.routes,
                "draftRoutes": coverage.draft_routes,
                "loadBalancers": coverage.load_balancers,
                "targetGroups": coverage.target_groups,
                "services": coverage.services,
                "tasks": coverage.tasks,
            }),
        ),
        (
            "verdicts",
            json!({
                "fail": tally.fail,
                "pass": tally.pass,
                "passOfDraft": tally.pass_of_draft,
                "unknown": tally.unknown,
                "notApplicable": tally.not_applicable,
            }),
        ),
        ("missingPermissions", json!(gaps::permissions(assessment))),
    ])
}
