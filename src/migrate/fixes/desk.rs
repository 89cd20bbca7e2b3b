//! What every fix is made with.

use std::collections::BTreeMap;

use super::{Fix, Options};
use crate::assessment::Assessment;
use crate::inventory::{Gap, LoadBalancer, Observed, Region};
use crate::migrate::plan::{FindingKey, Phase, Step};
use crate::migrate::planner::build::Builder;
use crate::migrate::planner::names::slug;
use crate::migrate::planner::scope::Scope;
use crate::migrate::planner::{Code, Options as PlannerOptions, Refusal, manager};
use crate::migrate::thing::{Property, State};
use crate::topology::{Topology, lb_resource_of};

/// What was read, what was concluded and what is asked for.
pub(super) struct Desk<'d, 'a> {
    pub(super) scope: Scope<'d, 'a>,
    pub(super) options: &'d Options,
    said: &'d Assessment,
}

/// A fix on its way: what it is about, and nothing yet of how.
pub(super) struct Draft {
    pub(super) id: &'static str,
    pub(super) subject: String,
    pub(super) resource: String,
    pub(super) what: String,
    pub(super) breaks: String,
    pub(super) relies: Vec<String>,
    pub(super) locks: Vec<String>,
    pub(super) touches: Vec<String>,
    pub(super) answers: Vec<FindingKey>,
}

/// Why a fix is refused.
pub(in crate::migrate) type Why = (Code, String);

impl<'d, 'a> Desk<'d, 'a> {
    pub(super) fn new(
        topology: &'d Topology<'a>,
        region: &'a Region,
        asked: &'d PlannerOptions,
        options: &'d Options,
        said: &'d Assessment,
    ) -> Self {
        Self { scope: Scope { topology, region, options: asked }, options, said }
    }

    /// The findings of these rules about subjects whose ids are so.
    pub(super) fn findings(&self, rules: &[&str], is_about: impl Fn(&str) -> bool) -> Vec<FindingKey> {
        let fails = self.said.fails().filter(|fail| rules.contains(&fail.rule.id.as_str()) && is_about(&fail.subject.id));
        fails.map(|fail| FindingKey { rule: fail.rule.id.clone(), subject: fail.subject.id.clone() }).collect()
    }

    /// That code manages a resource with these tags.
    pub(super) fn managed(&self, what: &str, tags: &BTreeMap<String, String>) -> Result<(), Why> {
        match manager(tags).filter(|_| !self.options.allow_iac_managed) {
            Some(by) => Err((Code::ManagedByCode, format!("{what} is managed by {by}"))),
            None => Ok(()),
        }
    }

    /// That code manages a load balancer, or that nobody knows.
    pub(super) fn managed_balancer(&self, balancer: &LoadBalancer) -> Result<(), Why> {
        match &balancer.tags {
            Observed::Known(tags) => self.managed("it", tags),
            Observed::Unknown(gap) if !self.options.allow_iac_managed => {
                Err(unread(gap, "elasticloadbalancing:DescribeTags", "whether code manages it"))
            }
            Observed::Absent | Observed::Unknown(_) => Ok(()),
        }
    }
}

impl Draft {
    /// About a load balancer, or a part of it.
    pub(super) fn of_balancer(id: &'static str, balancer: &LoadBalancer, resource: &str) -> Self {
        let kind = if balancer.kind == "network" { "NLB" } else { "ALB" };
        Self {
            id,
            subject: format!("{kind} {}", balancer.name),
            resource: resource.to_owned(),
            what: String::new(),
            breaks: String::new(),
            relies: vec![format!("load balancer {}", balancer.arn)],
            locks: Vec::new(),
            touches: [balancer.arn.as_str(), resource].map(str::to_owned).to_vec(),
            answers: Vec::new(),
        }
    }

    /// The same, with what it does and whom it would trouble.
    pub(super) fn saying(mut self, what: impl Into<String>, breaks: &str) -> Self {
        self.what = what.into();
        breaks.clone_into(&mut self.breaks);
        self
    }

    /// The id of a step: the kind and what tells the resource apart from others.
    pub(super) fn step(&self) -> String {
        let tail = lb_resource_of(&self.resource).or_else(|| self.resource.rsplit_once(":listener/").map(|(_, tail)| tail));
        let tail = tail.or_else(|| self.resource.rsplit_once("apis/").map(|(_, tail)| tail));
        format!("{}-{}", self.id, slug(tail.unwrap_or(&self.resource)))
    }

    /// The fix, by its steps or by what speaks against them.
    pub(super) fn finish(self, steps: Result<Vec<Step>, Why>) -> Fix {
        let (steps, refusal) = match steps {
            Ok(steps) => (steps, None),
            Err((code, because)) => (Vec::new(), Some(Refusal::new(code, self.subject.clone(), because))),
        };
        let Self { id, subject, resource, what, breaks, relies, locks, touches, answers } = self;
        Fix { id, subject, resource, answers, what, breaks, steps, refusal, relies, locks, touches }
    }

    /// One step that sets one property.
    pub(super) fn set(&self, property: Property, before: State, after: State) -> Vec<Step> {
        let mut builder = Builder::default();
        builder.set(Phase::Fix, &self.step(), format!("{}: {}", self.subject, self.what), property, before, after);
        builder.steps
    }
}

/// Why a value is not known, and which permission would tell.
pub(super) fn unread(gap: &Gap, action: &str, what: &str) -> Why {
    (Code::Unread, format!("{what}: {}", gap.clone().or_action(action)))
}
