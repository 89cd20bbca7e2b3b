//! The two syntaxes of Terraform, read into one tree whose parts know their places.

pub(super) mod json;
mod json_body;
mod limits;
mod native;
mod parse;
mod recover;
mod template;
mod twice;

use crate::iac::text::Span;
use crate::iac::value::{Value, Why};

pub(super) use json_body::pairs;
pub(super) use native::Native;
pub(super) use parse::file;
pub(super) use template::template;

/// An expression.
#[derive(Debug, Clone)]
pub(super) struct Expr {
    /// What it is.
    pub kind: Kind,
    /// Where it stands; nowhere for code that is outside the repository.
    pub span: Option<Span>,
}

/// The kinds of expression.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    /// A literal.
    Value(Value),
    /// A template that gives a text.
    Template(Vec<Part>),
    /// `[a, b]`
    List(Vec<Expr>),
    /// `{ a = b }`
    Object(Vec<(Expr, Expr)>),
    /// The name that a path begins with.
    Name(String),
    /// What stands at the end of some steps.
    Path(Box<Expr>, Vec<Step>),
    /// A function called; the last argument may be spread over the others to come.
    Call(String, Vec<Expr>, bool),
    /// `!a`
    Not(Box<Expr>),
    /// `-a`
    Minus(Box<Expr>),
    /// `a + b`
    Binary(Box<(Operator, Expr, Expr)>),
    /// `a ? b : c`
    Choice(Box<(Expr, Expr, Expr)>),
    /// `[for …]` and `{for …}`
    For(Box<For>),
    /// What could not be read.
    Unreadable(Why),
}

/// An operator between two expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Plus,
    Minus,
    Times,
    Divide,
    Remainder,
    And,
    Or,
}

/// A step of a path.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// `.name`
    Attribute(String),
    /// `[0]`
    Index(Expr),
    /// `.*`, which takes the attributes that follow, and `[*]`, which takes everything that follows.
    Splat { full: bool },
}

/// A `for` expression.
#[derive(Debug, Clone)]
pub(super) struct For {
    pub key: Option<String>,
    pub value: String,
    pub over: Expr,
    /// What the keys of the object are; none for a list.
    pub make_key: Option<Expr>,
    pub make: Expr,
    /// Whether values of the same key are gathered.
    pub group: bool,
    pub when: Option<Expr>,
}

/// A part of a template.
#[derive(Debug, Clone)]
pub(super) enum Part {
    /// Text as it stands.
    Text(String),
    /// `${…}`
    Expr(Expr),
    /// `%{ if }`
    If(Box<(Expr, Vec<Self>, Vec<Self>)>),
    /// `%{ for }`
    For(Box<TemplateFor>),
}

/// A loop of a template.
#[derive(Debug, Clone)]
pub(super) struct TemplateFor {
    pub key: Option<String>,
    pub value: String,
    pub over: Expr,
    pub parts: Vec<Part>,
}

/// The inside of a block.
#[derive(Debug, Clone, Default)]
pub(super) struct Body {
    pub attributes: Vec<Attribute>,
    pub blocks: Vec<Block>,
}

/// An attribute.
#[derive(Debug, Clone)]
pub(super) struct Attribute {
    pub name: String,
    pub value: Expr,
    /// From the name through the value.
    pub span: Option<Span>,
}

/// A block.
#[derive(Debug, Clone)]
pub(super) struct Block {
    pub kind: String,
    pub labels: Vec<String>,
    pub body: Body,
    /// `resource "aws_lb" "web"`
    pub head: Option<Span>,
    /// All of it.
    pub span: Option<Span>,
}

impl Body {
    /// An attribute.
    pub(crate) fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// The value of an attribute.
    pub(crate) fn value(&self, name: &str) -> Option<&Expr> {
        self.attribute(name).map(|attribute| &attribute.value)
    }

    /// The blocks of a kind.
    pub(crate) fn blocks_of<'b>(&'b self, kind: &'b str) -> impl Iterator<Item = &'b Block> {
        self.blocks.iter().filter(move |block| block.kind == kind)
    }
}

impl Expr {
    /// A literal.
    pub(crate) fn literal(value: Value, span: Option<Span>) -> Self {
        Self { kind: Kind::Value(value), span }
    }

    /// The text of a literal.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Value(Value::Text(text)) => Some(&text.text),
            _ => None,
        }
    }

    /// The words of a path that has no index and no splat: `aws.west`.
    pub(crate) fn words(&self) -> Option<Vec<&str>> {
        match &self.kind {
            Kind::Name(name) => Some(vec![name]),
            Kind::Path(root, steps) => {
                let mut words = root.words()?;
                for step in steps {
                    let Step::Attribute(name) = step else { return None };
                    words.push(name);
                }
                Some(words)
            }
            _ => None,
        }
    }
}
