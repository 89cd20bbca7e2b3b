//! A checked expression, ready to run: names are places, types are settled, patterns are compiled.

use std::sync::Arc;

use regex::Regex;

use super::ast::Fold;
use super::functions::Function;
use crate::rules::schema::RecordType;
use crate::rules::value::Value;

#[derive(Debug, Clone)]
pub(crate) enum Ir {
    Const(Value),
    /// A variable: how many scopes up.
    Var(usize),
    /// A field: its record, the record's type (for the name) and the field's place.
    Field(Box<Self>, &'static RecordType, usize),
    /// An entry of a map.
    Entry(Box<Self>, Arc<str>),
    /// Whether a field or an entry is there.
    Has(Box<Self>),
    Index(Box<Self>, Box<Self>),
    List(Vec<Self>),
    Not(Box<Self>),
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
    Cond(Box<[Self; 3]>),
    Equal {
        left: Box<Self>,
        right: Box<Self>,
        negate: bool,
    },
    Compare(Order, Box<Self>, Box<Self>),
    /// `size(list) < n` and the like, which a list known in part can often decide.
    CompareSize(Order, Box<Self>, i64),
    Arithmetic(Arithmetic, Box<Self>, Box<Self>),
    Join(Box<Self>, Box<Self>),
    In(Box<Self>, Box<Self>),
    Size(Box<Self>),
    Text(TextTest, Box<Self>, Box<Self>),
    Matches(Box<Self>, Regex),
    Lower(Box<Self>),
    Call(Function, Vec<Self>),
    Fold(Fold, Box<Self>, Box<Self>),
    Gather(Box<Gather>),
}

#[derive(Debug, Clone)]
pub(crate) struct Gather {
    pub range: Ir,
    pub filter: Option<Ir>,
    pub body: Option<Ir>,
    /// Whether the body can be absent: an unknown one may then be no item at all.
    pub optional: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    /// Only for sizes.
    Equal,
    /// Only for sizes.
    NotEqual,
}

impl Order {
    /// Whether the order holds for how the left side compares with the right.
    pub(crate) fn holds(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
            Self::Equal => ordering.is_eq(),
            Self::NotEqual => ordering.is_ne(),
        }
    }

    /// The same order seen from the other side.
    pub(crate) fn flip(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
            same => same,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl Arithmetic {
    /// The result, stopping at the ends of the range; nothing for a division by zero.
    pub(crate) fn apply(self, left: i64, right: i64) -> Option<i64> {
        match self {
            Self::Add => Some(left.saturating_add(right)),
            Self::Subtract => Some(left.saturating_sub(right)),
            Self::Multiply => Some(left.saturating_mul(right)),
            Self::Divide => (right != 0).then(|| left.saturating_div(right)),
            Self::Remainder => (right != 0).then(|| left.wrapping_rem(right)),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextTest {
    StartsWith,
    EndsWith,
    Contains,
}

impl TextTest {
    pub(crate) fn holds(self, text: &str, part: &str) -> bool {
        match self {
            Self::StartsWith => text.starts_with(part),
            Self::EndsWith => text.ends_with(part),
            Self::Contains => text.contains(part),
        }
    }
}
