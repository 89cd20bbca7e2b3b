//! The syntax tree of an expression, with exact places in the source.
//!
//! The `cel` crate's own tree gives one token a node; errors want to underline a name or a whole operand. It is
//! also the only tree the rest of the engine sees, so a new version of that crate costs one file.

use std::ops::Range;

/// A piece of an expression.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub kind: Kind,
    /// From the first to the last byte of the piece.
    pub span: Range<usize>,
    /// The operator, or the name that was selected or called.
    pub anchor: Range<usize>,
}

#[derive(Debug, Clone)]
pub(crate) enum Kind {
    Null,
    Bool(bool),
    Int(i64),
    Str(String),
    Ident(String),
    List(Vec<Node>),
    Select(Box<Node>, String),
    Has(Box<Node>, String),
    Index(Box<Node>, Box<Node>),
    Not(Box<Node>),
    Negate(Box<Node>),
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
    Cond(Box<[Node; 3]>),
    Binary(Op, Box<Node>, Box<Node>),
    Call {
        name: String,
        target: Option<Box<Node>>,
        args: Vec<Node>,
    },
    Fold {
        kind: Fold,
        var: String,
        range: Box<Node>,
        body: Box<Node>,
    },
    /// `map` and `filter`: without a body the items are kept as they are.
    Gather {
        var: String,
        range: Box<Node>,
        filter: Option<Box<Node>>,
        body: Option<Box<Node>>,
    },
    /// CEL that rules have no use for; the text names it.
    Unsupported(&'static str),
}

/// An operator between two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    In,
}

impl Op {
    /// The operator as it is written.
    pub(crate) fn sign(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
            Self::In => "in",
        }
    }
}

/// How the answers about the items of a list become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fold {
    Exists,
    All,
    ExistsOne,
}
