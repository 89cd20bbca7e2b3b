//! Markdown as GitHub shows it, for a pull request's comment and a job's summary: worst first, cut where GitHub would cut the rest.

mod compared;
mod finding;
mod rest;
mod text;

use std::fmt::Write as _;
use std::io;

use self::text::{code, prose};
pub(in crate::report) use self::text::{code as as_code, prose as as_prose};
use super::text::count;
use crate::assessment::{Assessment, Outcome, Severity, Standing};

/// Where Markdown is shown, which decides how much of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Room {
    /// A comment: GitHub takes 65,536 characters.
    #[default]
    Comment,
    /// The summary of a job's step: GitHub takes a mebibyte a step, and shows nothing of more.
    Summary,
}

impl Room {
    /// How many bytes are written at most; a character is one byte or more, and some are left for what others put around it.
    pub fn bytes(self) -> usize {
        match self {
            Self::Comment => 65_000,
            Self::Summary => 1_000_000,
        }
    }
}

/// Writes the report.
pub fn write(assessment: &Assessment, room: Room, out: &mut dyn io::Write) -> io::Result<()> {
    out.write_all(within(assessment, room.bytes()).as_bytes())
}

/// The report in no more than so many bytes: findings are left out whole, the worst are kept, and a note says so.
fn within(assessment: &Assessment, bytes: usize) -> String {
    let head = head(assessment);
    let tail = rest::tail(assessment);
    let found = in_order(assessment);
    let (mut table, mut details, mut kept) = (String::new(), String::new(), 0);
    let free = bytes.saturating_sub(head.len() + tail.len() + NOTE);
    for outcome in &found {
        let (row, detail) = (finding::row(assessment, outcome), finding::detail(assessment, outcome));
        if table.len() + row.len() + details.len() + detail.len() > free {
            break;
        }
        table.push_str(&row);
        details.push_str(&detail);
        kept += 1;
    }
    let mut page = head;
    if kept > 0 {
        page.push_str(finding::HEADER);
        page.push_str(&table);
        page.push('\n');
    }
    if kept < found.len() {
        let left_out = count(found.len() - kept, "finding is", "findings are");
        let which = if kept > 0 { ", the worst are shown" } else { "" };
        let _ = writeln!(page, "> {left_out} left out: GitHub takes no more{which}. The JSON report (`--format json=FILE`) lists all.\n");
    }
    page.push_str(&details);
    page.push_str(&tail);
    page
}

/// Bytes kept free for the table's header and the note.
const NOTE: usize = 600;

/// The findings, new ones first, and among these the worst.
fn in_order(assessment: &Assessment) -> Vec<&Outcome> {
    let mut found: Vec<&Outcome> = assessment.fails().collect();
    found.sort_by_key(|outcome| {
        let is_old = assessment.standing(outcome).is_some_and(|standing| !standing.is_new());
        (is_old, std::cmp::Reverse(outcome.rule.severity), &outcome.rule.id, &outcome.subject)
    });
    found
}

fn head(assessment: &Assessment) -> String {
    let mut head = format!("### apiaudit: {}\n\n", headline(assessment));
    let account =
        assessment.account.as_ref().map_or_else(|| "account unknown".to_owned(), |account| format!("account {}", code(&account.id)));
    let regions: Vec<String> = assessment.regions.iter().take(20).map(|region| prose(region)).collect();
    let of = match &assessment.code {
        Some(found) => format!("code ({})", prose(&found.kind)),
        None => format!("{account}, {}", if regions.is_empty() { "no region".to_owned() } else { regions.join(", ") }),
    };
    let _ = writeln!(head, "<sub>{of}, taken {}, apiaudit {}</sub>\n", prose(&assessment.taken_at), prose(&assessment.tool_version));
    let tally = assessment.tally();
    let mut verdicts = vec![format!("{} fail", tally.fail), format!("{} unknown", tally.unknown), format!("{} pass", tally.pass)];
    if tally.pass_of_draft > 0 {
        verdicts.push(format!("{} pass of a working copy only", tally.pass_of_draft));
    }
    if tally.suppressed > 0 {
        verdicts.push(format!("{} suppressed", tally.suppressed));
    }
    let _ = writeln!(head, "Verdicts: {}.\n", verdicts.join(", "));
    head.push_str(&compared::sum(assessment));
    head
}

