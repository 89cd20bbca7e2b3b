//! Target groups.

use super::Builder;
use super::attributes::{of_group, with};
use super::balancers::{arn_or_own, vpc};
use super::read::{attributes, name, needed, observed, observed_tags, reference, text_or};
use crate::iac::code::Declaration;
use crate::iac::draft::{List, undeployed};
use crate::iac::value::{Node, Why};
use crate::inventory::{HealthCheck, Observed, Target, TargetGroup, UNDEPLOYED};

impl Builder<'_, '_> {
    pub(super) fn target_groups(&mut self) {
        self.each("ElasticLoadBalancingV2::TargetGroup", &List::Groups, |builder, declaration| {
            let group = builder.target_group(declaration)?;
            builder.draft.region.target_groups.items.push(group);
            Ok(())
        });
    }

    fn target_group(&self, declaration: &Declaration) -> Result<TargetGroup, Why> {
        let body = &declaration.body;
        let target_type = text_or(body, "TargetType", "instance")?;
        let protocol = body.get("Protocol").text()?;
        let http = matches!(protocol.as_deref(), Some("HTTP" | "HTTPS"));
        let version = body.get("ProtocolVersion").text()?;
        let told = attributes(body.get("TargetGroupAttributes"));
        let defaults = of_group(protocol.as_deref(), &target_type);
        Ok(TargetGroup {
            arn: reference(declaration),
            name: name(declaration, "Name"),
            protocol_version: version.or_else(|| http.then(|| "HTTP1".to_owned())),
            port: body.get("Port").integer()?,
            ip_address_type: Some(text_or(body, "IpAddressType", "ipv4")?),
            vpc_id: vpc(declaration),
            load_balancer_arns: Vec::new(),
            health_check: health_check(body, protocol.as_deref(), &target_type)?,
            attributes: observed(declaration, told.map(|told| with(defaults, told))),
            targets: self.targets(declaration, &target_type),
            tags: observed_tags(declaration),
            protocol,
            target_type,
        })
    }

    /// The load balancers and functions that the code registers. Which addresses and instances there will be, and how they are,
    /// is known only after deployment.
    fn targets(&self, declaration: &Declaration, target_type: &str) -> Observed<Vec<Target>> {
        if !matches!(target_type, "alb" | "lambda") {
            return Observed::Unknown(undeployed("the targets and their health"));
        }
        let own = |place: &str| self.draft.to.load_balancer("application", "", place);
        let one = |(number, item): (usize, &Node)| {
            let id = arn_or_own(declaration, item.get("Id"), own, &format!("Targets[{number}].Id"));
            Ok(Target {
                id: id.ok_or_else(|| Why::new("a target has no id"))?,
                port: item.get("Port").integer()?,
                zone: None,
                state: UNDEPLOYED.to_owned(),
                reason: None,
                description: None,
            })
        };
        let items = declaration.body.get("Targets").items();
        observed(declaration, items.and_then(|items| items.iter().enumerate().map(one).collect()))
    }
}

/// How targets are probed, with what AWS takes where nothing is said.
fn health_check(body: &Node, protocol: Option<&str>, target_type: &str) -> Result<HealthCheck, Why> {
    let lambda = target_type == "lambda";
    let layer_seven = matches!(protocol, Some("HTTP" | "HTTPS")) || target_type == "alb" || lambda;
    let probe = match body.get("HealthCheckProtocol").text()? {
        Some(told) => Some(told),
        None if lambda => None,
        None => Some(if layer_seven { "HTTP" } else { "TCP" }.to_owned()),
    };
    let asks = lambda || matches!(probe.as_deref(), Some("HTTP" | "HTTPS"));
    let number = |name: &str, default: i32| Ok::<_, Why>(Some(body.get(name).integer()?.unwrap_or(default)));
    let timeout = match (lambda, layer_seven, probe.as_deref()) {
        (true, ..) => 30,
        (_, true, _) => 5,
        (_, _, Some("HTTP")) => 6,
        _ => 10,
    };
    let matcher = body.get("Matcher");
    let told = matcher.get("HttpCode").text()?.or(matcher.get("GrpcCode").text()?);
    let usual = if layer_seven && target_type != "alb" { "200" } else { "200-399" };
    let path = body.get("HealthCheckPath").text()?;
    Ok(HealthCheck {
        enabled: body.get("HealthCheckEnabled").bool()?.unwrap_or(!lambda),
        port: if lambda { None } else { Some(text_or(body, "HealthCheckPort", "traffic-port")?) },
        path: path.or_else(|| asks.then(|| "/".to_owned())),
        matcher: told.or_else(|| asks.then(|| usual.to_owned())),
        interval_seconds: number("HealthCheckIntervalSeconds", if lambda { 35 } else { 30 })?,
        timeout_seconds: number("HealthCheckTimeoutSeconds", timeout)?,
        healthy_threshold: number("HealthyThresholdCount", 5)?,
        unhealthy_threshold: number("UnhealthyThresholdCount", 2)?,
        protocol: probe,
    })
}

/// The target group that an entry of a service names.
pub(super) fn named(node: &Node) -> Result<String, Why> {
    needed(node, "TargetGroupArn")
}
