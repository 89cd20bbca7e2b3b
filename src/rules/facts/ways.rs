//! Facts about the ways in, and around.

use std::collections::BTreeSet;

use super::exposure::told;
use super::types::{FORWARD, WAY};
use super::{Context, seen, strings, unknown};
use crate::assessment::Path;
use crate::inventory::{Gap, Listener, LoadBalancer, Observed, Region, TargetGroup};
use crate::network::{Effect, Leg, LegKind, Transport};
use crate::rules::value::{RecordBuilder, Unknown, Value};
use crate::topology::{Control, Entry, ForwardOf, Guard, Key, Lacks, Met, Topology, Way};

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
        .set("entry", entry_kind(way))
        .set("id", topology.way_id(way))
        .set("name", topology.way_name(way))
        .set("sources", context.describe(way))
        .set("world", told(way.sources.world(), gaps))
        .set("anyone", told(way.sources.anyone(), gaps))
        .set("controls", controls(way))
        .set("web_acl", met(way, Control::WebAcl))
        .set("barred", barred(way))
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
    let words = format!("{} from {}", topology.way_name(way), context.describe(way));
    let lacks: Vec<&str> = lacks.surely.values().map(String::as_str).collect();
    if lacks.is_empty() { words } else { format!("{words}, without {}", lacks.join(" and ")) }
}

fn merge(one: Option<Unknown>, other: Option<Unknown>) -> Option<Unknown> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.union(&other)),
        (one, other) => one.or(other),
    }
}

fn entry_kind(way: &Way<'_>) -> &'static str {
    match way.entry {
        Entry::Api { .. } => "api",
        Entry::Balancer { .. } => "load-balancer",
        Entry::Interface { task: Some(_), .. } => "task",
        Entry::Interface { task: None, .. } => "instance",
    }
}

/// The controls met, in words, and what listeners ask beside them.
fn controls(way: &Way<'_>) -> Value {
    let mut words: Vec<String> = Vec::new();
    let mut gaps = Vec::new();
    for (_, met) in way.controls.iter() {
        match met {
            Met::Yes(what) => words.push(what.clone()),
            Met::Unknown(gap) => gaps.push(gap.clone()),
        }
    }
    let beside = way.guards.iter().filter(|guard| matches!(guard, Guard::SecretHeader(_) | Guard::Source(_)));
    words.extend(beside.map(Guard::in_words));
    Value::partial_list(words.iter().map(Value::from).collect(), unknown(&gaps))
}

/// Whether a kind of control is met.
fn met(way: &Way<'_>, control: Control) -> Value {
    match way.controls.get(control) {
        Some(Met::Yes(_)) => true.into(),
        Some(Met::Unknown(gap)) => gap.clone().into(),
        None => false.into(),
    }
}

/// Whether it asks for proof that a stranger lacks. Behind an API, what a load balancer asks was seen to by the API itself.
fn barred(way: &Way<'_>) -> Value {
    if way.is_through_api() {
        let asked = [Control::Authorization, Control::MutualTls, Control::ResourcePolicy].map(|control| met(way, control));
        let certain = asked.iter().any(|one| matches!(one, Value::Bool(true)));
        let unknown = asked.into_iter().find(|one| !matches!(one, Value::Bool(_)));
        return if certain { true.into() } else { unknown.unwrap_or_else(|| false.into()) };
    }
    way.guards.iter().any(Guard::bars).into()
}

/// What the rules of a listener forward, the default action last.
pub(super) fn forwards<'a>(
    topology: &Topology<'a>,
    context: &Context<'a>,
    region: &'a Region,
    balancer: &'a LoadBalancer,
    listener: &'a Listener,
    drafts: bool,
) -> Value {
    let mut gaps: Vec<Gap> = Vec::new();
    if balancer.kind == "application" {
        gaps.extend(listener.rules.gaps.iter().map(|gap| gap.clone().or_action("elasticloadbalancing:DescribeRules")));
    }
    let mut items = Vec::new();
    for forward in topology.forwards_of(balancer, listener) {
        match forward.group {
            Observed::Known(group) => items.push(forward_facts(topology, context, region, balancer, &forward, group, drafts)),
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
    balancer: &'a LoadBalancer,
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
    RecordBuilder::new(&FORWARD)
        .set("rule", &forward.rule)
        .set("target_group", if group.name.is_empty() { &group.arn } else { &group.name })
        .set("behind_api", seen(api.surely, merge(unknown(&api.gaps), unseen)))
        .set("reached", told(reach.tell(|sources| !sources.is_empty()), &reach_gaps))
        .set("guards", strings(forward.guards.iter().map(Guard::in_words)))
        .set("guard", strongest)
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

/// The ways through a load balancer that go around an API.
pub(super) fn around_of_balancer<'a>(topology: &Topology<'a>, context: &Context<'a>, region: &str, balancer: &LoadBalancer) -> Value {
    let around = context.ways.from_balancer(&balancer.arn).filter(|way| {
        let lacks = context.ways.lacks(way, false);
        !lacks.surely.is_empty() || !lacks.perhaps.is_empty()
    });
    list(topology, context, around, (None, context.unseen(region)), false)
}

/// A way, hop by hop, with the entries that let its first packet in.
pub(crate) fn path<'a>(topology: &Topology<'a>, context: &Context<'a>, way: &Way<'a>) -> Path {
    let legs = legs(context, way);
    let let_in_by = let_through(&legs, |kind| *kind == LegKind::SecurityGroup);
    let led_by = let_through(&legs, |kind| !matches!(kind, LegKind::SecurityGroup | LegKind::Address));
    topology.path_of_way(way, &context.describe(way), &let_in_by, &led_by)
}

/// What has a say about the first packet of a way, where the way begins at a load balancer or a task.
fn legs(context: &Context<'_>, way: &Way<'_>) -> Vec<Leg> {
    match way.entry {
        Entry::Api { .. } => Vec::new(),
        Entry::Balancer { region, balancer, listener } => {
            context.network(&region.name).map_or_else(Vec::new, |network| network.trace_listener(balancer, listener))
        }
        Entry::Interface { region, interface, port, .. } => {
            context.network(&region.name).map_or_else(Vec::new, |network| network.trace_interface(interface, Transport::Tcp, port))
        }
    }
}

/// The entries of some kinds that let it through, each once.
fn let_through(legs: &[Leg], of: fn(&LegKind) -> bool) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for leg in legs.iter().filter(|leg| of(&leg.kind) && leg.effect == Effect::LetsThrough) {
        if !words.contains(&leg.text) {
            words.push(leg.text.clone());
        }
    }
    words
}
