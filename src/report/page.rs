//! A page of so many columns: everything that people read goes through here, and comes out safe and without trailing blanks.

use std::borrow::Cow;
use std::io;

use anstyle::{AnsiColor, Style as Ansi};

use super::{Style, text};
use crate::assessment::Severity;
use crate::inventory::Account;

/// Narrower pages are printed as if they were this wide.
const NARROWEST: usize = 24;
/// Prose in longer lines is hard to read.
const WIDEST: usize = 110;

/// What a piece of text is.
#[derive(Clone, Copy)]
pub(crate) enum Tone {
    Plain,
    Strong,
    Faint,
    Good,
    Severity(Severity),
}

impl Tone {
    fn ansi(self) -> Ansi {
        let bold = Ansi::new().bold();
        match self {
            Self::Plain => Ansi::new(),
            Self::Strong => bold,
            Self::Faint => Ansi::new().dimmed(),
            Self::Good => bold.fg_color(Some(AnsiColor::Green.into())),
            Self::Severity(Severity::Critical) => bold.fg_color(Some(AnsiColor::BrightRed.into())),
            Self::Severity(Severity::High) => bold.fg_color(Some(AnsiColor::Red.into())),
            Self::Severity(Severity::Medium) => bold.fg_color(Some(AnsiColor::Yellow.into())),
            Self::Severity(Severity::Low) => bold.fg_color(Some(AnsiColor::Cyan.into())),
            Self::Severity(Severity::Info) => bold.fg_color(Some(AnsiColor::Blue.into())),
        }
    }
}

/// What is printed on.
pub(crate) struct Page<'a> {
    style: &'a Style,
    out: &'a mut dyn io::Write,
}

impl<'a> Page<'a> {
    pub(crate) fn new(style: &'a Style, out: &'a mut dyn io::Write) -> Self {
        Self { style, out }
    }

    /// Columns to fill with prose.
    pub(crate) fn width(&self) -> usize {
        usize::from(self.style.width).clamp(NARROWEST, WIDEST)
    }

    pub(crate) fn unicode(&self) -> bool {
        self.style.unicode
    }

    /// How many of so many are printed.
    pub(crate) fn shown(&self, total: usize) -> usize {
        self.style.limit.map_or(total, |limit| total.min(limit.max(1)))
    }

    /// The first line: who tells of whom, and of when.
    pub(crate) fn head(&mut self, tool_version: &str, account: Option<&Account>, taken_at: &str) -> io::Result<()> {
        let account = account.map_or_else(|| "account unknown".to_owned(), |account| format!("account {}", account.id));
        self.text(0, Tone::Faint, &format!("apiaudit {tool_version}, {account}, taken {taken_at}"))
    }

    pub(crate) fn blank(&mut self) -> io::Result<()> {
        writeln!(self.out)
    }

    /// A paragraph, so many columns in.
    pub(crate) fn text(&mut self, indent: usize, tone: Tone, text: &str) -> io::Result<()> {
        self.hanging(&" ".repeat(indent), &" ".repeat(indent), tone, text)
    }

    /// A paragraph whose first line starts otherwise than the rest.
    pub(crate) fn hanging(&mut self, first: &str, rest: &str, tone: Tone, text: &str) -> io::Result<()> {
        let text = self.safe(text);
        for line in text::wrap(&text, self.width(), first, rest) {
            self.line(tone, &line)?;
        }
        Ok(())
    }

    /// Lines that must stay as they are, so that they can be copied; the only ones that may be wider than the page.
    pub(crate) fn verbatim(&mut self, indent: usize, tone: Tone, lines: &str) -> io::Result<()> {
        for line in lines.lines() {
            let line = format!("{}{}", " ".repeat(indent), self.safe(line));
            self.line(tone, &line)?;
        }
        Ok(())
    }

    /// A line that is already safe.
    fn line(&mut self, tone: Tone, line: &str) -> io::Result<()> {
        let line = line.trim_end();
        if self.style.color && !line.is_empty() {
            // The indent stays outside, so that no background or underline of a theme shows there.
            let text = line.trim_start();
            let ansi = tone.ansi();
            writeln!(self.out, "{}{ansi}{text}{ansi:#}", &line[..line.len() - text.len()])
        } else {
            writeln!(self.out, "{line}")
        }
    }

    fn safe<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.style.unicode { text::escape(text) } else { text::ascii(text) }
    }
}
