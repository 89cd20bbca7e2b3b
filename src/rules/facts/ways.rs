//! Facts about the ways in, and around.

use std::collections::BTreeSet;

use super::exposure::told;
use super::listener_rules::Neighbours;
use super::types::{FORWARD, WAY};
use super::{Context, listener_rules, observed, seen, strings, unknown};
use crate::inventory::{Gap, Listener, LoadBalancer, Observed, Region, TargetGroup};
use crate::rules::value::{RecordBuilder, Unknown, Value};
use crate::topology::{Control, ForwardOf, Guard, Key, Lacks, Met, Standing, Topology, Way};

/// The facts about the ways to some targets: those that are certain; the others are why there may be more.
pub(super) fn to<'a>(topology: &Topology<'a>, context: &Context<'a>, region: &str, keys: &[Key<'a>], drafts: bool) -> Value {
    let (ways, cut) = context.ways.most_to(keys);
    let unseen = if drafts { None } else { context.unseen(region) };
    list(topology, context, ways.into_iter(), (cut, unseen), drafts)
}

/// The facts about ways, those that are certain; the others, what was cut and what was not seen are why there may be more.
pub(super) fn list<'t, 'a: 't>(
    topology: &Topology<'a>,
    context: &'t Context<'a>,
    ways: impl Iterator<Item = &'t Way<'a>>,
    (cut, unseen): (Option<Gap>, Option<Unknown>),
    drafts: bool,
) -> Value {
    let mut gaps: Vec<Gap> = cut.into_iter().collect();
    let mut items = Vec::new();
    for way in ways.filter(|way| drafts || !way.is_draft()) {
        if way.is_certain() {
            items.push(context.way(way, drafts, || facts(topology, context, way, drafts)));
        } else {
            gaps.extend(way.sources.gaps.iter().cloned());
        }
    }
    Value::partial_list(items, merge(unknown(&gaps), unseen))
}

fn facts<'a>(topology: &Topology<'a>, context: &Context<'a>, way: &Way<'a>, drafts: bool) -> Value {
    let unseen = if drafts { None } else { context.unseen_routes.clone() };
    let lacks = context.ways.lacks(way, drafts);
    let perhaps: Vec<Gap> = lacks.perhaps.values().flatten().cloned().collect();
    let missing = merge(unknown(&perhaps), unseen.clone());
    let guard_gaps = [Control::Authorization, Control::WebAcl].iter().filter_map(|control| lacks.perhaps.get(control)).flatten().cloned();
    let lacks_guard = lacks.surely.keys().any(|control| matches!(control, Control::Authorization | Control::WebAcl));
    let gaps = &way.sources.internet_gaps;
    let skips = context.ways.skips(way);
    let skip_gaps: Vec<Gap> = skips.perhaps.into_values().flatten().collect();
    RecordBuilder::new(&WAY)
        .set("entry", way.entry_kind())
        .set("id", topology.way_id(way))
        .set("name", topology.way_name(way))
        .set("sources", context.ways.sources_of(way))
        .set("world", told(way.sources.world(), gaps))
        .set("anyone", told(way.sources.anyone(), gaps))
        .set("controls", controls(way))
        .set("web_acl", met(way, Control::WebAcl))
        .set("barred", observed(&way.barred(), "", |barred| (*barred).into()))
        .set("around", seen(!lacks.surely.is_empty(), missing.clone()))
        .set("lacks", Value::partial_list(lacks.surely.values().map(Value::from).collect(), missing))
        .set("lacks_guard", seen(lacks_guard, merge(Unknown::of(guard_gaps), unseen)))
        .set("in_words", in_words(topology, context, way, &lacks))
        .set("skips_in_words", skips.surely.values().map(String::as_str).collect::<Vec<_>>().join(" and "))
        .set("skips", Value::partial_list(skips.surely.values().map(Value::from).collect(), unknown(&skip_gaps)))
        .build()
}

/// A way, who can take it and what it certainly lacks, in words.
fn in_words<'a>(topology: &Topology<'a>, context: &Context<'a>, way: &Way<'a>, lacks: &Lacks) -> String {
    let words = format!("{} from {}", topology.way_name(way), context.ways.sources_of(way));
    let lacks: Vec<&str> = lacks.surely.values().map(String::as_str).collect();
    if lacks.is_empty() { words } else { format!("{words}, without {}", lacks.join(" and ")) }
}

/// What is missing from either.
pub(super) fn merge(one: Option<Unknown>, other: Option<Unknown>) -> Option<Unknown> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.union(&other)),
        (one, other) => one.or(other),
    }
}

/// The controls met, in words, and what listeners ask beside them.
fn controls(way: &Way<'_>) -> Value {
    let unread = way.controls.iter().filter_map(|(_, met)| match met {
        Met::Yes(_) => None,
        Met::Unknown(gap) => Some(gap.clone()),
    });
    Value::partial_list(way.asked().iter().map(Value::from).collect(), Unknown::of(unread))
}

/// Whether a kind of control is met.
fn met(way: &Way<'_>, control: Control) -> Value {
    match way.controls.get(control) {
        Some(Met::Yes(_)) => true.into(),
        Some(Met::Unknown(gap)) => gap.clone().into(),
        None => false.into(),
    }
}

