//! Custom domain names, and what they lead to.

use super::Builder;
use super::naming::domain;
use super::parents::Kinship;
use super::read::{needed, own_id, text_or};
use crate::iac::code::Declaration;
use crate::iac::draft::List;
use crate::iac::value::{Node, Value, Why};
use crate::inventory::{DomainName, Listed, Mapping, UNDEPLOYED};

/// The properties of a mapping: its path and its API.
type Spelling = (&'static str, &'static str, &'static str);

const SPELLINGS: [Spelling; 2] =
    [("ApiGateway::BasePathMapping", "BasePath", "RestApiId"), ("ApiGatewayV2::ApiMapping", "ApiMappingKey", "ApiId")];

impl Builder<'_, '_> {
    pub(super) fn domains(&mut self) {
        for (kind, make) in [
            ("ApiGateway::DomainName", first as fn(&Declaration) -> Result<DomainName, Why>),
            ("ApiGateway::DomainNameV2", private),
            ("ApiGatewayV2::DomainName", second),
        ] {
            self.each(kind, &List::Domains, |builder, declaration| {
                let made = make(declaration)?;
                builder.built.name(&declaration.address, &*made.name);
                builder.draft.region.domain_names.items.push(made);
                Ok(())
            });
        }
        for spelling in SPELLINGS {
            for declaration in self.of(spelling.0) {
                self.map(declaration, spelling);
            }
        }
    }

    fn map(&mut self, declaration: &Declaration, spelling: Spelling) {
        let kinship = Kinship {
            property: "DomainName",
            has: |draft, name| draft.region.domain_names.iter().any(|domain| domain.name == name),
            parents: List::Domains,
            children: List::Mappings,
        };
        let Some(of) = self.parent(declaration, &kinship) else { return };
        match mapping(declaration, spelling) {
            Ok(mapping) => {
                let mut known = self.draft.region.domain_names.items.iter_mut();
                if let Some(known) = known.find(|known| known.name == of) {
                    known.mappings.items.push(mapping);
                }
            }
            Err(why) => self.lose(List::Mappings(Some(of)), declaration, &why),
        }
    }
}

fn mapping(declaration: &Declaration, (_, path, api): Spelling) -> Result<Mapping, Why> {
    let body = &declaration.body;
    let path = body.get(path).text()?.filter(|path| path != "(none)").unwrap_or_default();
    Ok(Mapping { path: path.trim_matches('/').to_owned(), api_id: needed(body, api)?, stage: body.get("Stage").text()? })
}

/// What all kinds have. Whether clients have to show a certificate must be known.
fn common(declaration: &Declaration) -> Result<DomainName, Why> {
    let body = &declaration.body;
    Ok(DomainName {
        mutual_tls_warnings: Listed::default(),
        name: domain(declaration),
        endpoint_types: Vec::new(),
        security_policy: None,
        certificate_arns: Vec::new(),
        mutual_tls_truststore: body.get("MutualTlsAuthentication").get("TruststoreUri").text()?,
        routing_mode: Some(text_or(body, "RoutingMode", "BASE_PATH_MAPPING_ONLY")?),
        mappings: Vec::new().into(),
    })
}

/// A domain name for REST APIs.
fn first(declaration: &Declaration) -> Result<DomainName, Why> {
    let body = &declaration.body;
    Ok(DomainName {
        endpoint_types: types(body.get("EndpointConfiguration"), "EDGE"),
        security_policy: body.get("SecurityPolicy").text()?,
        certificate_arns: certificates(declaration, body, &["CertificateArn", "RegionalCertificateArn"], ""),
        ..common(declaration)?
    })
}

/// A domain name inside of VPCs.
fn private(declaration: &Declaration) -> Result<DomainName, Why> {
    Ok(DomainName { endpoint_types: vec!["PRIVATE".to_owned()], ..first(declaration)? })
}

/// A domain name for APIs of every kind.
fn second(declaration: &Declaration) -> Result<DomainName, Why> {
    let configurations = declaration.body.get("DomainNameConfigurations");
    let mut made = common(declaration)?;
    for (number, item) in configurations.items()?.iter().enumerate() {
        made.endpoint_types.push(item.get("EndpointType").text().map_or_else(|_| UNDEPLOYED.to_owned(), or_regional));
        made.security_policy = item.get("SecurityPolicy").text()?.or(made.security_policy);
        let place = format!("DomainNameConfigurations[{number}].");
        made.certificate_arns.extend(certificates(declaration, item, &["CertificateArn"], &place));
    }
    Ok(made)
}

fn or_regional(told: Option<String>) -> String {
    told.unwrap_or_else(|| "REGIONAL".to_owned())
}

/// The kinds of endpoints. A kind that is not known is a word that means so.
fn types(configuration: &Node, usual: &str) -> Vec<String> {
    let types = configuration.get("Types");
    // The newer kind of domain name has a list of texts, and so has the older one.
    if let Value::Unknown(_) = types.value {
        return vec![UNDEPLOYED.to_owned()];
    }
    match types.texts() {
        Ok(types) if types.is_empty() => vec![usual.to_owned()],
        Ok(types) => types,
        Err(_) => vec![UNDEPLOYED.to_owned()],
    }
}

fn certificates(declaration: &Declaration, node: &Node, names: &[&str], place: &str) -> Vec<String> {
    let one = |name: &&str| node.get(name).text().unwrap_or_else(|_| Some(own_id(declaration, &format!("{place}{name}"))));
    names.iter().filter_map(one).collect()
}
