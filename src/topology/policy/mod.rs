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
mod statement;
mod target;
#[cfg(test)]
mod tests;

use serde_json::Value as Json;

use crate::inventory::{Cause, Gap, Observed, UNDEPLOYED};
use crate::network::{AddressSet, Bounds};
use crate::topology::listener::Truth;

use caller::{Caller, From, Signed};
use statement::{Effect, Statement, account_of};
use target::Target;

use super::{Ids, ServedRoute};

/// How many VPCs and endpoints that a policy names are tried out.
const NAMED: usize = 12;

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
        let parsed =
            serde_json::from_str(text).ok().or_else(|| serde_json::from_str(&text.replace("\\\"", "\"").replace("\\/", "/")).ok());
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

    /// The accounts other than the API's own, and the organisations, whose principals a route lets in by name, each with whether it does.
    pub(crate) fn outsiders(&self, place: &Place<'_>, served: &ServedRoute<'_>) -> Vec<(String, Observed<bool>)> {
        if let Some(gap) = &self.fault {
            return vec![(String::new(), Observed::Unknown(gap.clone()))];
        }
        let target = Target::route(place.ids, served);
        let mut found: Vec<(String, Observed<bool>)> = Vec::new();
        for (account, arn) in self.named_principals() {
            if place.account == Some(account.as_str()) {
                continue;
            }
            let signed = Signed { arn, ..place.signed(Some(account.clone())) };
            let admitted = match (self.admits_signed(place, &target, &signed), place.account) {
                (Observed::Known(true), None) => {
                    let why = "the account could not be read, so whether another is meant is not known";
                    Observed::Unknown(Gap::new("sts:GetCallerIdentity", Cause::Failed).because(why))
                }
                (admitted, _) => admitted,
            };
            match found.iter_mut().find(|(known, _)| *known == account) {
                Some((_, known)) => *known = any([known.clone(), admitted].into_iter()),
                None => found.push((account, admitted)),
            }
        }
        if let Some(gap) = self.unclear_principals() {
            found.push((String::new(), Observed::Unknown(gap)));
        }
        found.extend(self.organizations().into_iter().map(|named| {
            let admitted = self.admits_organization(place, &target, &named);
            (named, admitted)
        }));
        found
    }

    /// Whom a statement may name that does not say for whom it speaks in AWS's form.
    fn unclear_principals(&self) -> Option<Gap> {
        let mut allowing = self.statements.iter().filter(|statement| statement.effect() != Effect::Deny);
        let unclear = allowing.any(|statement| ["Principal", "NotPrincipal"].iter().all(|name| statement.0.get(*name).is_none()));
        unclear.then(|| Gap::new("", Cause::NotSupported).because("the resource policy has a statement that does not say for whom"))
    }

    fn admits_signed(&self, place: &Place<'_>, target: &Target, signed: &Signed) -> Observed<bool> {
        any(self.doors(place).into_iter().map(|from| {
            let said = self.says(&Caller { signed: Some(signed.clone()), from }, target);
            match said.admitted().tell(|set| !set.is_empty()) {
                Some(told) => Observed::Known(told),
                None => Observed::Unknown(said.why.gap()),
            }
        }))
    }

    /// Whether the other accounts of an organisation are let in: where they are, it may be the account's own, which is not read.
    fn admits_organization(&self, place: &Place<'_>, target: &Target, named: &str) -> Observed<bool> {
        let signed = Signed { organization: Some(named.to_owned()), ..place.signed(self.unnamed_account(place)) };
        match self.admits_signed(place, target, &signed) {
            Observed::Known(false) => Observed::Known(false),
            Observed::Unknown(gap) => Observed::Unknown(gap),
            _ => {
                let why = format!("whether {named}, which the resource policy admits, is this account's own organisation is not read");
                Observed::Unknown(Gap::new("", Cause::NotSupported).because(why))
            }
        }
    }

    /// What it allows to a route to whomever, by the statements' places and names, such as `statement 2 (AllowPartners)`.
    pub(crate) fn allowing(&self, place: &Place<'_>, served: &ServedRoute<'_>) -> Vec<String> {
        let target = Target::route(place.ids, served);
        let numbered = self.statements.iter().enumerate().filter(|(_, statement)| statement.effect() != Effect::Deny);
        let speaking = numbered.filter(|(_, statement)| statement.is_about(&target));
        speaking.map(|(number, statement)| statement.in_words(number + 1)).collect()
    }

    /// The organisations that the conditions of what it allows name.
    fn organizations(&self) -> Vec<String> {
        let allowing = self.statements.iter().filter(|statement| statement.effect() == Effect::Allow);
        let named = allowing.flat_map(|statement| statement.values(&["aws:principalorgid", "aws:principalorgpaths"]));
        let ids = named.map(|value| value.split('/').next().unwrap_or(value)).filter(|id| id.starts_with("o-"));
        let mut found: Vec<String> = ids.map(str::to_owned).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The principals of accounts that what it allows names: an account with one of its principals, or with any.
    fn named_principals(&self) -> Vec<(String, Option<String>)> {
        let mut found = Vec::new();
        for statement in self.statements.iter().filter(|statement| statement.effect() != Effect::Deny) {
            let conditions = statement.values(&["aws:principalaccount", "aws:principalarn"]);
            for text in statement.named().into_iter().chain(conditions) {
                let Some((account, resource)) = account_of(text) else { continue };
                let one = resource != "root" && !text.contains(['*', '?', '$']);
                let principal = (account.to_owned(), one.then(|| text.to_owned()));
                if !found.contains(&principal) {
                    found.push(principal);
                }
            }
        }
        found
    }

    /// From where a named principal may come: the internet, or any VPC endpoint, those that the policy names among them.
    fn doors(&self, place: &Place<'_>) -> Vec<From> {
        if !place.private {
            return vec![From::Internet];
        }
        let named = |key: &str| {
            let mut values: Vec<Option<String>> = vec![None];
            for statement in &self.statements {
                values.extend(statement.values(&[key]).into_iter().filter(|value| !value.contains(['*', '?', '$'])).map(|v| Some(v.to_owned())));
            }
            values.sort_unstable();
            values.dedup();
            values.truncate(NAMED);
            values
        };
        let vpcs = named("aws:sourcevpc");
        let doors = named("aws:sourcevpce").into_iter().flat_map(|endpoint| vpcs.iter().map(move |vpc| (endpoint.clone(), vpc.clone())));
        doors.map(|(endpoint, vpc)| From::Endpoint { endpoint, vpc }).collect()
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
        (0_u64..).map(|number| format!("{:012}", 999_999_999_999 - number)).find(unnamed)
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