/// What the rules of a listener forward, the default action last.
pub(super) fn forwards<'a>(
    topology: &Topology<'a>,
    context: &Context<'a>,
    region: &'a Region,
    (balancer, listener): (&'a LoadBalancer, &'a Listener),
    standings: &[Standing<'a>],
    drafts: bool,
) -> Value {
    let mut gaps: Vec<Gap> = Vec::new();
    if balancer.kind == "application" {
        gaps.extend(listener.rules.gaps.iter().map(|gap| gap.clone().or_action("elasticloadbalancing:DescribeRules")));
    }
    let mut items = Vec::new();
    let neighbours = Neighbours::default();
    let place = (balancer, listener, &neighbours);
    for forward in topology.forwards_of(balancer, listener, standings) {
        match forward.group {
            Observed::Known(group) => items.push(forward_facts(topology, context, region, place, &forward, group, drafts)),
            Observed::Absent => {}
            Observed::Unknown(gap) => gaps.push(gap),
        }
    }
    Value::partial_list(items, unknown(&gaps))
}

fn forward_facts<'a>(
    topology: &Topology<'a>,
    context: &Context<'a>,
    region: &'a Region,
    (balancer, listener, neighbours): (&'a LoadBalancer, &'a Listener, &Neighbours<'a>),
    forward: &ForwardOf<'a>,
    group: &'a TargetGroup,
    drafts: bool,
) -> Value {
    let keys = context.ways.keys_of_group(topology, group);
    let strength = forward.guards.iter().map(Guard::strength).max().unwrap_or_default();
    let strongest = forward.guards.iter().max_by_key(|guard| guard.strength()).map_or("none", Guard::kind);
    let unseen = if drafts { None } else { context.unseen(&region.name) };
    let (api, weaker) = (context.ways.api_leads_to(&keys, drafts), context.ways.weaker_way_to(&keys, strength));
    let reach = &forward.reach;
    let left_open = || {
        crate::topology::left_out(
            "elasticloadbalancing:DescribeRules",
            &format!("whether a request gets to {} of {} is not decided", forward.rule, balancer.name),
        )
    };
    let reach_gaps = if forward.gaps.is_empty() { vec![left_open()] } else { forward.gaps.clone() };
    let bypass = listener_rules::bypass(topology, context, region, (balancer, listener, neighbours), forward, group);
    let name = if group.name.is_empty() { &group.arn } else { &group.name };
    RecordBuilder::new(&FORWARD)
        .set("rule", &forward.rule)
        .set("target_group", name)
        .set("behind_api", seen(api.surely, merge(unknown(&api.gaps), unseen)))
        .set("reached", told(reach.tell(|sources| !sources.is_empty()), &reach_gaps))
        .set("guards", strings(forward.guards.iter().map(Guard::in_words)))
        .set("guard", strongest)
        .set("bypassed_in_words", bypass.in_words(&forward.rule, name))
        .set("bypassed_by", bypass)
        .set("defeated", seen(weaker.surely, merge(unknown(&weaker.gaps), context.unseen_past_apis(&region.name))))
        .set("request", forward.request.as_deref())
        .build()
}

/// The other load balancers through which an API leads to the targets of a load balancer.
pub(super) fn same_targets_as(context: &Context<'_>, region: &str, balancer: &LoadBalancer) -> Value {
    let mut names = BTreeSet::new();
    let mut gaps = Vec::new();
    for way in context.ways.from_balancer(&balancer.arn) {
        let (others, cut) = context.ways.most_to(&way.keys);
        gaps.extend(cut);
        for other in others.into_iter().filter(|other| other.is_through_api() && !other.is_draft()) {
            let mut passed = other.balancers().filter(|passed| passed.arn != balancer.arn).peekable();
            if way.is_certain() && other.is_certain() {
                names.extend(passed.map(|passed| passed.name.clone()));
            } else if passed.peek().is_some() {
                gaps.extend(way.sources.gaps.iter().chain(&other.sources.gaps).cloned());
            }
        }
    }
    Value::partial_list(names.iter().map(Value::from).collect(), merge(unknown(&gaps), context.unseen(region)))
}

/// The ways from the internet that begin at a load balancer, whatever they lead to.
pub(super) fn of_balancer<'a>(topology: &Topology<'a>, context: &Context<'a>, region: &str, balancer: &LoadBalancer) -> Value {
    let unseen = context.unseen_past_apis(region);
    list(topology, context, context.ways.from_balancer(&balancer.arn), (None, unseen), false)
}

/// The ways through a load balancer that go around an API.
pub(super) fn around_of_balancer<'a>(topology: &Topology<'a>, context: &Context<'a>, region: &str, balancer: &LoadBalancer) -> Value {
    let around = context.ways.from_balancer(&balancer.arn).filter(|way| {
        let lacks = context.ways.lacks(way, false);
        !lacks.surely.is_empty() || !lacks.perhaps.is_empty()
    });
    list(topology, context, around, (None, context.unseen(region)), false)
}
