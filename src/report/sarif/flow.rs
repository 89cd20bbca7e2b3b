//! A way in as a code flow: each hop on the code of its resource.

use serde_json::json;
use serde_sarif::sarif::{CodeFlow, Location, PhysicalLocation, ThreadFlow, ThreadFlowLocation};

use super::anchor;
use super::message::message;
use super::place::Places;
use super::properties;
use crate::assessment::{Located, Path, PathStep, Place};
use crate::report::Profile;

/// Hops of a path that are drawn: with four paths, as many as GitHub shows.
const HOPS: usize = 250;

/// Draws the ways of one result.
pub(super) struct Drawer<'d, 'a> {
    pub(super) places: &'d Places<'a>,
    pub(super) profile: Profile,
    pub(super) region: &'d str,
    /// Where the finding stands.
    pub(super) end: Option<&'d Located<'a>>,
}

impl<'a> Drawer<'_, 'a> {
    pub(super) fn flow(&self, path: &Path) -> CodeFlow {
        let drawn = &path.steps[..path.steps.len().min(HOPS)];
        let places = self.places_of(drawn);
        let hops = (1..).zip(drawn).zip(places);
        let locations: Vec<ThreadFlowLocation> = hops.map(|((order, step), place)| self.hop(order, step, place)).collect();
        let words: Vec<&str> = drawn.iter().map(|step| if step.text.is_empty() { step.kind.as_str() } else { &step.text }).collect();
        let mut flow = CodeFlow::builder()
            .message(message(&words.join(" → ")))
            .thread_flows(vec![ThreadFlow::builder().locations(locations).build()])
            .build();
        if drawn.len() < path.steps.len() {
            flow.properties = Some(properties([("hops", json!({"total": path.steps.len(), "shown": drawn.len()}))]));
        }
        flow
    }

    /// The place of each hop. What is no resource, such as the internet, stands where the entries that let it in do, or
    /// else with the next hop that has a place, for code scanning wants one for each.
    fn places_of(&self, steps: &[PathStep]) -> Vec<Option<&'a Place>> {
        let mut places: Vec<Option<&Place>> = steps.iter().map(|step| self.own(step)).collect();
        let mut next = self.end.map(|end| end.place);
        for place in places.iter_mut().rev() {
            match place {
                Some(own) => next = Some(own),
                None => *place = next,
            }
        }
        places
    }

    fn own(&self, step: &PathStep) -> Option<&'a Place> {
        let sources = self.places.sources;
        if step.id.is_empty() {
            // `sg-1 (web): tcp 443 from 0.0.0.0/0 (sgr-2)` names the group and the entry; the entry is the narrower.
            let words = step.text.split_whitespace().map(|word| word.trim_matches(['(', ')', ',', ';', ':']));
            let mut found = words.rev().filter(|word| word.len() > 3).filter_map(|word| sources.origin(word));
            return found.next().map(|origin| &origin.block);
        }
        sources.locate(&step.id).map(|found| &found.origin.block)
    }

    fn hop(&self, order: i64, step: &PathStep, place: Option<&Place>) -> ThreadFlowLocation {
        let text = if step.text.is_empty() { &step.kind } else { &step.text };
        let physical: Option<PhysicalLocation> = match (place, self.profile) {
            (Some(place), _) => Some(self.places.physical(place, false)),
            (None, Profile::Github) => Some(self.places.anchor.physical(self.region, false)),
            (None, Profile::Generic) => None,
        };
        let mut location = Location::builder().message(message(text)).build();
        location.physical_location = physical;
        if !(step.id.is_empty() && step.kind.is_empty()) {
            let mut logical = anchor::logical(text, &step.id);
            if step.id.is_empty() {
                logical.kind = None;
            }
            location.logical_locations = Some(vec![logical]);
        }
        let importance = if order == 1 { "essential" } else { "important" };
        ThreadFlowLocation::builder().execution_order(order).importance(json!(importance)).location(location).build()
    }
}
