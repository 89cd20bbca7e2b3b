//! Every kind of mistake but those about limits: what GitHub does about it, and what its author can do.
//!
//! An error is what GitHub was seen to refuse, what its documentation says it refuses, or what its `upload-sarif` action
//! refuses before it uploads, because it is not of the shape of SARIF 2.1.0. Where GitHub's reaction is not documented, it is
//! a warning.

use super::findings::{Kind, Severity};

macro_rules! kinds {
    ($($name:ident = $severity:ident $id:literal: $effect:literal $remedy:literal;)*) => {
        $(pub(super) static $name: Kind = Kind { severity: Severity::$severity, id: $id, effect: $effect, remedy: $remedy };)*
        /// All of them.
        pub static ALL: &[&Kind] = &[$(&$name),*];
    };
}

kinds! {
    // The file.
    BYTE_ORDER_MARK = Error "byte-order-mark": "The upload action finds no JSON." "Save the file as UTF-8 without a byte order mark.";
    SHAPE = Error "not-sarif": "The upload action finds that this is not SARIF 2.1.0." "Write what the standard's schema asks for; what is your tool's own belongs in `properties`.";
    UNKNOWN_MEMBER = Error "unknown-property": "The upload action takes nothing that the standard's schema does not name." "Move it into `properties`, or leave it out.";
    DUPLICATE_ITEM = Error "duplicate-item": "The upload action refuses a list that may hold nothing twice, and does." "Leave one of them out.";
    TIME = Error "malformed-time": "The upload action takes only RFC 3339 date-times." "Write it as 2026-01-31T12:00:00Z, or leave it out.";
    VERSION = Error "sarif-version": "GitHub takes SARIF 2.1.0 only." "Have the tool write SARIF 2.1.0; Microsoft's sarif-multitool converts older logs.";
    SCHEMA_MISSING = Warning "schema-missing": "GitHub documents `$schema` as required." "Name https://json.schemastore.org/sarif-2.1.0.json.";
    SCHEMA_OTHER = Warning "schema-version": "GitHub reads the file as SARIF 2.1.0, whatever it names." "Name https://json.schemastore.org/sarif-2.1.0.json.";
    TWICE = Warning "property-twice": "GitHub reads only the last of them." "Write it once.";
    // A run.
    TOOL_NAME = Error "tool-name-missing": "GitHub does not know whose results these are." "Name the tool in `tool.driver.name`.";
    RULES_MISSING = Warning "rules-missing": "GitHub documents `rules` as required; alerts have no description, severity or help." "List the rules that were applied in `tool.driver.rules`.";
    RESULTS_MISSING = Error "results-missing": "The upload action refuses a run without results." "Write `\"results\": []` when there is none: GitHub then closes what was fixed.";
    SAME_CATEGORY = Error "same-category": "GitHub refuses runs of the same tool and category in one upload." "Give each run an `automationDetails.id` of its own that ends with a slash, or merge the runs.";
    CATEGORY_EMPTY = Warning "category-empty": "What stands before the last slash is the category, and here is none: uploads of several analyses replace each other." "End `automationDetails.id` with a slash.";
    UNSUCCESSFUL = Warning "execution-unsuccessful": "GitHub reports an unsuccessful execution and may keep the alerts as they were." "Right for a scan that is not complete; otherwise set `executionSuccessful` to true.";
    EXTERNAL = Warning "external-properties": "GitHub does not read what stands in other files." "Write everything into one file.";
    URI_BASE = Warning "uri-base-ignored": "GitHub ignores `originalUriBaseIds` and looks for the file from the root of the repository." "Write URIs from the root of the repository on.";
    // A rule.
    RULE_ID = Error "rule-id-missing": "GitHub does not know which rule this is." "Give the rule an `id`.";
    RULE_TWICE = Warning "rule-twice": "GitHub shows one of them." "Give each rule an `id` of its own.";
    RULE_TEXT = Warning "rule-text-missing": "GitHub documents it as required; the alert shows nothing in its place." "Describe the rule.";
    SCORE_INVALID = Error "security-severity-invalid": "GitHub cannot convert the rules, and rejects the file." "Write a number as a string, such as \"8.0\".";
    SCORE_RANGE = Warning "security-severity-range": "GitHub takes it for no security severity." "Write a number above 0.0 and up to 10.0.";
    SCORE_UNTAGGED = Warning "security-tag-missing": "GitHub may ignore the security severity of a rule without the tag `security`." "Add `security` to the rule's `properties.tags`.";
    PRECISION = Warning "precision-unknown": "GitHub ignores it." "Write very-high, high, medium or low.";
    PROBLEM_SEVERITY = Warning "problem-severity-unknown": "GitHub ignores it." "Write error, warning or recommendation.";
    LEVEL_NONE = Warning "level-none": "GitHub documents note, warning and error only." "Choose one of them, or leave out what is none.";
    // A result.
    MESSAGE_MISSING = Error "message-missing": "GitHub expects a message of every result, and resolves no `id`." "Write the words into `message.text`.";
    MESSAGE_ARGUMENTS = Warning "message-arguments": "GitHub shows placeholders as they are." "Fill in the words yourself.";
    KIND_NOT_FAIL = Warning "kind-not-fail": "GitHub ignores `kind`: this becomes an open alert." "Leave out results that are no failures.";
    ABSENT = Warning "result-absent": "GitHub ignores `baselineState`: this becomes an open alert." "Leave out results that are gone.";
    SUPPRESSED = Warning "suppressed-opens": "GitHub ignores `suppressions`: this becomes an open alert." "Leave out suppressed results, or dismiss them after the upload (advanced-security/dismiss-alerts).";
    NO_RULE = Warning "no-rule": "The alert has no rule to filter, describe or recognise it by." "Give the result a `ruleId`.";
    RULE_UNKNOWN = Warning "rule-unknown": "The alert has no description, severity or help." "List the rule in `tool.driver.rules`.";
    RULE_INDEX = Warning "rule-index-wrong": "The alert gets another rule's description, or none." "Let `ruleIndex` be the place of the rule in `tool.driver.rules`, or leave it out.";
    FINGERPRINT_MISSING = Warning "fingerprint-missing": "Alerts open anew when lines move, unless the upload action finds the file and fills it in." "Give each result `partialFingerprints.primaryLocationLineHash`.";
    ONE_ALERT = Warning "results-become-one": "Results with the same rule, file and fingerprint may become one alert." "Let `primaryLocationLineHash` tell them apart.";
    UNLINKED = Warning "related-location-unlinked": "GitHub shows a related location only where the message links to it." "Link to it in `message.text`: [words](1), where 1 is the location's `id`.";
    LINK_BROKEN = Warning "link-broken": "The link in the message leads nowhere." "Give the result a related location with that `id`.";
    // A location.
    LOCATION_MISSING = Error "location-missing": "GitHub expects at least one location of every result." "Point to a file of the repository; for what is in none, to the file that configures it.";
    FURTHER_LOCATIONS = Warning "further-locations": "GitHub uses only the first location." "Give each place a result of its own, or make them related locations that the message links to.";
    PHYSICAL_MISSING = Error "physical-location-missing": "GitHub expects a physical location and its artifact location." "Point to a file; names and ARNs may stand in `logicalLocations` beside it.";
    STEP_ELSEWHERE = Warning "step-by-index": "GitHub does not look up steps in `run.threadFlowLocations`." "Write the step's location where it is used.";
    URI_MISSING = Error "uri-missing": "GitHub expects a URI, and ignores `originalUriBaseIds`." "Write the path of a file from the root of the repository.";
    URI_BY_INDEX = Warning "uri-by-index": "GitHub documents `uri` as required; its upload action looks the artifact up, and whether GitHub does is not documented." "Write the path of the file beside its `index`.";
    URI_INVALID = Error "uri-invalid": "GitHub rejects the file for an invalid URI." "Percent-encode what is special in it.";
    URI_SCHEME = Error "uri-scheme": "GitHub rejects the file: the scheme is not that of the checkout." "Write the path of a file from the root of the repository; an ARN or URL belongs in `logicalLocations`, the message or `properties`.";
    URI_FILE = Warning "uri-file": "GitHub finds the file only when it is below the path of the checkout." "Write the path from the root of the repository.";
    URI_ABSOLUTE = Warning "uri-absolute": "GitHub shows no preview: there is no such file in the repository." "Write the path from the root of the repository, without a slash before it.";
    URI_OUTSIDE = Warning "uri-outside": "GitHub shows no preview: the path leaves the repository, or is not the shortest." "Write the path from the root of the repository, without `..`.";
    URI_UNENCODED = Warning "uri-unencoded": "The upload action finds it is no valid URI, and GitHub may not find the file." "Percent-encode it, and write slashes.";
    REGION_MISSING = Warning "region-missing": "GitHub documents a region as required, shows the alert at the top of the file, and follows no moved lines." "Give `region.startLine`.";
    LINE_MISSING = Error "start-line-missing": "GitHub expects lines, not offsets, of a region." "Give `region.startLine`.";
    COLUMNS_MISSING = Warning "columns-missing": "GitHub documents them as required, and marks the whole line." "Give `startColumn` and `endColumn`; the column after the last character ends it.";
    REGION_REVERSED = Warning "region-reversed": "GitHub cannot mark a region that ends before it begins." "Swap its ends.";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::report::sarif::check::limits;

    #[test]
    fn no_name_is_given_twice_and_all_is_said() {
        let names: BTreeSet<&str> = ALL.iter().map(|kind| kind.id).chain(limits::ALL.iter().map(|limit| limit.id)).collect();
        assert_eq!(names.len(), ALL.len() + limits::ALL.len());
        assert!(ALL.iter().all(|kind| kind.effect.ends_with('.') && kind.remedy.ends_with('.')));
    }
}
