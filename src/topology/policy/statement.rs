//! One statement: for whom, what and where it speaks.

use serde_json::Value as Json;

use super::caller::{Caller, Signed};
use super::condition;
use super::target::Target;
use super::{Why, from_truth};
use crate::network::Bounds;
use crate::topology::listener::Truth;
use crate::topology::listener::glob::{self, literal};
use crate::topology::split_arn;

/// What a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Allow,
    Deny,
    /// A word that is neither: it may be either.
    Other,
}

/// A statement of a policy.
#[derive(Debug, Clone)]
pub(super) struct Statement(pub(super) Json);

impl Statement {
    pub(super) fn effect(&self) -> Effect {
        match self.0.get("Effect").and_then(Json::as_str) {
            Some("Allow") => Effect::Allow,
            Some("Deny") => Effect::Deny,
            _ => Effect::Other,
        }
    }

    /// From which addresses it speaks of a caller's requests to a route.
    pub(super) fn speaks(&self, caller: &Caller, target: &Target, why: &mut Why) -> Bounds {
        let mut scope = self.principal(caller, why);
        for ask in [Self::action, Self::resource] {
            if scope == Truth::No {
                return Bounds::nothing();
            }
            scope = scope.and(ask(self, target, why));
        }
        from_truth(scope).and(&condition::holds(self.0.get("Condition"), caller, why))
    }

    /// Whether it may speak of requests to a route.
    pub(super) fn is_about(&self, target: &Target) -> bool {
        let why = &mut Why::default();
        self.action(target, why).and(self.resource(target, why)) != Truth::No
    }

    /// Its place in the policy, with its name where it has one.
    pub(super) fn in_words(&self, number: usize) -> String {
        let name = self.0.get("Sid").and_then(Json::as_str).filter(|name| !name.is_empty());
        name.map_or_else(|| format!("statement {number}"), |name| format!("statement {number} ({name})"))
    }

    /// What either of two elements says: the one, or the one that means everything else.
    fn one_of(&self, name: &str, why: &mut Why, takes: impl Fn(&Json, &mut Why) -> Truth) -> Truth {
        match (self.0.get(name), self.0.get(format!("Not{name}"))) {
            (Some(value), None) => takes(value, why),
            (None, Some(value)) => takes(value, why).negate(),
            _ => {
                why.add(&format!("a statement has no single {name}"));
                Truth::Perhaps
            }
        }
    }

    fn principal(&self, caller: &Caller, why: &mut Why) -> Truth {
        self.one_of("Principal", why, |principal, why| match principal {
            Json::Object(kinds) => {
                // A service, a federation or a canonical user is none of the callers asked about.
                let of = kinds.iter().filter(|(kind, _)| ["AWS", "*"].contains(&kind.as_str()));
                of.map(|(_, named)| named_by(named, caller, why)).fold(Truth::No, Truth::or)
            }
            named => named_by(named, caller, why),
        })
    }

    /// Whether it speaks of the action that calls an API.
    fn action(&self, _: &Target, why: &mut Why) -> Truth {
        let invoke = literal("execute-api:invoke");
        self.one_of("Action", why, |actions, why| any(actions, why, |action| glob::matches(&action.to_ascii_lowercase(), &invoke)))
    }

    fn resource(&self, target: &Target, why: &mut Why) -> Truth {
        let found = self.one_of("Resource", why, |resources, why| any(resources, why, |pattern| target.takes(pattern)));
        if found == Truth::Perhaps {
            why.add("a statement speaks of some of the paths only");
        }
        found
    }

    /// The texts under `Principal` that name someone.
    pub(super) fn named(&self) -> Vec<&str> {
        match self.0.get("Principal") {
            Some(Json::Object(kinds)) => kinds.get("AWS").map(texts).unwrap_or_default(),
            Some(named) => texts(named),
            None => Vec::new(),
        }
    }

    /// The values that conditions compare with one of the keys, which are in lower case.
    pub(super) fn values(&self, keys: &[&str]) -> Vec<&str> {
        let Some(Json::Object(operators)) = self.0.get("Condition") else { return Vec::new() };
        let entries = operators.values().filter_map(Json::as_object).flatten();
        let wanted = entries.filter(|(key, _)| keys.contains(&key.to_ascii_lowercase().as_str()));
        wanted.flat_map(|(_, values)| texts(values)).collect()
    }
}

/// A text, or the texts of a list.
fn texts(value: &Json) -> Vec<&str> {
    items(value).iter().filter_map(Json::as_str).collect()
}

/// The items of a list; what is none is its own only item.
fn items(value: &Json) -> &[Json] {
    match value {
        Json::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    }
}

/// Whether one of the texts of a value or a list is taken.
fn any(values: &Json, why: &mut Why, takes: impl Fn(&str) -> Truth) -> Truth {
    let mut found = Truth::No;
    for item in items(values) {
        found = found.or(if let Some(text) = item.as_str() {
            takes(text)
        } else {
            why.add("a part of a statement is not in AWS's form");
            Truth::Perhaps
        });
    }
    found
}

/// Whether principals name a caller.
fn named_by(principals: &Json, caller: &Caller, why: &mut Why) -> Truth {
    let found = any(principals, why, |text| match (text, &caller.signed) {
        ("*", _) => Truth::Yes,
        (_, None) => Truth::No,
        (text, Some(signed)) => names(text, signed),
    });
    if found == Truth::Perhaps {
        why.add("a statement names some principals, and whether they are among these callers cannot be told");
    }
    found
}

/// Whether one principal, not `*`, is who signed.
fn names(principal: &str, signed: &Signed) -> Truth {
    // AWS writes the id of a principal that was deleted in the place of its ARN.
    let deleted = ["AIDA", "AROA", "AGPA", "ANPA"].iter().any(|kind| principal.starts_with(kind));
    if deleted && principal.bytes().all(|letter| letter.is_ascii_alphanumeric()) {
        return Truth::No;
    }
    let Some((account, resource)) = account_of(principal) else { return Truth::Perhaps };
    match &signed.account {
        None => Truth::Perhaps,
        Some(own) if own != account => Truth::No,
        Some(_) if resource == "root" => Truth::Yes,
        Some(_) => match &signed.arn {
            Some(arn) if arn == principal => Truth::Yes,
            Some(_) => Truth::No,
            None => Truth::Perhaps,
        },
    }
}

/// The account and the resource of a principal: an account's id, or an ARN of IAM or STS.
pub(super) fn account_of(principal: &str) -> Option<(&str, &str)> {
    let is_account = |text: &str| text.len() == 12 && text.bytes().all(|letter| letter.is_ascii_digit());
    if is_account(principal) {
        return Some((principal, "root"));
    }
    let (_, account, resource) = split_arn(principal)?;
    is_account(account).then_some((account, resource))
}
