//! Who of other accounts a policy lets in by name.

use super::caller::{Caller, From, Signed};
use super::statement::{Effect, account_of};
use super::target::Target;
use super::{Place, Policy, any};
use crate::inventory::{Cause, Gap, Observed};
use crate::topology::ServedRoute;

/// How many VPCs and endpoints that a policy names are tried out.
const NAMED: usize = 12;

impl Policy {
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

    /// The organisations that the conditions of what it allows name.
    pub(super) fn organizations(&self) -> Vec<String> {
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
                values.extend(
                    statement.values(&[key]).into_iter().filter(|value| !value.contains(['*', '?', '$'])).map(|v| Some(v.to_owned())),
                );
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
}
