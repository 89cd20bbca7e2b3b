//! The conditions of a statement.
//!
//! Each gives the set of addresses from which it holds for a class of callers: all, none, those of a block, or bounds
//! where parts are not understood. All keys of all operators must hold, and one of the values of a key is enough.

use serde_json::{Map, Value as Json};

use super::caller::{Caller, Seen};
use super::{Why, from_truth, without};
use crate::network::{AddressSet, Bounds};
use crate::topology::listener::Truth;
use crate::topology::listener::glob::{self, literal};

/// From which addresses a condition holds.
pub(super) fn holds(condition: Option<&Json>, caller: &Caller, why: &mut Why) -> Bounds {
    let Some(condition) = condition else { return from_truth(Truth::Yes) };
    let Json::Object(operators) = condition else {
        why.add("a condition is not in AWS's form");
        return Bounds::anything();
    };
    let mut all = from_truth(Truth::Yes);
    for (operator, keys) in operators {
        let (Some(operator), Json::Object(keys)) = (Operator::parse(operator), keys) else {
            why.add(&format!("this apiaudit does not know the condition operator {operator:?}"));
            all = all.at_best();
            continue;
        };
        all = all.and(&operator.holds(keys, caller, why));
    }
    all
}

/// An operator, such as `ForAnyValue:StringNotLikeIfExists`.
#[derive(Debug, Clone, Copy)]
struct Operator {
    kind: Kind,
    negated: bool,
    if_exists: bool,
    set: Option<Set>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text {
        pattern: bool,
        any_case: bool,
    },
    Address,
    Bool,
    Null,
    /// A number, a date or bytes: only whether it is there is judged.
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Set {
    Any,
    All,
}

impl Operator {
    fn parse(name: &str) -> Option<Self> {
        let (set, name) = match name.split_once(':') {
            Some(("ForAnyValue", rest)) => (Some(Set::Any), rest),
            Some(("ForAllValues", rest)) => (Some(Set::All), rest),
            Some(_) => return None,
            None => (None, name),
        };
        let (name, if_exists) = name.strip_suffix("IfExists").map_or((name, false), |name| (name, true));
        let text = |pattern, any_case| Kind::Text { pattern, any_case };
        let (kind, negated) = match name {
            "StringEquals" => (text(false, false), false),
            "StringNotEquals" => (text(false, false), true),
            "StringEqualsIgnoreCase" => (text(false, true), false),
            "StringNotEqualsIgnoreCase" => (text(false, true), true),
            // Both kinds for ARNs take wildcards, and do the same.
            "StringLike" | "ArnEquals" | "ArnLike" => (text(true, false), false),
            "StringNotLike" | "ArnNotEquals" | "ArnNotLike" => (text(true, false), true),
            "IpAddress" => (Kind::Address, false),
            "NotIpAddress" => (Kind::Address, true),
            "Bool" => (Kind::Bool, false),
            "Null" => (Kind::Null, false),
            "NumericNotEquals" | "DateNotEquals" => (Kind::Other, true),
            "BinaryEquals" => (Kind::Other, false),
            name if name.starts_with("Numeric") || name.starts_with("Date") => (Kind::Other, false),
            _ => return None,
        };
        Some(Self { kind, negated, if_exists, set })
    }

    fn holds(self, keys: &Map<String, Json>, caller: &Caller, why: &mut Why) -> Bounds {
        let mut all = from_truth(Truth::Yes);
        for (key, values) in keys {
            let values = texts(values);
            let told = caller.see(&key.to_ascii_lowercase()).into_iter().map(|seen| match &values {
                Some(values) if !values.is_empty() => self.key(&seen, values, key, why),
                _ => {
                    why.add(&format!("the values of {key} are not in AWS's form"));
                    Bounds::anything()
                }
            });
            let told = told.reduce(|one, other| one.either(&other)).unwrap_or_else(Bounds::anything);
            all = all.and(&told);
        }
        all
    }

