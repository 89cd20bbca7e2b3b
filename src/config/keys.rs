//! The keys of `apiaudit.toml`: one table for the reader, the JSON Schema, the reference and what `apiaudit init` writes.

use crate::rules::keys::{Key, Shape, may, must};
use crate::rules::rule::SEVERITIES;

/// What `scope` may be.
pub(crate) const SCOPES: [&str; 2] = ["api-paths", "account"];
/// What `fail-on` may be.
const FAIL_ON: [&str; 6] = ["critical", "high", "medium", "low", "info", "none"];

/// The whole file.
pub(crate) static CONFIG: &[Key] = &[
    may(
        "accounts",
        Shape::Tables(ACCOUNT, Some("id")),
        "The accounts that may be scanned, as twelve digits or as tables. A scan with the credentials of another one is refused before anything is listed. All may be, when it is left out. SARIF results that have no line in code stand on the line that names the account.",
    ),
    may("regions", Shape::Texts, "The regions to read. Without it, the one AWS is configured for. --region and --all-regions win."),
    may("all-regions", Shape::Flag, "Whether to read every region that is enabled for the account."),
    may(
        "scope",
        Shape::Choice(&SCOPES),
        "Whose hygiene is judged of security groups, network ACLs, subnets and VPCs: of what is used on the path of an API (`api-paths`), or of all of the `account`. --scope wins.",
    ),
    may("rules", Shape::Texts, "Folders of your own rules, relative to this file. --rules adds to them."),
    may("fail-on", Shape::Choice(&FAIL_ON), "From which severity on a run fails with exit code 1; `none` never. --fail-on wins."),
    may("strict", Shape::Flag, "Whether a run that could not read everything fails with exit code 4. --strict and --strict=false win."),
    may("filters", Shape::Table(FILTERS), "Which rules are applied: those that meet every key that is set."),
    may(
        "severity",
        Shape::Named(&Shape::Choice(&SEVERITIES)),
        "Severities of your own, by rule: they take the place of the rule's in every report and decision.",
    ),
    may(
        "thresholds",
        Shape::Named(&Shape::Named(&Shape::Number)),
        "Numbers of your own in place of a rule's, by rule and name; `apiaudit explain RULE` lists those of a rule.",
    ),
    may("suppress", Shape::Tables(SUPPRESS, None), "Findings that you put up with, for a time. Everything that an entry names must fit."),
];

/// An entry of `accounts`.
pub(crate) static ACCOUNT: &[Key] =
    &[must("id", Shape::Text, "Its twelve digits."), may("name", Shape::Text, "What you call it; errors name it.")];

/// The `[filters]` table.
pub(crate) static FILTERS: &[Key] = &[
    may("only", Shape::Texts, "Only these rules. --only sets aside all filters of this file."),
    may("skip", Shape::Texts, "Not these rules. --skip wins."),
    may("families", Shape::Texts, "Only the rules of these families: `api`, `path` and so on. --family wins."),
    may("severity", Shape::Choice(&SEVERITIES), "Only rules of this severity or a worse one. --severity wins."),
    may(
        "frameworks",
        Shape::Texts,
        "Only rules that one of these catalogues knows, such as `security-hub`, or some of its ids: `cis=4.*`. --framework wins.",
    ),
];

/// An entry of `suppress`.
pub(crate) static SUPPRESS: &[Key] = &[
    may("rule", Shape::Text, "The rule."),
    may(
        "resource",
        Shape::Text,
        "A glob over the subject: its ARN or id, the name in it, or the words of the reports. `*` stands for any characters, `?` for one.",
    ),
    may(
        "tag",
        Shape::Text,
        "A tag of the subject's resource: `key=value`. A listener has those of its load balancer, a route those of its stage and API, where it has none of that key itself.",
    ),
    may("fingerprint", Shape::Text, "The finding's fingerprint, as JSON and SARIF print it."),
    may("account", Shape::Text, "Only in this account, where the file is about several."),
    must("reason", Shape::Text, "Why it is put up with."),
    must(
        "expires",
        Shape::Day,
        "The last day, in UTC, on which it is put up with: 2026-12-31. From the next day on the findings count again.",
    ),
];
