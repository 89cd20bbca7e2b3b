//! The keys of a file: one table for the reader, the JSON Schema and the reference. Here those of a rule file.

use std::sync::OnceLock;

use regex::Regex;

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
    /// A list of ids, all of one form.
    Ids(&'static Form),
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

/// How the ids of a catalogue look.
#[derive(Debug)]
pub(crate) struct Form {
    pub pattern: &'static str,
    /// Ids of that form.
    pub examples: &'static [&'static str],
    compiled: OnceLock<Option<Regex>>,
}

impl Form {
    const fn new(pattern: &'static str, examples: &'static [&'static str]) -> Self {
        Self { pattern, examples, compiled: OnceLock::new() }
    }

    /// Whether the text has the form. A pattern that is none, which a test rules out, lets everything pass.
    pub(crate) fn fits(&self, id: &str) -> bool {
        self.compiled.get_or_init(|| Regex::new(self.pattern).ok()).as_ref().is_none_or(|pattern| pattern.is_match(id))
    }
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

/// The `[mappings]` table: what others call the same check, and the requirements it answers.
pub(crate) static MAPPINGS: &[Key] = &[
    may("security-hub", Shape::Ids(&SECURITY_HUB), "AWS Security Hub controls, such as ELB.4."),
    may("aws-config", Shape::Ids(&AWS_CONFIG), "AWS Config managed rules, such as alb-waf-enabled."),
    may("cis", Shape::Ids(&CIS), "CIS AWS Foundations Benchmark recommendations: version and section, such as v5.0.0/5.2."),
    may("nist-800-53", Shape::Ids(&NIST), "NIST SP 800-53 revision 5 controls, such as SC-7(4)."),
    may("pci-dss", Shape::Ids(&PCI), "PCI DSS requirements: version and requirement, such as v4.0.1/1.2.8."),
    may("cwe", Shape::Ids(&CWE), "CWE weaknesses, such as CWE-306."),
    may("prowler", Shape::Ids(&PROWLER), "Prowler checks, such as elbv2_internet_facing."),
    may("checkov", Shape::Ids(&CHECKOV), "Checkov policies, such as CKV_AWS_2 or CKV2_AWS_20."),
    may("trivy", Shape::Ids(&TRIVY), "Trivy checks, such as AWS-0054."),
    may("kics", Shape::Ids(&KICS), "KICS queries: the first eight hexadecimal digits of the id, or all of it."),
];

static SECURITY_HUB: Form = Form::new(r"^[A-Z][A-Za-z0-9]*\.[1-9][0-9]*$", &["ELB.4", "APIGateway.11"]);
static AWS_CONFIG: Form = Form::new(r"^[a-z0-9]+(-[a-z0-9]+)+$", &["alb-waf-enabled"]);
static CIS: Form = Form::new(r"^v[0-9]+\.[0-9]+\.[0-9]+/[0-9]+(\.[0-9]+)*$", &["v5.0.0/5.2", "v3.0.0/3.7"]);
static NIST: Form = Form::new(r"^[A-Z]{2}-[1-9][0-9]?(\([1-9][0-9]?\))?$", &["AC-4", "SC-7(4)"]);
static PCI: Form = Form::new(r"^v[0-9]+\.[0-9]+(\.[0-9]+)?/[0-9]+(\.[0-9]+)*$", &["v4.0.1/1.2.8", "v3.2.1/2.3"]);
static CWE: Form = Form::new(r"^CWE-[1-9][0-9]*$", &["CWE-306"]);
static PROWLER: Form = Form::new(r"^[a-z0-9]+(_[a-z0-9]+)+$", &["elbv2_internet_facing"]);
static CHECKOV: Form = Form::new(r"^CKV2?_[A-Z0-9]+_[1-9][0-9]*$", &["CKV_AWS_2", "CKV2_AWS_20"]);
static TRIVY: Form = Form::new(r"^[A-Z]+-[0-9]{4}$", &["AWS-0054"]);
static KICS: Form =
    Form::new(r"^[0-9a-f]{8}(-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})?$", &["de7f5e83", "6b2739db-9c49-4db7-b980-7816e0c248c1"]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_are_patterns_and_fit_their_examples() {
        for key in MAPPINGS {
            let Shape::Ids(form) = key.shape else { panic!("{} has no form", key.name) };
            assert!(Regex::new(form.pattern).is_ok(), "{}", key.name);
            assert!(form.examples.iter().all(|example| form.fits(example)), "{}", key.name);
            assert!(!form.fits("ELB 4") && !form.fits("") && !form.fits("elb.4"), "{}", key.name);
        }
    }
}
