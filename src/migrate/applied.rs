//! Whether a plan's end is how things are already, whoever saw to it.

use std::collections::BTreeSet;

use super::cloud::Cloud;
use super::plan::{Action, Plan};
use super::resolve::{Outputs, resolved};
use super::thing::Property;

/// Whether everything a plan makes is there, and everything it sets is so.
pub fn is_applied<C: Cloud + ?Sized>(cloud: &mut C, plan: &Plan) -> Result<bool, String> {
    let gone: BTreeSet<&str> = plan
        .steps
        .iter()
        .filter_map(|step| match &step.action {
            Action::Discard { step } => Some(step.as_str()),
            _ => None,
        })
        .collect();
    let mut made = Outputs::new();
    for step in &plan.steps {
        let Action::Create(thing) = &step.action else { continue };
        // What lies in something that the plan itself deletes again names it.
        let Ok(thing) = resolved(thing, &made) else { continue };
        if gone.contains(step.id.as_str()) {
            continue;
        }
        let mut found = cloud.find(&thing, &plan.mark(step)).map_err(|error| error.to_string())?;
        match found.pop() {
            Some(one) => made.insert(step.id.clone(), one),
            None => return Ok(false),
        };
    }
    // A property that several steps set is as the last of them left it.
    let mut seen: BTreeSet<Property> = BTreeSet::new();
    for step in plan.steps.iter().rev() {
        let Action::Set { property, before, after, undone_by_earlier: false } = &step.action else { continue };
        let (Ok(property), Ok(before), Ok(after)) = (resolved(property, &made), resolved(before, &made), resolved(after, &made)) else {
            continue;
        };
        if !seen.insert(property.clone()) {
            continue;
        }
        let state = cloud.read(&property).map_err(|error| error.to_string())?;
        if state.narrowed(&before, &after) != after {
            return Ok(false);
        }
    }
    Ok(!plan.steps.is_empty())
}
