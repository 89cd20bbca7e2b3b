//! Which requests to an API meet a web ACL.

use super::apis::{Whole, in_words, join};
use crate::inventory::{LoadBalancer, Observed};
use crate::rules::value::Value;
use crate::topology::{Backend, BalancerHop};

const WEB_ACL: &str = "wafv2:GetWebACLForResource";

impl<'a> Whole<'_, 'a> {
    /// The routes that no web ACL stands before or behind.
    pub(super) fn unfiltered(&self) -> Value {
        let mut gaps = Vec::new();
        let mut found = Vec::new();
        for served in &self.routes {
            let filtered = if served.stage.web_acl_arn.is_some() { Observed::Known(true) } else { self.filtered(&served.backend) };
            match filtered {
                Observed::Known(true) => {}
                Observed::Unknown(gap) => gaps.push(gap),
                _ => found.push(in_words(served).into()),
            }
        }
        Value::partial_list(found, join(gaps, self.unread.as_ref()))
    }

    fn filtered(&self, backend: &Backend<'a>) -> Observed<bool> {
        match backend {
            Backend::Mock | Backend::Nothing => Observed::Known(true),
            Backend::Balancer(hop) if hop.balancer.kind == "application" => has_web_acl(hop.balancer),
            Backend::Balancer(hop) => self.filtered_behind(hop),
            Backend::Unknown(gap) => Observed::Unknown(gap.clone()),
            _ => Observed::Known(false),
        }
    }

    /// Whether all that a network load balancer forwards meets a web ACL, at the application load balancers behind it.
    fn filtered_behind(&self, hop: &BalancerHop<'a>) -> Observed<bool> {
        let listener = match &hop.listener {
            Observed::Known(listener) => *listener,
            Observed::Absent => return Observed::Known(false),
            Observed::Unknown(gap) => return Observed::Unknown(gap.clone().or_action("elasticloadbalancing:DescribeListeners")),
        };
        let mut open = None;
        for forward in self.topology.index.forwards(listener).items {
            let group = match forward.group {
                Observed::Known(group) if group.target_type == "alb" => group,
                Observed::Known(_) | Observed::Absent => return Observed::Known(false),
                Observed::Unknown(gap) => {
                    open = Some(gap);
                    continue;
                }
            };
            let targets = match &group.targets {
                Observed::Known(targets) => targets.as_slice(),
                Observed::Absent => &[],
                Observed::Unknown(gap) => {
                    open = Some(gap.clone().or_action("elasticloadbalancing:DescribeTargetHealth"));
                    continue;
                }
            };
            for target in targets {
                match self.topology.index.balancer(&target.id) {
                    Observed::Known((_, balancer)) => match has_web_acl(balancer) {
                        Observed::Known(true) => {}
                        Observed::Unknown(gap) => open = Some(gap),
                        _ => return Observed::Known(false),
                    },
                    Observed::Absent => return Observed::Known(false),
                    Observed::Unknown(gap) => open = Some(gap),
                }
            }
        }
        open.map_or(Observed::Known(true), Observed::Unknown)
    }
}

fn has_web_acl(balancer: &LoadBalancer) -> Observed<bool> {
    match &balancer.web_acl_arn {
        Observed::Known(_) => Observed::Known(true),
        Observed::Absent => Observed::Known(false),
        Observed::Unknown(gap) => Observed::Unknown(gap.clone().or_action(WEB_ACL)),
    }
}
