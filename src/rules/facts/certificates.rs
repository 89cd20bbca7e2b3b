//! Facts about certificates in use.

use jiff::Timestamp;

use super::types::CERTIFICATE;
use super::{lacking, missing, strings, unknown};
use crate::inventory::{Cause, Certificate, Gap, Listener, Region};
use crate::rules::value::{RecordBuilder, Unknown, Value};
use crate::topology::{Topology, listener_name};

const DESCRIBE: &str = "acm:DescribeCertificate";
const SECONDS_A_DAY: i64 = 86_400;

/// The facts about a certificate.
pub(crate) fn certificate(topology: &Topology<'_>, region: &Region, certificate: &Certificate) -> Value {
    RecordBuilder::new(&CERTIFICATE)
        .set("arn", &certificate.arn)
        .set("region", &region.name)
        .set("domain", certificate.domain_name.as_deref())
        .set("type", certificate.kind.as_deref())
        .set("status", certificate.status.as_deref())
        .set("not_after", certificate.not_after.as_deref())
        .set("days_left", days_left(&topology.inventory.taken_at, certificate))
        .set("renews_itself", certificate.renewal_eligibility.as_deref() == Some("ELIGIBLE"))
        .set("used_by", used_by(region, &certificate.arn))
        .build()
}

/// Whole days from the scan to the certificate's end, rounded down.
fn days_left(taken_at: &str, certificate: &Certificate) -> Value {
    let Some(end) = certificate.not_after.as_deref() else { return Value::Absent };
    days_until(taken_at, end, DESCRIBE, &certificate.arn)
}

/// Whole days from the scan to the end of something, rounded down.
pub(super) fn days_until(taken_at: &str, end: &str, action: &str, what: &str) -> Value {
    let (Ok(now), Ok(end)) = (taken_at.parse::<Timestamp>(), end.parse::<Timestamp>()) else {
        return lacking(action, &format!("when it was taken or when {what} ends, as a moment of RFC 3339"));
    };
    (end.as_second() - now.as_second()).div_euclid(SECONDS_A_DAY).into()
}

/// The listeners and custom domain names that show a certificate.
fn used_by(region: &Region, arn: &str) -> Value {
    let mut users: Vec<String> = Vec::new();
    let mut gaps = Vec::new();
    for balancer in &region.load_balancers {
        let shows = |listener: &&Listener| listener.certificates().any(|certificate| certificate == arn);
        let listeners = balancer.listeners.iter().filter(shows);
        users.extend(listeners.map(|listener| format!("listener {} of load balancer {}", listener_name(listener), balancer.name)));
        gaps.extend(missing(&balancer.listeners, "elasticloadbalancing:DescribeListeners"));
    }
    let domains = region.domain_names.iter().filter(|domain| domain.certificate_arns.iter().any(|certificate| certificate == arn));
    users.extend(domains.map(|domain| format!("custom domain name {}", domain.name)));
    gaps.extend(missing(&region.load_balancers, "elasticloadbalancing:DescribeLoadBalancers"));
    gaps.extend(missing(&region.domain_names, "apigateway:GET"));
    let missing = gaps.into_iter().reduce(|one: Unknown, other| one.union(&other));
    match strings(&users) {
        Value::List(list) => Value::partial_list(list.items().to_vec(), missing),
        other => other,
    }
}

/// The certificates that a listener shows, by ARN, and that no one but IAM keeps.
pub(super) fn outside_acm(listener: &Listener) -> Value {
    const CERTIFICATES: &str = "elasticloadbalancing:DescribeListenerCertificates";
    if !matches!(listener.protocol.as_deref(), Some("HTTPS" | "TLS")) {
        return Value::list(Vec::new());
    }
    let mut gaps: Vec<Gap> = listener.extra_certificates.gaps.iter().map(|gap| gap.clone().or_action(CERTIFICATES)).collect();
    if listener.certificate_arns.is_empty() {
        let why = format!("the inventory does not say which certificate {} shows", listener.arn);
        gaps.push(Gap::new("elasticloadbalancing:DescribeListeners", Cause::NotSupported).because(why));
    }
    let mut found: Vec<&str> = Vec::new();
    for arn in listener.certificates() {
        match arn.split(':').nth(2).filter(|_| arn.starts_with("arn:")) {
            Some("acm") => {}
            Some("iam") => found.push(arn),
            _ => {
                let why = format!("which service keeps the certificate {arn} of {} is not known", listener.arn);
                gaps.push(Gap::new("elasticloadbalancing:DescribeListeners", Cause::NotSupported).because(why));
            }
        }
    }
    Value::partial_list(found.into_iter().map(Value::from).collect(), unknown(&gaps))
}
