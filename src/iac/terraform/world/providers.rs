//! Where resources go: the regions of providers, and what code can know of its destination.

use super::{Thing, World};
use crate::iac::made_up::{Destination, NO_REGION};
use crate::iac::terraform::eval::{Evaluator, Key, Scope};
use crate::iac::terraform::syntax::{Expr, Kind};
use crate::iac::value::{Node, Value};

/// The partition of a region.
pub(crate) fn partition(region: &str) -> &'static str {
    if region.starts_with("cn-") {
        "aws-cn"
    } else if region.starts_with("us-gov-") {
        "aws-us-gov"
    } else {
        "aws"
    }
}

impl<'c> World<'c> {
    /// The region of a resource, where it is known: its own, else its provider's, else the one in its ARN.
    pub(crate) fn region(&self, evaluator: &Evaluator<'_>, thing: &Thing<'c>, key: &Key, body: &Node) -> Option<String> {
        match body.get("region").text() {
            Ok(Some(region)) => return Some(region),
            Ok(None) => {}
            Err(_) => return None,
        }
        let arn = || Some(body.get("arn").text().ok()??.split(':').nth(3)?.to_owned()).filter(|region| !region.is_empty());
        let _ = key;
        self.provider_region(evaluator, thing).or_else(arn)
    }

    /// The region of the provider of a thing.
    fn provider_region(&self, evaluator: &Evaluator<'_>, thing: &Thing<'c>) -> Option<String> {
        let named = thing.block.body.value("provider").and_then(reference);
        let name = named.unwrap_or_else(|| thing.kind().split('_').next().unwrap_or_default().to_owned());
        self.region_of_provider(evaluator, thing.module, &name)
    }

    /// The region of a provider as a module calls it: `aws`, `aws.west`.
    pub(crate) fn region_of_provider(&self, evaluator: &Evaluator<'_>, module: usize, name: &str) -> Option<String> {
        let run = || {
            let region = self.provider(module, name).and_then(|(module, body)| {
                let node = evaluator.node(body.value("region")?, &Scope::of(module));
                // A region that was made up is none.
                if node.value.is_made_up() { None } else { node.text().ok()? }
            });
            Ok(Node::from(region.map_or(Value::Null, Value::from)))
        };
        let node = self.once((module, "provider", name.to_owned()), || format!("provider.{name}"), run).ok()?;
        node.text().ok()?
    }

    /// The configuration of a provider, and the module that it stands in.
    fn provider(&self, module: usize, name: &str) -> Option<(usize, &'c crate::iac::terraform::syntax::Body)> {
        let instance = self.instance(module);
        if let Some(block) = instance.module.providers.get(name) {
            return Some((module, &block.body));
        }
        let (parent, call, _) = instance.call.as_ref()?;
        let passed = call.body.value("providers").and_then(|providers| match &providers.kind {
            Kind::Object(pairs) => pairs.iter().find(|(key, _)| reference(key).as_deref() == Some(name)).and_then(|(_, to)| reference(to)),
            _ => None,
        });
        match passed {
            Some(name) => self.provider(*parent, &name),
            // Only the configuration without an alias is handed down by itself.
            None if !name.contains('.') => self.provider(*parent, name),
            None => None,
        }
    }

    /// Where a resource goes.
    pub(super) fn destination(&self, evaluator: &Evaluator<'_>, thing: &Thing<'c>, key: &Key, body: &Node) -> Destination {
        self.to_region(self.region(evaluator, thing, key, body))
    }

    fn to_region(&self, region: Option<String>) -> Destination {
        match region {
            Some(region) => Destination { partition: partition(&region).to_owned(), region, ..self.to.clone() },
            None => self.to.clone(),
        }
    }

    /// The account that the default provider allows, where it allows one.
    pub(crate) fn allowed_account(&self, evaluator: &Evaluator<'_>) -> Option<String> {
        let (module, body) = self.provider(0, "aws")?;
        let accounts = evaluator.node(body.value("allowed_account_ids")?, &Scope::of(module)).texts().ok()?;
        if accounts.len() == 1 { accounts.into_iter().next() } else { None }
    }

    /// What data sources say of the destination itself, as far as code says it.
    pub(super) fn about_here(&self, evaluator: &Evaluator<'_>, thing: &Thing<'c>, name: &str) -> Option<Value> {
        let region = || {
            let region = self.provider_region(evaluator, thing)?;
            Some(region).filter(|region| region != NO_REGION)
        };
        match (thing.kind(), name) {
            ("aws_region", "name" | "id" | "region") => region().map(Value::from),
            ("aws_partition", "partition" | "id") => region().map(|region| Value::from(partition(&region))),
            ("aws_partition", "dns_suffix") => region().map(|region| Value::from(suffix(&region))),
            ("aws_caller_identity", "account_id" | "id") => {
                Some(self.to.account.clone()).filter(|account| !account.is_empty()).map(Value::from)
            }
            _ => None,
        }
    }
}

fn suffix(region: &str) -> &'static str {
    if partition(region) == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" }
}

/// A provider as code names it; the JSON syntax, and old code, name it in a text.
fn reference(expr: &Expr) -> Option<String> {
    expr.as_text().map(ToOwned::to_owned).or_else(|| expr.words().map(|words| words.join(".")))
}
