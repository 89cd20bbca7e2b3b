//! Facts about APIs as a whole.

use super::types::{CORS, JWT_AUTHORIZER, WHOLE_API};
use super::{Context, api, missing, observed, seen, strings, tls};
use crate::inventory::{Api, Authorizer, Cause, Cors, Gap, LoadBalancer, Observed, Protocol, Region, is_undeployed_id};
use crate::rules::value::{RecordBuilder, Unknown, Value};
use crate::topology::{Backend, BalancerHop, ServedRoute, Topology, Variant};

const APIGATEWAY: &str = "apigateway:GET";
const WEB_ACL: &str = "wafv2:GetWebACLForResource";

/// An API and the routes that its stages serve.
struct Whole<'t, 'a> {
    topology: &'t Topology<'a>,
    region: &'a Region,
    api: &'a Api,
    routes: Vec<&'t ServedRoute<'a>>,
    /// Why there may be more routes.
    unread: Option<Unknown>,
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

fn in_words(served: &ServedRoute<'_>) -> String {
    let canary = if served.variant == Variant::Canary { ", canary" } else { "" };
    format!("{} (stage {}{canary})", served.key(), served.stage.name)
}

/// HTTP and WebSocket APIs take TLS 1.2 and newer, all of them.
fn minimum_tls(of: &Api) -> Value {
    if of.protocol == Protocol::Rest { tls::minimum(of.security_policy.as_deref(), APIGATEWAY, "the API") } else { "1.2".into() }
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

impl<'a> Whole<'_, 'a> {
    fn asks_iam(&self) -> Value {
        let mut gaps = Vec::new();
        for served in &self.routes {
            match &served.route.authorization {
                Observed::Known(kind) if kind == "AWS_IAM" => return true.into(),
                Observed::Unknown(gap) => gaps.push(gap.clone().or_action(APIGATEWAY)),
                _ => {}
            }
        }
        seen(false, join(gaps, self.unread.clone()))
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
        Value::partial_list(found.iter().map(|(name, _)| name.into()).collect(), join(gaps, self.unread.clone()))
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
        Value::partial_list(open, join(gaps, self.unread.clone()))
    }

    fn policy_statements(&self) -> Value {
        let Some((policy, place)) = self.topology.policy(&self.region.name, self.api) else { return strings::<&str>([]) };
        let mut found: Vec<String> = self.routes.iter().flat_map(|served| policy.allowing(&place, served)).collect();
        found.sort_unstable();
        found.dedup();
        Value::partial_list(found.into_iter().map(Value::from).collect(), self.unread.clone())
    }

    fn jwt_authorizers(&self) -> Value {
        let of_api = self.api.authorizers.iter().filter(|authorizer| authorizer.kind == "JWT");
        let found: Vec<Value> = of_api.map(|authorizer| self.jwt_authorizer(authorizer)).collect();
        if self.api.protocol != Protocol::Http {
            return Value::list(found);
        }
        // Where no route asks for a token, an authorizer that was not read guards nothing.
        let asking = self.routes.iter().filter(|served| !matches!(&served.route.authorization, Observed::Known(kind) if kind != "JWT"));
        let asking: Vec<_> = asking.filter(|served| served.route.authorization != Observed::Absent).collect();
        let unread = if asking.is_empty() { None } else { missing(&self.api.authorizers, APIGATEWAY) };
        let lost = asking.iter().filter_map(|served| self.lost_authorizer(served));
        // A route that was not read may name an authorizer that is not in the list.
        let unread = unread.iter().flat_map(|unknown| unknown.gaps().to_vec());
        Value::partial_list(found, join(lost.chain(unread).collect(), self.unread.clone()))
    }

    /// A route's authorizer that is not among those of its API.
    fn lost_authorizer(&self, served: &ServedRoute<'_>) -> Option<Gap> {
        let named = served.route.authorizer.as_ref()?;
        let listed = self.api.authorizers.iter().any(|authorizer| *named == authorizer.id || *named == authorizer.name);
        let why = || format!("authorizer {named} of {} is not among those of its API", in_words(served));
        (!listed).then(|| Gap::new(APIGATEWAY, Cause::NotSupported).because(why()))
    }

    fn jwt_authorizer(&self, authorizer: &Authorizer) -> Value {
        let mut gaps = Vec::new();
        let mut routes = Vec::new();
        for served in &self.routes {
            let named = served.route.authorizer.as_ref().is_some_and(|name| *name == authorizer.id || *name == authorizer.name);
            match &served.route.authorization {
                Observed::Known(kind) if kind == "JWT" && named => routes.push(in_words(served).into()),
                Observed::Known(kind) if kind == "JWT" && served.route.authorizer.is_none() => {
                    let why = format!("which authorizer {} has is not in the inventory", in_words(served));
                    gaps.push(Gap::new(APIGATEWAY, Cause::NotSupported).because(why));
                }
                Observed::Unknown(gap) => gaps.push(gap.clone().or_action(APIGATEWAY)),
                _ => {}
            }
        }
        let name = if authorizer.name.is_empty() { &authorizer.id } else { &authorizer.name };
        let (found, open) = weaknesses(authorizer);
        let in_words = (!found.is_empty()).then(|| format!("{name} {}", found.join(" and ")));
        RecordBuilder::new(&JWT_AUTHORIZER)
            .set("id", &authorizer.id)
            .set("name", name)
            .set("issuer", authorizer.jwt_issuer.as_deref())
            .set("audience", strings(&authorizer.jwt_audience))
            .set("in_words", if found.is_empty() { open.clone().map_or(Value::Absent, Value::from) } else { in_words.into() })
            .set("weaknesses", Value::partial_list(found.into_iter().map(Value::from).collect(), open))
            .set("routes", Value::partial_list(routes, join(gaps, self.unread.clone())))
            .build()
    }

    /// The routes that no web ACL stands before or behind.
    fn unfiltered(&self) -> Value {
        let mut gaps = Vec::new();
        let mut found = Vec::new();
        for served in &self.routes {
            let filtered = if served.stage.web_acl_arn.is_some() { Observed::Known(true) } else { self.filtered(&served.backend) };
            match filtered {
                Observed::Known(true) => {}
                Observed::Unknown(gap) => gaps.push(gap),
                _ => found.push(in_words(served).into()),
            }
        }
        Value::partial_list(found, join(gaps, self.unread.clone()))
    }

    fn filtered(&self, backend: &Backend<'a>) -> Observed<bool> {
        match backend {
            Backend::Mock | Backend::Nothing => Observed::Known(true),
            Backend::Balancer(hop) if hop.balancer.kind == "application" => has_web_acl(hop.balancer),
            Backend::Balancer(hop) => self.filtered_behind(hop),
            Backend::Unknown(gap) => Observed::Unknown(gap.clone()),
            _ => Observed::Known(false),
        }
    }

    /// Whether all that a network load balancer forwards meets a web ACL, at the application load balancers behind it.
    fn filtered_behind(&self, hop: &BalancerHop<'a>) -> Observed<bool> {
        let listener = match &hop.listener {
            Observed::Known(listener) => *listener,
            Observed::Absent => return Observed::Known(false),
            Observed::Unknown(gap) => return Observed::Unknown(gap.clone().or_action("elasticloadbalancing:DescribeListeners")),
        };
        let mut open = None;
        for forward in self.topology.index.forwards(listener).items {
            let group = match forward.group {
                Observed::Known(group) if group.target_type == "alb" => group,
                Observed::Known(_) | Observed::Absent => return Observed::Known(false),
                Observed::Unknown(gap) => {
                    open = Some(gap);
                    continue;
                }
            };
            let targets = match &group.targets {
                Observed::Known(targets) => targets.as_slice(),
                Observed::Absent => &[],
                Observed::Unknown(gap) => {
                    open = Some(gap.clone().or_action("elasticloadbalancing:DescribeTargetHealth"));
                    continue;
                }
            };
            for target in targets {
                match self.topology.index.balancer(&target.id) {
                    Observed::Known((_, balancer)) => match has_web_acl(balancer) {
                        Observed::Known(true) => {}
                        Observed::Unknown(gap) => open = Some(gap),
                        _ => return Observed::Known(false),
                    },
                    Observed::Absent => return Observed::Known(false),
                    Observed::Unknown(gap) => open = Some(gap),
                }
            }
        }
        open.map_or(Observed::Known(true), Observed::Unknown)
    }
}

/// Whether whoever signs gets in, and nobody who does not: such a policy means to ask who calls, and takes every answer.
fn only_signed(
    policy: &crate::topology::policy::Policy,
    place: &crate::topology::policy::Place<'_>,
    served: &ServedRoute<'_>,
) -> Observed<bool> {
    match (policy.admits_every_account(place, served), policy.admits_anyone_to(place, served)) {
        (Observed::Known(false), _) | (_, Observed::Known(true)) => Observed::Known(false),
        (Observed::Known(true), Observed::Known(false)) => Observed::Known(true),
        (Observed::Unknown(gap), _) | (_, Observed::Unknown(gap)) => Observed::Unknown(gap),
        _ => Observed::Known(false),
    }
}

/// What an authorizer fails to make sure of, and why there may be more: what is known only after deployment.
fn weaknesses(authorizer: &Authorizer) -> (Vec<String>, Option<Unknown>) {
    let (mut found, mut open) = (Vec::new(), Vec::new());
    match authorizer.jwt_issuer.as_deref() {
        Some(issuer) if is_undeployed_id(issuer) => open.push(undeployed("the issuer")),
        Some(issuer) if issuer.to_ascii_lowercase().starts_with("https://") => {}
        Some(issuer) => found.push(format!("fetches the keys of {issuer} without TLS")),
        None => found.push("names no issuer".to_owned()),
    }
    if authorizer.jwt_audience.is_empty() {
        found.push("takes tokens that the issuer made for any other application".to_owned());
    } else if authorizer.jwt_audience.iter().all(|audience| is_undeployed_id(audience)) {
        open.push(undeployed("the audience"));
    }
    (found, Unknown::of(open))
}

fn undeployed(what: &str) -> Gap {
    Gap::new("", Cause::Undeployed).because(format!("{what} is known only after deployment"))
}

fn has_web_acl(balancer: &LoadBalancer) -> Observed<bool> {
    match &balancer.web_acl_arn {
        Observed::Known(_) => Observed::Known(true),
        Observed::Absent => Observed::Known(false),
        Observed::Unknown(gap) => Observed::Unknown(gap.clone().or_action(WEB_ACL)),
    }
}

fn join(gaps: Vec<Gap>, more: Option<Unknown>) -> Option<Unknown> {
    let more = more.iter().flat_map(|unknown| unknown.gaps().to_vec()).collect::<Vec<Gap>>();
    Unknown::of(gaps.into_iter().chain(more))
}

#[cfg(test)]
mod tests {
    use super::is_open;

    #[test]
    fn origins_that_let_in_pages_of_anybody() {
        for open in ["*", "https://*", "http://*", "HTTP://shop.example.com", "http://10.0.0.1:8080", "http://localhost.example.com"] {
            assert!(is_open(open), "{open}");
        }
        for closed in ["https://shop.example.com", "http://localhost", "http://localhost:3000", "http://127.0.0.1:3000", "http://[::1]:80", "capacitor://localhost"] {
            assert!(!is_open(closed), "{closed}");
        }
    }
}
