//! Whether a value has the shape that the standard's schema asks for.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value};

use super::findings::Findings;
use super::kinds::{DUPLICATE_ITEM, SHAPE, TIME, UNKNOWN_MEMBER};
use super::place::{Place, quoted};

/// What the members of an object are.
pub(super) struct Shape {
    /// Those that must be there.
    pub(super) required: &'static [&'static str],
    /// All of them; `*` stands for any other.
    pub(super) members: &'static [(&'static str, Type)],
}

/// What a value is.
pub(super) enum Type {
    Anything,
    Text,
    Flag,
    Number,
    /// A whole number, this or more.
    Integer(i64),
    OneOf(&'static [&'static str]),
    Time,
    Guid,
    Object(&'static Shape),
    List(&'static Self),
    /// A list that holds nothing twice.
    Set(&'static Self),
    /// An object whose members have names of the tool's own.
    Map(&'static Self),
}

static GUID: LazyLock<Regex> = LazyLock::new(|| pattern("^[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"));
static DATE_TIME: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}t[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(z|[+-][0-9]{2}:[0-9]{2})$"));

#[expect(clippy::expect_used, reason = "the patterns are constants, and the tests try each")]
fn pattern(text: &str) -> Regex {
    regex::RegexBuilder::new(text).case_insensitive(true).unicode(false).build().expect("a pattern")
}

/// Checks an object against its shape.
pub(super) fn check(shape: &Shape, value: &Value, place: &Place<'_>, findings: &mut Findings) {
    let Some(object) = value.as_object() else {
        return wrong("an object", value, place, findings);
    };
    for name in shape.required.iter().filter(|name| !object.contains_key(**name)) {
        findings.add(&SHAPE, place, || format!("there is no `{name}`"));
    }
    for (name, value) in object {
        let place = place.member(name);
        match find(shape, name) {
            Some(expected) => check_type(expected, value, &place, findings),
            None => findings.add(&UNKNOWN_MEMBER, &place, || format!("SARIF knows no {} here", quoted(name))),
        }
    }
}

fn find(shape: &Shape, name: &str) -> Option<&'static Type> {
    let member = |wanted: &str| shape.members.iter().find(|(known, _)| *known == wanted);
    member(name).or_else(|| member("*")).map(|(_, expected)| expected)
}

fn check_type(expected: &Type, value: &Value, place: &Place<'_>, findings: &mut Findings) {
    let text = value.as_str();
    match expected {
        Type::Object(shape) => check(shape, value, place, findings),
        Type::List(item) | Type::Set(item) => list(item, matches!(expected, Type::Set(_)), value, place, findings),
        Type::Map(item) => match value.as_object() {
            Some(object) => map(item, object, place, findings),
            None => wrong("an object", value, place, findings),
        },
        Type::Time if text.is_some_and(|text| !is_time(text)) => {
            findings.add(&TIME, place, || format!("{} is no date-time", shown(value)));
        }
        Type::Text | Type::Time if text.is_none() => wrong("a string", value, place, findings),
        Type::Guid if !text.is_some_and(|text| GUID.is_match(text)) => wrong("a GUID", value, place, findings),
        Type::Flag if !value.is_boolean() => wrong("true or false", value, place, findings),
        Type::Number if !value.is_number() => wrong("a number", value, place, findings),
        Type::Integer(least) if integer(value).is_none_or(|number| number < *least) => {
            let expected = if *least == i64::MIN { "a whole number".to_owned() } else { format!("a whole number, {least} or more") };
            wrong(&expected, value, place, findings);
        }
        Type::OneOf(words) if !text.is_some_and(|text| words.contains(&text)) => {
            wrong(&format!("one of {}", words.join(", ")), value, place, findings);
        }
        _ => {}
    }
}

fn list(item: &Type, is_set: bool, value: &Value, place: &Place<'_>, findings: &mut Findings) {
    let Some(items) = value.as_array() else { return wrong("a list", value, place, findings) };
    let mut seen = HashSet::new();
    for (index, value) in items.iter().enumerate() {
        let place = place.item(index);
        check_type(item, value, &place, findings);
        if is_set && !seen.insert(value) {
            findings.add(&DUPLICATE_ITEM, &place, || "the list holds the same item before".to_owned());
        }
    }
}

fn map(item: &Type, object: &Map<String, Value>, place: &Place<'_>, findings: &mut Findings) {
    for (name, value) in object {
        check_type(item, value, &place.member(name), findings);
    }
}

fn wrong(expected: &str, value: &Value, place: &Place<'_>, findings: &mut Findings) {
    findings.add(&SHAPE, place, || format!("{} is not {expected}", shown(value)));
}

/// A value in a message.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Object(_) => "an object".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::String(text) => quoted(text),
        other => other.to_string(),
    }
}

