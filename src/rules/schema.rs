//! The types of the facts that rules are written over.
//!
//! A [`RecordType`] is written by hand as a `static`; records may refer to each other and to themselves:
//!
//! ```
//! use apiaudit::rules::schema::{Field, RecordType, Type};
//! static LISTENER: RecordType = RecordType {
//!     name: "listener",
//!     doc: "A port on which a load balancer answers.",
//!     fields: &[
//!         Field::required("port", Type::Int, "The port.", "elasticloadbalancing:DescribeListeners"),
//!         Field::required("load_balancer", Type::Record(&LOAD_BALANCER), "Its load balancer.", ""),
//!     ],
//! };
//! static LOAD_BALANCER: RecordType = RecordType {
//!     name: "load_balancer",
//!     doc: "A load balancer.",
//!     fields: &[Field::required("listeners", Type::List(&Type::Record(&LISTENER)), "Its listeners.", "")],
//! };
//! ```

use std::fmt;

/// The type of a fact.
#[derive(Clone, Copy)]
pub enum Type {
    /// True or false.
    Bool,
    /// A whole number.
    Int,
    /// Text.
    Str,
    /// Any number of one type.
    List(&'static Self),
    /// Text to one type.
    Map(&'static Self),
    /// A record.
    Record(&'static RecordType),
}

/// A record of facts: what a dot in an expression selects from.
pub struct RecordType {
    /// The name of the type in messages and in the reference, such as `load_balancer`.
    pub name: &'static str,
    /// What the record is, in a sentence.
    pub doc: &'static str,
    /// Its fields, in the order the reference lists them.
    pub fields: &'static [Field],
}

/// One fact of a record.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// The name an expression selects it by.
    pub name: &'static str,
    /// Its type.
    pub ty: Type,
    /// Whether the fact can be absent: AWS answered, and there is none.
    pub optional: bool,
    /// What the fact says, in a sentence.
    pub doc: &'static str,
    /// The IAM actions whose answers fill the field, separated by spaces; empty for a derived fact.
    pub action: &'static str,
}

impl Field {
    /// A fact that every record of the type has.
    pub const fn required(name: &'static str, ty: Type, doc: &'static str, action: &'static str) -> Self {
        Self { name, ty, optional: false, doc, action }
    }

    /// A fact that a record of the type may lack.
    pub const fn optional(name: &'static str, ty: Type, doc: &'static str, action: &'static str) -> Self {
        Self { name, ty, optional: true, doc, action }
    }

    /// The IAM actions behind the field.
    pub fn actions(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.action.split([' ', ',', '\n']).filter(|action| !action.is_empty())
    }
}

impl RecordType {
    /// The field called `name`, with its place.
    pub fn field(&self, name: &str) -> Option<(usize, &'static Field)> {
        self.fields.iter().enumerate().find(|(_, field)| field.name == name)
    }
}

/// Records are the same by name: comparing their fields would not end for records that refer to themselves.
impl PartialEq for RecordType {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for RecordType {}

impl fmt::Debug for RecordType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RecordType({})", self.name)
    }
}

impl PartialEq for Type {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Bool, Self::Bool) | (Self::Int, Self::Int) | (Self::Str, Self::Str) => true,
            (Self::List(a), Self::List(b)) | (Self::Map(a), Self::Map(b)) => a == b,
            (Self::Record(a), Self::Record(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for Type {}

impl fmt::Debug for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("bool"),
            Self::Int => f.write_str("int"),
            Self::Str => f.write_str("string"),
            Self::List(item) => write!(f, "list of {item}"),
            Self::Map(value) => write!(f, "map of {value}"),
            Self::Record(record) => f.write_str(record.name),
        }
    }
}
