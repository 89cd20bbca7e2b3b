//! Names for what only deployment decides: ARNs and DNS names in AWS's own shape, unlike any other's, and always the same
//! for the same code. Joins find each other by them as they do by real ones.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use super::code::in_arn;

/// Where code is deployed to, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// The partition.
    pub partition: String,
    /// The region; [`NO_REGION`] where nothing says which.
    pub region: String,
    /// The account; empty where nothing says which.
    pub account: String,
}

/// The name of a region that code does not name.
pub const NO_REGION: &str = "any-region";

impl Default for Destination {
    fn default() -> Self {
        Self { partition: "aws".to_owned(), region: NO_REGION.to_owned(), account: String::new() }
    }
}

impl Destination {
    /// An ARN.
    pub fn arn(&self, service: &str, resource: &str) -> String {
        format!("arn:{}:{service}:{}:{}:{resource}", self.partition, self.region, self.account)
    }

    /// The ARN of a load balancer; `kind` is `application`, `network` or `gateway`.
    pub fn load_balancer(&self, kind: &str, name: &str, address: &str) -> String {
        self.arn("elasticloadbalancing", &format!("{}/{}", load_balancer_name(kind, name, address).0, in_arn(address)))
    }

    /// The DNS name of a load balancer.
    pub fn load_balancer_dns(&self, kind: &str, name: &str, scheme: &str, address: &str) -> String {
        let inside = if scheme == "internal" && kind != "network" { "internal-" } else { "" };
        let label = label(name);
        let digits = digits(address);
        let host = if kind == "network" {
            format!("{label}-{digits}.elb.{}.amazonaws.com", self.region)
        } else {
            format!("{inside}{label}-{digits}.{}.elb.amazonaws.com", self.region)
        };
        if self.partition == "aws-cn" { format!("{host}.cn") } else { host }
    }

    /// The ARN of a listener.
    pub fn listener(&self, address: &str) -> String {
        self.arn("elasticloadbalancing", &format!("listener/{}", in_arn(address)))
    }

    /// The ARN of a listener's rule.
    pub fn listener_rule(&self, address: &str) -> String {
        self.arn("elasticloadbalancing", &format!("listener-rule/{}", in_arn(address)))
    }

    /// The ARN of a target group.
    pub fn target_group(&self, name: &str, address: &str) -> String {
        self.arn("elasticloadbalancing", &format!("targetgroup/{}/{}", label(name), in_arn(address)))
    }

    /// The ARN under which an API is called; `id` is the API's.
    pub fn execution(&self, id: &str) -> String {
        self.arn("execute-api", id)
    }

    /// The ARN of an API of API Gateway's own; `kind` is `restapis` or `apis`.
    pub fn api(&self, kind: &str, id: &str) -> String {
        format!("arn:{}:apigateway:{}::/{kind}/{id}", self.partition, self.region)
    }
}

/// The resource part of a load balancer's ARN before its last piece, and its label.
fn load_balancer_name(kind: &str, name: &str, address: &str) -> (String, String) {
    let short = match kind {
        "network" => "net",
        "gateway" => "gwy",
        _ => "app",
    };
    let label = label(if name.is_empty() { address } else { name });
    (format!("loadbalancer/{short}/{label}"), label)
}

/// A name as a part of a DNS name.
fn label(name: &str) -> String {
    let label: String = name.chars().map(|sign| if sign.is_ascii_alphanumeric() { sign.to_ascii_lowercase() } else { '-' }).collect();
    let label = label.trim_matches('-');
    if label.is_empty() { "x".to_owned() } else { label.chars().take(32).collect() }
}

/// Ten digits that tell an address from every other.
pub fn digits(address: &str) -> String {
    Sha256::digest(address.as_bytes()).iter().take(5).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_the_shape_of_real_ones_and_tell_resources_apart() {
        let here = Destination { region: "eu-west-1".into(), account: "123456789012".into(), ..Destination::default() };
        assert_eq!(
            here.load_balancer("application", "Web", "module.a.aws_lb.x[\"a/b\"]"),
            "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/module.a.aws_lb.x[\"a%2Fb\"]"
        );
        let (one, two) =
            (here.load_balancer_dns("application", "w", "internal", "a"), here.load_balancer_dns("application", "w", "internal", "b"));
        assert!(one.starts_with("internal-w-") && one.ends_with(".eu-west-1.elb.amazonaws.com"));
        assert_ne!(one, two);
    }
}
