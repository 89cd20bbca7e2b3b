//! Where an expression stands: in which module, and what the names mean that only mean something there.

use crate::iac::value::Value;

/// The scope of an expression.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'s> {
    /// The instance of the module; none where nothing but literals may stand.
    pub module: Option<usize>,
    /// What `each` and `count` are; none where they mean nothing.
    pub key: Option<&'s Key>,
    /// The names of loops, innermost first.
    names: Option<&'s Names<'s>>,
}

/// Names that a loop gives.
struct Names<'s> {
    pairs: &'s [(&'s str, Value)],
    outer: Option<&'s Self>,
}

/// Which one of several instances it is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Key {
    /// The only one.
    Single,
    /// By the number of `count`.
    Index(usize),
    /// By the key of `for_each`, with what stands there; none where that is not known.
    Each(String, Value),
}

impl Key {
    /// What stands for it in addresses.
    pub(crate) fn suffix(&self) -> String {
        match self {
            Self::Single => String::new(),
            Self::Index(index) => format!("[{index}]"),
            Self::Each(key, _) => format!("[{}]", quoted(key)),
        }
    }
}

/// A text in quotes, as Terraform writes keys in addresses.
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

impl<'s> Scope<'s> {
    /// Where nothing but literals and functions mean anything.
    pub(crate) const LITERALS: Scope<'static> = Scope { module: None, key: None, names: None };

    /// The scope of a module.
    pub(crate) fn of(module: usize) -> Self {
        Self { module: Some(module), key: None, names: None }
    }

    /// The scope of a block with `count` or `for_each`.
    pub(crate) fn with_key(self, key: &'s Key) -> Self {
        Self { key: Some(key), ..self }
    }

    /// Calls something with names of a loop.
    pub(crate) fn with<T>(&self, pairs: &[(&str, Value)], then: impl FnOnce(&Scope<'_>) -> T) -> T {
        let names = Names { pairs, outer: self.names };
        then(&Scope { module: self.module, key: self.key, names: Some(&names) })
    }

    /// What a name of a loop means.
    pub(crate) fn lookup(&self, name: &str) -> Option<&Value> {
        let mut names = self.names;
        while let Some(level) = names {
            if let Some((_, value)) = level.pairs.iter().find(|(known, _)| *known == name) {
                return Some(value);
            }
            names = level.outer;
        }
        None
    }
}
