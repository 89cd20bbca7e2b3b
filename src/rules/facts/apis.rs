//! Facts about APIs as a whole.

use super::types::{CORS, WHOLE_API};
use super::{Context, api, endpoint_tls, missing, observed, seen, strings};
use crate::inventory::{Api, Cors, Gap, Observed, Protocol, Region};
use crate::rules::value::{RecordBuilder, Unknown, Value};
use crate::topology::policy::{Place, Policy};
use crate::topology::{ServedRoute, Topology, Variant};

const APIGATEWAY: &str = "apigateway:GET";

/// An API and the routes that its stages serve.
pub(super) struct Whole<'t, 'a> {
    pub(super) topology: &'t Topology<'a>,
    region: &'a Region,
    pub(super) api: &'a Api,
    pub(super) routes: Vec<&'t ServedRoute<'a>>,
    /// Why there may be more routes.
    pub(super) unread: Option<Unknown>,
}

/// The facts about an API as a whole.
pub(crate) fn whole_api<'a>(topology: &Topology<'a>, context: &Context<'a>, region: &'a Region, of: &'a Api) -> Value {
    let routes = context.routes_of(region, of).iter().filter_map(|number| topology.routes.get(*number));
    let routes = routes.filter(|served| served.variant != Variant::Draft).collect();
    let whole = Whole { topology, region, api: of, routes, unread: unread(topology, region, of) };
    let kinds = api::endpoint_types(of);
    let private = api::private(&kinds);
    let stages = of.stages.iter().any(|stage| stage.deployment_id.is_some() || stage.auto_deploy);
    RecordBuilder::new(&WHOLE_API)
        .set("id", &of.id)
        .set("arn", topology.ids.api(region, of))
        .set("name", if of.name.is_empty() { &of.id } else { &of.name })
        .set("region", &region.name)
        .set("protocol", of.protocol.as_str())
        .set("private", private.clone())
        .set("endpoint_types", strings(kinds))
        .set("default_endpoint", !of.disable_execute_api_endpoint)
        .set("deployed", seen(stages, missing(&of.stages, APIGATEWAY)))
        .set("has_policy", topology.policy(&region.name, of).is_some())
        .set("asks_iam", whole.asks_iam())
        .set("outsiders", whole.outsiders())
        .set("open_to_any_endpoint", whole.open_to_any_endpoint(&private))
        .set("policy_statements", whole.policy_statements())
        .set("security_policy", of.security_policy.as_deref())
        .set("minimum_tls", minimum_tls(of))
        .set("cors", observed(&of.cors, APIGATEWAY, cors))
        .set("jwt_authorizers", whole.jwt_authorizers())
        .set("unfiltered_routes", whole.unfiltered())
        .set("routes", Value::partial_list(whole.routes.iter().map(|served| in_words(served).into()).collect(), whole.unread.clone()))
        .build()
}

/// Why an API may serve more routes than were read.
fn unread(topology: &Topology<'_>, region: &Region, of: &Api) -> Option<Unknown> {
    let stages = of.stages.gaps.iter().map(|gap| gap.clone().or_action(APIGATEWAY));
    let own = topology.unread_stages.iter().filter(|stage| stage.region.name == region.name && stage.api.id == of.id);
    Unknown::of(stages.chain(own.map(|stage| stage.gap.clone())))
}

pub(super) fn in_words(served: &ServedRoute<'_>) -> String {
    let canary = if served.variant == Variant::Canary { ", canary" } else { "" };
    format!("{} (stage {}{canary})", served.key(), served.stage.name)
}

/// HTTP and WebSocket APIs take TLS 1.2 and newer, all of them.
fn minimum_tls(of: &Api) -> Value {
    if of.protocol == Protocol::Rest { endpoint_tls::minimum(of.security_policy.as_deref(), APIGATEWAY, "the API") } else { "1.2".into() }
}

fn cors(cors: &Cors) -> Value {
    RecordBuilder::new(&CORS)
        .set("origins", strings(&cors.allow_origins))
        .set("open_origins", strings(cors.allow_origins.iter().filter(|origin| is_open(origin))))
        .set("methods", strings(&cors.allow_methods))
        .set("credentials", cors.allow_credentials)
        .build()
}

/// Whether pages of anybody come under an origin. A page without TLS says what anyone on its way makes it say.
fn is_open(origin: &str) -> bool {
    let origin = origin.trim().to_ascii_lowercase();
    let Some((scheme, host)) = origin.split_once("://") else { return origin == "*" };
    let name = if host.starts_with('[') { host.split_inclusive(']').next() } else { host.split(':').next() };
    let local = matches!(name, Some("localhost" | "127.0.0.1" | "[::1]")) || name.is_some_and(|name| name.ends_with(".localhost"));
    match scheme {
        "http" => !local,
        "https" => host == "*",
        _ => false,
    }
}