fn headline(assessment: &Assessment) -> String {
    let tally = assessment.tally();
    let new = assessment.against().map(|sum| format!(", {} new", sum.new)).unwrap_or_default();
    let more = if tally.unknown > 0 { format!(", {} unknown", tally.unknown) } else { String::new() };
    if tally.fail > 0 {
        let severities: Vec<String> = Severity::ALL
            .into_iter()
            .filter_map(|severity| {
                let found = assessment.fails().filter(|outcome| outcome.rule.severity == severity).count();
                (found > 0).then(|| format!("{found} {severity}"))
            })
            .collect();
        return format!("{} ({}){new}{more}", count(tally.fail, "finding", "findings"), severities.join(", "));
    }
    if assessment.outcomes.is_empty() {
        return "nothing was judged".to_owned();
    }
    let is_whole = assessment.is_complete() && assessment.skipped_regions.is_empty() && tally.pass_of_draft == 0;
    if is_whole { "no findings".to_owned() } else { format!("no findings in what could be read{more}") }
}

/// The mark of a finding's standing.
fn mark(standing: Option<Standing>) -> &'static str {
    match standing {
        Some(Standing::New(_)) => "**new** ",
        Some(Standing::Unchanged) | None => "",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser, Tag};

    use super::*;
    use crate::report::sample;

    #[test]
    fn whole() {
        insta::assert_snapshot!(within(&sample::before(), 65_000));
    }

    #[test]
    fn clean() {
        insta::assert_snapshot!(within(&sample::clean(), 65_000));
    }

    #[test]
    fn incomplete_is_never_clean() {
        let page = within(&sample::incomplete(), 65_000);
        assert!(page.starts_with("### apiaudit: no findings in what could be read, 2 unknown\n"), "{page}");
        insta::assert_snapshot!(page);
    }

    #[test]
    fn held_against_a_baseline() {
        insta::assert_snapshot!(within(&sample::compared(), 65_000));
    }

    #[test]
    fn a_cut_leaves_whole_findings_and_owns_up() {
        let many = sample::many(400);
        for room in [Room::Comment, Room::Summary] {
            let mut out = Vec::new();
            write(&many, room, &mut out).unwrap();
            let page = String::from_utf8(out).unwrap();
            assert!(page.len() <= room.bytes() && page.chars().count() <= 65_536 || room == Room::Summary);
            let (rows, details) = (page.matches("| critical |").count(), page.matches("<details>").count());
            assert_eq!((rows, page.matches("</details>").count()), (details, details), "{room:?}");
            assert!(rows < 400 && rows > 10 || room == Room::Summary);
            assert_eq!(page.contains(&format!("{} findings are left out", 400 - rows)), rows < 400);
        }
        let page = within(&many, 0);
        assert!(page.contains("400 findings are left out: GitHub takes no more. "), "{page}");
    }

    #[test]
    fn so_many_gaps_leave_room_for_findings() {
        let names: Vec<String> = (0..3_000).map(|number| format!("{number}-{}", "n".repeat(900))).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let page = within(&sample::named(&names), 65_000);
        assert!(page.len() <= 65_000, "{}", page.len());
        assert!(page.contains("<details>"));
    }

    /// The page has no link, no picture, no quote but ours, and no HTML but ours.
    fn assert_tame(page: &str) {
        for event in Parser::new_ext(
            page,
            Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS | Options::ENABLE_FOOTNOTES,
        ) {
            match event {
                Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::Emphasis | Tag::Strikethrough | Tag::FootnoteDefinition(_)) => {
                    panic!("{page}")
                }
                Event::Html(html) | Event::InlineHtml(html) => {
                    let ours = ["<code>", "</code>", "<sub>", "</sub>", "<details>", "</details>", "<summary>", "</summary>"];
                    let mut rest = html.to_string();
                    for tag in ours {
                        rest = rest.replace(tag, "");
                    }
                    assert!(!rest.contains('<'), "{html}");
                }
                _ => {}
            }
        }
        let open: isize = page.lines().map(|line| isize::from(line.starts_with("<details>")) - isize::from(line == "</details>")).sum();
        assert_eq!(open, 0);
    }

    #[test]
    fn hostile_names_do_nothing() {
        let page = within(&sample::hostile(), 65_000);
        assert_tame(&page);
        let outside: Vec<&str> = page.split("```").step_by(2).collect();
        assert!(!outside.concat().contains("<script>"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn so_does_any_other(name in "[ -~\n\r\u{a0}-\u{2fff}]{0,40}") {
            assert_tame(&within(&sample::named(&[&name]), 65_000));
        }
    }
}