    fn key(self, seen: &Seen, values: &[String], key: &str, why: &mut Why) -> Bounds {
        if self.kind == Kind::Null {
            let absent = matches!(seen, Seen::Absent);
            let asked = values.iter().map(|value| if value.eq_ignore_ascii_case("true") == absent { Truth::Yes } else { Truth::No });
            return match seen {
                Seen::Untold(what) => untold(what, key, why),
                _ => from_truth(asked.max().unwrap_or(Truth::Perhaps)),
            };
        }
        let found = match seen {
            Seen::Absent => return from_truth(self.without_key()),
            Seen::Untold(what) => untold(what, key, why),
            Seen::Address => self.address(values, key, why),
            Seen::Is(text) => self.text(values, key, why, |value, pattern| match (pattern, self.any_case()) {
                (true, _) => glob::matches(value, &literal(text)),
                (false, true) => told(value.eq_ignore_ascii_case(text)),
                (false, false) => told(value == text),
            }),
            Seen::Open(text) => self.text(values, key, why, |value, pattern| match pattern {
                true => glob::matches(value, text),
                false if glob::may_meet(&literal(value), text) => Truth::Perhaps,
                false => Truth::No,
            }),
            // Nobody named him: only a pattern meets him.
            Seen::Stranger(text) => {
                self.text(
                    values,
                    key,
                    why,
                    |value, pattern| {
                        if pattern && value.contains(['*', '?']) { glob::matches(value, text) } else { Truth::No }
                    },
                )
            }
        };
        if self.negated { without(&found) } else { found }
    }

    fn any_case(self) -> bool {
        self.kind == Kind::Bool || matches!(self.kind, Kind::Text { any_case: true, .. })
    }

    /// What an operator makes of a key that is not there.
    fn without_key(self) -> Truth {
        match (self.set, self.if_exists, self.negated) {
            (Some(Set::Any), true, _) => Truth::Perhaps,
            (Some(Set::All), _, _) | (None, true, _) | (None, _, true) => Truth::Yes,
            (Some(Set::Any), false, _) | (None, false, false) => Truth::No,
        }
    }

    /// Whether one of the values is met.
    fn text(self, values: &[String], key: &str, why: &mut Why, is: impl Fn(&str, bool) -> Truth) -> Bounds {
        let pattern = match self.kind {
            Kind::Text { pattern, .. } => pattern,
            Kind::Bool => false,
            _ => return untold("a value that is no address and no text: what it means", key, why),
        };
        let met = values.iter().map(|value| if value.contains("${") { Truth::Perhaps } else { is(value, pattern) });
        let met = met.max().unwrap_or(Truth::Perhaps);
        if met == Truth::Perhaps {
            why.add(&format!("whether {key} holds {} for every such caller cannot be told", values.join(" or ")));
        }
        from_truth(met)
    }

    /// The addresses of the values.
    fn address(self, values: &[String], key: &str, why: &mut Why) -> Bounds {
        if self.kind != Kind::Address {
            return untold("an address that is compared as text: which addresses are meant", key, why);
        }
        let mut found = Bounds::nothing();
        for value in values {
            let block = AddressSet::parse(value).map_or_else(
                || {
                    why.add(&format!("{value:?} is no block of addresses"));
                    Bounds::anything()
                },
                Bounds::exactly,
            );
            found = found.or(&block);
        }
        found
    }
}

fn told(truth: bool) -> Truth {
    if truth { Truth::Yes } else { Truth::No }
}

fn untold(what: &str, key: &str, why: &mut Why) -> Bounds {
    why.add(&format!("{key} is {what} cannot be told"));
    Bounds::anything()
}

/// The texts of a value or a list; none where one is neither text nor a plain value.
fn texts(values: &Json) -> Option<Vec<String>> {
    let one = |value: &Json| match value {
        Json::String(text) => Some(text.clone()),
        Json::Bool(_) | Json::Number(_) => Some(value.to_string()),
        _ => None,
    };
    match values {
        Json::Array(items) => items.iter().map(one).collect(),
        value => Some(vec![one(value)?]),
    }
}
