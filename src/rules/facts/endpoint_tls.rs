//! The TLS policies of API Gateway.

use super::{lacking, word};
use crate::rules::value::Value;

/// Each policy that AWS documents for endpoints and domain names, with the oldest version that it takes.
const POLICIES: [(&str, &str); 14] = [
    ("TLS_1_0", "1.0"),
    ("TLS_1_2", "1.2"),
    ("SecurityPolicy_TLS13_1_3_2025_09", "1.3"),
    ("SecurityPolicy_TLS13_1_3_FIPS_2025_09", "1.3"),
    ("SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09", "1.2"),
    ("SecurityPolicy_TLS13_1_2_FIPS_PQ_2025_09", "1.2"),
    ("SecurityPolicy_TLS13_1_2_FIPS_PFS_PQ_2025_09", "1.2"),
    ("SecurityPolicy_TLS13_1_2_PQ_2025_09", "1.2"),
    ("SecurityPolicy_TLS13_1_2_2021_06", "1.2"),
    ("SecurityPolicy_TLS13_1_2_Ext2_PQ_2025_09", "1.2"),
    ("SecurityPolicy_TLS13_1_2_Ext2_FIPS_PQ_2025_09", "1.2"),
    ("SecurityPolicy_TLS13_2025_EDGE", "1.3"),
    ("SecurityPolicy_TLS12_PFS_2025_EDGE", "1.2"),
    ("SecurityPolicy_TLS12_2018_EDGE", "1.2"),
];

/// The oldest TLS version that a policy takes. One that AWS does not document yet is unknown, whatever its name suggests.
pub(super) fn minimum(policy: Option<&str>, action: &str, of: &str) -> Value {
    let Some(policy) = policy else { return lacking(action, &format!("which TLS policy {of} has")) };
    match POLICIES.iter().find(|(name, _)| *name == policy) {
        Some((_, version)) => (*version).into(),
        None => word(policy, &[], action, "TLS policy"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_judged_by_what_aws_documents() {
        assert_eq!(minimum(Some("TLS_1_0"), "x:Y", "it"), "1.0".into());
        assert_eq!(minimum(Some("SecurityPolicy_TLS13_1_3_2025_09"), "x:Y", "it"), "1.3".into());
        for unknown in [Some("SecurityPolicy_TLS13_1_3_2031_01"), Some("tls_1_2"), None] {
            assert!(minimum(unknown, "x:Y", "it").unknowns().is_some(), "{unknown:?}");
        }
    }
}
