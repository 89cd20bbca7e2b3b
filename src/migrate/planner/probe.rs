//! The requests that prove a new way: GETs that change nothing, the same before and after.

use std::collections::BTreeMap;

use super::scope::{Edge, Part, Scope, key};
use crate::inventory::Protocol;
use crate::migrate::cloud::Request;

/// The most routes of an API that are asked.
const MOST: usize = 20;

/// The requests of one API.
#[derive(Debug, Clone, Default)]
pub(super) struct Proof {
    /// Through the working copy: REST only.
    pub(super) tests: Vec<Request>,
    /// To the stages.
    pub(super) live: Vec<Request>,
}

/// The requests of all parts.
#[derive(Default)]
pub(super) struct Proofs {
    pub(super) by_api: BTreeMap<String, Proof>,
    pub(super) warnings: Vec<String>,
}

/// The requests that prove each part.
pub(super) fn proofs(scope: &Scope<'_, '_>, parts: &[Part<'_>]) -> Proofs {
    let mut proofs = Proofs::default();
    for part in parts {
        let safe: Vec<&Edge<'_>> = part.edges.iter().filter(|edge| takes_get(&edge.route.method)).take(MOST).collect();
        let unproven = part.edges.iter().flat_map(|edge| &edge.routes).filter(|route| !takes_get(&route.method));
        let unproven: Vec<String> = unproven.map(|route| key(route)).collect();
        if !unproven.is_empty() {
            proofs.warnings.push(format!("{}: no request is sent to {}, for it may change something", part.name(), unproven.join(", ")));
        }
        let more = part.edges.iter().filter(|edge| takes_get(&edge.route.method)).skip(MOST).count();
        if more > 0 {
            proofs.warnings.push(format!("{}: {MOST} routes are asked, and {more} more are not", part.name()));
        }
        if part.api.disable_execute_api_endpoint {
            let soak = if scope.options.soak_seconds > 0 { ", and nothing is watched meanwhile" } else { "" };
            proofs.warnings.push(format!("{}: its default endpoint is off, so the stages themselves are not asked{soak}", part.name()));
        }
        proofs.by_api.insert(part.api.id.clone(), proof(scope, part, &safe));
    }
    proofs
}

/// Whether a route can be asked by a GET, which changes nothing.
pub(super) fn takes_get(method: &str) -> bool {
    matches!(method, "GET" | "ANY" | "")
}

fn proof(scope: &Scope<'_, '_>, part: &Part<'_>, safe: &[&Edge<'_>]) -> Proof {
    let mut proof = Proof::default();
    for edge in safe {
        for wanted in wanted(scope, edge) {
            let path = concrete(&edge.route.path, &path_of(&edge.uri), &wanted);
            if part.api.protocol == Protocol::Rest {
                proof.tests.push(Request::TestInvoke {
                    api: part.api.id.clone(),
                    resource: edge.route.resource_id.clone().unwrap_or_default(),
                    method: edge.route.method.clone(),
                    path: path.clone(),
                });
            }
            if !part.api.disable_execute_api_endpoint {
                proof.live.extend(part.stages.iter().map(|stage| Request::Invoke {
                    api: part.api.id.clone(),
                    stage: stage.name.clone(),
                    path: path.clone(),
                    signed: false,
                }));
            }
        }
    }
    proof.tests.dedup();
    proof.live.sort();
    proof.live.dedup();
    proof
}

/// The back end's paths to ask for.
pub(super) fn wanted(scope: &Scope<'_, '_>, edge: &Edge<'_>) -> Vec<String> {
    if !scope.options.probe_paths.is_empty() {
        return scope.options.probe_paths.clone();
    }
    let shares = edge.listener.default_actions.iter().flat_map(|action| &action.target_groups);
    let groups = shares.filter_map(|share| scope.region.target_groups.iter().find(|group| group.arn == share.arn));
    let path = groups.filter_map(|group| group.health_check.path.clone()).find(|path| path.starts_with('/'));
    vec![path.unwrap_or_else(|| "/".to_owned())]
}

/// The path of a URI, with the slash it begins with.
pub(super) fn path_of(uri: &str) -> String {
    let rest = uri.split_once("://").map_or(uri, |(_, rest)| rest);
    let path = rest.find('/').map_or("/", |start| &rest[start..]);
    path.split('?').next().unwrap_or(path).to_owned()
}

/// A path of the API that takes this route, and leads to the back end's path that is wanted where it can.
fn concrete(route: &str, uri_path: &str, wanted: &str) -> String {
    let values = matched(uri_path, wanted).unwrap_or_default();
    let filled: Vec<String> = route
        .split('/')
        .map(|segment| match segment.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) => {
                let name = name.trim_end_matches('+');
                values.get(name).filter(|value| !value.is_empty()).cloned().unwrap_or_else(|| "apiaudit".to_owned())
            }
            None => segment.to_owned(),
        })
        .collect();
    if route.starts_with('$') { wanted.to_owned() } else { filled.join("/") }
}

/// The values that make a template such as `/shop/{proxy}` a path; the last may span slashes.
fn matched(template: &str, path: &str) -> Option<BTreeMap<String, String>> {
    let mut values = BTreeMap::new();
    let mut rest = path.trim_start_matches('/');
    let segments: Vec<&str> = template.trim_start_matches('/').split('/').collect();
    for (place, segment) in segments.iter().enumerate() {
        let last = place + 1 == segments.len();
        let (head, tail) = if last { (rest, "") } else { rest.split_once('/')? };
        match segment.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) => {
                values.insert(name.to_owned(), head.to_owned());
            }
            None if *segment == head => {}
            None => return None,
        }
        rest = tail;
    }
    Some(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_is_asked_by_a_path_that_leads_where_wanted() {
        for (route, uri, wanted, path) in [
            ("/{proxy+}", "http://alb/{proxy}", "/status", "/status"),
            ("/{proxy+}", "http://alb/shop/{proxy}", "/shop/a/b", "/a/b"),
            ("/orders/{id}", "http://alb/orders/{id}", "/status", "/orders/apiaudit"),
            ("/orders", "http://alb/v1/orders", "/status", "/orders"),
            ("/{proxy+}", "http://alb/{proxy}", "/", "/apiaudit"),
            ("$default", "http://alb", "/status", "/status"),
        ] {
            assert_eq!(concrete(route, &path_of(uri), wanted), path, "{route} to {uri} for {wanted}");
        }
    }
}
