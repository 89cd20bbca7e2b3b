//! Facts about the authorizers of HTTP APIs that check tokens.

use super::apis::{Whole, in_words, join};
use super::types::JWT_AUTHORIZER;
use super::{missing, strings};
use crate::inventory::{Authorizer, Cause, Gap, Observed, Protocol, is_undeployed_id};
use crate::rules::value::{RecordBuilder, Unknown, Value};
use crate::topology::ServedRoute;

const APIGATEWAY: &str = "apigateway:GET";

impl Whole<'_, '_> {
    /// The authorizers that check tokens.
    pub(super) fn jwt_authorizers(&self) -> Value {
        let of_api = self.api.authorizers.iter().filter(|authorizer| authorizer.kind == "JWT");
        let found: Vec<Value> = of_api.map(|authorizer| self.jwt_authorizer(authorizer)).collect();
        if self.api.protocol != Protocol::Http {
            return Value::list(found);
        }
        // Where no route asks for a token, an authorizer that was not read guards nothing.
        let asking = self.routes.iter().filter(|served| !matches!(&served.route.authorization, Observed::Known(kind) if kind != "JWT"));
        let asking: Vec<_> = asking.filter(|served| served.route.authorization != Observed::Absent).collect();
        let unread = if asking.is_empty() { None } else { missing(&self.api.authorizers, APIGATEWAY) };
        let lost = asking.iter().filter_map(|served| self.lost_authorizer(served));
        // A route that was not read may name an authorizer that is not in the list.
        let unread = unread.iter().flat_map(|unknown| unknown.gaps().to_vec());
        Value::partial_list(found, join(lost.chain(unread).collect(), self.unread.as_ref()))
    }

    /// A route's authorizer that is not among those of its API.
    fn lost_authorizer(&self, served: &ServedRoute<'_>) -> Option<Gap> {
        let named = served.route.authorizer.as_ref()?;
        let listed = self.api.authorizers.iter().any(|authorizer| *named == authorizer.id || *named == authorizer.name);
        let why = || format!("authorizer {named} of {} is not among those of its API", in_words(served));
        (!listed).then(|| Gap::new(APIGATEWAY, Cause::NotSupported).because(why()))
    }

    fn jwt_authorizer(&self, authorizer: &Authorizer) -> Value {
        let mut gaps = Vec::new();
        let mut routes = Vec::new();
        for served in &self.routes {
            let named = served.route.authorizer.as_ref().is_some_and(|name| *name == authorizer.id || *name == authorizer.name);
            match &served.route.authorization {
                Observed::Known(kind) if kind == "JWT" && named => routes.push(in_words(served).into()),
                Observed::Known(kind) if kind == "JWT" && served.route.authorizer.is_none() => {
                    let why = format!("which authorizer {} has is not in the inventory", in_words(served));
                    gaps.push(Gap::new(APIGATEWAY, Cause::NotSupported).because(why));
                }
                Observed::Unknown(gap) => gaps.push(gap.clone().or_action(APIGATEWAY)),
                _ => {}
            }
        }
        let name = if authorizer.name.is_empty() { &authorizer.id } else { &authorizer.name };
        let (found, open) = weaknesses(authorizer);
        let in_words = (!found.is_empty()).then(|| format!("{name} {}", found.join(" and ")));
        RecordBuilder::new(&JWT_AUTHORIZER)
            .set("id", &authorizer.id)
            .set("name", name)
            .set("issuer", authorizer.jwt_issuer.as_deref())
            .set("audience", strings(&authorizer.jwt_audience))
            .set("in_words", if found.is_empty() { open.clone().map_or(Value::Absent, Value::from) } else { in_words.into() })
            .set("weaknesses", Value::partial_list(found.into_iter().map(Value::from).collect(), open))
            .set("routes", Value::partial_list(routes, join(gaps, self.unread.as_ref())))
            .build()
    }
}

/// What an authorizer fails to make sure of, and why there may be more: what is known only after deployment.
fn weaknesses(authorizer: &Authorizer) -> (Vec<String>, Option<Unknown>) {
    let (mut found, mut open) = (Vec::new(), Vec::new());
    match authorizer.jwt_issuer.as_deref() {
        Some(issuer) if is_undeployed_id(issuer) => open.push(undeployed("the issuer")),
        Some(issuer) if issuer.to_ascii_lowercase().starts_with("https://") => {}
        Some(issuer) => found.push(format!("fetches the keys of {issuer} without TLS")),
        None => found.push("names no issuer".to_owned()),
    }
    if authorizer.jwt_audience.is_empty() {
        found.push("takes tokens that the issuer made for any other application".to_owned());
    } else if authorizer.jwt_audience.iter().all(|audience| is_undeployed_id(audience)) {
        open.push(undeployed("the audience"));
    }
    (found, Unknown::of(open))
}

fn undeployed(what: &str) -> Gap {
    Gap::new("", Cause::Undeployed).because(format!("{what} is known only after deployment"))
}
