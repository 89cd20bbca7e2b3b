//! Functions that other modules offer to rules, beside the built-in ones.

use crate::rules::schema::Type;
use crate::rules::value::Value;

/// The functions every expression has, with how they are called. The checker knows their types.
pub(crate) const BUILT_IN: [(&str, &str); 7] = [
    ("size", "size(string, list or map)"),
    ("startsWith", "text.startsWith(text)"),
    ("endsWith", "text.endsWith(text)"),
    ("contains", "text.contains(text)"),
    ("matches", "text.matches('regular expression')"),
    ("lowerAscii", "text.lowerAscii()"),
    ("has", "has(record.field)"),
];

/// The macros over lists, with how they are called.
pub(crate) const MACROS: [(&str, &str); 5] = [
    ("exists", "list.exists(item, condition)"),
    ("all", "list.all(item, condition)"),
    ("exists_one", "list.exists_one(item, condition)"),
    ("filter", "list.filter(item, condition)"),
    ("map", "list.map(item, value)"),
];

/// What each of these answers, and an example over a load balancer.
pub(crate) const EXPLAINED: [(&str, &str, &str); 12] = [
    (
        "size",
        "How many characters, items or entries there are. Over a list known in part, comparisons are decided where they can be.",
        "size(load_balancer.subnets) > 1",
    ),
    ("startsWith", "Whether the text begins so.", "load_balancer.name.startsWith('internal-')"),
    ("endsWith", "Whether the text ends so.", "load_balancer.dns_name.endsWith('.amazonaws.com')"),
    ("contains", "Whether the text holds the other.", "load_balancer.name.contains('prod')"),
    (
        "matches",
        "Whether a part of the text matches the pattern, which is written out (RE2's syntax; `^` and `$` tie it to the ends).",
        "load_balancer.name.matches('^(prod|live)-')",
    ),
    ("lowerAscii", "The text with A to Z in lower case.", "load_balancer.name.lowerAscii() == 'shop'"),
    ("has", "Whether an optional fact or an entry of a map is there.", "has(load_balancer.web_acl)"),
    (
        "exists",
        "Whether the condition holds for some item: true as soon as one known item satisfies.",
        "load_balancer.listeners.exists(l, l.port == 80)",
    ),
    (
        "all",
        "Whether it holds for every item: false as soon as one known item does not.",
        "load_balancer.listeners.all(l, l.protocol == 'HTTPS')",
    ),
    ("exists_one", "Whether it holds for exactly one item.", "load_balancer.listeners.exists_one(l, l.protocol == 'HTTPS')"),
    ("filter", "The items for which it holds.", "size(load_balancer.listeners.filter(l, l.protocol == 'HTTP')) > 0"),
    ("map", "The value of each item; items for which it is absent are left out.", "443 in load_balancer.listeners.map(l, l.port)"),
];

/// The operators, with what they do.
pub(crate) const OPERATORS: [(&str, &str); 8] = [
    ("a && b, a || b, !a", "and, or, not: unknown only where what is unknown decides"),
    ("a == b, a != b", "equal and not: absent equals only absent, and `null`"),
    ("a < b, a <= b, a > b, a >= b", "order of two numbers or two texts"),
    ("a + b, a - b, a * b, a / b, a % b", "arithmetic of whole numbers; `+` also joins texts and lists"),
    ("a in list, key in map", "whether it is among the items or the keys"),
    ("c ? a : b", "one of two values of one type"),
    ("list[0], map['key'], map.key", "an item or an entry; absent where there is none"),
    ("['a', 'b'], 80, 'text', true, null", "literals"),
];

/// A function offered to rules.
///
/// It is called with arguments of exactly its types. The evaluator has already seen to the rest: an absent
/// argument makes a boolean function false and any other absent, an unknown one (to its last part) makes the
/// result unknown, unless the function says that it is `partial`.
#[derive(Debug, Clone, Copy)]
pub struct Function {
    /// The name, such as `cidr_overlaps`.
    pub name: &'static str,
    /// Whether it is called on its first parameter: `a.f(b)` instead of `f(a, b)`.
    pub method: bool,
    /// The types of its parameters, the receiver first.
    pub params: &'static [Type],
    /// The type of its result.
    pub result: Type,
    /// Whether the result may be absent.
    pub optional: bool,
    /// Whether it takes lists known in part, and answers monotonically: what it says of a part must hold for
    /// every completion, or be unknown.
    pub partial: bool,
    /// What it does, in a sentence, for the reference.
    pub doc: &'static str,
    /// The function itself. It must not panic.
    pub apply: fn(&[Value]) -> Value,
}

/// The functions that rules may call beside the built-in ones.
#[derive(Debug, Clone, Default)]
pub struct Functions {
    all: Vec<Function>,
}

impl Functions {
    /// The built-in functions only.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a function; a later one replaces an earlier one of its name.
    #[must_use]
    pub fn with(mut self, function: Function) -> Self {
        self.all.retain(|other| other.name != function.name);
        self.all.push(function);
        self
    }

    /// The function called `name`.
    pub fn get(&self, name: &str) -> Option<&Function> {
        self.all.iter().find(|function| function.name == name)
    }

    /// All of them, in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = &Function> {
        self.all.iter()
    }
}

impl Function {
    /// How the function is called, such as `cidr_overlaps(string, string) -> bool`.
    pub fn signature(&self) -> String {
        let mut params: Vec<String> = self.params.iter().map(ToString::to_string).collect();
        let receiver = if self.method && !params.is_empty() { format!("{}.", params.remove(0)) } else { String::new() };
        format!("{receiver}{}({}) -> {}", self.name, params.join(", "), self.result)
    }
}
