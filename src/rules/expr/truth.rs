//! True, false, or not known and why: CEL's logic over unknowns.

use crate::rules::value::{Unknown, Value};

/// The answer to a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Truth {
    /// It does not hold.
    False,
    /// It holds.
    True,
    /// What could not be read decides.
    Unknown(Unknown),
}

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

impl From<Truth> for Value {
    fn from(truth: Truth) -> Self {
        match truth {
            Truth::False => Self::Bool(false),
            Truth::True => Self::Bool(true),
            Truth::Unknown(unknown) => Self::Unknown(unknown),
        }
    }
}

impl From<&Value> for Truth {
    /// What is absent does not hold.
    fn from(value: &Value) -> Self {
        match value {
            Value::Bool(value) => (*value).into(),
            Value::Unknown(unknown) => Self::Unknown(unknown.clone()),
            _ => Self::False,
        }
    }
}

impl Truth {
    /// The opposite; of an unknown, the same unknown.
    #[must_use]
    pub fn negate(self) -> Self {
        match self {
            Self::False => Self::True,
            Self::True => Self::False,
            unknown @ Self::Unknown(_) => unknown,
        }
    }

    /// Both hold: one that does not decides, whatever the other is.
    #[must_use]
    pub fn and(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::False => Self::False,
            Self::True => other(),
            Self::Unknown(unknown) => match other() {
                Self::False => Self::False,
                Self::True => Self::Unknown(unknown),
                Self::Unknown(more) => Self::Unknown(unknown.union(&more)),
            },
        }
    }

    /// One holds at least: one that does decides, whatever the other is.
    #[must_use]
    pub fn or(self, other: impl FnOnce() -> Self) -> Self {
        self.negate().and(|| other().negate()).negate()
    }
}

/// Whether two values are equal. Absent equals only absent.
pub(super) fn equal(left: &Value, right: &Value) -> Truth {
    match (left, right) {
        (Value::Unknown(a), Value::Unknown(b)) => Truth::Unknown(a.union(b)),
        (Value::Unknown(unknown), _) | (_, Value::Unknown(unknown)) => Truth::Unknown(unknown.clone()),
        (Value::List(a), Value::List(b)) => {
            let mut missing = a.missing().cloned();
            if let Some(more) = b.missing() {
                Unknown::merge(&mut missing, more);
            }
            if let Some(missing) = missing {
                return Truth::Unknown(missing);
            }
            equal_all(a.items(), b.items())
        }
        (Value::Record(a), Value::Record(b)) => equal_all(a.fields(), b.fields()),
        (Value::Map(a), Value::Map(b)) => {
            if !a.keys().eq(b.keys()) {
                return Truth::False;
            }
            let pairs = a.values().zip(b.values());
            pairs.fold(Truth::True, |so_far, (a, b)| so_far.and(|| equal(a, b)))
        }
        (a, b) => (a == b).into(),
    }
}

fn equal_all(left: &[Value], right: &[Value]) -> Truth {
    if left.len() != right.len() {
        return Truth::False;
    }
    let pairs = left.iter().zip(right);
    pairs.fold(Truth::True, |so_far, (a, b)| so_far.and(|| equal(a, b)))
}
