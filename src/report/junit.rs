//! JUnit XML: a suite a rule, a case a subject.
//!
//! A verdict that could not be told is an error, in JUnit's own sense of a test that could not be carried out: readers show what is
//! skipped as if it had passed. What somebody put up with is skipped, with the reason.

use std::fmt::Write as _;
use std::io;

use super::text;
use crate::assessment::{Assessment, Outcome, Standing, Verdict};

/// Writes the report. What a rule does not speak of is left out; it is skipped where every verdict is asked for.
pub fn write(assessment: &Assessment, all_verdicts: bool, out: &mut dyn io::Write) -> io::Result<()> {
    let wanted = |outcome: &&Outcome| all_verdicts || outcome.verdict != Verdict::NotApplicable;
    let of_rule = |rule: &str| -> Vec<&Outcome> { assessment.outcomes.iter().filter(|one| one.rule.id == rule).filter(wanted).collect() };
    let all = Count::of(&assessment.outcomes.iter().filter(wanted).collect::<Vec<_>>());
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    let Count { tests, failures, errors, .. } = all;
    writeln!(out, r#"<testsuites name="apiaudit" time="0" tests="{tests}" failures="{failures}" errors="{errors}">"#)?;
    for rule in &assessment.rules {
        let outcomes = of_rule(&rule.id);
        let Count { tests, failures, errors, skipped } = Count::of(&outcomes);
        let (name, taken) = (attribute(&rule.id), attribute(moment(&assessment.taken_at)));
        let counts = format!(r#"tests="{tests}" failures="{failures}" errors="{errors}" skipped="{skipped}""#);
        writeln!(out, r#"  <testsuite name="{name}" {counts} time="0" timestamp="{taken}">"#)?;
        properties(assessment, rule.severity.as_str(), &rule.title, out)?;
        for outcome in outcomes {
            case(assessment, outcome, out)?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

/// How many cases end how.
#[derive(Default)]
struct Count {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

impl Count {
    fn of(outcomes: &[&Outcome]) -> Self {
        outcomes.iter().fold(Self::default(), |mut count, outcome| {
            count.tests += 1;
            match outcome.verdict {
                Verdict::Fail if outcome.suppressed.is_none() => count.failures += 1,
                Verdict::Fail | Verdict::NotApplicable => count.skipped += 1,
                Verdict::Unknown(_) => count.errors += 1,
                Verdict::Pass => {}
            }
            count
        })
    }
}

/// The moment without its zone, which is UTC: the schema of Ant, where these files come from, takes none.
fn moment(taken_at: &str) -> &str {
    taken_at.strip_suffix('Z').unwrap_or(taken_at)
}

fn properties(assessment: &Assessment, severity: &str, title: &str, out: &mut dyn io::Write) -> io::Result<()> {
    let account = assessment.account.as_ref().map_or("unknown", |account| account.id.as_str());
    let mut pairs = vec![("severity", severity), ("title", title), ("account", account), ("tool_version", &assessment.tool_version)];
    if let Some(baseline) = &assessment.baseline {
        pairs.push(("baseline", &baseline.name));
    }
    writeln!(out, "    <properties>")?;
    for (name, value) in pairs {
        writeln!(out, r#"      <property name="{name}" value="{}"/>"#, attribute(value))?;
    }
    writeln!(out, "    </properties>")
}

fn case(assessment: &Assessment, outcome: &Outcome, out: &mut dyn io::Write) -> io::Result<()> {
    let subject = &outcome.subject;
    let class = attribute(&format!("apiaudit.{}.{}", outcome.rule.family, outcome.rule.id));
    // Names may be shared, ids are not: readers tell cases apart by class and name.
    let name = attribute(&format!("{} ({})", subject.name, subject.id));
    let start = format!(r#"    <testcase classname="{class}" name="{name}" time="0""#);
    let message = message(outcome);
    let body = match &outcome.verdict {
        Verdict::Pass => return writeln!(out, "{start}/>"),
        Verdict::NotApplicable => r#"<skipped message="the rule does not speak of it"/>"#.to_owned(),
        Verdict::Fail => match &outcome.suppressed {
            Some(found) => format!(r#"<skipped message="{}"/>"#, attribute(&format!("suppressed: {}", found.reason))),
            None => told("failure", outcome.rule.severity.as_str(), &message, &proof(assessment, outcome)),
        },
        Verdict::Unknown(gaps) => {
            let missing = gaps.iter().fold(String::new(), |mut lines, gap| {
                let _ = writeln!(lines, "missing: {gap}");
                lines
            });
            told("error", "unknown", &message, &missing)
        }
    };
    writeln!(out, "{start}>\n      {body}\n    </testcase>")
}

fn told(element: &str, kind: &str, message: &str, lines: &str) -> String {
    format!(r#"<{element} type="{}" message="{}">{}</{element}>"#, attribute(kind), attribute(message), content(lines))
}

fn message(outcome: &Outcome) -> String {
    match outcome.proof.as_deref() {
        Some(proof) if !proof.message.is_empty() => proof.message.clone(),
        _ => format!("{}: {}", outcome.rule.title, outcome.subject.name),
    }
}

/// The proof, a line a fact.
fn proof(assessment: &Assessment, outcome: &Outcome) -> String {
    let mut lines = vec![outcome.subject.id.clone()];
    match assessment.standing(outcome) {
        Some(Standing::New(novelty)) => lines.push(format!("new: {}", novelty.in_words())),
        Some(Standing::Unchanged) => lines.push("unchanged: it was there before".to_owned()),
        None => {}
    }
    if let Some(found) = assessment.located(outcome) {
        lines.push(format!("{}:{}", found.place.file, found.place.start_line));
    }
    let Some(proof) = outcome.proof.as_deref() else { return lines.join("\n") };
    for (number, path) in (1..).zip(&proof.paths) {
        let hops: Vec<&str> = path.steps.iter().map(|step| step.text.as_str()).collect();
        lines.push(format!("way in {number}: {}", hops.join(" → ")));
    }
    lines.extend(proof.evidence.iter().map(|one| format!("{}: {}", one.label, one.value)));
    lines.extend(proof.remediation.steps.iter().map(|step| format!("to close it: {step}")));
    if let Some(commands) = &proof.remediation.cli {
        lines.push("with the AWS CLI:".to_owned());
        lines.extend(commands.lines().map(ToOwned::to_owned));
    }
    // A name may bring a line break: only ours stay.
    lines.iter().map(|line| text::escape(line).into_owned()).collect::<Vec<_>>().join("\n")
}

/// A text within an attribute.
fn attribute(text: &str) -> String {
    escaped(&text::escape(text))
}

/// A text of several lines within an element.
fn content(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(attribute).collect();
    lines.join("\n")
}

/// What XML 1.0 takes: controls were written out before; what is left of what it forbids is replaced.
fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut safe, character| {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&apos;"),
            '\u{fffe}' | '\u{ffff}' => safe.push('\u{fffd}'),
            character if character < ' ' => safe.push('\u{fffd}'),
            character => safe.push(character),
        }
        safe
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::sample;

    fn written(assessment: &Assessment, all_verdicts: bool) -> String {
        let mut out = Vec::new();
        write(assessment, all_verdicts, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn whole() {
        insta::assert_snapshot!(written(&sample::before(), true));
    }

    #[test]
    fn held_against_a_baseline() {
        insta::assert_snapshot!(written(&sample::compared(), false));
    }

    /// Every suite counts what it holds, and the document counts its suites.
    fn assert_counted(text: &str) {
        let document = roxmltree::Document::parse(text).unwrap();
        let number = |node: roxmltree::Node<'_, '_>, name: &str| node.attribute(name).unwrap().parse::<usize>().unwrap();
        let mut sums = [0; 3];
        for suite in document.root_element().children().filter(|node| node.has_tag_name("testsuite")) {
            let cases: Vec<_> = suite.children().filter(|node| node.has_tag_name("testcase")).collect();
            let with = |tag: &str| cases.iter().filter(|case| case.children().any(|child| child.has_tag_name(tag))).count();
            assert_eq!(number(suite, "tests"), cases.len());
            for (name, tag) in [("failures", "failure"), ("errors", "error"), ("skipped", "skipped")] {
                assert_eq!(number(suite, name), with(tag), "{name}");
            }
            let told = [cases.len(), with("failure"), with("error")];
            sums = [sums[0] + told[0], sums[1] + told[1], sums[2] + told[2]];
        }
        let root = document.root_element();
        assert_eq!(sums, [number(root, "tests"), number(root, "failures"), number(root, "errors")]);
    }

    #[test]
    fn what_is_counted_is_there() {
        for assessment in [sample::before(), sample::clean(), sample::incomplete(), sample::many(5), sample::compared()] {
            for all_verdicts in [false, true] {
                assert_counted(&written(&assessment, all_verdicts));
            }
        }
    }

    #[test]
    fn an_unknown_never_passes() {
        let assessment = sample::incomplete();
        let text = written(&assessment, false);
        let document = roxmltree::Document::parse(&text).unwrap();
        let errors = document.descendants().filter(|node| node.has_tag_name("error")).count();
        assert_eq!((errors, errors > 0), (assessment.unknowns().count(), true));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(name in any::<String>()) {
            let text = written(&sample::named(&[&name]), true);
            assert_counted(&text);
            let expected = text::escape(&name).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}");
            let document = roxmltree::Document::parse(&text).unwrap();
            let message = format!("Load balancer '{expected}' is open.");
            prop_assert!(document.descendants().any(|node| node.attribute("message") == Some(&message)), "{message:?} {text}");
        }
    }
}
