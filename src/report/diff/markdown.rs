//! What changed, as Markdown: what is worse first, cut where a comment on GitHub ends.

use std::fmt::Write as _;
use std::io;

use super::words;
use crate::compare::{Cause, Diff};
use crate::report::markdown::{Room, as_code, as_prose};

/// Bytes kept free for the note.
const NOTE: usize = 300;

/// Writes what changed.
pub(super) fn write(diff: &Diff, out: &mut dyn io::Write) -> io::Result<()> {
    out.write_all(within(diff, Room::Comment.bytes()).as_bytes())
}

/// What changed in no more than so many bytes: lines are left out whole.
pub(super) fn within(diff: &Diff, bytes: usize) -> String {
    let worse = if diff.is_worse() { "worse" } else { "no worse" };
    let mut page = format!("### apiaudit diff: {worse}, {}\n\n", words::headline(diff));
    let ((before, then), (after, now)) = (&diff.before, &diff.after);
    let _ = writeln!(page, "<sub>from {} ({}) to {} ({})</sub>\n", as_code(before), as_prose(then), as_code(after), as_prose(now));
    for note in diff.notes.iter().cloned().chain(words::trials(diff)) {
        let _ = writeln!(page, "> {}\n", as_prose(&note));
    }
    let mut left_out = 0;
    for (title, blocks) in sections(diff) {
        let mut is_first = true;
        for block in blocks {
            if page.len() + title.len() + block.len() + NOTE > bytes {
                left_out += 1;
                continue;
            }
            if is_first {
                let _ = writeln!(page, "#### {title}\n");
                is_first = false;
            }
            page.push_str(&block);
        }
        if !is_first {
            page.push('\n');
        }
    }
    if left_out > 0 {
        let _ = writeln!(page, "> Left out, for GitHub takes no more: {left_out} changes. `--format json` lists all.");
    }
    page
}

fn sections(diff: &Diff) -> Vec<(&'static str, Vec<String>)> {
    let verdicts = diff.verdicts.iter().filter(|one| one.matters()).map(|one| {
        let mut block = format!(
            "- **{}** {} {}: {}\n",
            as_prose(&words::verdict(one)),
            one.said.severity,
            as_code(&one.said.rule),
            as_code(&one.said.name)
        );
        if one.is_worse() && !one.said.message.is_empty() {
            let _ = writeln!(block, "  - {}", as_prose(&one.said.message));
        }
        block + &causes(diff, &one.cause)
    });
    let exposures = diff.exposures.iter().map(|one| {
        let mut block = format!("- {} in {}: {}\n", as_code(&one.name), as_prose(&one.region), as_prose(&words::exposure(one)));
        for moved in words::moved(one) {
            let _ = writeln!(block, "  - {}", as_prose(&moved));
        }
        block + &list(&words::causes_of_exposure(diff, one))
    });
    let ways = diff.ways.iter().map(|one| {
        let block = format!("- {}, to {}: {}\n", as_code(&one.name), as_code(&one.target), as_prose(&words::way(one)));
        block + &causes(diff, &one.cause)
    });
    let others = diff.without_effect().map(|change| format!("- {}: {}\n", as_code(&change.resource), as_prose(&change.what)));
    vec![
        ("Verdicts", verdicts.collect()),
        ("Who reaches what", exposures.collect()),
        ("Ways in", ways.collect()),
        ("Changed without effect on these", others.collect()),
    ]
}

fn causes(diff: &Diff, cause: &Cause) -> String {
    list(&words::causes(diff, cause))
}

fn list(lines: &[String]) -> String {
    lines.iter().fold(String::new(), |mut text, words| {
        let _ = writeln!(text, "  - {}", as_prose(words));
        text
    })
}
