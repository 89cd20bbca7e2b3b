//! Where a listener sends what it takes.

use crate::inventory::{Gap, Observed, Rule, TargetGroup};

/// The target groups a listener forwards to.
#[derive(Debug)]
pub struct Forwards<'a> {
    /// One entry a rule and target group, in the order the rules are tried, the default action last.
    pub items: Vec<Forward<'a>>,
    /// Why there may be more: the rules could not be read.
    pub gaps: &'a [Gap],
}

/// A share of what a rule forwards.
#[derive(Debug)]
pub struct Forward<'a> {
    /// The rule; none for the default action.
    pub rule: Option<&'a Rule>,
    /// The share's weight.
    pub weight: i32,
    /// The target group's ARN.
    pub arn: &'a str,
    /// The target group.
    pub group: Observed<&'a TargetGroup>,
}
