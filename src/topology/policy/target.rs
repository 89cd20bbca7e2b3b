//! What a request asks for, as resources of a policy name it: `arn:…:execute-api:region:account:api/stage/METHOD/path`.

use crate::topology::listener::Truth;
use crate::topology::listener::glob::{self, Symbol, Text, literal};
use crate::topology::{Ids, ServedRoute, split_arn};

/// The requests to a route, or to a whole API.
#[derive(Debug, Clone)]
pub(super) struct Target {
    /// All before the stage, with `*` for what is not known.
    api: String,
    /// The whole, with what callers choose left open.
    text: Text,
}

impl Target {
    /// Every request to an API.
    pub(super) fn api(ids: Ids<'_>, region: &str, api: &str) -> Self {
        let mut target = Self::new(ids, region, api);
        target.text.extend([Symbol::Letter('/'), Symbol::One { slash: true }, Symbol::Many { slash: true }]);
        target
    }

    /// Every request to a route.
    pub(super) fn route(ids: Ids<'_>, served: &ServedRoute<'_>) -> Self {
        let mut target = Self::new(ids, &served.region.name, &served.api.id);
        target.text.extend(literal(&format!("/{}/", served.stage.name)));
        match served.route.method.as_str() {
            "ANY" | "" => target.text.extend([Symbol::One { slash: false }, Symbol::Many { slash: false }]),
            method => target.text.extend(literal(method)),
        }
        target.text.extend(glob::open_path(&served.route.path));
        target
    }

    fn new(ids: Ids<'_>, region: &str, api: &str) -> Self {
        // Where the account was not read, neither was the partition.
        let (partition, account) = if ids.account.is_empty() { ("*", "*") } else { (ids.partition, ids.account) };
        let api = format!("arn:{partition}:execute-api:{region}:{account}:{api}");
        Self { text: glob::open_pattern(&api), api }
    }

    /// Whether a resource of a policy takes the requests: all, none or some of them.
    pub(super) fn takes(&self, pattern: &str) -> Truth {
        // AWS writes the short form out when it keeps a policy.
        let written = pattern.strip_prefix("execute-api:/").map(|rest| format!("{}/{rest}", self.api));
        let pattern = written.as_deref().unwrap_or(pattern);
        let known = pattern == "*" || pattern.starts_with("arn:");
        // The guide shows policies whose resource ends behind the API's id; what they take is not documented.
        let bare = split_arn(pattern).is_some_and(|(_, _, resource)| !resource.trim_end_matches('/').contains(['/', '*']));
        if !known || bare || pattern.contains("${") {
            return Truth::Perhaps;
        }
        glob::matches(pattern, &self.text)
    }
}
