//! ACM: the certificates that listeners and domain names use.

use std::collections::BTreeMap;

use aws_sdk_acm::types::CertificateDetail;
use aws_smithy_types::date_time::Format;

use super::ask::Asker;
use super::client::Clients;
use super::{Needs, calls};
use crate::inventory::{Cause, Certificate, Listed};

/// The certificates in use, where they are needed. What hides the use of one hides the certificate. One of IAM's instead of
/// ACM's is a gap: no call of the scan tells of it.
pub(super) async fn read(asker: &Asker<'_>, clients: &Clients, needs: Needs, used: Listed<String>) -> Listed<Certificate> {
    if !needs.certificates {
        return Listed::default();
    }
    let mut listed = Listed { items: Vec::new(), gaps: used.gaps };
    let mut by_region: BTreeMap<String, aws_sdk_acm::Client> = BTreeMap::new();
    for arn in used.items {
        let mut parts = arn.split(':').skip(2);
        let (service, region) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default().to_owned());
        if service != "acm" || region.is_empty() {
            let gap = asker.gap(&calls::DESCRIBE_CERTIFICATE, Some(&arn), Cause::NotSupported);
            listed.gaps.push(gap.because("this is no certificate of ACM's"));
            continue;
        }
        let client = by_region.entry(region).or_insert_with_key(|region| clients.acm(region));
        match asker.ask(&calls::DESCRIBE_CERTIFICATE, Some(&arn), client.describe_certificate().certificate_arn(&arn).send()).await {
            Ok(answer) => listed.items.extend(answer.certificate.and_then(certificate)),
            Err(failure) => listed.gaps.push(failure.gap),
        }
    }
    listed
}

fn certificate(told: CertificateDetail) -> Option<Certificate> {
    Some(Certificate {
        arn: told.certificate_arn?,
        domain_name: told.domain_name,
        subject_alternative_names: told.subject_alternative_names.unwrap_or_default(),
        status: told.status.map(|status| status.as_str().to_owned()),
        kind: told.r#type.map(|kind| kind.as_str().to_owned()),
        not_after: told.not_after.and_then(|moment| moment.fmt(Format::DateTime).ok()),
        renewal_eligibility: told.renewal_eligibility.map(|eligible| eligible.as_str().to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_told_as_rfc_3339() {
        let told =
            CertificateDetail::builder().certificate_arn("a").not_after(aws_smithy_types::DateTime::from_secs(1_800_000_000)).build();
        assert_eq!(certificate(told).unwrap().not_after.as_deref(), Some("2027-01-15T08:00:00Z"));
    }
}
