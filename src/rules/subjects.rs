//! The kinds of things that rules judge.

use crate::rules::expr::Functions;
use crate::rules::schema::RecordType;

/// One kind of subject.
#[derive(Debug, Clone, Copy)]
pub struct Subject {
    /// The name in a rule file, such as `load-balancer`.
    pub kind: &'static str,
    /// The CEL variable, such as `load_balancer`.
    pub variable: &'static str,
    /// The facts there are about one.
    pub record: &'static RecordType,
    /// What it is, in a sentence.
    pub doc: &'static str,
}

/// What rules may be written about: subjects, and the functions beside the built-in ones.
#[derive(Debug, Clone, Default)]
pub struct SubjectRegistry {
    subjects: Vec<Subject>,
    functions: Functions,
}

impl SubjectRegistry {
    /// A registry that knows nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a kind of subject.
    #[must_use]
    pub fn with(mut self, subject: Subject) -> Self {
        self.subjects.push(subject);
        self
    }

    /// Sets the functions that expressions may call.
    #[must_use]
    pub fn with_functions(mut self, functions: Functions) -> Self {
        self.functions = functions;
        self
    }

    /// The subject of a kind.
    pub fn get(&self, kind: &str) -> Option<&Subject> {
        self.subjects.iter().find(|subject| subject.kind == kind)
    }

    /// All subjects, in the order they were added.
    pub fn subjects(&self) -> &[Subject] {
        &self.subjects
    }

    /// The functions that expressions may call.
    pub fn functions(&self) -> &Functions {
        &self.functions
    }
}
