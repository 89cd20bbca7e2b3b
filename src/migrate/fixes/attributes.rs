//! Attributes of load balancers.

use super::Fix;
use super::desk::{Desk, Draft, Why, unread};
use crate::inventory::{LoadBalancer, Observed};
use crate::migrate::cloud::PLAN_TAG;
use crate::migrate::plan::Step;
use crate::migrate::planner::Code;
use crate::migrate::thing::{Property, State};

/// An attribute with a value that is better than another one.
struct Better {
    id: &'static str,
    /// The kinds of load balancers that have it.
    kinds: &'static [&'static str],
    key: &'static str,
    from: &'static str,
    to: &'static str,
    what: &'static str,
    breaks: &'static str,
}

const BETTER: [Better; 3] = [
    Better {
        id: "drop-invalid-headers",
        kinds: &["application"],
        key: "routing.http.drop_invalid_header_fields.enabled",
        from: "false",
        to: "true",
        what: "drop header fields whose names are not letters, digits and hyphens",
        breaks: "A client that sends such a header, one with an underscore for example, is still answered, and the service no longer sees the header.",
    },
    Better {
        id: "desync-mode",
        kinds: &["application"],
        key: "routing.http.desync_mitigation_mode",
        from: "monitor",
        to: "defensive",
        what: "stop requests that proxies and targets may read differently (request smuggling)",
        breaks: "Clients whose requests break RFC 7230 badly are answered 400; the metric DesyncMitigationMode_NonCompliant_Request_Count counts them.",
    },
    Better {
        id: "deletion-protection",
        kinds: &["application", "network"],
        key: "deletion_protection.enabled",
        from: "false",
        to: "true",
        what: "protect it from being deleted",
        breaks: "No request notices. Whoever deletes it on purpose, code that replaces it among them, has to switch the protection off first.",
    },
];

/// The fixes of all load balancers.
pub(super) fn fixes(desk: &Desk<'_, '_>) -> Vec<Fix> {
    let balancers = desk.scope.region.load_balancers.iter();
    balancers.flat_map(|balancer| BETTER.iter().filter_map(|better| fix(desk, balancer, better))).collect()
}

fn fix(desk: &Desk<'_, '_>, balancer: &LoadBalancer, better: &Better) -> Option<Fix> {
    if !better.kinds.contains(&balancer.kind.as_str()) {
        return None;
    }
    // What a migration made must stay deletable, or the migration could not be taken back.
    let of_a_plan = balancer.tags.known().is_some_and(|tags| tags.contains_key(PLAN_TAG));
    if of_a_plan && better.id == "deletion-protection" {
        return None;
    }
    let value = value(balancer, better.key);
    if value.as_ref().is_ok_and(|value| value != better.from) {
        return None;
    }
    let draft =
        Draft { what: better.what.to_owned(), breaks: better.breaks.to_owned(), ..Draft::of_balancer(better.id, balancer, &balancer.arn) };
    let steps = value.and_then(|_| desk.managed_balancer(balancer)).map(|()| steps(&draft, balancer, better));
    Some(draft.finish(steps))
}

/// What an attribute is: AWS gives each of them a value, so one that is missing was not read.
pub(in crate::migrate) fn value(balancer: &LoadBalancer, key: &str) -> Result<String, Why> {
    match &balancer.attributes {
        Observed::Known(attributes) => {
            attributes.get(key).cloned().ok_or_else(|| (Code::Unread, format!("{key} is not among the attributes that were read")))
        }
        Observed::Absent => Err((Code::Unread, "it has no attributes".to_owned())),
        Observed::Unknown(gap) => Err(unread(gap, "elasticloadbalancing:DescribeLoadBalancerAttributes", key)),
    }
}

fn steps(draft: &Draft, balancer: &LoadBalancer, better: &Better) -> Vec<Step> {
    let property = Property::LoadBalancerAttributes { balancer: balancer.arn.clone() };
    draft.set(property, State::settings([(better.key, better.from)]), State::settings([(better.key, better.to)]))
}
