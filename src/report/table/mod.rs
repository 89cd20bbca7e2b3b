//! The report for people: what is wrong, worst first, with the way in drawn; what could not be told; and the sum of it.

mod baseline;
mod findings;
mod summary;
mod unknowns;

use std::io;

use super::Style;
use super::page::Page;
use crate::assessment::Assessment;

/// Writes the table.
pub fn write(assessment: &Assessment, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let mut page = Page::new(style, out);
    page.head(&assessment.tool_version, assessment.account.as_ref(), &assessment.taken_at)?;
    findings::write(assessment, &mut page)?;
    unknowns::write(assessment, &mut page)?;
    baseline::write(assessment, &mut page)?;
    summary::write(assessment, &mut page)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::sample;
    use crate::report::text::{escape, is_hidden};

    fn table(assessment: &Assessment, style: Style) -> String {
        let mut out = Vec::new();
        write(assessment, &style, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn wide() {
        insta::assert_snapshot!(table(&sample::before(), Style::default()));
    }

    #[test]
    fn narrow_in_ascii() {
        let style = Style { width: 40, unicode: false, ..Style::default() };
        insta::assert_snapshot!(table(&sample::before(), style));
    }

    #[test]
    fn colored() {
        let text = table(&sample::before(), Style { color: true, ..Style::default() });
        insta::assert_snapshot!(text.replace('\u{1b}', "ESC"));
    }

    #[test]
    fn clean() {
        insta::assert_snapshot!(table(&sample::clean(), Style::default()));
    }

    #[test]
    fn held_against_a_baseline() {
        insta::assert_snapshot!(table(&sample::compared(), Style::default()));
    }

    #[test]
    fn incomplete_is_never_clean() {
        let text = table(&sample::incomplete(), Style::default());
        assert!(!text.to_lowercase().contains("clean"), "{text}");
        insta::assert_snapshot!(text);
    }

    #[test]
    fn a_cut_is_owned_up_to() {
        let style = Style { limit: Some(2), ..Style::default() };
        insta::assert_snapshot!(table(&sample::many(5), style));
    }

    fn assert_tame(assessment: &Assessment, width: u16, unicode: bool) {
        let style = Style { width, unicode, ..Style::default() };
        let text = table(assessment, style);
        for line in text.lines() {
            assert!(!line.contains(is_hidden), "{line:?}");
            assert!(!line.ends_with(' '), "{line:?}");
            assert!(unicode || line.is_ascii(), "{line:?}");
        }
        let colored = table(assessment, Style { color: true, ..style });
        assert_eq!(anstream::adapter::strip_str(&colored).to_string(), text);
    }

    #[test]
    fn hostile_names_stay_in_their_lines() {
        for width in [0, 1, 20, 40, 80, 1000] {
            assert_tame(&sample::hostile(), width, false);
            assert_tame(&sample::hostile(), width, true);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn so_does_any_other(name in any::<String>(), width in 0u16..200, unicode in any::<bool>()) {
            assert_tame(&sample::named(&[&name]), width, unicode);
        }
    }

    #[test]
    fn only_what_is_copied_is_wider_than_the_page() {
        for (width, assessment) in [(40, sample::before()), (80, sample::before()), (40, sample::hostile()), (80, sample::hostile())] {
            let commands = assessment.fails().filter_map(|outcome| outcome.proof.as_ref()?.remediation.cli.as_deref());
            let ids = assessment.outcomes.iter().map(|outcome| outcome.subject.id.as_str());
            let asked = assessment.gaps.iter().filter_map(|gap| gap.resource.as_deref());
            let copied: Vec<String> = commands.flat_map(str::lines).chain(ids).chain(asked).map(|line| escape(line).into_owned()).collect();
            let permissions = assessment.missing_permissions();
            let text = table(&assessment, Style { width, ..Style::default() });
            for line in text.lines().filter(|line| textwrap::core::display_width(line) > usize::from(width)) {
                let line = line.trim();
                assert!(copied.iter().any(|copied| copied.trim() == line) || permissions.contains(line), "{line}");
            }
        }
    }
}
