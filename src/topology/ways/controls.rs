//! The controls a request meets on its way.

use std::collections::BTreeMap;

use crate::inventory::{Cause, Gap, LoadBalancer, Observed, Protocol};
use crate::topology::listener::Guard;
use crate::topology::{ServedRoute, Topology, Variant};

/// A kind of control.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Control {
    /// Somebody asks who calls: an authorizer, IAM, a login, a token.
    Authorization,
    /// An API key.
    ApiKey,
    /// A resource policy that does not let everyone in.
    ResourcePolicy,
    /// A web ACL.
    WebAcl,
    /// A client certificate.
    MutualTls,
    /// A limit on requests.
    Throttling,
}

impl Control {
    /// Its name in words.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Authorization => "authorization",
            Self::ApiKey => "API key",
            Self::ResourcePolicy => "resource policy",
            Self::WebAcl => "web ACL",
            Self::MutualTls => "mutual TLS",
            Self::Throttling => "throttling",
        }
    }
}

/// A control that is met, or may be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Met {
    /// It is there: what it is, in words.
    Yes(String),
    /// Whether it is there could not be read.
    Unknown(Gap),
}

/// The controls on a way. What is not among them is not there.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Controls(BTreeMap<Control, Met>);

impl Controls {
    /// What is known of a kind of control; none when it is not there.
    pub fn get(&self, control: Control) -> Option<&Met> {
        self.0.get(&control)
    }

    /// All of them, by kind.
    pub fn iter(&self) -> impl Iterator<Item = (Control, &Met)> {
        self.0.iter().map(|(control, met)| (*control, met))
    }

    /// Adds one. One that is there counts before one that may be.
    pub(super) fn add(&mut self, control: Control, met: Met) {
        let slot = self.0.entry(control);
        slot.and_modify(|known| {
            if matches!((&*known, &met), (Met::Unknown(_), Met::Yes(_))) {
                known.clone_from(&met);
            }
        })
        .or_insert(met);
    }

    /// Adds what a load balancer and its listener's rule ask.
    pub(super) fn add_listener(&mut self, balancer: &LoadBalancer, guards: &[Guard]) {
        for guard in guards {
            match guard {
                Guard::ClientCertificate => self.add(Control::MutualTls, Met::Yes(guard.in_words())),
                Guard::Token | Guard::Login(_) => self.add(Control::Authorization, Met::Yes(guard.in_words())),
                _ => {}
            }
        }
        if let Some(met) = web_acl(balancer) {
            self.add(Control::WebAcl, met);
        }
    }
}

/// The web ACL before an application load balancer; other kinds can have none.
pub(super) fn web_acl(balancer: &LoadBalancer) -> Option<Met> {
    match &balancer.web_acl_arn {
        _ if balancer.kind != "application" => None,
        Observed::Known(arn) => Some(Met::Yes(format!("web ACL {} (load balancer {})", name_of_acl(arn), balancer.name))),
        Observed::Absent => None,
        Observed::Unknown(gap) => Some(Met::Unknown(gap.clone().or_action("wafv2:GetWebACLForResource"))),
    }
}

/// The name within `arn:…:regional/webacl/{name}/{id}`.
fn name_of_acl(arn: &str) -> &str {
    arn.split('/').nth(2).unwrap_or(arn)
}

/// The controls of an API before a route.
pub(super) fn of_route<'a>(topology: &Topology<'a>, served: &ServedRoute<'a>, domain_asks_certificate: Option<&str>) -> Controls {
    let mut controls = Controls::default();
    if let Some(met) = authorization(served) {
        controls.add(Control::Authorization, met);
    }
    if served.route.api_key_required {
        controls.add(Control::ApiKey, Met::Yes("API key".to_owned()));
    }
    let policy = topology.policy(&served.region.name, served.api);
    match policy.map_or(Observed::Absent, |(policy, place)| policy.keeps_nobody_out(&place, served)) {
        Observed::Known(false) => controls.add(Control::ResourcePolicy, Met::Yes("resource policy".to_owned())),
        Observed::Unknown(gap) => controls.add(Control::ResourcePolicy, Met::Unknown(gap)),
        Observed::Known(true) | Observed::Absent => {}
    }
    if let Some(arn) = &served.stage.web_acl_arn {
        controls.add(Control::WebAcl, Met::Yes(format!("web ACL {} (stage {})", name_of_acl(arn), served.stage.name)));
    }
    if let Some(domain) = domain_asks_certificate {
        controls.add(Control::MutualTls, Met::Yes(format!("client certificate ({domain})")));
    }
    // The account's own limit holds where a stage sets none.
    controls.add(Control::Throttling, Met::Yes("throttling".to_owned()));
    controls
}

/// Who is asked to identify himself. A WebSocket API asks on its `$connect` route, and nowhere else.
fn authorization(served: &ServedRoute<'_>) -> Option<Met> {
    let asked = if served.api.protocol == Protocol::WebSocket { connect_of(served)? } else { served.route };
    match &asked.authorization {
        Observed::Known(kind) => match kind.as_str() {
            "NONE" => None,
            "AWS_IAM" => Some(Met::Yes("IAM authorization".to_owned())),
            "CUSTOM" | "COGNITO_USER_POOLS" | "JWT" => {
                let name = asked.authorizer.as_ref().map_or(String::new(), |name| format!(" {name}"));
                Some(Met::Yes(format!("{kind} authorizer{name}")))
            }
            new => {
                let why = format!("this apiaudit does not know authorization type {new:?}");
                Some(Met::Unknown(Gap::new("apigateway:GET", Cause::NotSupported).because(why)))
            }
        },
        Observed::Absent => None,
        Observed::Unknown(gap) => Some(Met::Unknown(gap.clone().or_action("apigateway:GET"))),
    }
}

/// The route that a WebSocket API's callers connect through; none where anyone may.
fn connect_of<'a>(served: &ServedRoute<'a>) -> Option<&'a crate::inventory::Route> {
    let configuration = match served.variant {
        Variant::Deployed => &served.stage.deployed,
        Variant::Canary => &served.stage.canary_deployed,
        Variant::Draft => &served.api.working_copy,
    };
    configuration.known()?.routes.iter().find(|route| route.path == "$connect")
}
