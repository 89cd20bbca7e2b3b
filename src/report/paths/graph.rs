//! Ways as one graph: hops that lead on in the same ways are one node.
//!
//! Merging every equal hop would show ways that nobody can take: from the one route through a VPC link to where only
//! another route leads. So two hops are one node only when everything behind them is equal, too. Then each path through
//! the graph is a way.

use std::collections::{BTreeMap, HashMap};

use super::{Drawn, words};
use crate::assessment::{Course, PathStep, WayIn};

/// How many ways say what they lack beside one edge.
const SAID: usize = 3;

/// The graph of some ways.
#[derive(Debug, Default)]
pub(super) struct Graph<'w> {
    /// The hops, each before those it leads to.
    pub(super) nodes: Vec<Node<'w>>,
    /// What leads to what, by places of nodes.
    pub(super) edges: BTreeMap<(usize, usize), Edge>,
    /// What there is to say of each way, and the nodes it passes.
    walked: Vec<(String, Vec<usize>)>,
}

/// A hop.
#[derive(Debug)]
pub(super) struct Node<'w> {
    pub(super) step: &'w PathStep,
    pub(super) class: Class,
}

/// How a hop is painted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    /// Where ways begin.
    Entry,
    /// Of an API, or between an API and what answers it.
    Api,
    /// Only ways around pass it.
    Around,
    /// What ways lead to.
    Target,
    /// Anything else.
    Plain,
}

impl Class {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Entry => "entry",
            Self::Api => "api",
            Self::Around => "around",
            Self::Target => "target",
            Self::Plain => "plain",
        }
    }
}

/// From one hop to the next.
#[derive(Debug, Default)]
pub(super) struct Edge {
    /// Whether a way through an API, or one that no API's way is compared with, takes it.
    usual: bool,
    /// Whether a way that is there for certain takes it.
    pub(super) certain: bool,
    /// What there is to say of the ways that take it.
    of_ways: Vec<String>,
    /// What of that is said here.
    said: Vec<String>,
}

impl Edge {
    /// Whether only ways around take it.
    pub(super) fn is_around(&self) -> bool {
        !self.usual
    }

    /// What there is to say, line by line.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.said.iter().take(SAID).cloned().collect();
        if self.said.len() > SAID {
            lines.push(format!("… and {} more", self.said.len() - SAID));
        }
        lines
    }
}

/// The graph of what is drawn.
pub(super) fn graph<'w>(drawn: &[Drawn<'w>]) -> Graph<'w> {
    let ways: Vec<(&'w WayIn, &'w str)> =
        drawn.iter().flat_map(|drawn| drawn.ways.iter().map(|way| (*way, drawn.target.id.as_str()))).collect();
    let paths: Vec<&[PathStep]> = ways.iter().map(|(way, _)| way.path.steps.as_slice()).collect();
    let mut merger = Merger::default();
    let roots = merger.grow(&paths);
    let places = merger.places(&roots);
    let mut steps: Vec<(usize, &PathStep)> =
        merger.hops.iter().map(|hop| hop.step).enumerate().map(|(old, step)| (places[old], step)).collect();
    steps.sort_by_key(|(place, _)| *place);
    let nodes = steps.into_iter().map(|(_, step)| Node { step, class: Class::Around }).collect();
    let mut graph = Graph { nodes, ..Graph::default() };
    for (way, target) in ways {
        let walked: Vec<usize> = merger.walk(&roots, &way.path.steps).into_iter().map(|hop| places[hop]).collect();
        graph.add(way, target, &walked);
        graph.walked.push((label(way), walked));
    }
    graph.say();
    graph
}

