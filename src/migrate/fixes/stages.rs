//! What the stages of APIs write down.

use super::Fix;
use super::desk::{Desk, Draft, Why};
use crate::inventory::{Api, Observed, Protocol, Stage};
use crate::migrate::plan::Step;
use crate::migrate::planner::Code;
use crate::migrate::thing::{Property, State};

/// What a line of a REST API's access log says.
const REST_FORMAT: &str = r#"{"requestId":"$context.requestId","time":"$context.requestTime","ip":"$context.identity.sourceIp","domain":"$context.domainName","method":"$context.httpMethod","path":"$context.path","route":"$context.resourcePath","status":"$context.status","bytes":"$context.responseLength","latency":"$context.responseLatency","backendStatus":"$context.integration.status","backendLatency":"$context.integration.latency","principal":"$context.authorizer.principalId","caller":"$context.identity.userArn","userAgent":"$context.identity.userAgent","error":"$context.error.message"}"#;
/// What a line of an HTTP or WebSocket API's access log says.
const HTTP_FORMAT: &str = r#"{"requestId":"$context.requestId","time":"$context.requestTime","ip":"$context.identity.sourceIp","domain":"$context.domainName","method":"$context.httpMethod","path":"$context.path","route":"$context.routeKey","status":"$context.status","bytes":"$context.responseLength","latency":"$context.responseLatency","backendStatus":"$context.integration.status","backendLatency":"$context.integration.latency","principal":"$context.authorizer.principalId","caller":"$context.identity.userArn","userAgent":"$context.identity.userAgent","error":"$context.error.message"}"#;

/// The fixes of all stages that serve something.
pub(super) fn fixes(desk: &Desk<'_, '_>) -> Vec<Fix> {
    let region = desk.scope.region;
    let mut found = Vec::new();
    for api in region.rest_apis.iter().chain(&region.http_apis) {
        for stage in api.stages.iter().filter(|stage| !matches!(stage.deployed, Observed::Absent)) {
            found.extend(access_logs(desk, api, stage));
            if api.protocol == Protocol::Rest {
                found.extend(execution_logging(desk, api, stage));
                found.extend(tracing(desk, api, stage));
            }
        }
    }
    found
}

fn about(desk: &Desk<'_, '_>, id: &'static str, api: &Api, stage: &Stage) -> Draft {
    let ids = &desk.scope.topology.ids;
    let resource = ids.stage(desk.scope.region, api, stage);
    Draft {
        id,
        subject: format!("stage {} of API {} ({})", stage.name, api.name, api.id),
        what: String::new(),
        breaks: String::new(),
        relies: vec![format!("stage {}/{}", api.id, stage.name)],
        locks: vec![ids.api(desk.scope.region, api)],
        touches: vec![resource.clone()],
        resource,
        answers: Vec::new(),
    }
}

fn managed(desk: &Desk<'_, '_>, api: &Api, stage: &Stage) -> Result<(), Why> {
    desk.managed("the API", &api.tags)?;
    desk.managed("the stage", &stage.tags)
}

fn access_logs(desk: &Desk<'_, '_>, api: &Api, stage: &Stage) -> Option<Fix> {
    if stage.access_log.is_some() {
        return None;
    }
    let mut draft = about(desk, "stage-access-logs", api, stage).saying(
        "write down who called which route and what came back",
        "No caller notices; each request costs a line of log. REST and WebSocket APIs need an account-wide role for CloudWatch \
                    logs: without one AWS refuses the change.",
    );
    draft.answers = desk.findings(&["api-without-access-logs"], |id| id == draft.resource);
    let steps = logging_to(desk, api, stage, &draft);
    Some(draft.finish(steps))
}

fn logging_to(desk: &Desk<'_, '_>, api: &Api, stage: &Stage, draft: &Draft) -> Result<Vec<Step>, Why> {
    managed(desk, api, stage)?;
    let Some(group) = desk.options.log_group.as_deref() else {
        return Err((Code::LogGroup, "no log group is named".to_owned()));
    };
    // What `describe-log-groups` prints ends in `:*`, which API Gateway does not take.
    let group = group.trim_end_matches(":*");
    let nothing = State::settings::<&str, &str>([]);
    let (api, stage) = (api, stage.name.clone());
    Ok(if api.protocol == Protocol::Rest {
        let after = State::settings([("/accessLogSettings/destinationArn", group), ("/accessLogSettings/format", REST_FORMAT)]);
        draft.set(Property::RestStage { api: api.id.clone(), stage }, nothing, after)
    } else {
        let after = State::settings([("AccessLogSettings.DestinationArn", group), ("AccessLogSettings.Format", HTTP_FORMAT)]);
        draft.set(Property::HttpStage { api: api.id.clone(), stage }, nothing, after)
    })
}

fn execution_logging(desk: &Desk<'_, '_>, api: &Api, stage: &Stage) -> Option<Fix> {
    const KEY: &str = "/*/*/logging/loglevel";
    let level = stage.method_settings.get("*/*").and_then(|settings| settings.logging_level.known()).map(String::as_str);
    if level.is_some_and(|level| level != "OFF") {
        return None;
    }
    let draft = about(desk, "stage-execution-logging", api, stage).saying(
        "write down why requests fail (execution logs at level ERROR)",
        "No caller notices; failed requests cost some lines of log. Without an account-wide role for CloudWatch logs AWS \
                    refuses the change.",
    );
    let before = level.map(|level| (KEY, level));
    let steps = managed(desk, api, stage).map(|()| {
        let property = Property::RestStage { api: api.id.clone(), stage: stage.name.clone() };
        draft.set(property, State::settings(before), State::settings([(KEY, "ERROR")]))
    });
    Some(draft.finish(steps))
}

fn tracing(desk: &Desk<'_, '_>, api: &Api, stage: &Stage) -> Option<Fix> {
    const KEY: &str = "/tracingEnabled";
    if stage.tracing_enabled {
        return None;
    }
    let draft = about(desk, "stage-tracing", api, stage).saying(
        "take X-Ray traces",
        "No caller notices; a share of the requests costs a trace, and back ends get the header X-Amzn-Trace-Id.",
    );
    let steps = managed(desk, api, stage).map(|()| {
        let property = Property::RestStage { api: api.id.clone(), stage: stage.name.clone() };
        draft.set(property, State::settings([(KEY, "false")]), State::settings([(KEY, "true")]))
    });
    Some(draft.finish(steps))
}
