//! The operating system of services on Fargate: code says it of their task definitions.

use std::collections::BTreeMap;

use super::{Draft, undeployed};
use crate::inventory::Observed;

/// What is known of a service's operating system before its task definition is looked at. ECS tells it of Fargate alone.
pub fn platform_family(fargate: bool) -> Observed<String> {
    if fargate { Observed::Unknown(undeployed("the operating system of a service on Fargate")) } else { Observed::Absent }
}

impl Draft {
    /// Tells services on Fargate the operating system of their task definitions: Linux where these do not say.
    pub(super) fn tell_services_their_platform(&mut self) {
        let definitions = self.region.task_definitions.iter();
        let known: BTreeMap<&str, &Observed<String>> =
            definitions.map(|definition| (definition.arn.as_str(), &definition.operating_system)).collect();
        for service in self.region.clusters.items.iter_mut().flat_map(|cluster| &mut cluster.services.items) {
            let family = service.task_definition.as_deref().and_then(|arn| known.get(arn));
            if let (Observed::Unknown(_), Some(family)) = (&service.platform_family, family) {
                service.platform_family = match family {
                    Observed::Absent => Observed::Known("LINUX".to_owned()),
                    told => (*told).clone(),
                };
            }
        }
    }
}