impl Whole<'_, '_> {
    fn asks_iam(&self) -> Value {
        let mut gaps = Vec::new();
        for served in &self.routes {
            match &served.route.authorization {
                Observed::Known(kind) if kind == "AWS_IAM" => return true.into(),
                Observed::Unknown(gap) => gaps.push(gap.clone().or_action(APIGATEWAY)),
                _ => {}
            }
        }
        seen(false, join(gaps, self.unread.as_ref()))
    }

    /// Who of other accounts gets in where callers sign.
    fn outsiders(&self) -> Value {
        let Some((policy, place)) = self.topology.policy(&self.region.name, self.api) else { return strings::<&str>([]) };
        let mut found: Vec<(String, Observed<bool>)> = Vec::new();
        let mut gaps = Vec::new();
        for served in &self.routes {
            let unread = served.route.authorization.gap().map(|gap| gap.clone().or_action(APIGATEWAY));
            if unread.is_none() && served.route.authorization.known().is_none_or(|kind| kind != "AWS_IAM") {
                continue;
            }
            let mut answers = policy.outsiders(&place, served);
            answers.push(("every account".to_owned(), only_signed(policy, &place, served)));
            for (name, admitted) in answers {
                // Where callers may not have to sign at all, nobody is let in by his signature for certain.
                let admitted = match (&unread, admitted) {
                    (Some(gap), Observed::Known(true)) => Observed::Unknown(gap.clone()),
                    (_, admitted) => admitted,
                };
                match admitted {
                    Observed::Unknown(gap) => gaps.push(gap),
                    Observed::Known(true) if found.iter().all(|(known, _)| *known != name) => found.push((name, admitted)),
                    _ => {}
                }
            }
        }
        Value::partial_list(found.iter().map(|(name, _)| name.into()).collect(), join(gaps, self.unread.as_ref()))
    }

    fn open_to_any_endpoint(&self, private: &Value) -> Value {
        let Some((policy, place)) = self.topology.policy(&self.region.name, self.api) else { return strings::<&str>([]) };
        if *private != Value::Bool(true) {
            return if let Value::Unknown(why) = private { why.clone().into() } else { strings::<&str>([]) };
        }
        let (mut open, mut gaps) = (Vec::new(), Vec::new());
        for served in &self.routes {
            match policy.admits_any_endpoint(&place, served) {
                Observed::Known(true) => open.push(in_words(served).into()),
                Observed::Unknown(gap) => gaps.push(gap.or_action(APIGATEWAY)),
                _ => {}
            }
        }
        Value::partial_list(open, join(gaps, self.unread.as_ref()))
    }

    fn policy_statements(&self) -> Value {
        let Some((policy, place)) = self.topology.policy(&self.region.name, self.api) else { return strings::<&str>([]) };
        let mut found: Vec<String> = self.routes.iter().flat_map(|served| policy.allowing(&place, served)).collect();
        found.sort_unstable();
        found.dedup();
        Value::partial_list(found.into_iter().map(Value::from).collect(), self.unread.clone())
    }
}

/// Whether whoever signs gets in, and nobody who does not: such a policy means to ask who calls, and takes every answer.
fn only_signed(policy: &Policy, place: &Place<'_>, served: &ServedRoute<'_>) -> Observed<bool> {
    match (policy.admits_every_account(place, served), policy.admits_anyone_to(place, served)) {
        (Observed::Known(false), _) | (_, Observed::Known(true)) => Observed::Known(false),
        (Observed::Known(true), Observed::Known(false)) => Observed::Known(true),
        (Observed::Unknown(gap), _) | (_, Observed::Unknown(gap)) => Observed::Unknown(gap),
        _ => Observed::Known(false),
    }
}

pub(super) fn join(gaps: Vec<Gap>, more: Option<&Unknown>) -> Option<Unknown> {
    Unknown::of(gaps.into_iter().chain(more.map(Unknown::gaps).unwrap_or_default().to_vec()))
}

#[cfg(test)]
mod tests {
    use super::is_open;

    #[test]
    fn origins_that_let_in_pages_of_anybody() {
        for open in ["*", "https://*", "http://*", "HTTP://shop.example.com", "http://10.0.0.1:8080", "http://localhost.example.com"] {
            assert!(is_open(open), "{open}");
        }
        for closed in [
            "https://shop.example.com",
            "http://localhost",
            "http://localhost:3000",
            "http://127.0.0.1:3000",
            "http://[::1]:80",
            "capacitor://localhost",
        ] {
            assert!(!is_open(closed), "{closed}");
        }
    }
}
