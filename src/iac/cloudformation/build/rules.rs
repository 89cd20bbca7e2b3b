//! The rules of listeners.

use super::Builder;
use super::actions::actions;
use super::parents::Kinship;
use super::read::{needed, reference};
use crate::iac::code::Declaration;
use crate::iac::draft::List;
use crate::iac::value::{Node, Why};
use crate::inventory::{Condition, Rule, Transform};

/// The configurations of conditions, which hold the values in their newer form.
const CONFIGS: [&str; 5] = ["HostHeaderConfig", "PathPatternConfig", "HttpHeaderConfig", "HttpRequestMethodConfig", "SourceIpConfig"];

impl Builder<'_, '_> {
    pub(super) fn listener_rules(&mut self) {
        let kinship = Kinship {
            property: "ListenerArn",
            has: |draft, arn| draft.listener(arn).is_some(),
            // A listener outside of the code belongs to a load balancer outside of it.
            parents: List::Balancers,
            children: List::Rules,
        };
        for declaration in self.of("ElasticLoadBalancingV2::ListenerRule") {
            let Some(of) = self.parent(declaration, &kinship) else { continue };
            match rule(declaration) {
                Ok(rule) => {
                    if let Some(listener) = self.draft.listener(&of) {
                        listener.rules.items.push(rule);
                    }
                }
                Err(why) => self.lose(List::Rules(Some(of)), declaration, &why),
            }
        }
    }
}

fn rule(declaration: &Declaration) -> Result<Rule, Why> {
    let body = &declaration.body;
    let priority = body.get("Priority").integer()?;
    Ok(Rule {
        arn: reference(declaration),
        priority: priority.ok_or_else(|| Why::new("Priority is not given"))?,
        conditions: body.get("Conditions").items()?.iter().map(condition).collect::<Result<_, _>>()?,
        actions: actions(body.get("Actions"))?,
        transforms: body.get("Transforms").items()?.iter().map(transform).collect::<Result<_, _>>()?,
    })
}

/// A condition, in its old and its new form. Of what an `http-header` condition looks for only the number is kept: it may be a secret.
fn condition(item: &Node) -> Result<Condition, Why> {
    let field = needed(item, "Field")?;
    if field == "http-header" {
        return header_condition(item, field);
    }
    let mut values = item.get("Values").texts()?;
    let mut regex_values = item.get("RegexValues").texts()?;
    for config in CONFIGS {
        merge(&mut values, item.get(config).get("Values").texts()?);
        merge(&mut regex_values, item.get(config).get("RegexValues").texts()?);
    }
    let pairs = item.get("QueryStringConfig").get("Values").items()?.iter().map(query);
    merge(&mut values, pairs.collect::<Result<_, _>>()?);
    Ok(Condition { field, header: None, values, withheld_values: 0, regex_values })
}

fn header_condition(item: &Node, field: String) -> Result<Condition, Why> {
    let config = item.get("HttpHeaderConfig");
    let lists = [item.get("Values"), item.get("RegexValues"), config.get("Values"), config.get("RegexValues")];
    let mut withheld_values = 0;
    for list in lists {
        withheld_values += list.items()?.len();
    }
    Ok(Condition { field, header: config.get("HttpHeaderName").text()?, withheld_values, ..Condition::default() })
}

fn merge(into: &mut Vec<String>, more: Vec<String>) {
    for value in more {
        if !into.contains(&value) {
            into.push(value);
        }
    }
}

fn query(pair: &Node) -> Result<String, Why> {
    let value = pair.get("Value").text()?.unwrap_or_default();
    Ok(pair.get("Key").text()?.map_or_else(|| value.clone(), |key| format!("{key}={value}")))
}

fn transform(item: &Node) -> Result<Transform, Why> {
    let mut rewrites = Vec::new();
    for config in ["HostHeaderRewriteConfig", "UrlRewriteConfig"] {
        for rewrite in item.get(config).get("Rewrites").items()? {
            rewrites.push((rewrite.get("Regex").text()?.unwrap_or_default(), rewrite.get("Replace").text()?.unwrap_or_default()));
        }
    }
    Ok(Transform { kind: needed(item, "Type")?, rewrites })
}
