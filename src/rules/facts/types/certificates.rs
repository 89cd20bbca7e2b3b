//! Certificates.

use super::{BOOL, CERTIFICATES, INT, STR, STRS, optional, required};
use crate::rules::schema::RecordType;

/// A certificate in use.
pub(crate) static CERTIFICATE: RecordType = RecordType {
    name: "certificate",
    doc: "A certificate that a listener or a custom domain name shows.",
    fields: &[
        required("arn", STR, "Its ARN.", CERTIFICATES),
        required("region", STR, "The region it is used in.", CERTIFICATES),
        optional("domain", STR, "The name it was issued for.", CERTIFICATES),
        optional("type", STR, "`AMAZON_ISSUED`, `IMPORTED` or `PRIVATE`.", CERTIFICATES),
        optional("status", STR, "`ISSUED`, `EXPIRED`, `REVOKED` and so on.", CERTIFICATES),
        optional("not_after", STR, "When it ends.", CERTIFICATES),
        optional(
            "days_left",
            INT,
            "Whole days from the scan to its end, below 0 when it has passed; none for one that was never issued.",
            CERTIFICATES,
        ),
        required("renews_itself", BOOL, "Whether ACM means to renew it by itself.", CERTIFICATES),
        required(
            "used_by",
            STRS,
            "The listeners and custom domain names that show it.",
            "elasticloadbalancing:DescribeListeners apigateway:GetDomainNames",
        ),
    ],
};
