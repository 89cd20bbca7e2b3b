//! The ids of what is there, under names: a team puts references to its own resources in their place, each once.

use super::{list, text};
use crate::migrate::plan::{Action, Plan};
use crate::migrate::resolve::named;
use crate::migrate::thing::Create;

/// Names with the expressions they stand for.
pub(super) struct Locals(pub(super) Vec<(String, String)>);

impl Locals {
    /// The ids that what a plan makes rests on.
    pub(super) fn of(plan: &Plan) -> Self {
        let mut locals = Self(Vec::new());
        for step in &plan.steps {
            let Action::Create(thing) = &step.action else { continue };
            match thing {
                Create::SecurityGroup { vpc, .. } | Create::TargetGroup { vpc, .. } => locals.name("vpc_id", vpc),
                Create::GroupRules { group, .. } => locals.name("existing_group_id", group),
                Create::LoadBalancer { subnets, .. } | Create::VpcLinkV2 { subnets, .. } => locals.add("subnet_ids", list(subnets)),
                Create::AlbTarget { balancer, .. } => locals.name("alb_arn", balancer),
                Create::Listener { certificate: Some(arn), .. } => locals.name("certificate_arn", arn),
                _ => {}
            }
        }
        locals
    }

    fn name(&mut self, name: &str, value: &str) {
        // What a step makes has a name already.
        if named(&value).is_empty() {
            self.add(name, text(value));
        }
    }

    fn add(&mut self, name: &str, expression: String) {
        if self.0.iter().any(|(_, known)| *known == expression) {
            return;
        }
        let like = |known: &&(String, String)| known.0.strip_prefix("apiaudit_").is_some_and(|known| known.starts_with(name));
        let number = self.0.iter().filter(like).count() + 1;
        let suffix = if number == 1 { String::new() } else { format!("_{number}") };
        self.0.push((format!("apiaudit_{name}{suffix}"), expression));
    }

    /// An expression, by its name where it has one.
    pub(super) fn of_expression(&self, expression: String) -> String {
        match self.0.iter().find(|(_, known)| *known == expression) {
            Some((name, _)) => format!("local.{name}"),
            None => expression,
        }
    }

    /// A text as an expression.
    pub(super) fn text(&self, value: &str) -> String {
        self.of_expression(text(value))
    }

    /// A list as an expression.
    pub(super) fn list(&self, values: &[String]) -> String {
        self.of_expression(list(values))
    }
}
