//! Listeners and their further certificates.

use super::Builder;
use super::actions::actions;
use super::parents::Kinship;
use super::read::{flag, needed, own_id, reference};
use crate::iac::code::Declaration;
use crate::iac::draft::List;
use crate::iac::value::{Node, Value, Why};
use crate::inventory::{Listener, MutualAuthentication};

/// The policy of a listener that names none.
const SSL_POLICY: &str = "ELBSecurityPolicy-2016-08";

impl Builder<'_, '_> {
    pub(super) fn listeners(&mut self) {
        let kinship = Kinship {
            property: "LoadBalancerArn",
            has: |draft, arn| draft.balancer(arn).is_some(),
            parents: List::Balancers,
            children: List::Listeners,
        };
        for declaration in self.of("ElasticLoadBalancingV2::Listener") {
            let Some(of) = self.parent(declaration, &kinship) else { continue };
            match listener(declaration) {
                Ok(listener) => {
                    if let Some(balancer) = self.draft.balancer(&of) {
                        balancer.listeners.items.push(listener);
                    }
                }
                Err(why) => self.lose(List::Listeners(Some(of)), declaration, &why),
            }
        }
        for declaration in self.of("ElasticLoadBalancingV2::ListenerCertificate") {
            self.more_certificates(declaration);
        }
    }

    /// Further certificates. Where nobody knows whose they are, every listener may have them.
    fn more_certificates(&mut self, declaration: &Declaration) {
        let of = needed(&declaration.body, "ListenerArn");
        let balancers = self.draft.region.load_balancers.items.iter_mut();
        for listener in balancers.flat_map(|balancer| &mut balancer.listeners.items) {
            match &of {
                Ok(of) if *of != listener.arn => {}
                Ok(_) => listener.extra_certificates.items.extend(certificates(declaration)),
                Err(why) => listener.extra_certificates.gaps.push(why.gap(&declaration.address)),
            }
        }
    }
}

fn listener(declaration: &Declaration) -> Result<Listener, Why> {
    let body = &declaration.body;
    let protocol = body.get("Protocol").text()?;
    let encrypted = matches!(protocol.as_deref(), Some("HTTPS" | "TLS"));
    let ssl_policy = body.get("SslPolicy").text()?;
    Ok(Listener {
        arn: reference(declaration),
        port: body.get("Port").integer()?,
        ssl_policy: ssl_policy.or_else(|| encrypted.then(|| SSL_POLICY.to_owned())),
        certificate_arns: certificates(declaration),
        extra_certificates: Vec::new().into(),
        mutual_authentication: mutual_authentication(declaration, body.get("MutualAuthentication"))?,
        default_actions: actions(body.get("DefaultActions"))?,
        rules: Vec::new().into(),
        protocol,
    })
}

/// Certificates, by their ARNs; those that are not known are ids of their own.
fn certificates(declaration: &Declaration) -> Vec<String> {
    let list = declaration.body.get("Certificates");
    let Ok(items) = list.items() else { return vec![own_id(declaration, "Certificates")] };
    let one = |(number, item): (usize, &Node)| {
        let place = format!("Certificates[{number}]");
        item.get("CertificateArn").text().unwrap_or_else(|_| Some(own_id(declaration, &place)))
    };
    items.iter().enumerate().filter_map(one).collect()
}

fn mutual_authentication(declaration: &Declaration, node: &Node) -> Result<Option<MutualAuthentication>, Why> {
    if let Value::Null = node.value {
        return Ok(None);
    }
    let store = node.get("TrustStoreArn").text();
    Ok(Some(MutualAuthentication {
        mode: node.get("Mode").text()?.unwrap_or_else(|| "off".to_owned()),
        trust_store_arn: store.unwrap_or_else(|_| Some(own_id(declaration, "MutualAuthentication.TrustStoreArn"))),
        trust_store_status: None,
        ignore_client_certificate_expiry: flag(node, "IgnoreClientCertificateExpiry")?,
    }))
}
