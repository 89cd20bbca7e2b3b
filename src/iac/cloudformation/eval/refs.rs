//! What `Ref` and `Fn::GetAtt` give.

use super::attributes;
use super::stack::Resource;
use super::state::Question;
use super::{Here, World};
use crate::iac::cloudformation::document::{Item, Raw};
use crate::iac::cloudformation::{names, sam};
use crate::iac::made_up::NO_REGION;
use crate::iac::value::{Node, Value};

/// The properties that made-up names are made from.
const IN_NAMES: [&str; 6] = ["Name", "Type", "Scheme", "StageName", "DomainName", "ClusterName"];

impl World {
    /// `Ref`; none of `AWS::NoValue`.
    pub(super) fn reference(&self, here: Here, argument: &Item) -> Option<Value> {
        match argument.str() {
            Some(name) => self.named(here, name),
            None => Some(Value::unknown("Ref takes a name")),
        }
    }

    /// What a name stands for: a parameter, a pseudo parameter or a resource.
    pub(super) fn named(&self, here: Here, name: &str) -> Option<Value> {
        if name.starts_with("AWS::") {
            return self.pseudo(here, name);
        }
        if self.stacks[here.stack].entry("Parameters", name).is_some() {
            return Some(self.parameter(here, name));
        }
        Some(self.attribute(here.stack, name, "Ref"))
    }

    fn pseudo(&self, here: Here, name: &str) -> Option<Value> {
        let stack = &self.stacks[here.stack];
        let to = &stack.to;
        let placed = |text: &str| if to.region == NO_REGION { self.state.issue(text) } else { Value::from(text) };
        Some(match name {
            "AWS::NoValue" => return None,
            "AWS::Region" => placed(&to.region),
            "AWS::Partition" => placed(&to.partition),
            "AWS::URLSuffix" => placed(if to.partition == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" }),
            // An account that nobody named has no name in made-up ARNs either.
            "AWS::AccountId" if to.account.is_empty() => Value::made_up(""),
            "AWS::AccountId" => Value::from(to.account.as_str()),
            "AWS::StackName" => self.state.issue(&stack.name),
            "AWS::StackId" => self.state.issue(&to.arn("cloudformation", &format!("stack/{}", stack.name))),
            name => Value::unknown(format!("{name} is known only after deployment")),
        })
    }

    /// `Fn::GetAtt`, with a dot or as a list.
    pub(super) fn attribute_of(&self, here: Here, argument: &Item) -> Value {
        let (id, attribute) = match &argument.value {
            Raw::Text(text) => match text.split_once('.') {
                Some((id, attribute)) => (id.to_owned(), attribute.to_owned()),
                None => return Value::unknown("Fn::GetAtt takes a resource and an attribute"),
            },
            Raw::List(items) => match &**items {
                [id, attribute] => match (id.str(), self.value(here, attribute).words()) {
                    (Some(id), Ok(Some(attribute))) => (id.to_owned(), attribute.to_string()),
                    (_, Err(why)) => return Value::Unknown(why),
                    _ => return Value::unknown("Fn::GetAtt takes a resource and an attribute"),
                },
                _ => return Value::unknown("Fn::GetAtt takes a resource and an attribute"),
            },
            _ => return Value::unknown("Fn::GetAtt takes a resource and an attribute"),
        };
        self.attribute(here.stack, &id, &attribute)
    }

    /// An attribute of a resource, or `Ref`.
    pub(in crate::iac::cloudformation) fn attribute(&self, stack: usize, id: &str, attribute: &str) -> Value {
        let Some(resource) = self.stacks[stack].resources.get(id) else {
            return sam::attribute(self, stack, id, attribute)
                .unwrap_or_else(|| Value::unknown(format!("{id} is not declared in {}", self.stacks[stack].path)));
        };
        match self.is_made(stack, resource) {
            Ok(true) => {}
            Ok(false) => return Value::unknown(format!("{id} is not made, for its condition does not hold")),
            Err(why) => return Value::Unknown(why),
        }
        if let Some(output) = attribute.strip_prefix("Outputs.") {
            return self.output_of(stack, id, output);
        }
        if let Some(property) = attributes::property(&resource.kind, attribute)
            && let Some(value) = self.property(stack, id, property)
        {
            return value;
        }
        if let Some(value) = sam::own(self, stack, id, &resource.kind, attribute) {
            return value;
        }
        match self.names(stack, id, resource).get(attribute) {
            Some(name) if !name.is_empty() => self.state.issue(name),
            _ => Value::unknown(format!("{id}.{attribute} is known only after deployment")),
        }
    }

    /// The names that stand for a resource.
    pub(in crate::iac::cloudformation) fn names(
        &self,
        stack: usize,
        id: &str,
        resource: &Resource,
    ) -> std::collections::BTreeMap<String, String> {
        let properties = IN_NAMES.iter().filter_map(|name| {
            // A made-up name has no part that is not known.
            let value = self.property(stack, id, name).filter(|value| value.why().is_none())?;
            Some(((*name).to_owned(), Node::from(value)))
        });
        let body = Value::Map(properties.collect()).into();
        let mut names = names::names(&resource.kind, &self.stacks[stack].address(id), &body, &self.stacks[stack].to);
        if resource.kind.starts_with("Custom::") || resource.kind == "AWS::CloudFormation::CustomResource" {
            names.retain(|name, _| name == "Ref");
        }
        names
    }

    /// A property of a resource; none where the template does not set it.
    pub(in crate::iac::cloudformation) fn property(&self, stack: usize, id: &str, name: &str) -> Option<Value> {
        let item = self.stacks[stack].resources.get(id)?.property(name)?;
        let question = Question::Property(stack, id.to_owned(), name.to_owned());
        self.state.answer(&question, &format!("{id}.{name}"), || self.eval(Here::of(stack), item))
    }
}
