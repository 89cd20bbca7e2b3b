//! Cloud Map: the services that integrations name by ARN.

use std::collections::BTreeSet;

use super::ask::Asker;
use super::calls;
use super::client::Clients;
use crate::inventory::{CloudMapService, Listed};

/// The services named.
pub(super) async fn read(asker: &Asker<'_>, clients: &Clients, arns: BTreeSet<String>) -> Listed<CloudMapService> {
    if arns.is_empty() {
        return Listed::default();
    }
    let mut listed = Listed::from(Vec::new());
    for arn in arns {
        let id = arn.rsplit('/').next().unwrap_or(&arn).to_owned();
        let client = &clients.servicediscovery;
        match asker.ask(&calls::GET_SERVICE, Some(&arn), client.get_service().id(id).send()).await {
            Ok(answer) => {
                let name = answer.service.and_then(|service| service.name).unwrap_or_default();
                listed.items.push(CloudMapService { arn, name });
            }
            Err(failure) => listed.gaps.push(failure.gap),
        }
    }
    listed
}
