//! The rehearsal: a scratch API that only signed requests can use takes the old way, then, by the very change that the real API is
//! to get, the new one; and must bring the same.

use std::collections::BTreeSet;

use super::build::{Builder, Destinations};
use super::finish::{http_states, rest_states};
use super::names::Names;
use super::probe::wanted;
use super::scope::{Edge, Part, Scope};
use crate::inventory::Protocol;
use crate::migrate::cloud::Request;
use crate::migrate::plan::{Action, Check, Phase};
use crate::migrate::thing::{Create, Property};

/// Which rehearsal it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// Before the real API is touched: the old way first, then the new one.
    Before,
    /// Once the old way is closed, which may have hidden that the new one is not: the new way only, against what the old one brought.
    Closed,
}

/// Adds a rehearsal for each protocol and port of each load balancer.
pub(super) fn prove(builder: &mut Builder, scope: &Scope<'_, '_>, parts: &[Part<'_>], destinations: &Destinations, id: &str, when: When) {
    let mut seen = BTreeSet::new();
    for part in parts {
        for edge in &part.edges {
            if seen.insert((part.api.protocol, edge.balancer.arn.clone(), edge.url.port)) {
                let destination = &destinations[&(edge.balancer.arn.clone(), edge.url.port)];
                let names = Names::new(id, 0);
                let stage = part.stages.first().map_or("prod", |stage| stage.name.as_str());
                rehearse(builder, scope, part.api.protocol, edge, stage, destination, &names, (seen.len(), when));
            }
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "one rehearsal is all of these")]
fn rehearse(
    builder: &mut Builder,
    scope: &Scope<'_, '_>,
    protocol: Protocol,
    edge: &Edge<'_>,
    stage: &str,
    destination: &super::build::Destination,
    names: &Names,
    (number, when): (usize, When),
) {
    let kind = if when == When::Before { format!("scratch-{number}") } else { format!("closed-{number}") };
    let phase = if when == When::Before { Phase::Prove } else { Phase::Verify };
    let step = |what: &str| format!("{kind}-{what}");
    let made = |what: &str| format!("${{{kind}-{what}}}");
    let scheme = if edge.url.encrypted { "https" } else { "http" };
    let uri = format!("{scheme}://{}:{}/{{proxy}}", edge.url.host, edge.url.port);
    let name = names.resource(&kind);
    let mut create = |what: &str, title: &str, thing| builder.add(phase, &step(what), title, Action::Create(thing));
    let api = made("api");
    let (property, before, after) = if protocol == Protocol::Rest {
        create("api", "create a scratch API", Create::RestApi { name });
        let parent = format!("${{{}.root}}", step("api"));
        create("resource", "give it a resource for every path", Create::RestResource { api: api.clone(), parent });
        create("method", "let only signed requests in", Create::RestMethod { api: api.clone(), resource: made("resource") });
        let thing = Create::RestIntegration { api: api.clone(), resource: made("resource"), uri: uri.clone() };
        create("integration", "lead it the old way", thing);
        if when == When::Before {
            create("first", "deploy it", Create::RestDeployment { api: api.clone(), stage: Some(stage.to_owned()), canary_percent: None });
        }
        let (before, after) = rest_states(&uri, destination);
        (Property::RestIntegration { api: api.clone(), resource: made("resource"), method: "ANY".to_owned() }, before, after)
    } else {
        create("api", "create a scratch API", Create::HttpApi { name });
        create("integration", "lead it the old way", Create::HttpIntegration { api: api.clone(), uri: uri.clone() });
        let thing = Create::HttpRoute { api: api.clone(), integration: made("integration") };
        create("route", "give it a route for every path, for signed requests only", thing);
        create("stage", "serve it", Create::HttpStage { api: api.clone(), stage: stage.to_owned() });
        let (before, after) = http_states(&uri, &edge.url, false, destination);
        (Property::HttpIntegration { api: api.clone(), integration: made("integration") }, before, after)
    };
    let requests: Vec<Request> = wanted(scope, edge)
        .into_iter()
        .map(|path| Request::Invoke {
            api: api.clone(),
            stage: stage.to_owned(),
            path: if path == "/" { "/apiaudit".to_owned() } else { path },
            signed: true,
        })
        .collect();
    let baseline = format!("scratch-{number}-before");
    if when == When::Before {
        let untouched = vec![(property.clone(), before.clone())];
        let check = Check::Baseline { requests: requests.clone(), untouched };
        builder.add(phase, &baseline, "ask through the scratch API the old way", Action::Check(check));
    }
    builder.add(
        phase,
        &step("move"),
        "move the scratch API to the new way",
        Action::Set { property, before, after, undone_by_earlier: true },
    );
    if protocol == Protocol::Rest {
        let thing = Create::RestDeployment { api, stage: Some(stage.to_owned()), canary_percent: None };
        builder.add(phase, &step("second"), "deploy it", Action::Create(thing));
    }
    let check = Check::SameAs { baseline, requests, for_seconds: 0 };
    builder.add(phase, &step("after"), format!("ask again the new way ({}): the same must come back", edge.url.host), Action::Check(check));
    let discard = Action::Discard { step: step("api") };
    builder.add(phase, &step("discard"), "delete the scratch API", discard);
}
