//! WAF: the web ACL in front of each application load balancer. Stages of REST APIs tell theirs by themselves.

use std::collections::BTreeMap;

use aws_sdk_wafv2::types::{ResourceType, Scope, WebAclSummary};
use futures::StreamExt as _;

use super::ask::{Asker, pages};
use super::client::Clients;
use super::gap::{Failure, Meaning};
use super::{Needs, calls};
use crate::inventory::{Listed, LoadBalancer, Observed};

/// How many load balancers or web ACLs are asked about at a time.
const AT_A_TIME: usize = 3;
/// From how many load balancers on it may be cheaper to ask the web ACLs what they guard.
const FEW: usize = 2;

/// What stands in front of each application load balancer, by its ARN.
pub(super) type WebAcls = BTreeMap<String, Observed<String>>;

/// Asks the load balancers or the web ACLs, whichever are fewer.
pub(super) async fn read(asker: &Asker<'_>, clients: &Clients, needs: Needs, balancers: &Listed<LoadBalancer>) -> WebAcls {
    let arns: Vec<&str> =
        balancers.iter().filter(|balancer| balancer.kind == "application").map(|balancer| balancer.arn.as_str()).collect();
    if !needs.web_acls || arns.is_empty() {
        return WebAcls::new();
    }
    let reader = Reader { asker, clients };
    if arns.len() > FEW
        && let Some(told) = reader.by_web_acl(&arns).await
    {
        return told;
    }
    reader.by_load_balancer(&arns).await
}

struct Reader<'a> {
    asker: &'a Asker<'a>,
    clients: &'a Clients,
}

impl Reader<'_> {
    async fn by_load_balancer(&self, arns: &[&str]) -> WebAcls {
        let each = arns.iter().map(|arn| async move { ((*arn).to_owned(), self.of(arn).await) });
        futures::stream::iter(each).buffered(AT_A_TIME).collect().await
    }

    async fn of(&self, arn: &str) -> Observed<String> {
        let request = self.clients.wafv2.get_web_acl_for_resource().resource_arn(arn);
        match self.asker.ask(&calls::GET_WEB_ACL_FOR_RESOURCE, Some(arn), request.send()).await {
            Ok(answer) => answer.web_acl.map(|web_acl| web_acl.arn).into(),
            Err(failure) if failure.meaning == Meaning::Gone => Observed::Absent,
            Err(failure) => Observed::Unknown(failure.gap),
        }
    }

    /// What each web ACL guards; none when asking the load balancers is cheaper, or the only way.
    async fn by_web_acl(&self, arns: &[&str]) -> Option<WebAcls> {
        let listed = self.web_acls().await.ok()?;
        if listed.len() >= arns.len() {
            return None;
        }
        let mut told: WebAcls = arns.iter().map(|arn| ((*arn).to_owned(), Observed::Absent)).collect();
        let each = listed.iter().filter_map(|web_acl| web_acl.arn.as_deref()).map(|arn| async move { (arn, self.guarded(arn).await) });
        let answers: Vec<_> = futures::stream::iter(each).buffered(AT_A_TIME).collect().await;
        for (web_acl, guarded) in answers {
            for arn in guarded.ok()? {
                told.insert(arn, Observed::Known(web_acl.to_owned()));
            }
        }
        Some(told)
    }

    async fn web_acls(&self) -> Result<Vec<WebAclSummary>, Failure> {
        let client = &self.clients.wafv2;
        let found = pages(|marker| async move {
            let request = client.list_web_acls().scope(Scope::Regional).limit(100).set_next_marker(marker);
            let answer = self.asker.ask(&calls::LIST_WEB_ACLS, None, request.send()).await?;
            // WAF hands out a marker with every page that is not empty.
            let next = answer.next_marker.filter(|_| answer.web_acls.as_ref().is_some_and(|page| page.len() >= 100));
            Ok((answer.web_acls, next))
        })
        .await;
        match found.failure {
            Some(failure) => Err(failure),
            None => Ok(found.items),
        }
    }

    async fn guarded(&self, web_acl: &str) -> Result<Vec<String>, Failure> {
        let request =
            self.clients.wafv2.list_resources_for_web_acl().web_acl_arn(web_acl).resource_type(ResourceType::ApplicationLoadBalancer);
        let answer = self.asker.ask(&calls::LIST_RESOURCES_FOR_WEB_ACL, Some(web_acl), request.send()).await?;
        Ok(answer.resource_arns.unwrap_or_default())
    }
}
