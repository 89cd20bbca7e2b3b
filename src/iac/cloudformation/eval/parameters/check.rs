//! Values that a template does not allow. What the value was is not told: it may be secret.

use regex::RegexBuilder;

use super::is_list;
use crate::diagnostics::Diagnostic;
use crate::iac::cloudformation::document::{Entry, Item};
use crate::iac::cloudformation::eval::World;
use crate::iac::cloudformation::eval::stack::Given;
use crate::iac::text::Files;

impl World {
    /// What is wrong with the values that came from the outside.
    pub(in crate::iac::cloudformation) fn check_parameters(&self, stack: usize, files: &Files) -> Vec<Diagnostic> {
        let Given::Outside(values) = &self.stacks[stack].given else { return Vec::new() };
        let entries = self.stacks[stack].root.get("Parameters").map(Item::entries).unwrap_or_default();
        let wrong = entries.iter().filter_map(|entry| {
            let default = || entry.item.get("Default").and_then(Item::text).map(|text| text.to_string());
            let value = values.get(&*entry.key).cloned().or_else(default)?;
            let (rule, words) = broken(entry, &value)?;
            let place = entry.item.entry(rule).map_or_else(|| entry.span(), Entry::span);
            let file = files.get(place.file)?;
            let at = |byte: u32| usize::try_from(byte).unwrap_or(usize::MAX);
            let message = format!("parameter {} has a value that its {rule} does not allow", entry.key);
            Some(Diagnostic::error(message).in_file(&*file.path, file.text.clone()).label(at(place.start)..at(place.end), words))
        });
        wrong.collect()
    }
}

/// The rule of a parameter that a value breaks, and how.
fn broken(entry: &Entry, value: &str) -> Option<(&'static str, &'static str)> {
    let kind = entry.item.get("Type").and_then(Item::str).unwrap_or("String");
    if kind.starts_with("AWS::SSM::") {
        return None;
    }
    let values: Vec<&str> = if is_list(kind) { value.split(',').map(str::trim).collect() } else { vec![value] };
    let allowed = entry.item.get("AllowedValues").map(Item::items).unwrap_or_default();
    let is_allowed = |value: &&str| allowed.iter().any(|item| item.text().as_deref() == Some(*value));
    if !allowed.is_empty() && !values.iter().all(is_allowed) {
        return Some(("AllowedValues", "the value is none of these"));
    }
    let pattern = entry.item.get("AllowedPattern").and_then(Item::str);
    // Patterns are Java's; one that has no meaning here forbids nothing here.
    let pattern = pattern.and_then(|text| RegexBuilder::new(&format!("^(?:{text})$")).size_limit(1 << 20).build().ok());
    if pattern.is_some_and(|pattern| !values.iter().all(|value| pattern.is_match(value))) {
        return Some(("AllowedPattern", "the value does not match this"));
    }
    if matches!(kind, "Number" | "List<Number>") && !values.iter().all(|value| value.parse::<f64>().is_ok()) {
        return Some(("Type", "the value is no number"));
    }
    bounds(entry, kind, &values)
}

fn bounds(entry: &Entry, kind: &str, values: &[&str]) -> Option<(&'static str, &'static str)> {
    let bound = |name: &str| entry.item.get(name).and_then(Item::text).and_then(|text| text.parse::<f64>().ok());
    let length = |value: &&str| u32::try_from(value.chars().count()).map_or(f64::MAX, f64::from);
    let size = |value: &&str| value.parse().unwrap_or(0.0);
    let (least, most) = if kind == "Number" { ("MinValue", "MaxValue") } else { ("MinLength", "MaxLength") };
    let measures: Vec<f64> = values.iter().map(|value| if kind == "Number" { size(value) } else { length(value) }).collect();
    if is_list(kind) {
        return None;
    }
    if bound(least).is_some_and(|least| measures.iter().any(|measure| *measure < least)) {
        return Some((least, "the value is below this"));
    }
    bound(most).is_some_and(|most| measures.iter().any(|measure| *measure > most)).then_some((most, "the value is above this"))
}
