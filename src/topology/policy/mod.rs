//! Whom the resource policy of an API lets in.
//!
//! A policy is evaluated for a class of callers and the requests of a route. The result is a set of addresses, from which
//! such a caller is allowed and from which he is denied; a statement, condition or word that is not understood widens the
//! bounds of the set and says why. A Deny beats every Allow.
//!
//! How API Gateway reckons a policy in depends on the route's authorization ("How API Gateway resource policies affect
//! authorization workflow" in its guide):
//!
//! | authorization | who gets in |
//! |---|---|
//! | none | whom the policy allows and does not deny; who signs and who does not are the same |
//! | Lambda authorizer (`CUSTOM`) | whom the authorizer allows and the policy does not deny: its silence keeps nobody out |
//! | IAM, of the same account | whom either his own policies or the resource policy allows, and neither denies |
//! | IAM, of another account | whom both allow |
//! | Cognito | who has a token, and whom the policy allows and does not deny |
//!
//! Without a policy everyone may call (of other accounts nobody by IAM), but a private API answers nobody. Policies belong
//! to REST APIs. Endpoint policies of VPC endpoints are not looked at: they bind a stranger only if he writes them himself.

mod caller;
mod condition;
mod outsiders;
mod statement;
mod target;
#[cfg(test)]
mod tests;

use serde_json::Value as Json;

use crate::inventory::{Cause, Gap, Observed, UNDEPLOYED};
use crate::network::{AddressSet, Bounds};
use crate::topology::listener::Truth;

use caller::{Caller, From, Signed};
use statement::{Effect, Statement};
use target::Target;

use super::{Ids, ServedRoute};

/// How many account ids are tried until one is found that a policy does not name: AWS takes no policy so long that it names them all.
const UNNAMED: u64 = 100_000;

/// A resource policy.
#[derive(Debug, Clone)]
pub(crate) struct Policy {
    statements: Vec<Statement>,
    fault: Option<Gap>,
}

/// Reasons why something about a policy is not known, each once.
#[derive(Debug, Clone, Default)]
pub(super) struct Why(Vec<String>);

impl Why {
    fn add(&mut self, reason: &str) {
        if !self.0.iter().any(|known| known == reason) {
            self.0.push(reason.to_owned());
        }
    }

    fn gap(&self) -> Gap {
        let first = self.0.first().map_or("who is left between its statements cannot be told", String::as_str);
        Gap::new("", Cause::NotSupported).because(format!("the resource policy is not understood: {first}"))
    }
}

/// What a policy says of a caller: the addresses from which it allows him, and those from which it denies him.
#[derive(Debug, Clone)]
struct Said {
    allow: Bounds,
    deny: Bounds,
    why: Why,
}

impl Said {
    /// From where he gets in by the policy alone.
    fn admitted(&self) -> Bounds {
        self.allow.and(&without(&self.deny))
    }

    /// From where he gets in when something else allows him.
    fn not_denied(&self) -> Bounds {
        without(&self.deny)
    }
}

/// The API that a policy belongs to, and how it is reached.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    /// How resources are named.
    pub(crate) ids: Ids<'a>,
    /// The account; none where it could not be read.
    pub(crate) account: Option<&'a str>,
    /// The region.
    pub(crate) region: &'a str,
    /// The API's id.
    pub(crate) api: &'a str,
    /// Whether only VPC endpoints lead to it.
    pub(crate) private: bool,
}

