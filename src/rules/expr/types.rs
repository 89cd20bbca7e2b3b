//! The types of expressions while they are checked.

use std::fmt;

use crate::rules::schema::{RecordType, Type};

/// The type of a piece of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ty {
    Bool,
    Int,
    Str,
    List(Box<Self>),
    Map(Box<Self>),
    Record(&'static RecordType),
    /// The items of an empty list, or a piece with an error that was already reported.
    Any,
}

impl From<Type> for Ty {
    fn from(ty: Type) -> Self {
        match ty {
            Type::Bool => Self::Bool,
            Type::Int => Self::Int,
            Type::Str => Self::Str,
            Type::List(item) => Self::List(Box::new((*item).into())),
            Type::Map(value) => Self::Map(Box::new((*value).into())),
            Type::Record(record) => Self::Record(record),
        }
    }
}

impl Ty {
    /// Whether values of both types can be equal.
    pub(crate) fn meets(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Any, _) | (_, Self::Any) => true,
            (Self::List(a), Self::List(b)) | (Self::Map(a), Self::Map(b)) => a.meets(b),
            (a, b) => a == b,
        }
    }

    /// The more telling of two types that meet.
    pub(crate) fn join(self, other: Self) -> Self {
        match (self, other) {
            (Self::List(a), Self::List(b)) => Self::List(Box::new(a.join(*b))),
            (Self::Any, ty) | (ty, _) => ty,
        }
    }

    /// Whether a message can show it: a scalar, or a list of scalars.
    pub(crate) fn shows(&self) -> bool {
        match self {
            Self::Bool | Self::Int | Self::Str | Self::Any => true,
            Self::List(item) => {
                matches!(**item, Self::Bool | Self::Int | Self::Str | Self::Any)
            }
            Self::Map(_) | Self::Record(_) => false,
        }
    }

    /// The records that a value of the type holds, one step down.
    pub(crate) fn record(&self) -> Option<&'static RecordType> {
        match self {
            Self::Record(record) => Some(record),
            Self::List(inner) | Self::Map(inner) => inner.record(),
            _ => None,
        }
    }
}

impl fmt::Display for Ty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("bool"),
            Self::Int => f.write_str("int"),
            Self::Str => f.write_str("string"),
            Self::List(item) => write!(f, "list of {item}"),
            Self::Map(value) => write!(f, "map of {value}"),
            Self::Record(record) => f.write_str(record.name),
            Self::Any => f.write_str("anything"),
        }
    }
}
