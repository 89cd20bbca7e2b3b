//! Known, made up, unknown: what becomes of each.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{Variables, evaluate};
use crate::iac::value::Value;

/// `var.u` is unknown, `var.m` and `var.n` are names that AWS gives.
fn mixed() -> Variables {
    Variables(BTreeMap::from([
        ("u", Value::unknown("var.u has no value here")),
        ("m", Value::made_up("arn:m")),
        ("n", Value::made_up("arn:n")),
    ]))
}

enum Is {
    Known(&'static str),
    MadeUp(&'static str),
    Unknown,
    Error,
}
use Is::{Error, Known, MadeUp, Unknown};

#[test]
fn unknowns_and_made_up_names_go_as_far_as_they_must() {
    let table = [
        ("true || var.u", Known("true")),
        ("var.u || true", Known("true")),
        ("false && var.u", Known("false")),
        ("false || var.u", Unknown),
        ("true && var.u", Unknown),
        ("var.u ? 1 : 1", Known("1")),
        ("var.u ? 1 : 2", Unknown),
        ("var.u ? {}.a : 1", Unknown),
        ("length([var.u, 1])", Known("2")),
        ("[var.u, 1][1]", Known("1")),
        ("[1, 2][var.u]", Unknown),
        ("[1, var.u] == [2, var.u]", Known("false")),
        ("[1] == [1, var.u]", Known("false")),
        ("[1, var.u] == [1, 2]", Unknown),
        ("{(var.u) = 1}", Unknown),
        ("{(var.m) = 1}", Unknown),
        ("keys({a = var.u})", Known(r#"["a"]"#)),
        ("lookup({a = var.u, b = 1}, \"b\")", Known("1")),
        ("merge({a = 1}, var.u)", Unknown),
        ("merge({a = var.u}, {b = 1}).b", Known("1")),
        ("concat([1], var.u)", Unknown),
        ("length(slice(var.u, 0, 3))", Known("3")),
        ("slice(var.u, 0, 3)[1]", Unknown),
        ("toset([var.u, 1])", Unknown),
        ("distinct([\"a\", var.u])", Unknown),
        ("compact([\"a\", var.u])", Unknown),
        ("flatten([[1], var.u])", Unknown),
        ("[for x in [1, 2] : x if var.u]", Unknown),
        ("[for x in var.u : 1]", Unknown),
        ("length([for x in [1, var.u] : x])", Known("2")),
        ("\"a${var.u}\"", Unknown),
        ("\"%{ if var.u }a%{ endif }\"", Unknown),
        ("try(var.u, 1)", Unknown),
        ("can(var.u)", Unknown),
        ("try({}.a, var.m)", MadeUp("arn:m")),
        ("coalesce(\"a\", var.u)", Known(r#""a""#)),
        ("coalesce(var.u, \"a\")", Unknown),
        ("coalesce(null, var.m)", MadeUp("arn:m")),
        ("contains([\"a\", var.u], \"a\")", Known("true")),
        ("contains([var.u], \"a\")", Unknown),
        ("jsonencode({a = var.u})", Unknown),
        ("var.u[*]", Unknown),
        ("var.u == null", Unknown),
        ("timestamp()", Unknown),
        ("yamldecode(\"a: 1\")", Unknown),
        // Names that AWS gives.
        ("\"x-${var.m}\"", MadeUp("x-arn:m")),
        ("join(\",\", [var.m, \"a\"])", MadeUp("arn:m,a")),
        ("format(\"%s/%d\", var.m, 1)", MadeUp("arn:m/1")),
        ("formatlist(\"%s/*\", [var.m])[0]", MadeUp("arn:m/*")),
        ("jsonencode({a = var.m})", MadeUp(r#"{"a":"arn:m"}"#)),
        ("jsonencode({a = var.m, b = 1}) == \"x\"", Unknown),
        ("var.m == var.m", Known("true")),
        ("var.m == var.n", Unknown),
        ("var.m == \"arn:m\"", Unknown),
        ("var.m != \"\"", Known("true")),
        ("var.m == null", Known("false")),
        ("contains([var.m], var.m)", Known("true")),
        ("contains([var.m], \"a\")", Unknown),
        ("length([var.m])", Known("1")),
        ("length(var.m)", Unknown),
        ("length(toset([var.m, var.m]))", Known("1")),
        ("lower(var.m)", Unknown),
        ("split(\":\", var.m)", Unknown),
        ("replace(var.m, \"a\", \"b\")", Unknown),
        ("substr(var.m, 0, 1)", Unknown),
        ("regex(\"a\", var.m)", Unknown),
        ("startswith(var.m, \"arn\")", Unknown),
        ("sort([var.m, \"a\"])", Unknown),
        ("base64encode(var.m)", Unknown),
        ("format(\"%5s\", var.m)", Unknown),
        ("tonumber(var.m)", Unknown),
        ("var.m + 1", Unknown),
        ("one([var.m])", MadeUp("arn:m")),
        ("tostring(var.m)", MadeUp("arn:m")),
        ("values({a = var.m})[0]", MadeUp("arn:m")),
        ("[var.m][*][0]", Error),
        // Errors of Terraform.
        ("{a = 1}.b", Error),
        ("[1][5]", Error),
        ("1 + \"x\"", Error),
        ("null.a", Error),
        ("1 / 0", Error),
        ("\"a${null}\"", Error),
        ("\"a${[1]}\"", Error),
        ("nowhere.at.all", Error),
        ("tonumber(\"x\")", Error),
    ];
    for (expr, expected) in table {
        match (evaluate(expr, &mixed()), expected) {
            (Ok(Value::Unknown(_)), Unknown) | (Err(_), Error) => {}
            (Ok(value), Known(json)) => {
                assert!(!value.is_made_up(), "{expr}: {value:?}");
                assert_eq!(value, Value::from_json(&serde_json::from_str(json).unwrap()), "{expr}");
            }
            (Ok(value), MadeUp(text)) => assert_eq!(value, Value::made_up(text), "{expr}"),
            (found, _) => panic!("{expr}: {found:?}"),
        }
    }
}

/// What a reason says holds no value.
#[test]
fn reasons_name_causes_and_no_values() {
    let variables = Variables(BTreeMap::from([("s", Value::from("secret")), ("m", Value::made_up("name"))]));
    for expr in [
        "tonumber(var.s)",
        "var.s + 1",
        "{a = 1}[var.s]",
        "\"${var.s}${var.m}\" == \"x\"",
        "lower(\"${var.s}${var.m}\")",
        "jsondecode(var.s)",
        "parseint(var.s, 10)",
        "cidrhost(var.s, 1)",
        "regex(\"x\", var.s)",
        "var.s ? 1 : 2",
        "{(\"${var.s}${var.m}\") = 1}",
    ] {
        let why = match evaluate(expr, &variables) {
            Err(why) | Ok(Value::Unknown(why)) => why,
            Ok(value) => panic!("{expr}: {value:?}"),
        };
        assert!(!why.0.contains("secret"), "{expr}: {}", why.0);
    }
}

/// Expressions over `var.a`, a text, `var.b`, a bool, `var.c`, a list of texts, and `var.d`, a map of texts.
const EXPRESSIONS: &[&str] = &[
    "var.a",
    "\"x${var.a}y\"",
    "var.b ? var.a : \"z\"",
    "var.b ? var.c : []",
    "var.b || var.a == \"a\"",
    "var.b && contains(var.c, var.a)",
    "!var.b",
    "length(var.c)",
    "concat(var.c, [var.a])",
    "var.c[0]",
    "var.c[*]",
    "var.d[var.a]",
    "var.d.a",
    "try(var.d[var.a], \"none\")",
    "try(var.c[2], var.a)",
    "can(var.d[var.a])",
    "lookup(var.d, var.a, \"no\")",
    "merge(var.d, {b = var.a})",
    "keys(var.d)",
    "values(var.d)",
    "[for x in var.c : \"${x}${var.a}\" if x != var.a]",
    "{for k, v in var.d : k => \"${v}-${var.a}\"}",
    "{for x in var.c : x => var.a...}",
    "[for k, v in var.d : v if var.b]",
    "toset(var.c)",
    "distinct(concat(var.c, [var.a]))",
    "compact([var.a, \"\", \"b\"])",
    "coalesce(\"\", var.a, \"z\")",
    "join(\"-\", var.c)",
    "split(\"a\", var.a)",
    "format(\"%s-%s\", var.a, var.b)",
    "formatlist(\"%s-%s\", var.c, var.a)",
    "jsonencode({a = var.a, b = [var.b], c = var.c})",
    "flatten([var.c, [var.a]])",
    "element(var.c, 1)",
    "index(var.c, var.a)",
    "zipmap(var.c, var.c)",
    "setproduct(var.c, [var.a])",
    "slice(var.c, 0, 1)",
    "one([var.a])",
    "length(var.a)",
    "upper(var.a)",
    "replace(var.a, \"a\", \"b\")",
    "sort(var.c)",
    "reverse(var.c)",
    "var.a == \"a\" ? \"one\" : \"two\"",
    "var.c == [var.a]",
    "\"%{ if var.b }${var.a}%{ else }no%{ endif }\"",
    "\"%{ for x in var.c }${x},%{ endfor }\"",
    "startswith(var.a, \"a\") || var.b",
    "anytrue([var.b, var.a == \"b\"])",
    "[var.a, var.b, \"x\"]",
    "{a = var.a, b = [var.c]}",
    "[{a = var.a}, {a = \"x\"}][*].a",
];

/// Whether a value says no more than another one, and nothing else.
fn says_no_more(less: &Value, more: &Value) -> bool {
    match (less, more) {
        (Value::Unknown(_), _) => true,
        (Value::Text(text), _) if text.made_up => true,
        (Value::List(less), Value::List(more)) => {
            less.len() == more.len() && less.iter().zip(more).all(|(less, more)| says_no_more(&less.value, &more.value))
        }
        (Value::Map(less), Value::Map(more)) => {
            less.keys().eq(more.keys()) && less.values().zip(more.values()).all(|(less, more)| says_no_more(&less.value, &more.value))
        }
        (less, more) => less == more,
    }
}

fn texts() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec("[abc]{0,2}", 0..4)
}

proptest! {
    #[test]
    fn to_know_less_is_to_say_less_and_nothing_else(
        a in "[abc]{0,2}", b in any::<bool>(), c in texts(), d in texts(), hidden in 0_usize..16, at in 0..EXPRESSIONS.len(),
        made_up in any::<bool>(),
    ) {
        let list = Value::List(c.iter().map(|text| Value::from(text.as_str()).into()).collect());
        let map = Value::Map(d.iter().map(|text| (text.clone(), Value::from(text.as_str()).into())).collect());
        let known = Variables(BTreeMap::from([("a", Value::from(a.as_str())), ("b", Value::Bool(b)), ("c", list), ("d", map)]));
        let mut less = known.clone();
        for (bit, name) in ["a", "b", "c", "d"].into_iter().enumerate() {
            if hidden & (1 << bit) != 0 {
                less.0.insert(name, Value::unknown("hidden"));
            }
        }
        let expr = EXPRESSIONS[at];
        // What AWS names is not empty, and counts once in sets.
        if made_up && hidden & 1 == 0 && !a.is_empty() && !expr.contains("distinct") {
            less.0.insert("a", Value::made_up("name"));
        }
        if let (Ok(more), Ok(less)) = (evaluate(expr, &known), evaluate(expr, &less)) {
            prop_assert!(says_no_more(&less, &more), "{expr}: {less:?} of {more:?}");
        }
    }
}