impl Graph<'_> {
    fn add(&mut self, way: &WayIn, target: &str, walked: &[usize]) {
        let usual = !way.course().is_around();
        for (depth, place) in walked.iter().enumerate() {
            let node = &mut self.nodes[*place];
            node.class = match node.step.kind.as_str() {
                _ if depth == 0 => Class::Entry,
                _ if node.step.id == target && depth + 1 == walked.len() => Class::Target,
                "domain-name" | "stage" | "route" | "vpc-link" => Class::Api,
                _ if usual && node.class == Class::Around => Class::Plain,
                _ => node.class,
            };
        }
        for pair in walked.windows(2) {
            let edge = self.edges.entry((pair[0], pair[1])).or_default();
            edge.usual |= usual;
            edge.certain |= !words::is_perhaps(way);
            let label = label(way);
            if !edge.of_ways.contains(&label) {
                edge.of_ways.push(label);
            }
        }
    }

    /// Says what there is to say of each way where it parts from those of which something else is said, or where it begins.
    fn say(&mut self) {
        for (label, walked) in std::mem::take(&mut self.walked) {
            let edges = || walked.windows(2).map(|pair| (pair[0], pair[1]));
            let parted = edges().find(|edge| self.edges[edge].of_ways.len() == 1).or_else(|| edges().next());
            let edge = parted.and_then(|edge| self.edges.get_mut(&edge));
            if let Some(edge) = edge.filter(|edge| !edge.said.contains(&label)) {
                edge.said.push(label);
            }
        }
    }
}

/// What is said of a way.
fn label(way: &WayIn) -> String {
    let mark = words::mark(way);
    match way.course() {
        Course::Through | Course::Direct if way.met.is_empty() => format!("{mark}: meets no control"),
        Course::Through | Course::Direct => format!("{mark}: meets {}", way.met.join(", ")),
        Course::Around => format!("{mark}: lacks {}", words::lacks(way)),
        Course::PerhapsAround => {
            let may: Vec<&str> = way.may_lack.iter().map(|may| may.control.as_str()).collect();
            format!("{mark}: may lack {}", may.join(", "))
        }
    }
}

/// A hop, and the hops that follow it.
struct Merged<'w> {
    step: &'w PathStep,
    next: Vec<usize>,
}

#[derive(Default)]
struct Merger<'w> {
    hops: Vec<Merged<'w>>,
    known: HashMap<(&'w str, &'w str, &'w str, Vec<usize>), usize>,
}

impl<'w> Merger<'w> {
    /// The hops with which paths begin, and all behind them.
    fn grow(&mut self, paths: &[&'w [PathStep]]) -> Vec<usize> {
        let mut firsts: Vec<(&'w PathStep, Vec<&'w [PathStep]>)> = Vec::new();
        for path in paths {
            let Some((first, rest)) = path.split_first() else { continue };
            match firsts.iter_mut().find(|(known, _)| *known == first) {
                Some((_, tails)) => tails.push(rest),
                None => firsts.push((first, vec![rest])),
            }
        }
        let grown = firsts.into_iter().map(|(step, tails)| {
            let next = self.grow(&tails);
            let hop = self.hops.len();
            *self.known.entry((&step.kind, &step.id, &step.text, next.clone())).or_insert_with(|| {
                self.hops.push(Merged { step, next });
                hop
            })
        });
        grown.collect()
    }

    /// The hops that a path passes.
    fn walk(&self, roots: &[usize], path: &[PathStep]) -> Vec<usize> {
        let mut next = roots;
        let mut walked = Vec::new();
        for step in path {
            let Some(hop) = next.iter().copied().find(|hop| self.hops[*hop].step == step) else { break };
            walked.push(hop);
            next = &self.hops[hop].next;
        }
        walked
    }

    /// A place for each hop, such that people can read along: first what stands first.
    fn places(&self, roots: &[usize]) -> Vec<usize> {
        let mut places = vec![usize::MAX; self.hops.len()];
        let mut free = 0;
        let mut open: Vec<usize> = roots.iter().rev().copied().collect();
        while let Some(hop) = open.pop() {
            if places[hop] == usize::MAX {
                places[hop] = free;
                free += 1;
                open.extend(self.hops[hop].next.iter().rev());
            }
        }
        places
    }
}
