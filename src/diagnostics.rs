//! Errors a user can act on: what is wrong, where (with a caret), and what to do.

use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

/// How bad a [`Diagnostic`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing can be done with the input.
    Error,
    /// The input was taken, but is probably not what was meant.
    Warning,
}

/// One thing to tell the user about a file they wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// The file, as the user named it.
    pub file: Option<String>,
    /// The text of the file: the labels point into it.
    pub source: Option<Arc<str>>,
    /// Byte ranges of `source` and what to say there; the first is the place of the error.
    pub labels: Vec<(Range<usize>, String)>,
    /// What to do about it.
    pub help: Vec<String>,
}

impl Diagnostic {
    /// An error that points nowhere yet.
    pub fn error(message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, message: message.into(), file: None, source: None, labels: Vec::new(), help: Vec::new() }
    }

    /// Names the file and its text.
    #[must_use]
    pub fn in_file(mut self, file: impl Into<String>, source: Arc<str>) -> Self {
        self.file = Some(file.into());
        self.source = Some(source);
        self
    }

    /// Points at a byte range of the source. An empty text draws the caret alone.
    #[must_use]
    pub fn label(mut self, span: Range<usize>, text: impl Into<String>) -> Self {
        self.labels.push((span, text.into()));
        self
    }

    /// Adds a line of advice.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// The diagnostic as text for a terminal `width` columns wide, without a newline at the end.
    pub fn render(&self, color: bool, width: usize) -> String {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let mut group = Group::with_title(level.primary_title(self.message.as_str()));
        if let Some(source) = &self.source {
            group = group.element(self.snippet(source));
        }
        for help in &self.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        let text = renderer.decor_style(DecorStyle::Ascii).term_width(width).render(&[group]);
        match (&self.source, &self.file) {
            (None, Some(file)) => format!("{text}\n  --> {file}"),
            _ => text,
        }
    }

    /// The lines of the source that the labels point at.
    fn snippet<'a>(&'a self, source: &'a Arc<str>) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
        let mut snippet = Snippet::source(&**source).path(self.file.as_deref());
        for (place, (span, text)) in self.labels.iter().enumerate() {
            let kind = if place == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
            let label = (!text.is_empty()).then_some(text.as_str());
            snippet = snippet.annotation(kind.span(within(source, span)).label(label));
        }
        snippet
    }
}

/// `span` cut to the text and to its character boundaries: a wrong span must not cost the whole message.
fn within(source: &str, span: &Range<usize>) -> Range<usize> {
    let start = source.floor_char_boundary(span.start.min(source.len()));
    let end = source.ceil_char_boundary(span.end.clamp(start, source.len()));
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_at_the_place() {
        let diagnostic = Diagnostic::error("unknown key `severty`")
            .in_file("rules/a.toml", "id = \"a\"\nseverty = \"low\"\n".into())
            .label(9..16, "not a key of a rule")
            .help("did you mean `severity`?");
        insta::assert_snapshot!(diagnostic.render(false, 100), @r#"
        error: unknown key `severty`
         --> rules/a.toml:2:1
          |
        2 | severty = "low"
          | ^^^^^^^ not a key of a rule
          |
          = help: did you mean `severity`?
        "#);
    }

    #[test]
    fn a_span_outside_the_text_is_no_panic() {
        let diagnostic = Diagnostic::error("x").in_file("a", "é".into());
        for span in [0..99, 1..1, 7..9, 1..2] {
            drop(diagnostic.clone().label(span, "").render(true, 0));
        }
    }
}
