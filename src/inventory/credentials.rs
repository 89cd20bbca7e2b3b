//! Whether a configuration value looks like a credential: told while the value is at hand, for none is kept.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::RegexSet;

/// Shapes that nothing but a credential has.
static SHAPES: LazyLock<Option<RegexSet>> = LazyLock::new(|| {
    RegexSet::new([
        // An AWS access key, a PEM key, a JWT.
        r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
        r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----",
        r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}",
        // GitHub, GitLab, Slack, Stripe, Google, npm.
        r"\bgh[pousr]_[A-Za-z0-9]{36}",
        r"\bgithub_pat_[A-Za-z0-9_]{22,}",
        r"\bglpat-[A-Za-z0-9_-]{20}",
        r"\bxox[abprs]-[A-Za-z0-9-]{10,}",
        r"\b[sr]k_live_[A-Za-z0-9]{16,}",
        r"\bAIza[0-9A-Za-z_-]{35}",
        r"\bnpm_[A-Za-z0-9]{36}",
        // A password in a URL.
        r"[a-z][a-z0-9+.-]*://[^/\s:@]*:[^/\s:@]+@",
    ])
    .ok()
});

/// Words that a secret is called by.
const WORDS: [&str; 11] =
    ["password", "passwd", "pwd", "secret", "token", "apikey", "privatekey", "accesskey", "signingkey", "encryptionkey", "credential"];

/// What follows such a word where only something about the secret is told.
const ABOUT: [&str; 16] =
    ["arn", "name", "id", "url", "uri", "path", "header", "ttl", "file", "length", "expiry", "prefix", "type", "parameter", "key", "alias"];

/// Whether a value of that name looks like a credential.
pub(crate) fn looks_like_credential(name: &str, value: &str) -> bool {
    let value = value.trim();
    if SHAPES.as_ref().is_some_and(|shapes| shapes.is_match(value)) {
        return true;
    }
    names_a_secret(name) && is_opaque(value)
}

/// The names whose values look like credentials.
pub(crate) fn credentials<'p>(pairs: impl IntoIterator<Item = (&'p str, &'p str)>) -> Vec<String> {
    let found: BTreeSet<&str> =
        pairs.into_iter().filter(|(name, value)| looks_like_credential(name, value)).map(|(name, _)| name).collect();
    found.into_iter().map(str::to_owned).collect()
}

fn names_a_secret(name: &str) -> bool {
    let words: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let Some(end) = WORDS.iter().filter_map(|word| Some(words.rfind(word)? + word.len())).max() else { return false };
    !ABOUT.contains(&&words[end..])
}

/// Whether a text is one that no person would read: long enough, of letters and digits, and no reference to something.
fn is_opaque(value: &str) -> bool {
    let reference = ["arn:", "http://", "https://", "{{resolve:", "${", "#{", "ssm:", "/"];
    if value.len() < 8 || value.contains(char::is_whitespace) || reference.iter().any(|start| value.starts_with(start)) {
        return false;
    }
    let letters = value.chars().any(|letter| letter.is_ascii_alphabetic());
    let others = value.chars().any(|letter| !letter.is_ascii_alphabetic() && !"-_./".contains(letter));
    letters && others || value.len() >= 20 && letters && !value.contains(['-', '_', '.', '/'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_tell_whatever_the_name() {
        for value in [
            concat!("AKIA", "IOSFODNN7EXAMPLE"),
            "postgres://app:hunter2@db.internal/orders",
            concat!("-----BEGIN RSA ", "PRIVATE KEY-----\nMIIE"),
            concat!("ghp", "_0123456789abcdefghijABCDEFGHIJ012345"),
        ] {
            assert!(looks_like_credential("whatever", value), "{value}");
        }
    }

    #[test]
    fn a_name_and_an_opaque_value_tell_together() {
        assert!(looks_like_credential("dbPassword", "hunter2!x"));
        assert!(looks_like_credential("API_KEY", "9f86d081884c7d65"));
        assert!(looks_like_credential("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY"));
        assert!(!looks_like_credential("host", "orders-1.internal.example.com"));
        assert!(!looks_like_credential("apiKey", "yes"));
    }

    #[test]
    fn what_only_refers_to_a_secret_is_none() {
        for (name, value) in [
            ("SECRET_ARN", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-a1b2c3"),
            ("DB_PASSWORD", "arn:aws:ssm:eu-west-1:123456789012:parameter/db"),
            ("SECRET_NAME", "orders-db-1"),
            ("TOKEN_URL", "https://login.example.com/oauth2/token"),
            ("TOKEN_TTL", "3600seconds"),
            ("PASSWORD", "${stageVariables.other1}"),
            ("tokenHeader", "x-orders-token-2"),
        ] {
            assert!(!looks_like_credential(name, value), "{name}={value}");
        }
    }

    #[test]
    fn each_name_is_told_once() {
        let pairs = [("b_token", "abcdef012345"), ("a", "plain"), ("b_token", "abcdef012345")];
        assert_eq!(credentials(pairs), ["b_token"]);
    }
}
