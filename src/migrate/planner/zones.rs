//! The zones in which VPC links V2 work, by zone id.
//!
//! As of November 2026; the list ages, and AWS's own refusal says the rest.
//! Source: <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-vpc-links-v2.html>

/// Region, the prefix of its zone ids, and the numbers of the zones.
const ZONES: &[(&str, &str, &[u8])] = &[
    ("us-east-2", "use2-az", &[1, 2, 3]),
    ("us-east-1", "use1-az", &[1, 2, 4, 5, 6]),
    ("us-west-1", "usw1-az", &[1, 3]),
    ("us-west-2", "usw2-az", &[1, 2, 3, 4]),
    ("ap-east-1", "ape1-az", &[2, 3]),
    ("ap-south-1", "aps1-az", &[1, 2, 3]),
    ("ap-northeast-3", "apne3-az", &[1, 2, 3]),
    ("ap-northeast-2", "apne2-az", &[1, 2, 3]),
    ("ap-southeast-1", "apse1-az", &[1, 2, 3]),
    ("ap-southeast-2", "apse2-az", &[1, 2, 3]),
    ("ap-northeast-1", "apne1-az", &[1, 2, 4]),
    ("ca-central-1", "cac1-az", &[1, 2]),
    ("eu-central-1", "euc1-az", &[1, 2, 3]),
    ("eu-west-1", "euw1-az", &[1, 2, 3]),
    ("eu-west-2", "euw2-az", &[1, 2, 3]),
    ("eu-west-3", "euw3-az", &[1, 3]),
    ("eu-south-2", "eus2-az", &[1, 2, 3]),
    ("eu-north-1", "eun1-az", &[1, 2, 3]),
    ("me-south-1", "mes1-az", &[1, 2, 3]),
    ("sa-east-1", "sae1-az", &[1, 2, 3]),
    ("us-gov-west-1", "usgw1-az", &[1, 2, 3]),
];

/// Whether a VPC link V2 works in a zone; `None` where nobody has said.
pub(super) fn takes_link_v2(region: &str, zone_id: &str) -> Option<bool> {
    let (_, prefix, numbers) = ZONES.iter().find(|(name, _, _)| *name == region)?;
    let number: u8 = zone_id.strip_prefix(prefix)?.parse().ok()?;
    Some(numbers.contains(&number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_known_or_not() {
        assert_eq!(takes_link_v2("us-east-1", "use1-az3"), Some(false));
        assert_eq!(takes_link_v2("eu-west-1", "euw1-az1"), Some(true));
        assert_eq!(takes_link_v2("af-south-1", "afs1-az1"), None);
    }
}
