//! What can be fixed in place.

use std::collections::BTreeSet;
use std::io;

use crate::migrate::fixes::Fix;
use crate::report::Style;
use crate::report::page::{Page, Tone};

/// Lists fixes, by kind.
pub fn fixes(fixes: &[&Fix], style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    let mut page = Page::new(&style, out);
    for fix in fixes {
        page.hanging("", "  ", Tone::Strong, &format!("{}: {}", fix.id, fix.subject))?;
        page.hanging("  ", "  ", Tone::Plain, &fix.what)?;
        page.hanging("  ", "    ", Tone::Plain, &format!("would break: {}", fix.breaks))?;
        if !fix.answers.is_empty() {
            let rules: BTreeSet<&str> = fix.answers.iter().map(|key| key.rule.as_str()).collect();
            let rules: Vec<&str> = rules.into_iter().collect();
            page.hanging("  ", "    ", Tone::Plain, &format!("answers: {}", rules.join(", ")))?;
        }
        if let Some(refusal) = &fix.refusal {
            let why = format!("refused ({}): {} {}", refusal.code.as_str(), refusal.code.what(), refusal.because);
            page.hanging("  ", "    ", Tone::Plain, &why)?;
        }
        page.verbatim(2, Tone::Faint, &fix.resource)?;
    }
    if fixes.is_empty() { Ok(()) } else { page.blank() }
}
