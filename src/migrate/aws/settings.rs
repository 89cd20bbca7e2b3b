//! States as keys and values: what differs between two of them.

use std::collections::BTreeMap;

use crate::migrate::cloud::CallError;
use crate::migrate::thing::State;

fn map(state: &State) -> Result<&BTreeMap<String, String>, CallError> {
    match state {
        State::Settings(settings) => Ok(settings),
        _ => Err(CallError::Rejected("the plan gives this property a state of another kind".to_owned())),
    }
}

/// The keys that are to have another value, with it.
pub(super) fn changed<'a>(from: &State, to: &'a State) -> Result<Vec<(&'a str, &'a str)>, CallError> {
    let from = map(from)?;
    let differs = |(key, value): &(&String, &String)| from.get(*key) != Some(value);
    Ok(map(to)?.iter().filter(differs).map(|(key, value)| (key.as_str(), value.as_str())).collect())
}

/// The keys that are to be set no more.
pub(super) fn dropped<'a>(from: &'a State, to: &State) -> Result<Vec<&'a str>, CallError> {
    let to = map(to)?;
    Ok(map(from)?.keys().map(String::as_str).filter(|key| !to.contains_key(*key)).collect())
}

/// A comma-separated list.
pub(super) fn list(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_told() {
        let (from, to) = (State::settings([("a", "1"), ("b", "2"), ("c", "3")]), State::settings([("a", "1"), ("b", "4"), ("d", "5")]));
        assert_eq!(changed(&from, &to).unwrap(), [("b", "4"), ("d", "5")]);
        assert_eq!(dropped(&from, &to).unwrap(), ["c"]);
        assert!(changed(&from, &State::Names(Vec::new())).is_err());
        assert_eq!(list("sg-1, sg-2,"), ["sg-1", "sg-2"]);
    }
}
