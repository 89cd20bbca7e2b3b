//! What code declares, in whatever language: the common ground of the readers, the inventory and the tracing of lines.

use std::collections::BTreeMap;

use super::text::{Files, Span};
use super::value::{Node, Why};

/// The language of a declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// Terraform: `aws_lb`, attributes in snake case, nested blocks as lists.
    Terraform,
    /// `CloudFormation`, also where SAM or the CDK wrote it: `AWS::ElasticLoadBalancingV2::LoadBalancer`.
    CloudFormation,
}

/// A resource that code declares: one for each instance of `count` and `for_each`.
#[derive(Debug, Clone, PartialEq)]
pub struct Declaration {
    /// What the code calls it: `module.web.aws_lb.main["a"]`, or the logical id, below its stack where there are several.
    pub address: String,
    /// Its type.
    pub kind: String,
    /// Its language.
    pub language: Language,
    /// The region it goes to, where the code says so.
    pub region: Option<String>,
    /// Its attributes or properties.
    pub body: Node,
    /// The head of its block: `resource "aws_lb" "web"`, or the logical id.
    pub head: Option<Span>,
    /// The whole block.
    pub block: Option<Span>,
    /// The module calls that led to it, outermost first. The innermost one inside the repository stands for what is outside of it.
    pub calls: Vec<Span>,
    /// The name that stands for its identity in each attribute that only deployment decides (`arn`, `id`, `dns_name`;
    /// for `CloudFormation`, `Ref` and the names of `Fn::GetAtt`): what references to it were resolved to.
    pub names: BTreeMap<String, String>,
}

/// Resources of which nobody can tell whether, or how often, they are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uncounted {
    /// What the code calls the block.
    pub address: String,
    /// Their type.
    pub kind: String,
    /// Why that is not known.
    pub why: Why,
}

/// Everything that code declares.
#[derive(Debug, Clone, Default)]
pub struct Code {
    /// The files it was read from.
    pub files: Files,
    /// Its resources, sorted by address.
    pub declarations: Vec<Declaration>,
    /// Resources whose number is not known.
    pub uncounted: Vec<Uncounted>,
    /// The region it goes to, where one is known.
    pub region: Option<String>,
    /// The account it goes to, where it is known.
    pub account: Option<String>,
    /// The partition it goes to, where it is known.
    pub partition: Option<String>,
    /// What there is to say about the reading: files left out, functions that are not evaluated, constructs not followed.
    pub notes: Vec<String>,
}

impl Declaration {
    /// A declaration without places, from JSON: for tests of what is made from declarations.
    #[cfg(test)]
    pub(crate) fn sample(address: &str, kind: &str, language: Language, body: &serde_json::Value) -> Self {
        let body = Node::from(super::Value::from_json(body));
        let to = super::made_up::Destination::default();
        let names = match language {
            Language::Terraform => super::terraform::names::names(kind, address, &body, &to),
            Language::CloudFormation => super::cloudformation::names::names(kind, address, &body, &to),
        };
        Self {
            address: address.to_owned(),
            kind: kind.to_owned(),
            language,
            region: None,
            body,
            head: None,
            block: None,
            calls: Vec::new(),
            names,
        }
    }

    /// The name that stands for an attribute which only deployment decides.
    pub fn name(&self, attribute: &str) -> Option<&str> {
        self.names.get(attribute).map(String::as_str)
    }
}

/// A name for a resource in the last part of an ARN: unlike any other's, and without the signs that ARNs are split at.
pub fn in_arn(address: &str) -> String {
    address.replace('%', "%25").replace('/', "%2F").replace(':', "%3A")
}
