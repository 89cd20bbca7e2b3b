//! The TLS policies that AWS has published for load balancers, as its user guides list them: protocols and ciphers by policy.
//!
//! A policy never changes once it is published, so this table does not age; it only lacks what came later.

/// A policy as it was published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Published {
    name: &'static str,
    pub(super) protocols: Protocols,
    suites: Option<Suites>,
}

impl Published {
    /// The ciphers; none where the guides that were at hand do not list them.
    pub(super) fn ciphers(self) -> Option<Vec<&'static str>> {
        self.suites.map(|groups| groups.iter().flat_map(|group| group.iter().copied()).collect())
    }
}

/// The policy of that name.
pub(super) fn policy(name: &str) -> Option<Published> {
    let short = name.strip_prefix("ELBSecurityPolicy-")?;
    TABLE.iter().find(|(known, ..)| *known == short).map(|(name, protocols, suites)| Published { name, protocols, suites: *suites })
}

type Protocols = &'static [&'static str];
type Group = &'static [&'static str];
type Suites = &'static [Group];

const ONLY_1_3: Protocols = &["TLSv1.3"];
const FROM_1_2: Protocols = &["TLSv1.3", "TLSv1.2"];
const FROM_1_1: Protocols = &["TLSv1.3", "TLSv1.2", "TLSv1.1"];
const FROM_1_0: Protocols = &["TLSv1.3", "TLSv1.2", "TLSv1.1", "TLSv1"];
const OLD_1_2: Protocols = &["TLSv1.2"];
const OLD_1_1: Protocols = &["TLSv1.2", "TLSv1.1"];
const OLD_1_0: Protocols = &["TLSv1.2", "TLSv1.1", "TLSv1"];

/// The suites of TLS 1.3.
const AES_1_3: Group = &["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"];
const CHACHA_1_3: Group = &["TLS_CHACHA20_POLY1305_SHA256"];
/// Suites of TLS 1.2 with forward secrecy: authenticating ones, and those that chain blocks, with a newer and an older hash.
const ECDHE_GCM: Group =
    &["ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384"];
const ECDHE_SHA2: Group = &["ECDHE-ECDSA-AES128-SHA256", "ECDHE-RSA-AES128-SHA256", "ECDHE-ECDSA-AES256-SHA384", "ECDHE-RSA-AES256-SHA384"];
const ECDHE_SHA1: Group = &["ECDHE-ECDSA-AES128-SHA", "ECDHE-RSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA", "ECDHE-RSA-AES256-SHA"];
/// Suites of TLS 1.2 without it.
const RSA_SHA2: Group = &["AES128-GCM-SHA256", "AES128-SHA256", "AES256-GCM-SHA384", "AES256-SHA256"];
const RSA_SHA1: Group = &["AES128-SHA", "AES256-SHA"];

const T13: Suites = &[AES_1_3, CHACHA_1_3];
const T13_RES: Suites = &[AES_1_3, CHACHA_1_3, ECDHE_GCM];
const T13_1_2: Suites = &[AES_1_3, CHACHA_1_3, ECDHE_GCM, ECDHE_SHA2];
const T13_EXT1: Suites = &[AES_1_3, CHACHA_1_3, ECDHE_GCM, ECDHE_SHA2, RSA_SHA2];
const T13_ALL: Suites = &[AES_1_3, CHACHA_1_3, ECDHE_GCM, ECDHE_SHA2, ECDHE_SHA1, RSA_SHA2, RSA_SHA1];
const FIPS: Suites = &[AES_1_3];
const FIPS_RES: Suites = &[AES_1_3, ECDHE_GCM];
const FIPS_1_2: Suites = &[AES_1_3, ECDHE_GCM, ECDHE_SHA2];
const FIPS_EXT0: Suites = &[AES_1_3, ECDHE_GCM, ECDHE_SHA2, ECDHE_SHA1];
const FIPS_EXT1: Suites = &[AES_1_3, ECDHE_GCM, ECDHE_SHA2, RSA_SHA2];
const FIPS_ALL: Suites = &[AES_1_3, ECDHE_GCM, ECDHE_SHA2, ECDHE_SHA1, RSA_SHA2, RSA_SHA1];
const OLD_RES: Suites = &[ECDHE_GCM];
const OLD_FS: Suites = &[ECDHE_GCM, ECDHE_SHA2];
const OLD_FS_ALL: Suites = &[ECDHE_GCM, ECDHE_SHA2, ECDHE_SHA1];
const OLD_RSA: Suites = &[ECDHE_GCM, ECDHE_SHA2, RSA_SHA2];
const OLD_ALL: Suites = &[ECDHE_GCM, ECDHE_SHA2, ECDHE_SHA1, RSA_SHA2, RSA_SHA1];