impl Policy {
    /// Reads a policy. AWS hands it out with its quotes escaped once more.
    pub(crate) fn parse(text: &str) -> Self {
        let parsed = serde_json::from_str(text).ok().or_else(|| serde_json::from_str(&text.replace("\\\"", "\"").replace("\\/", "/")).ok());
        let statements = match parsed.as_ref().and_then(|document: &Json| document.get("Statement")) {
            Some(Json::Array(statements)) => Some(statements.clone()),
            Some(statement @ Json::Object(_)) => Some(vec![statement.clone()]),
            _ => None,
        };
        let fault = match &statements {
            Some(_) => None,
            None if text == UNDEPLOYED || text.starts_with("not known: ") => {
                Some(Gap::new("", Cause::Undeployed).because("the resource policy is known only after deployment"))
            }
            None => Some(Gap::new("", Cause::NotSupported).because("the resource policy is no JSON with statements")),
        };
        Self { statements: statements.unwrap_or_default().into_iter().map(Statement).collect(), fault }
    }

    fn says(&self, caller: &Caller, target: &Target) -> Said {
        let mut said = Said { allow: Bounds::nothing(), deny: Bounds::nothing(), why: Why::default() };
        for statement in &self.statements {
            let spoken = statement.speaks(caller, target, &mut said.why);
            match statement.effect() {
                Effect::Allow => said.allow = said.allow.or(&spoken),
                Effect::Deny => said.deny = said.deny.or(&spoken),
                Effect::Other => {
                    said.why.add("a statement neither allows nor denies");
                    said.allow = said.allow.or(&spoken.clone().at_best());
                    said.deny = said.deny.or(&spoken.at_best());
                }
            }
        }
        said
    }

    /// An answer that only more addresses turn from no to yes.
    fn answer(&self, set: &Bounds, private: bool, why: &Why) -> Observed<bool> {
        if let Some(gap) = &self.fault {
            return Observed::Unknown(gap.clone());
        }
        match set.tell(|set| if private { !set.is_empty() } else { set.is_world() }) {
            // Whether an API answers IPv6 is not in the inventory.
            Some(true) if !private && !set.surely.is_ipv4_world() => {
                let why = "the resource policy admits only IPv6 from everywhere, and whether the API answers IPv6 was not read";
                Observed::Unknown(Gap::new("", Cause::NotSupported).because(why))
            }
            Some(told) => Observed::Known(told),
            None => Observed::Unknown(why.gap()),
        }
    }

    /// Whether anyone may make every request of an API without a signature.
    pub(crate) fn admits_anyone(&self, place: &Place<'_>) -> Observed<bool> {
        self.anonymous(place, &Target::api(place.ids, place.region, place.api))
    }

    /// Whether anyone may make the requests of a route without a signature.
    pub(crate) fn admits_anyone_to(&self, place: &Place<'_>, served: &ServedRoute<'_>) -> Observed<bool> {
        self.anonymous(place, &Target::route(place.ids, served))
    }

    fn anonymous(&self, place: &Place<'_>, target: &Target) -> Observed<bool> {
        let said = self.says(&Caller::anonymous(place.anywhere()), target);
        self.answer(&said.admitted(), place.private, &said.why)
    }

    /// Whether a policy keeps nobody out whom a route's authorization lets in, wherever he is.
    pub(crate) fn keeps_nobody_out(&self, place: &Place<'_>, served: &ServedRoute<'_>) -> Observed<bool> {
        let target = Target::route(place.ids, served);
        let ask = |kind: &str| -> Observed<bool> {
            let signed = (kind == "AWS_IAM").then(|| place.signed(place.account.map(str::to_owned)));
            let said = self.says(&Caller { signed, from: place.anywhere() }, &target);
            let set = if ["AWS_IAM", "CUSTOM"].contains(&kind) { said.not_denied() } else { said.admitted() };
            self.answer(&set, place.private, &said.why)
        };
        by_authorization(served, ask)
    }

    /// Whether a signed request of an account that nobody named is allowed to a route.
    pub(crate) fn admits_every_account(&self, place: &Place<'_>, served: &ServedRoute<'_>) -> Observed<bool> {
        let said = self.says(&self.stranger(place), &Target::route(place.ids, served));
        self.answer(&said.admitted(), place.private, &said.why)
    }

