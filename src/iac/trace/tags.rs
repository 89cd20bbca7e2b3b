//! What the tags of live resources tell of the code that made them. People can copy tags, so they are no proof.

use std::collections::BTreeMap;

use super::Identity;
use crate::iac::code::{Code, Declaration};
use crate::inventory::{Inventory, Region, STACK_NAME};

const LOGICAL_ID: &str = "aws:cloudformation:logical-id";
/// The tag that Yor gives every block a value of its own in.
const YOR: &str = "yor_trace";
/// The tag in which Yor names the file.
const GIT_FILE: &str = "git_file";

/// What each stack made, as `CloudFormation` told.
pub fn stacks_read(inventory: &Inventory) -> BTreeMap<String, BTreeMap<String, String>> {
    let stacks = inventory.regions.iter().flat_map(|region| &region.stacks);
    stacks.filter(|stack| !stack.resources.is_empty()).map(|stack| (stack.name.clone(), stack.resources.clone())).collect()
}

/// What each stack made, as tags tell: the ids of live resources by stack and logical id.
pub fn stacks_of(inventory: &Inventory) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut stacks: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for (id, tags) in tagged(inventory) {
        if let (Some(stack), Some(logical)) = (tags.get(STACK_NAME), tags.get(LOGICAL_ID)) {
            stacks.entry(stack.clone()).or_default().insert(logical.clone(), id.to_owned());
        }
    }
    stacks
}

/// Which declarations Yor's tags lead to: by the trace that the block carries, or else by the file, where it holds one block of the kind.
pub fn yor(code: &Code, inventory: &Inventory) -> Vec<Identity> {
    let mut found = Vec::new();
    for (id, tags) in tagged(inventory) {
        let by_trace =
            tags.get(YOR).and_then(|trace| only(code.declarations.iter().filter(|declared| tag(declared, YOR) == Some(trace.clone()))));
        let by_file = || {
            let file = tags.get(GIT_FILE)?;
            only(code.declarations.iter().filter(|declared| is_of(&declared.kind, id) && file_of(code, declared) == Some(file)))
        };
        if let Some(declared) = by_trace.or_else(by_file) {
            let names = ["id", "arn"].map(|attribute| (attribute.to_owned(), id.to_owned()));
            found.push(Identity { address: declared.address.clone(), names: names.into() });
        }
    }
    found
}

fn only<'d>(mut found: impl Iterator<Item = &'d Declaration>) -> Option<&'d Declaration> {
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

fn tag(declared: &Declaration, name: &str) -> Option<String> {
    declared.body.get("tags").get(name).text().ok().flatten()
}

fn file_of<'c>(code: &'c Code, declared: &Declaration) -> Option<&'c str> {
    Some(&code.files.get(declared.head?.file)?.path)
}

/// Whether a live id may be one of a kind of Terraform resource.
fn is_of(kind: &str, id: &str) -> bool {
    match kind {
        "aws_lb" | "aws_alb" => id.contains(":loadbalancer/"),
        "aws_lb_target_group" | "aws_alb_target_group" => id.contains(":targetgroup/"),
        "aws_security_group" => id.starts_with("sg-"),
        "aws_vpc" => id.starts_with("vpc-"),
        "aws_subnet" => id.starts_with("subnet-"),
        "aws_ecs_service" => id.contains(":ecs:") && id.contains(":service/"),
        _ => false,
    }
}

/// Every live resource whose tags were read.
fn tagged(inventory: &Inventory) -> impl Iterator<Item = (&str, &BTreeMap<String, String>)> {
    inventory.regions.iter().flat_map(Region::tagged)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::iac::code::Language;
    use crate::inventory::snapshot;

    fn inventory(tags: &serde_json::Value) -> Inventory {
        let balancer = json!({"arn": "arn:aws:elasticloadbalancing:r:1:loadbalancer/app/a/1", "name": "a", "dns_name": "a", "type": "application", "tags": tags});
        let text = json!({"format": snapshot::FORMAT, "version": 1, "regions": [{"name": "r", "load_balancers": [balancer]}]});
        snapshot::read(&text.to_string()).unwrap()
    }

    fn code(traces: &[&str]) -> Code {
        let one = |(number, trace): (usize, &&str)| {
            let body = json!({"tags": {"yor_trace": trace}});
            Declaration::sample(&format!("aws_lb.x{number}"), "aws_lb", Language::Terraform, &body)
        };
        Code { declarations: traces.iter().enumerate().map(one).collect(), ..Code::default() }
    }

    #[test]
    fn a_trace_leads_to_the_one_block_that_carries_it() {
        let tagged = inventory(&json!({"yor_trace": "t1"}));
        let found = yor(&code(&["t0", "t1"]), &tagged);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].address, "aws_lb.x1");
        assert_eq!(yor(&code(&["t1", "t1"]), &tagged), [], "of two that carry it, neither is taken");
        assert_eq!(yor(&code(&["t0"]), &tagged), []);
    }

    #[test]
    fn stack_tags_tell_logical_ids() {
        let tagged = inventory(&json!({"aws:cloudformation:stack-name": "s", "aws:cloudformation:logical-id": "Alb"}));
        let stacks = stacks_of(&tagged);
        assert_eq!(stacks["s"]["Alb"], "arn:aws:elasticloadbalancing:r:1:loadbalancer/app/a/1");
    }
}
