//! What is wrong with an expression.

use std::ops::Range;

/// One mistake in an expression, found when it is loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExprError {
    /// What is wrong.
    pub message: String,
    /// The bytes of the expression's source that are wrong.
    pub span: Range<usize>,
    /// What to say at that place; may be empty.
    pub label: String,
    /// What to do about it.
    pub help: Vec<String>,
}

impl ExprError {
    pub(crate) fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { message: message.into(), span, label: String::new(), help: Vec::new() }
    }

    pub(crate) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Adds "did you mean" and the list of what there is.
    pub(crate) fn suggest(mut self, wrong: &str, what: &str, known: &[&str]) -> Self {
        self.help.extend(crate::rules::hint::hints(wrong, what, known));
        self
    }
}
