//! The keys of a file: one table for the reader, the JSON Schema and the reference. Here those of a rule file.

use crate::rules::rule::{PRECISIONS, SEVERITIES};

/// What a key holds.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shape {
    /// Text.
    Text,
    /// CEL.
    Cel,
    /// Text with `{CEL}` in it.
    Template,
    /// One of some words.
    Choice(&'static [&'static str]),
    /// A list of text.
    Texts,
    /// A list of CEL, each perhaps with a label and a mark.
    Evidence,
    /// A table.
    Table(&'static [Key]),
    /// True or false.
    Flag,
    /// A whole number.
    Number,
    /// A day, as TOML writes it or as text.
    Day,
    /// A list of tables. Where a key is named, text stands for a table that has only that key.
    Tables(&'static [Key], Option<&'static str>),
    /// A table with keys of the user's own, each of which holds the same shape.
    Named(&'static Self),
}

/// One key.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key {
    pub name: &'static str,
    pub shape: Shape,
    pub required: bool,
    pub doc: &'static str,
}

pub(crate) const fn must(name: &'static str, shape: Shape, doc: &'static str) -> Key {
    Key { name, shape, required: true, doc }
}

pub(crate) const fn may(name: &'static str, shape: Shape, doc: &'static str) -> Key {
    Key { name, shape, required: false, doc }
}

/// A rule file.
pub(crate) static RULE: &[Key] = &[
    must("id", Shape::Text, "The name of the rule: kebab-case, names the bad pattern, equals the file name, never changes."),
    must("title", Shape::Text, "What is wrong when the rule fails, as a headline."),
    must("severity", Shape::Choice(&SEVERITIES), "How bad a failure is."),
    must("severity-reason", Shape::Text, "Why it is as bad as that."),
    must("precision", Shape::Choice(&PRECISIONS), "How often a failure is a real one."),
    must("family", Shape::Text, "The folder the rule lives in."),
    must("subject", Shape::Text, "The kind of thing the rule judges."),
    may("aliases", Shape::Texts, "Names the rule had before."),
    must("since", Shape::Text, "The version of apiaudit that had the rule first."),
    may("applies", Shape::Cel, "CEL: which subjects the rule is about. All, when it is left out."),
    must("condition", Shape::Cel, "CEL: what is wrong. A subject for which it holds fails."),
    must("message", Shape::Template, "What to say about a subject that fails, with {CEL} in it."),
    may("evidence", Shape::Evidence, "CEL: what to show as proof."),
    may(
        "parts",
        Shape::Texts,
        "The parts of the subject's code whose change closes a finding, best first, as inventories name them, such as `scheme`; of another resource on the way, `load-balancer/scheme`.",
    ),
    must("docs", Shape::Table(DOCS), "What a person should know. Markdown."),
    must("remediation", Shape::Table(REMEDIATION), "How to close it."),
    may("thresholds", Shape::Named(&Shape::Number), "Numbers that expressions can ask by their names, and that users can set otherwise."),
    may("mappings", Shape::Table(MAPPINGS), "What other catalogues call it."),
];

/// The `[docs]` table.
pub(crate) static DOCS: &[Key] = &[
    must("what", Shape::Text, "What the rule finds."),
    must("why", Shape::Text, "Why that is bad."),
    must("attack", Shape::Text, "What an attacker does with it."),
    must("fine", Shape::Text, "When it is fine."),
    may("references", Shape::Texts, "Where to read on: https URLs."),
];

/// The `[remediation]` table.
pub(crate) static REMEDIATION: &[Key] = &[
    must("steps", Shape::Texts, "What to do, in order."),
    may("console", Shape::Text, "Where to do it in the AWS console. Markdown."),
    may("cli", Shape::Template, "AWS CLI commands, with {CEL} in them. Values are quoted for the shell."),
    may("terraform", Shape::Text, "An example in Terraform."),
    may("cloudformation", Shape::Text, "An example in CloudFormation."),
];

/// The `[mappings]` table.
pub(crate) static MAPPINGS: &[Key] = &[
    may("security-hub", Shape::Texts, "AWS Security Hub controls, such as ELB.4."),
    may("aws-config", Shape::Texts, "AWS Config managed rules."),
    may("cis", Shape::Texts, "CIS AWS Foundations Benchmark recommendations."),
    may("nist-800-53", Shape::Texts, "NIST SP 800-53 controls."),
    may("pci-dss", Shape::Texts, "PCI DSS requirements."),
    may("cwe", Shape::Texts, "CWE weaknesses, such as CWE-306."),
    may("prowler", Shape::Texts, "Prowler checks."),
    may("checkov", Shape::Texts, "Checkov policies."),
    may("trivy", Shape::Texts, "Trivy checks."),
    may("kics", Shape::Texts, "KICS queries."),
];
