//! Facts about the platform of services on Fargate.

use super::{lacking, word};
use crate::inventory::{Observed, Service};
use crate::rules::value::Value;

const SERVICES: &str = "ecs:DescribeServices";

/// Whether a service's tasks run on Fargate. With capacity providers it has no launch type; what AWS tells of Fargate alone then says it.
pub(super) fn is_fargate(service: &Service) -> Value {
    match (service.launch_type.as_deref(), &service.platform_family) {
        (Some(launch_type), _) => (launch_type == "FARGATE").into(),
        (None, _) if service.platform_version.is_some() => true.into(),
        (None, Observed::Known(_)) => true.into(),
        (None, Observed::Absent) => false.into(),
        (None, Observed::Unknown(gap)) => gap.clone().or_action(SERVICES).into(),
    }
}

/// Whether a service asks for a platform version older than the latest: 1.4.0 for Linux, 1.0.0 for Windows.
pub(super) fn is_outdated(service: &Service) -> Value {
    if is_fargate(service) == Value::Bool(false) {
        return false.into();
    }
    match service.platform_version.as_deref() {
        None | Some("LATEST" | "1.4.0") => false.into(),
        Some("1.1.0" | "1.2.0" | "1.3.0") => true.into(),
        Some("1.0.0") => is_linux(service),
        Some(version) => word(version, &[], SERVICES, "Fargate platform version"),
    }
}

/// Whether 1.0.0 is the first of Linux's versions, and not the latest of Windows's.
fn is_linux(service: &Service) -> Value {
    let family = match &service.platform_family {
        Observed::Known(family) => family.to_ascii_lowercase(),
        Observed::Absent => return lacking(SERVICES, &format!("on which operating system the tasks of {} run", service.name)),
        Observed::Unknown(gap) => return gap.clone().or_action(SERVICES).into(),
    };
    match family.as_str() {
        family if family.starts_with("linux") => true.into(),
        family if family.starts_with("windows") => false.into(),
        other => word(other, &[], SERVICES, "platform family"),
    }
}
