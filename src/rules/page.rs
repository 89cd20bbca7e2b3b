//! A rule's documentation.

use std::fmt::Write as _;

use crate::rules::{Rule, Template};

/// A rule's documentation, as Markdown.
pub fn page(rule: &Rule) -> String {
    let mut page = format!("# {}\n\n{}\n\n", rule.id, rule.title);
    let _ = writeln!(page, "Severity: **{}**. {}", rule.severity, rule.severity_reason);
    let _ = writeln!(page, "Precision: {}. Judges: {}. Since: {}.", rule.precision, rule.subject, rule.since);
    let docs = &rule.docs;
    for (heading, text) in [("What it finds", &docs.what), ("Why it matters", &docs.why), ("How an attacker uses it", &docs.attack)] {
        let _ = write!(page, "\n## {heading}\n\n{}\n", text.trim());
    }
    page.push_str("\n## How to fix\n\n");
    for (number, step) in rule.remediation.steps.iter().enumerate() {
        let _ = writeln!(page, "{}. {step}", number + 1);
    }
    if let Some(console) = &rule.remediation.console {
        let _ = write!(page, "\n### AWS console\n\n{console}\n");
    }
    for (heading, language, text) in [
        ("AWS CLI", "sh", rule.remediation.cli.as_ref().map(Template::source)),
        ("Terraform", "hcl", rule.remediation.terraform.as_deref()),
        ("CloudFormation/CDK", "yaml", rule.remediation.cloudformation.as_deref()),
    ] {
        if let Some(text) = text {
            let _ = write!(page, "\n### {heading}\n\n```{language}\n{}\n```\n", text.trim());
        }
    }
    let _ = write!(page, "\n## When it is fine\n\n{}\n", docs.fine.trim());
    if !docs.references.is_empty() {
        page.push_str("\n## References\n\n");
        for reference in &docs.references {
            let _ = writeln!(page, "- <{reference}>");
        }
    }
    if !rule.mappings.is_empty() {
        page.push_str("\n## Known elsewhere as\n\n");
        for (catalogue, ids) in &rule.mappings {
            let _ = writeln!(page, "- {catalogue}: {}", ids.join(", "));
        }
    }
    let applies = rule.applies.as_ref().map_or("every subject", |applies| applies.source().trim());
    let _ = write!(page, "\n## The condition\n\nApplies to: `{applies}`\n\nFails when: `{}`\n", rule.condition.source().trim());
    if !rule.thresholds.is_empty() {
        page.push_str("\nThresholds, which `[thresholds.RULE]` of apiaudit.toml sets otherwise:\n\n".replace("RULE", &rule.id).as_str());
        for threshold in &rule.thresholds {
            let own = if threshold.value == threshold.default { String::new() } else { format!(", {} in this run", threshold.value) };
            let _ = writeln!(page, "- `{}`: {}{own}", threshold.name, threshold.default);
        }
    }
    page
}
