//! Who calls an API, and what AWS tells a policy about him.

use crate::topology::listener::glob::{Symbol, Text, literal, open_pattern};

/// A class of callers.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    /// Whose signature the request bears; none for one without.
    pub(super) signed: Option<Signed>,
    /// Where it comes from.
    pub(super) from: From,
}

/// Whoever signed a request.
#[derive(Debug, Clone)]
pub(super) struct Signed {
    /// The partition, or `*` where it is not known.
    pub(super) partition: String,
    /// The account; none where it is not known.
    pub(super) account: Option<String>,
    /// The one principal; none for any of the account.
    pub(super) arn: Option<String>,
    /// The organisation; none where it is not known, or a stranger's own.
    pub(super) organization: Option<String>,
    /// Whether the account is anybody's: one that the policy does not name.
    pub(super) stranger: bool,
}

/// Where a request comes from.
#[derive(Debug, Clone)]
pub(super) enum From {
    /// The internet: a policy sees the address.
    Internet,
    /// A VPC endpoint, a private API's only door: a policy sees it, its VPC and the address in there. None is a stranger's.
    Endpoint { endpoint: Option<String>, vpc: Option<String> },
}

/// What a key holds in a request.
#[derive(Debug, Clone)]
pub(super) enum Seen {
    /// It is not there.
    Absent,
    /// This text.
    Is(String),
    /// A text of which parts are open.
    Open(Text),
    /// Such a text, of something that the policy does not name: only a pattern can meet it.
    Stranger(Text),
    /// The address that is asked about.
    Address,
    /// Nobody can tell: why.
    Untold(&'static str),
}

impl Caller {
    /// An anonymous one.
    pub(super) fn anonymous(from: From) -> Self {
        Self { signed: None, from }
    }

    /// What a key, in lower case, may hold, by the tables of the API Gateway guide and of IAM's on global condition keys.
    pub(super) fn see(&self, key: &str) -> Vec<Seen> {
        let endpoint = matches!(self.from, From::Endpoint { .. });
        match key {
            // API Gateway serves nothing but HTTPS.
            "aws:securetransport" => vec![Seen::Is("true".to_owned())],
            "aws:sourceip" => vec![if endpoint { Seen::Absent } else { Seen::Address }],
            "aws:vpcsourceip" => vec![if endpoint { Seen::Address } else { Seen::Absent }],
            "aws:sourcevpce" => vec![self.network("vpce-")],
            "aws:sourcevpc" => vec![self.network("vpc-")],
            // They speak of services that call for someone.
            "aws:sourcearn" | "aws:sourceaccount" => vec![Seen::Absent],
            "aws:referer" | "aws:useragent" => vec![Seen::Untold("a header that callers choose: whether strangers know its value")],
            "aws:currenttime" | "aws:epochtime" => vec![Seen::Untold("the time of the request: whether it has come or is over")],
            _ => self.identity(key),
        }
    }

    fn network(&self, kind: &str) -> Seen {
        let From::Endpoint { endpoint, vpc } = &self.from else { return Seen::Absent };
        match if kind == "vpce-" { endpoint } else { vpc } {
            Some(named) => Seen::Is(named.clone()),
            None => Seen::Stranger(open(kind)),
        }
    }

    fn identity(&self, key: &str) -> Vec<Seen> {
        const SIGNERS: [&str; 9] = [
            "aws:principalarn",
            "aws:principalorgid",
            "aws:principalorgpaths",
            "aws:username",
            "aws:multifactorauthpresent",
            "aws:multifactorauthage",
            "aws:tokenissuetime",
            "aws:principalservicename",
            "aws:principalisawsservice",
        ];
        let anonymous = || vec![Seen::Absent, Seen::Is("anonymous".to_owned()), Seen::Is("Anonymous".to_owned())];
        match (key, &self.signed) {
            ("aws:principalaccount" | "aws:userid" | "aws:principaltype", None) => anonymous(),
            (key, None) if SIGNERS.contains(&key) || key.starts_with("aws:principaltag/") => vec![Seen::Absent],
            ("aws:principalaccount", Some(signed)) => {
                vec![signed.account.clone().map_or_else(|| Seen::Open(open("")), Seen::Is)]
            }
            ("aws:principalarn", Some(signed)) => vec![signed.arn()],
            ("aws:principalorgid", Some(Signed { organization: Some(named), .. })) => vec![Seen::Is(named.clone())],
            ("aws:principalorgpaths", Some(Signed { organization: Some(named), .. })) => vec![Seen::Open(open(&format!("{named}/")))],
            ("aws:principalorgid", Some(signed)) => {
                let own = open("o-");
                vec![Seen::Absent, if signed.stranger { Seen::Stranger(own) } else { Seen::Open(own) }]
            }
            ("aws:principalservicename", Some(_)) => vec![Seen::Absent],
            (key, Some(_)) if SIGNERS.contains(&key) || key.starts_with("aws:principal") || key.starts_with("aws:user") => {
                vec![Seen::Untold("who signed the request: what it holds for him")]
            }
            _ => vec![Seen::Untold("a key that this apiaudit does not know")],
        }
    }
}

impl Signed {
    fn arn(&self) -> Seen {
        match (&self.account, &self.arn) {
            // A session's key holds the role's ARN, which the session's does not tell in full.
            (_, Some(arn)) if !arn.contains(":assumed-role/") => Seen::Is(arn.clone()),
            (Some(account), _) => {
                let mut text = open_pattern(&format!("arn:{}:iam::{account}:", self.partition));
                text.extend(open(""));
                if self.stranger { Seen::Stranger(text) } else { Seen::Open(text) }
            }
            (None, _) => Seen::Open(open("arn:")),
        }
    }
}

/// A text that begins so.
fn open(start: &str) -> Text {
    let mut text = literal(start);
    text.extend([Symbol::One { slash: true }, Symbol::Many { slash: true }]);
    text
}
