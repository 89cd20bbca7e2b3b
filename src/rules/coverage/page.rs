//! `docs/coverage.md`, and the same rows for a terminal.

use std::fmt::Write as _;

use super::{Answer, Coverage, Difference, Row};
use crate::rules::RulePack;

/// The page about coverage, as Markdown. Rules are linked as from `docs/`.
pub fn coverage_page(coverage: &Coverage, rules: &RulePack) -> String {
    let mut page = String::from(HEAD);
    page.push_str("\n| catalogue | rows | judged | folded into another rule | left out |\n|---|---|---|---|---|\n");
    let tables: Vec<_> = coverage.catalogues.iter().map(|catalogue| (catalogue, coverage.rows(catalogue, rules))).collect();
    for (catalogue, rows) in &tables {
        let count = |wanted: fn(&Answer<'_>) -> bool| rows.iter().filter(|row| wanted(&row.answer)).count();
        let judged = count(|answer| matches!(answer, Answer::Judged(_)));
        let folded = count(|answer| matches!(answer, Answer::Folded { .. }));
        let left = count(|answer| matches!(answer, Answer::LeftOut(_)));
        let _ = writeln!(page, "| [{0}](#{1}) | {2} | {judged} | {folded} | {left} |", catalogue.name, anchor(&catalogue.name), rows.len());
    }
    differences(&mut page, &coverage.differences);
    for (catalogue, rows) in tables {
        let _ = write!(page, "\n## {}\n\n{}\n\n| id | what it asks | in apiaudit |\n|---|---|---|\n", catalogue.name, catalogue.about);
        for row in rows {
            let _ = writeln!(page, "| `{}` | {} | {} |", row.id, cell(row.title), cell(&in_apiaudit(&row)));
        }
    }
    page
}

const HEAD: &str = "# Coverage

Which of apiaudit's rules answers which check of other catalogues, and why some checks have no rule of their own. The tables are made from
the `mappings` of the rules and from `docs/coverage.toml`; a test keeps them current, and fails when a check of a table has no answer.

- **NIST SP 800-53**, **PCI DSS** and **CIS** ids of a rule that answers a Security Hub control are those that Security Hub names for that
  control. Where a rule answers no such control, they are apiaudit's own reading.
- *Folded* means that another rule says the same, and says it better: it judges the effect, or names the way to it.
- *Left out* means that apiaudit does not judge it, and why.
";

fn differences(page: &mut String, differences: &[Difference]) {
    page.push_str("\n## Where apiaudit says something else\n\nOn purpose, each held by a case (`fixtures/rules/`) or a test.\n\n");
    page.push_str("| peer | its check | says | apiaudit says | because | shown by |\n|---|---|---|---|---|---|\n");
    for difference in differences {
        let Difference { peer, check, says, apiaudit, because, shown } = difference;
        let shown: Vec<String> = shown.iter().map(|name| shown_by(name)).collect();
        let cells = [peer, check, says, apiaudit, because].map(|text| cell(text));
        let _ = writeln!(page, "| {} | {} |", cells.join(" | "), shown.join(", "));
    }
}

/// A link to a case or a test.
fn shown_by(name: &str) -> String {
    match name.split_once("::") {
        Some((file, test)) => format!("[`{test}`](../{file})"),
        None => format!("[`{name}`](../fixtures/rules/{name}.json)"),
    }
}

fn in_apiaudit(row: &Row<'_>) -> String {
    match &row.answer {
        Answer::Judged(rules) => links(rules),
        Answer::Folded { into, because } => format!("folded into {}: {because}", links(into)),
        Answer::LeftOut(because) => format!("left out: {because}"),
    }
}

fn links(rules: &[&str]) -> String {
    rules.iter().map(|rule| format!("[{rule}](rules/{rule}.md)")).collect::<Vec<_>>().join(", ")
}

/// What becomes of a check, for a terminal; nothing for an id that no catalogue has.
pub fn check_lines(coverage: &Coverage, rules: &RulePack, id: &str) -> Option<String> {
    let mut text = String::new();
    for catalogue in &coverage.catalogues {
        for row in coverage.rows(catalogue, rules).iter().filter(|row| row.id.eq_ignore_ascii_case(id)) {
            let _ = writeln!(text, "{} {}: {}", catalogue.name, row.id, row.title);
            let _ = match &row.answer {
                Answer::Judged(rules) => writeln!(text, "  judged by {}", rules.join(", ")),
                Answer::Folded { into, because } => writeln!(text, "  folded into {}: {because}", into.join(", ")),
                Answer::LeftOut(because) => writeln!(text, "  left out: {because}"),
            };
        }
    }
    (!text.is_empty()).then_some(text)
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// What GitHub makes of a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase();
    let kept = kept.chars().filter(|c| c.is_alphanumeric() || *c == ' ' || *c == '-' || *c == '_');
    kept.collect::<String>().replace(' ', "-")
}
