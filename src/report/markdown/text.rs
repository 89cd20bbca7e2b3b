//! Text that others chose, within Markdown as GitHub reads it: it shows as it is, and does nothing.

use crate::report::text::{clip, escape};

/// The most characters of one piece of text.
const LONGEST: usize = 1_000;

/// A text on one line. Nothing in it is markup, a link, a mention or a reference.
///
/// Entities are taken for letters by the Markdown reader, but what GitHub does afterwards (mentions, links, references to issues) sees the
/// letters again: there a joiner of no width stands between the sign and what follows.
pub(super) fn prose(text: &str) -> String {
    let text = escape(text);
    let text = clip(&text, LONGEST);
    let mut safe = String::with_capacity(text.len() + 16);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '&' | '|' | '~' | '!' | '$' | '^' | '"' => {
                entity(&mut safe, character)
            }
            '@' | '#' => {
                entity(&mut safe, character);
                safe.push_str(APART);
            }
            // Links without markup: `https://…`, `www.…`; and references such as `GH-1`, emoji such as `:tada:`.
            ':' | '.' | '-' if characters.peek().is_some_and(|next| joins(character, *next, &safe)) => {
                safe.push(character);
                safe.push_str(APART);
            }
            character => safe.push(character),
        }
    }
    safe
}

/// A joiner of no width.
const APART: &str = "&#8203;";

fn joins(sign: char, next: char, before: &str) -> bool {
    let ends_with = |word: &str| {
        before.len() >= word.len()
            && before.is_char_boundary(before.len() - word.len())
            && before[before.len() - word.len()..].eq_ignore_ascii_case(word)
    };
    match sign {
        ':' => next == '/' || next.is_alphanumeric() || matches!(next, '+' | '-'),
        '.' => ends_with("www"),
        _ => ends_with("gh") && next.is_ascii_digit(),
    }
}

fn entity(out: &mut String, character: char) {
    out.push_str("&#");
    out.push_str(&u32::from(character).to_string());
    out.push(';');
}

/// A name or id as code: GitHub looks for nothing in it.
pub(super) fn code(text: &str) -> String {
    let text = escape(text);
    if text.is_empty() {
        return String::new();
    }
    let mut safe = String::from("<code>");
    for character in clip(&text, LONGEST).chars() {
        if character.is_ascii_alphanumeric() || character == ' ' || !character.is_ascii() {
            safe.push(character)
        } else {
            entity(&mut safe, character)
        }
    }
    safe.push_str("</code>");
    safe
}

/// Lines to copy, between fences that nothing in them can close.
pub(super) fn block(language: &str, lines: &str) -> String {
    let lines: Vec<String> = lines.lines().map(|line| escape(line).into_owned()).collect();
    let longest = lines.iter().flat_map(|line| line.split(|character| character != '`')).map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}\n", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser, Tag};

    use super::*;

    /// What a reader shows of it; none where it is more than text.
    fn shown(markdown: &str) -> Option<String> {
        let mut shown = String::new();
        for event in Parser::new_ext(markdown, Options::all() - Options::ENABLE_SMART_PUNCTUATION) {
            match event {
                Event::Text(text) => shown.push_str(&text),
                Event::Start(Tag::Paragraph) | Event::End(_) => {}
                Event::InlineHtml(html) if matches!(&*html, "<code>" | "</code>") => {}
                _ => return None,
            }
        }
        Some(shown.replace('\u{200b}', ""))
    }

    #[test]
    fn nothing_in_a_name_is_markup() {
        for name in [
            "*a* _b_ `c` [d](https://e.example) ![f](g) <script>h</script> | i | ~~j~~ \\k &lt; $x^2$",
            "@org/team please look at #12, GH-13 and org/repo#14, mail a@b.example, :tada:",
            "https://evil.example www.evil.example http://a",
            "</details></code><img src=x onerror=alert(1)>",
        ] {
            assert_eq!(shown(&format!("x {}", prose(name))).as_deref(), Some(format!("x {name}").as_str()));
            assert_eq!(shown(&format!("x {}", code(name))).as_deref(), Some(format!("x {name}").as_str()));
        }
    }

    #[test]
    fn nothing_that_github_looks_for_is_left() {
        let safe = prose("@org #1 https://a.example www.b.example GH-2 a@b.example");
        let decoded: String = safe.replace("&#64;", "@").replace("&#35;", "#").replace("&#8203;", "\u{200b}");
        for sought in ["@org", "#1", "://", "www.b", "GH-2", "@b"] {
            assert!(!decoded.contains(sought), "{sought}: {decoded}");
        }
    }

    #[test]
    fn no_fence_is_closed_from_within() {
        let written = block("sh", "echo '```'\n````\n</details>");
        assert!(written.starts_with("`````sh\n") && written.ends_with("\n`````\n"));
        assert_eq!(Parser::new(&written).filter(|event| matches!(event, Event::Start(_))).count(), 1);
    }

    proptest! {
        #[test]
        fn any_text_shows_as_it_is(text in "[ -~\u{a0}-\u{ff}]{1,60}") {
            let text = format!("x{}x", text.replace('\u{ad}', ""));
            prop_assert_eq!(shown(&prose(&text)), Some(text.clone()));
            prop_assert_eq!(shown(&code(&text)), Some(text));
        }
    }
}
