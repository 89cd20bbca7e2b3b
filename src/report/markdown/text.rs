//! Text that others chose, within Markdown as GitHub reads it: it shows as it is, and does nothing.

use crate::report::text::{clip, escape};

/// The most characters of one piece of text.
const LONGEST: usize = 1_000;

/// A text on one line. Nothing in it is markup, a link, a mention or a reference.
///
/// Entities are taken for letters by the Markdown reader, but what GitHub does afterwards (mentions, links, references to issues) sees the
/// letters again: there a joiner of no width stands between the sign and what follows.
pub(in crate::report) fn prose(text: &str) -> String {
    let text = escape(text);
    let text = clip(&text, LONGEST);
    let mut safe = String::with_capacity(text.len() + 16);
    for (place, character) in text.char_indices() {
        let (before, after) = (&text[..place], &text[place + character.len_utf8()..]);
        if MARKUP.contains(&character) {
            entity(&mut safe, character);
        } else {
            safe.push(character);
        }
        if joins(before, character, after) {
            safe.push_str(APART);
        }
    }
    safe
}

/// What may be markup somewhere on a line.
const MARKUP: [char; 19] = ['\\', '`', '*', '_', '{', '}', '[', ']', '<', '>', '&', '|', '~', '!', '$', '^', '"', '@', '#'];
/// A joiner of no width.
const APART: &str = "&#8203;";

/// Whether GitHub makes something of a sign and what follows: a mention, a reference, a link, an emoji.
fn joins(before: &str, sign: char, after: &str) -> bool {
    let ends_with =
        |word: &str| before.len() >= word.len() && before.as_bytes()[before.len() - word.len()..].eq_ignore_ascii_case(word.as_bytes());
    let next = after.chars().next();
    match sign {
        '@' | '#' => next.is_some_and(char::is_alphanumeric),
        ':' => next == Some('/') || is_emoji(after),
        '.' => ends_with("www"),
        '-' => ends_with("gh") && next.is_some_and(|next| next.is_ascii_digit()),
        _ => false,
    }
}

/// Whether what follows a colon is the rest of an emoji's name, such as `tada:`.
fn is_emoji(after: &str) -> bool {
    let named = after.starts_with(|first: char| first.is_ascii_alphabetic() || first == '+' || first == '-');
    let rest = after.trim_start_matches(|letter: char| letter.is_ascii_alphanumeric() || "_+-".contains(letter));
    named && rest.starts_with(':')
}

fn entity(out: &mut String, character: char) {
    out.push_str("&#");
    out.push_str(&u32::from(character).to_string());
    out.push(';');
}

/// A name or id as code, where GitHub looks for no mention, reference or emoji: it can be copied as it is.
pub(in crate::report) fn code(text: &str) -> String {
    let text = escape(text);
    if text.is_empty() {
        return String::new();
    }
    let text = clip(&text, LONGEST);
    let mut safe = String::from("<code>");
    for (place, character) in text.char_indices() {
        let is_link = joins(&text[..place], character, &text[place + character.len_utf8()..]);
        if is_link || MARKUP.contains(&character) { entity(&mut safe, character) } else { safe.push(character) }
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
