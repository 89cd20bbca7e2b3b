//! What the TLS policy of a listener accepts: as AWS lists it, or else as it published it.

mod published;

use super::{Context, lacking, unknown, word};
use crate::inventory::{Cause, Gap, Listener, Region};
use crate::rules::value::Value;

const LISTENERS: &str = "elasticloadbalancing:DescribeListeners";
const POLICIES: &str = "elasticloadbalancing:DescribeSSLPolicies";
const PROTOCOLS: [&str; 5] = ["SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];

/// What a listener's TLS policy accepts; every part absent for a listener without TLS.
pub(super) struct Tls {
    /// The protocols.
    pub(super) protocols: Value,
    /// The ciphers.
    pub(super) ciphers: Value,
    /// Those of them without forward secrecy.
    pub(super) without_forward_secrecy: Value,
    /// Those of them that chain blocks.
    pub(super) cbc: Value,
    /// Whether keys are agreed on in a way that a quantum computer does not undo.
    pub(super) post_quantum: Value,
}

impl Tls {
    fn all(value: &Value) -> Self {
        let [protocols, ciphers, without_forward_secrecy, cbc, post_quantum] = [(); 5].map(|()| value.clone());
        Self { protocols, ciphers, without_forward_secrecy, cbc, post_quantum }
    }
}

/// What the TLS policy of a listener accepts.
pub(super) fn of_listener(context: &Context<'_>, region: &Region, listener: &Listener) -> Tls {
    match (listener.ssl_policy.as_deref(), listener.protocol.as_deref()) {
        (Some(name), _) => of_policy(context, region, name),
        (None, Some("HTTPS" | "TLS")) => Tls::all(&lacking(LISTENERS, &format!("the TLS policy of {}", listener.arn))),
        (None, _) => Tls::all(&Value::Absent),
    }
}

/// What a policy accepts. AWS never changes one that it has published, so what it published answers where it was not asked.
fn of_policy(context: &Context<'_>, region: &Region, name: &str) -> Tls {
    let published = published::policy(name);
    let (protocols, ciphers): (Vec<&str>, Option<Vec<&str>>) = match (context.ssl_policy(&region.name, name), published) {
        (Ok(listed), _) => {
            let ciphers = listed.ciphers.iter().map(String::as_str).collect();
            (listed.protocols.iter().map(String::as_str).collect(), Some(ciphers))
        }
        (Err(_), Some(published)) => (published.protocols.to_vec(), published.ciphers()),
        (Err(gap), None) => return Tls { post_quantum: post_quantum(name, false), ..Tls::all(&gap.into()) },
    };
    let post_quantum = post_quantum(name, published.is_some());
    let protocols = Value::list(protocols.into_iter().map(|name| word(name, &PROTOCOLS, POLICIES, "TLS protocol")).collect());
    let Some(ciphers) = ciphers.filter(|ciphers| !ciphers.is_empty()) else {
        let unlisted = lacking(POLICIES, &format!("which ciphers {name} accepts"));
        return Tls { protocols, post_quantum, ..Tls::all(&unlisted) };
    };
    Tls {
        protocols,
        post_quantum,
        without_forward_secrecy: those(&ciphers, |cipher| !cipher.forward_secret),
        cbc: those(&ciphers, |cipher| cipher.chains_blocks),
        ciphers: Value::list(ciphers.into_iter().map(Value::from).collect()),
    }
}

/// AWS says by a policy's name, and nowhere else, whether it agrees on keys with ML-KEM, too.
fn post_quantum(name: &str, published: bool) -> Value {
    if name.split('-').any(|part| part == "PQ") {
        return true.into();
    }
    if published {
        return false.into();
    }
    let why = format!("this apiaudit does not know the TLS policy {name:?}, and AWS does not list how policies agree on keys");
    Gap::new(POLICIES, Cause::NotSupported).because(why).into()
}

/// The ciphers of which something holds. One that is new may be among them.
fn those(ciphers: &[&str], hold: fn(&Cipher) -> bool) -> Value {
    let mut found = Vec::new();
    let mut gaps = Vec::new();
    for name in ciphers {
        match Cipher::named(name) {
            Some(cipher) if hold(&cipher) => found.push(Value::from(*name)),
            Some(_) => {}
            None => {
                gaps.push(Gap::new(POLICIES, Cause::NotSupported).because(format!("this apiaudit does not know the cipher {name:?}")));
            }
        }
    }
    Value::partial_list(found, unknown(&gaps))
}

/// What a cipher suite's name says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cipher {
    /// Who has the certificate's key later cannot read what was sent before.
    forward_secret: bool,
    /// It encrypts block by block, each chained to the one before, and authenticates apart from that.
    chains_blocks: bool,
}

impl Cipher {
    /// The cipher by the name that AWS lists it under: those of TLS 1.3 by IANA's, older ones by OpenSSL's.
    fn named(name: &str) -> Option<Self> {
        if let Some(rest) = name.strip_prefix("TLS_") {
            // TLS 1.3 leaves no other way to agree on keys, and no other way to encrypt.
            return (!rest.contains("_WITH_")).then_some(Self { forward_secret: true, chains_blocks: false });
        }
        let forward_secret = ["ECDHE-", "DHE-", "EDH-"].iter().any(|agreement| name.starts_with(agreement));
        let rsa = ["AES128-", "AES256-", "DES-CBC3-", "CAMELLIA128-", "CAMELLIA256-"].iter().any(|cipher| name.starts_with(cipher));
        let authenticates = ["-GCM-", "CHACHA20", "-CCM"].iter().any(|mode| name.contains(mode));
        let block_cipher = ["AES128", "AES256", "DES-CBC", "CAMELLIA"].iter().any(|cipher| name.contains(cipher));
        let known = (forward_secret || rsa) && (authenticates || block_cipher);
        known.then_some(Self { forward_secret, chains_blocks: !authenticates })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cipher_tells_by_its_name_what_it_is() {
        for (name, forward_secret, chains_blocks) in [
            ("TLS_AES_128_GCM_SHA256", true, false),
            ("TLS_CHACHA20_POLY1305_SHA256", true, false),
            ("ECDHE-ECDSA-AES128-GCM-SHA256", true, false),
            ("ECDHE-RSA-AES256-SHA384", true, true),
            ("ECDHE-RSA-AES128-SHA", true, true),
            ("DHE-RSA-AES256-GCM-SHA384", true, false),
            ("AES128-GCM-SHA256", false, false),
            ("AES256-SHA", false, true),
            ("DES-CBC3-SHA", false, true),
        ] {
            assert_eq!(Cipher::named(name), Some(Cipher { forward_secret, chains_blocks }), "{name}");
        }
        for name in ["RC4-SHA", "ECDHE-RSA-ASCON128", "TLS_RSA_WITH_AES_128_CBC_SHA", ""] {
            assert_eq!(Cipher::named(name), None, "{name}");
        }
    }

    #[test]
    fn a_name_tells_of_post_quantum_keys_and_silence_of_a_new_name_tells_nothing() {
        assert_eq!(post_quantum("ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09", true), true.into());
        assert_eq!(post_quantum("ELBSecurityPolicy-TLS13-1-3-CNSA2-INTEROP1-FIPS-PQ-2026-07", false), true.into());
        assert_eq!(post_quantum("ELBSecurityPolicy-2016-08", true), false.into());
        assert!(matches!(post_quantum("ELBSecurityPolicy-TLS13-1-2-2031-01", false), Value::Unknown(_)));
    }
}
