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
