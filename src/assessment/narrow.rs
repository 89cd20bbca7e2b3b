//! An assessment of a part of the subjects.

use super::{Assessment, Subject};

/// What an assessment was narrowed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Narrowed {
    /// What was asked for, as it was typed, such as `--api orders`.
    pub by: Vec<String>,
    /// How many verdicts on other subjects were left out.
    pub left_out: usize,
}

impl Subject {
    /// Whether it stands for subjects that could not be listed.
    pub fn is_unread(&self) -> bool {
        self.unread_of().is_some()
    }

    /// Of what the subjects that it stands for could not be listed.
    pub fn unread_of(&self) -> Option<&str> {
        self.id.rsplit_once('#').filter(|(_, part)| part.starts_with("unread-")).map(|(of, _)| of)
    }

    /// What it is called: its ARN or id, the words of the reports, and the name in the ARN or id: a load balancer's, a service's, a
    /// stage's, a route's key.
    pub fn names(&self) -> Vec<&str> {
        let mut names = vec![self.id.as_str(), self.name.as_str()];
        let (resource, part) = self.id.split_once('#').map_or((self.id.as_str(), None), |(resource, part)| (resource, Some(part)));
        if self.kind == "route" {
            names.extend(part);
            return names;
        }
        if part.is_some() {
            names.push(resource);
        }
        let parts: Vec<&str> = resource.splitn(6, ':').nth(5).unwrap_or(resource).split('/').collect();
        let name = match parts.as_slice() {
            ["loadbalancer", _, name, ..] | ["targetgroup", name, ..] => Some(*name),
            ["listener", ..] | [] => None,
            [.., last] => Some(*last),
        };
        names.extend(name);
        names
    }
}

impl Assessment {
    /// The same conclusion about the chosen subjects only. What stands for subjects that could not be listed should be kept where one
    /// of them may be chosen: what is not known to be another's is never left out.
    #[must_use]
    pub fn narrow(mut self, by: Vec<String>, is_chosen: impl Fn(&Subject) -> bool) -> Self {
        let before = self.outcomes.len();
        self.outcomes.retain(|outcome| is_chosen(&outcome.subject));
        self.narrowed = Some(Narrowed { by, left_out: before - self.outcomes.len() });
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(kind: &str, id: &str) -> Subject {
        Subject { kind: kind.into(), id: id.into(), name: "words".into(), region: "r".into(), draft: false }
    }

    #[test]
    fn a_subject_is_called_by_the_name_in_its_arn() {
        let last = |kind: &str, id: &str| named(kind, id).names().pop().map(str::to_owned);
        assert_eq!(last("load-balancer", "arn:aws:elasticloadbalancing:r:1:loadbalancer/app/web/5"), Some("web".into()));
        assert_eq!(last("load-balancer", "arn:aws:elasticloadbalancing:r:1:loadbalancer/app/web/5#working-copy"), Some("web".into()));
        assert_eq!(last("target-group", "arn:aws:elasticloadbalancing:r:1:targetgroup/tg/5"), Some("tg".into()));
        assert_eq!(last("listener", "arn:aws:elasticloadbalancing:r:1:listener/app/web/5/6"), Some("words".into()));
        assert_eq!(last("service", "arn:aws:ecs:r:1:service/cluster/orders"), Some("orders".into()));
        assert_eq!(last("stage", "arn:aws:apigateway:r::/restapis/a1/stages/prod"), Some("prod".into()));
        assert_eq!(last("route", "arn:aws:apigateway:r::/restapis/a1/stages/prod#GET /a/{id}"), Some("GET /a/{id}".into()));
        assert_eq!(last("security-group", "sg-1"), Some("sg-1".into()));
    }

    #[test]
    fn what_stands_for_the_unread_is_told() {
        assert_eq!(named("route", "arn:x/stages/prod#unread-routes").unread_of(), Some("arn:x/stages/prod"));
        assert!(!named("route", "arn:x/stages/prod#GET /").is_unread());
    }
}
