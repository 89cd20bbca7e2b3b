//! What a rule asks of a request before it forwards it.

use super::Step;
use super::condition::secret_header;
use crate::inventory::{Action, Gap, Listener};
use crate::topology::left_out;

/// What is asked of a request, from the weakest to the strongest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Guard {
    /// A host name, which the caller chooses: no control at all.
    Host(Vec<String>),
    /// An address of these blocks.
    Source(Vec<String>),
    /// A header of this name, with a value that the caller must know.
    SecretHeader(String),
    /// A token that the load balancer verifies.
    Token,
    /// A login at an identity provider.
    Login(String),
    /// A client certificate that a trust store vouches for.
    ClientCertificate,
}

impl Guard {
    /// Its name in facts.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Host(_) => "host-header",
            Self::Source(_) => "source-ip",
            Self::SecretHeader(_) => "secret-header",
            Self::Token => "token",
            Self::Login(_) => "login",
            Self::ClientCertificate => "client-certificate",
        }
    }

    /// How strong it is: 0 for what keeps nobody out.
    pub fn strength(&self) -> u8 {
        match self {
            Self::Host(_) => 1,
            Self::Source(_) => 2,
            Self::SecretHeader(_) => 3,
            Self::Token | Self::Login(_) => 4,
            Self::ClientCertificate => 5,
        }
    }

    /// Whether it asks for proof that a stranger lacks.
    pub fn bars(&self) -> bool {
        self.strength() >= 3
    }

    /// It in words.
    pub fn in_words(&self) -> String {
        match self {
            Self::Host(names) => format!("host {}", names.join(" or ")),
            Self::Source(blocks) => format!("source {}", blocks.join(" or ")),
            Self::SecretHeader(name) => format!("secret header {name}"),
            Self::Token => "JSON Web Token verified by the load balancer".to_owned(),
            Self::Login(kind) => format!("login ({kind})"),
            Self::ClientCertificate => "client certificate verified by the load balancer".to_owned(),
        }
    }
}

/// What a listener and one of its rules ask of a request before it is forwarded.
pub(crate) fn guards(listener: &Listener, step: Step<'_>) -> Vec<Guard> {
    let mut found = Vec::new();
    if listener.mutual_authentication.as_ref().is_some_and(|mutual| mutual.mode == "verify") {
        found.push(Guard::ClientCertificate);
    }
    for action in step.actions {
        match action.kind.as_str() {
            // Whoever is not logged in is let through with "allow", and with a new word perhaps.
            "authenticate-oidc" | "authenticate-cognito" if turns_strangers_away(action) => {
                found.push(Guard::Login(action.kind.clone()));
            }
            "jwt-validation" => found.push(Guard::Token),
            _ => {}
        }
    }
    for condition in step.conditions() {
        match condition.field.as_str() {
            "source-ip" => found.push(Guard::Source(condition.values.clone())),
            "host-header" => {
                found.push(Guard::Host(condition.values.iter().chain(&condition.regex_values).cloned().collect()));
            }
            _ => found.extend(secret_header(condition).map(Guard::SecretHeader)),
        }
    }
    found.sort_by_key(|guard| std::cmp::Reverse(guard.strength()));
    found
}

/// Whether a login action lets nobody past who is not logged in. Where nobody said what it does, AWS asks for a login.
fn turns_strangers_away(action: &Action) -> bool {
    matches!(action.on_unauthenticated_request.as_deref(), None | Some("authenticate" | "deny"))
}

/// What AWS lets actions do, and listeners do about client certificates.
const ACTIONS: [&str; 6] = ["forward", "redirect", "fixed-response", "authenticate-oidc", "authenticate-cognito", "jwt-validation"];
const UNAUTHENTICATED: [&str; 3] = ["deny", "allow", "authenticate"];
const MUTUAL_TLS: [&str; 3] = ["off", "passthrough", "verify"];

/// What a listener or one of its rules may ask besides: words of AWS's that nobody here knows yet.
pub(crate) fn may_ask_more(listener: &Listener, step: Step<'_>) -> Option<Gap> {
    let mode = listener.mutual_authentication.as_ref().map(|mutual| mutual.mode.as_str());
    if let Some(mode) = mode.filter(|mode| !MUTUAL_TLS.contains(mode)) {
        let what = format!("what the mutual TLS mode {mode:?} of {} asks is not known", listener.arn);
        return Some(left_out("elasticloadbalancing:DescribeListeners", &what));
    }
    let new = |word: &&str| !UNAUTHENTICATED.contains(word);
    if let Some(word) = step.actions.iter().filter_map(|action| action.on_unauthenticated_request.as_deref()).find(new) {
        let what = format!("what {word:?} does with whoever is not logged in, in the {} of {}, is not known", step.name(), listener.arn);
        return Some(left_out("elasticloadbalancing:DescribeRules", &what));
    }
    let action = step.actions.iter().map(|action| action.kind.as_str()).find(|kind| !ACTIONS.contains(kind))?;
    let what = format!("what the action {action:?} in the {} of {} asks is not known", step.name(), listener.arn);
    Some(left_out("elasticloadbalancing:DescribeRules", &what))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topology::listener::steps;

    fn listener(mode: &str, action: &str) -> Listener {
        let text = format!(
            r#"{{"arn": "l", "mutual_authentication": {{"mode": "{mode}"}},
                 "default_actions": [{{"type": "{action}"}}, {{"type": "forward"}}], "rules": []}}"#
        );
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn a_new_word_about_strangers_is_neither_a_login_nor_none() {
        for (word, guarded, known) in [("deny", true, true), ("authenticate", true, true), ("allow", false, true), ("defer", false, false)]
        {
            let mut listener = listener("off", "authenticate-oidc");
            listener.default_actions[0].on_unauthenticated_request = Some(word.to_owned());
            let step = steps(&listener)[0];
            assert_eq!(
                guards(&listener, step),
                if guarded { vec![Guard::Login("authenticate-oidc".into())] } else { Vec::new() },
                "{word}"
            );
            assert_eq!(may_ask_more(&listener, step).is_none(), known, "{word}");
        }
    }

    #[test]
    fn a_new_word_may_ask_for_anything() {
        for (mode, action, named) in [
            ("off", "jwt-validation", None),
            ("passthrough", "authenticate-oidc", None),
            ("verify", "forward", None),
            ("attest", "forward", Some("attest")),
            ("off", "authenticate-passkey", Some("authenticate-passkey")),
        ] {
            let listener = listener(mode, action);
            let gap = may_ask_more(&listener, steps(&listener)[0]);
            assert_eq!(gap.is_some(), named.is_some(), "{mode} {action}");
            if let (Some(gap), Some(named)) = (gap, named) {
                assert!(gap.to_string().contains("not supported") && gap.detail.unwrap().contains(named));
            }
        }
    }
}