    /// Whether a VPC endpoint that nobody named, a stranger's, is let in to a route by someone who does not sign, or signs.
    pub(crate) fn admits_any_endpoint(&self, place: &Place<'_>, served: &ServedRoute<'_>) -> Observed<bool> {
        let target = Target::route(place.ids, served);
        let from = || From::Endpoint { endpoint: None, vpc: None };
        by_authorization(served, |kind| {
            let caller = if kind == "AWS_IAM" { Caller { from: from(), ..self.stranger(place) } } else { Caller::anonymous(from()) };
            let said = self.says(&caller, &target);
            self.answer(&if kind == "CUSTOM" { said.not_denied() } else { said.admitted() }, true, &said.why)
        })
    }

    /// What it allows to a route to whomever, by the statements' places and names, such as `statement 2 (AllowPartners)`.
    pub(crate) fn allowing(&self, place: &Place<'_>, served: &ServedRoute<'_>) -> Vec<String> {
        let target = Target::route(place.ids, served);
        let numbered = self.statements.iter().enumerate().filter(|(_, statement)| statement.effect() != Effect::Deny);
        let speaking = numbered.filter(|(_, statement)| statement.is_about(&target));
        speaking.map(|(number, statement)| statement.in_words(number + 1)).collect()
    }

    /// A principal of an account that the policy does not name.
    fn stranger(&self, place: &Place<'_>) -> Caller {
        let signed = Signed { stranger: true, ..place.signed(self.unnamed_account(place)) };
        Caller { signed: Some(signed), from: place.anywhere() }
    }

    fn unnamed_account(&self, place: &Place<'_>) -> Option<String> {
        let unnamed = |account: &String| {
            place.account != Some(account.as_str()) && self.statements.iter().all(|statement| !statement.0.to_string().contains(account))
        };
        (0..UNNAMED).map(|number| format!("{:012}", 999_999_999_999 - number)).find(unnamed)
    }
}

impl Place<'_> {
    /// Some principal of an account, in this partition: no request crosses from another.
    fn signed(&self, account: Option<String>) -> Signed {
        let partition = if self.ids.account.is_empty() { "*" } else { self.ids.partition };
        Signed { partition: partition.to_owned(), account, arn: None, organization: None, stranger: false }
    }

    /// Where a stranger calls from.
    fn anywhere(&self) -> From {
        if self.private { From::Endpoint { endpoint: None, vpc: None } } else { From::Internet }
    }
}

/// The answer for a route's authorization; where that is not known, the one that all kinds of authorization have in common.
fn by_authorization(served: &ServedRoute<'_>, ask: impl Fn(&str) -> Observed<bool>) -> Observed<bool> {
    match &served.route.authorization {
        Observed::Known(kind) => ask(kind),
        Observed::Absent => ask("NONE"),
        Observed::Unknown(gap) => {
            let [first, second, third] = ["NONE", "CUSTOM", "AWS_IAM"].map(ask);
            let same = first == second && second == third;
            if same { first } else { Observed::Unknown(gap.clone().or_action("apigateway:GET")) }
        }
    }
}

/// Whether one of them is true.
pub(crate) fn any(answers: impl Iterator<Item = Observed<bool>>) -> Observed<bool> {
    let mut found = Observed::Known(false);
    for answer in answers {
        match answer {
            Observed::Known(true) => return answer,
            Observed::Unknown(_) if found == Observed::Known(false) => found = answer,
            _ => {}
        }
    }
    found
}

fn from_truth(truth: Truth) -> Bounds {
    match truth {
        Truth::Yes => Bounds::exactly(AddressSet::all().clone()),
        Truth::Perhaps => Bounds::anything(),
        Truth::No => Bounds::nothing(),
    }
}

/// Every other address.
fn without(set: &Bounds) -> Bounds {
    let all = AddressSet::all();
    Bounds { surely: all.difference(&set.perhaps), perhaps: all.difference(&set.surely) }
}