/// By the name after `ELBSecurityPolicy-`.
#[rustfmt::skip]
const TABLE: &[(&str, Protocols, Option<Suites>)] = &[
    ("TLS13-1-3-2021-06", ONLY_1_3, Some(T13)),
    ("TLS13-1-3-PQ-2025-09", ONLY_1_3, Some(T13)),
    ("TLS13-1-2-2021-06", FROM_1_2, Some(T13_1_2)),
    ("TLS13-1-2-PQ-2025-09", FROM_1_2, Some(T13_1_2)),
    ("TLS13-1-2-Res-2021-06", FROM_1_2, Some(T13_RES)),
    ("TLS13-1-2-Res-PQ-2025-09", FROM_1_2, Some(T13_RES)),
    ("TLS13-1-2-Ext1-2021-06", FROM_1_2, Some(T13_EXT1)),
    ("TLS13-1-2-Ext1-PQ-2025-09", FROM_1_2, Some(T13_EXT1)),
    ("TLS13-1-2-Ext2-2021-06", FROM_1_2, Some(T13_ALL)),
    ("TLS13-1-2-Ext2-PQ-2025-09", FROM_1_2, Some(T13_ALL)),
    ("TLS13-1-1-2021-06", FROM_1_1, Some(T13_ALL)),
    ("TLS13-1-0-2021-06", FROM_1_0, Some(T13_ALL)),
    ("TLS13-1-0-PQ-2025-09", FROM_1_0, Some(T13_ALL)),
    ("TLS13-1-3-FIPS-2023-04", ONLY_1_3, Some(FIPS)),
    ("TLS13-1-3-FIPS-PQ-2025-09", ONLY_1_3, Some(FIPS)),
    ("TLS13-1-2-FIPS-2023-04", FROM_1_2, Some(FIPS_1_2)),
    ("TLS13-1-2-FIPS-PQ-2025-09", FROM_1_2, Some(FIPS_1_2)),
    ("TLS13-1-2-Res-FIPS-2023-04", FROM_1_2, Some(FIPS_RES)),
    ("TLS13-1-2-Res-FIPS-PQ-2025-09", FROM_1_2, Some(FIPS_RES)),
    ("TLS13-1-2-Ext0-FIPS-2023-04", FROM_1_2, Some(FIPS_EXT0)),
    ("TLS13-1-2-Ext0-FIPS-PQ-2025-09", FROM_1_2, Some(FIPS_EXT0)),
    ("TLS13-1-2-Ext1-FIPS-2023-04", FROM_1_2, Some(FIPS_EXT1)),
    ("TLS13-1-2-Ext1-FIPS-PQ-2025-09", FROM_1_2, Some(FIPS_EXT1)),
    ("TLS13-1-2-Ext2-FIPS-2023-04", FROM_1_2, Some(FIPS_ALL)),
    ("TLS13-1-2-Ext2-FIPS-PQ-2025-09", FROM_1_2, Some(FIPS_ALL)),
    ("TLS13-1-1-FIPS-2023-04", FROM_1_1, Some(FIPS_ALL)),
    ("TLS13-1-0-FIPS-2023-04", FROM_1_0, Some(FIPS_ALL)),
    ("TLS13-1-0-FIPS-PQ-2025-09", FROM_1_0, Some(FIPS_ALL)),
    ("TLS13-1-3-RFC9151-FIPS-2023-07", ONLY_1_3, None),
    ("TLS13-1-2-RFC9151-FIPS-2023-07", FROM_1_2, None),
    ("TLS13-1-2-Ext0-RFC9151-FIPS-2023-07", FROM_1_2, None),
    ("TLS13-1-2-RFC9151-INTEROP1-FIPS-2023-07", FROM_1_2, None),
    ("TLS13-1-2-RFC9151-INTEROP2-FIPS-2023-07", FROM_1_2, None),
    ("TLS13-1-2-RFC9151-INTEROP3-FIPS-2023-07", FROM_1_2, None),
    ("TLS13-1-2-RFC9151-INTEROP4-FIPS-2023-07", FROM_1_2, None),
    ("FS-1-2-Res-2020-10", OLD_1_2, Some(OLD_RES)),
    ("FS-1-2-Res-2019-08", OLD_1_2, Some(OLD_FS)),
    ("FS-1-2-2019-08", OLD_1_2, Some(OLD_FS_ALL)),
    ("FS-1-1-2019-08", OLD_1_1, Some(OLD_FS_ALL)),
    ("FS-2018-06", OLD_1_0, Some(OLD_FS_ALL)),
    ("TLS-1-2-2017-01", OLD_1_2, Some(OLD_RSA)),
    ("TLS-1-2-Ext-2018-06", OLD_1_2, Some(OLD_ALL)),
    ("TLS-1-1-2017-01", OLD_1_1, Some(OLD_ALL)),
    ("TLS-1-0-2015-04", OLD_1_0, None),
    ("2016-08", OLD_1_0, Some(OLD_ALL)),
    ("2015-05", OLD_1_0, Some(OLD_ALL)),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_and_protocols_agree() {
        let mut names = BTreeSet::new();
        for (name, protocols, suites) in TABLE {
            assert!(names.insert(name), "{name} stands there twice");
            let least = ["1-3", "1-2", "1-1", "1-0"].iter().zip(["TLSv1.3", "TLSv1.2", "TLSv1.1", "TLSv1"]);
            for (_, least) in least.filter(|(part, _)| name.contains(&format!("TLS13-{part}")) || name.starts_with(&format!("TLS-{part}")))
            {
                assert_eq!(protocols.last(), Some(&least), "{name}");
            }
            assert_eq!(name.starts_with("TLS13-"), protocols.contains(&"TLSv1.3"), "{name}");
            let policy = policy(&format!("ELBSecurityPolicy-{name}")).unwrap();
            assert_eq!(policy.name, *name);
            if name.contains("-Res-20") || name.starts_with("FS-") {
                assert!(
                    policy.ciphers().unwrap().iter().all(|cipher| cipher.starts_with("TLS_") || cipher.starts_with("ECDHE-")),
                    "{name}"
                );
            }
            // The module that FIPS stands for lacks ChaCha20.
            assert_eq!(suites.is_some_and(|suites| suites.contains(&CHACHA_1_3)), name.starts_with("TLS13-") && !name.contains("FIPS"));
        }
    }

    #[test]
    fn a_name_of_ones_own_is_not_published() {
        for name in ["2016-08", "ELBSecurityPolicy-2016-09", "ELBSecurityPolicy-"] {
            assert_eq!(policy(name), None, "{name}");
        }
    }
}
