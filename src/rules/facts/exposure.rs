//! Facts about who can open a connection.

use super::types::EXPOSURE;
use super::{Context, unknown};
use crate::inventory::{Gap, Listener, LoadBalancer, Region};
use crate::network::{Effect, Exposure, Leg, LegKind};
use crate::rules::value::{RecordBuilder, Unknown, Value};

/// The facts about an exposure, with what let it through and what stopped it.
fn facts(context: &Context<'_>, region: &Region, balancer: &LoadBalancer, exposure: &Exposure, legs: &[Leg]) -> Value {
    let uses = context.shared.uses(exposure);
    let shared = uses.iter().filter(|used| used.touches == Some(true)).map(|used| used.by.in_words().into()).collect();
    let open = uses.iter().any(|used| used.touches.is_none());
    let entries = |kind: fn(&LegKind) -> bool, effect: Effect| {
        let mut told: Vec<Value> = Vec::new();
        for leg in legs.iter().filter(|leg| kind(&leg.kind) && leg.effect == effect) {
            let words = Value::from(&leg.text);
            if !told.contains(&words) {
                told.push(words);
            }
        }
        Value::partial_list(told, unknown(&exposure.internet_gaps))
    };
    RecordBuilder::new(&EXPOSURE)
        .set("world", told(exposure.world(), &exposure.internet_gaps))
        .set("anyone", told(exposure.anyone(), &exposure.internet_gaps))
        .set("shared", Value::partial_list(shared, if open { unknown(&exposure.internet_gaps) } else { None }))
        .set("sources", context.ways.describe(&region.name, exposure, balancer.vpc_id.as_deref()))
        .set("let_in_by", entries(|kind| *kind == LegKind::SecurityGroup, Effect::LetsThrough))
        .set("stopped_by", entries(|_| true, Effect::Stops))
        .build()
}

/// An answer, or why there is none.
pub(super) fn told(answer: Option<bool>, gaps: &[Gap]) -> Value {
    match answer {
        Some(answer) => answer.into(),
        None => Unknown::of(gaps.iter().cloned())
            .map_or_else(|| super::lacking("ec2:DescribeSubnets", "who can open a connection"), Value::Unknown),
    }
}

/// Who can open a connection to a listener.
pub(super) fn of_listener(context: &Context<'_>, region: &Region, balancer: &LoadBalancer, listener: &Listener) -> Value {
    context.exposure(&listener.arn, || match context.network(&region.name) {
        Some(network) => {
            facts(context, region, balancer, &network.listener(balancer, listener), &network.trace_listener(balancer, listener))
        }
        None => super::lacking("ec2:DescribeSubnets", "the region's network"),
    })
}

/// Who can open a connection to any listener of a load balancer.
pub(super) fn of_balancer(context: &Context<'_>, region: &Region, balancer: &LoadBalancer) -> Value {
    let Some(network) = context.network(&region.name) else { return super::lacking("ec2:DescribeSubnets", "the region's network") };
    let mut all = Exposure::nobody();
    let mut legs = Vec::new();
    for listener in &balancer.listeners {
        all = all.or(&network.listener(balancer, listener));
        legs.extend(network.trace_listener(balancer, listener));
    }
    for gap in &balancer.listeners.gaps {
        all = all.or(&Exposure::unknown(gap.clone().or_action("elasticloadbalancing:DescribeListeners")));
    }
    facts(context, region, balancer, &all, &legs)
}
