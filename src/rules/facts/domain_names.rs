//! Facts about custom domain names.

use super::types::DOMAIN_NAME;
use super::{endpoint_tls, missing, strings};
use crate::inventory::{DomainName, Region};
use crate::rules::value::{RecordBuilder, Value};

const DOMAINS: &str = "apigateway:GetDomainNames";

/// The facts about a custom domain name.
pub(crate) fn domain_name(region: &Region, domain: &DomainName) -> Value {
    let apis = domain.mappings.iter().map(|mapping| {
        let stage = mapping.stage.as_ref().map_or_else(|| "the stage that requests name".to_owned(), |stage| format!("stage {stage}"));
        let path = if mapping.path.is_empty() { "all paths".to_owned() } else { format!("/{}", mapping.path) };
        format!("API {}, {stage} ({path})", mapping.api_id).into()
    });
    let mutual = domain.mutual_tls_truststore.is_some();
    let warnings = domain.mutual_tls_warnings.iter().map(Value::from).collect();
    // Without a trust store nobody can say anything against it.
    let unread = if mutual { missing(&domain.mutual_tls_warnings, DOMAINS) } else { None };
    RecordBuilder::new(&DOMAIN_NAME)
        .set("name", &domain.name)
        .set("region", &region.name)
        .set("endpoint_types", strings(&domain.endpoint_types))
        .set("security_policy", domain.security_policy.as_deref())
        .set("minimum_tls", endpoint_tls::minimum(domain.security_policy.as_deref(), DOMAINS, "the domain name"))
        .set("mutual_tls", mutual)
        .set("truststore", domain.mutual_tls_truststore.as_deref())
        .set("truststore_warnings", Value::partial_list(warnings, unread))
        .set("apis", Value::partial_list(apis.collect(), missing(&domain.mappings, DOMAINS)))
        .build()
}