/// A whole number; 1.0 is one, too.
pub(super) fn integer(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| {
        let number = value.as_f64().filter(|number| number.fract() == 0.0 && number.abs() < 9e15)?;
        #[expect(clippy::cast_possible_truncation, reason = "it is whole and small enough")]
        Some(number as i64)
    })
}

/// RFC 3339, and a moment that there was.
fn is_time(text: &str) -> bool {
    DATE_TIME.is_match(text) && text.parse::<jiff::Timestamp>().is_ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn times_are_rfc_3339() {
        for good in ["2026-01-31T12:00:00Z", "2026-01-31t12:00:00.123456789z", "2026-01-31T12:00:00+02:00"] {
            assert!(is_time(good), "{good}");
        }
        for bad in
            ["", "2026-01-31", "2026-01-31 12:00:00Z", "2026-01-31T12:00Z", "2026-02-30T12:00:00Z", "2026-01-31T12:00:00", "yesterday"]
        {
            assert!(!is_time(bad), "{bad}");
        }
    }

    #[test]
    fn a_value_of_each_wrong_type_is_told() {
        static SHAPE: Shape = Shape {
            required: &["must"],
            members: &[
                ("must", Type::Text),
                ("flag", Type::Flag),
                ("number", Type::Number),
                ("line", Type::Integer(1)),
                ("any", Type::Integer(i64::MIN)),
                ("level", Type::OneOf(&["note"])),
                ("time", Type::Time),
                ("guid", Type::Guid),
                ("list", Type::List(&Type::Text)),
                ("set", Type::Set(&Type::Number)),
                ("map", Type::Map(&Type::Text)),
                ("inner", Type::Object(&SHAPE)),
            ],
        };
        let found = |value: Value| {
            let mut findings = Findings::default();
            check(&SHAPE, &value, &Place::Log, &mut findings);
            let groups = findings.into_groups();
            groups.iter().flat_map(|group| group.instances.iter().map(|one| format!("{}: {}", one.place, one.message))).collect::<Vec<_>>()
        };
        let good = json!({"must": "", "flag": true, "number": 1.5, "line": 1.0, "any": -5, "level": "note", "time": "2026-01-31T12:00:00Z",
            "guid": "11111111-1111-1111-8888-888888888888", "list": ["a", "a"], "set": [1, 2], "map": {"a": "b"}, "inner": {"must": "a"}});
        assert_eq!(found(good), Vec::<String>::new());
        for (value, words) in [
            (json!([]), ": a list is not an object"),
            (json!({}), ": there is no `must`"),
            (json!({"must": null}), "must: null is not a string"),
            (json!({"must": "", "more": 1}), "more: SARIF knows no \"more\" here"),
            (json!({"must": "", "flag": "true"}), "flag: \"true\" is not true or false"),
            (json!({"must": "", "number": "1"}), "number: \"1\" is not a number"),
            (json!({"must": "", "line": 0}), "line: 0 is not a whole number, 1 or more"),
            (json!({"must": "", "line": 1.5}), "line: 1.5 is not a whole number, 1 or more"),
            (json!({"must": "", "any": u64::MAX}), "any: 18446744073709551615 is not a whole number"),
            (json!({"must": "", "level": "high"}), "level: \"high\" is not one of note"),
            (json!({"must": "", "time": "today"}), "time: \"today\" is no date-time"),
            (json!({"must": "", "time": 5}), "time: 5 is not a string"),
            (json!({"must": "", "guid": "1"}), "guid: \"1\" is not a GUID"),
            (json!({"must": "", "list": {}}), "list: an object is not a list"),
            (json!({"must": "", "list": [1]}), "list[0]: 1 is not a string"),
            (json!({"must": "", "set": [1, 1]}), "set[1]: the list holds the same item before"),
            (json!({"must": "", "map": {"a": 1}}), "map.a: 1 is not a string"),
            (json!({"must": "", "map": 1}), "map: 1 is not an object"),
            (json!({"must": "", "inner": {}}), "inner: there is no `must`"),
        ] {
            assert_eq!(found(value.clone()), [words], "{value}");
        }
    }
}
