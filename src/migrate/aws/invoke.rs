//! Requests that change nothing: through the working copy of an API, and to a stage over HTTPS.

use std::time::{Duration, SystemTime};

use aws_credential_types::provider::ProvideCredentials as _;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_http_client::Connector;
use aws_smithy_runtime_api::client::http::HttpConnector as _;
use aws_smithy_runtime_api::client::identity::Identity;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::byte_stream::ByteStream;
use sha2::{Digest as _, Sha256};

use super::caller::Caller;
use crate::collect::client::connector;
use crate::collect::gap::roots;
use crate::migrate::actions;
use crate::migrate::cloud::{Answer, CallError};

/// How long an answer may take: a stage lets its back end take half a minute.
const PATIENCE: Duration = Duration::from_mins(1);
/// What stands before the URI in the log of a test.
const SENT: &str = "Endpoint request URI: ";

fn digest(body: &[u8]) -> String {
    Sha256::digest(body).iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

fn code(status: i32) -> u16 {
    u16::try_from(status).unwrap_or_default()
}

/// A GET through the working copy. Whether AWS takes `ANY` for the verb of a request or for the method's name is not documented:
/// a GET is asked for first, and the method by its name where there is none.
pub(super) async fn test(caller: &Caller, api: &str, resource: &str, method: &str, path: &str) -> Result<Answer, CallError> {
    if method != "ANY" {
        return test_as(caller, api, resource, method, path).await;
    }
    match test_as(caller, api, resource, "GET", path).await {
        Err(CallError::Gone(_)) => test_as(caller, api, resource, method, path).await,
        answer => answer,
    }
}

async fn test_as(caller: &Caller, api: &str, resource: &str, verb: &str, path: &str) -> Result<Answer, CallError> {
    let request = caller.reads.apigateway.test_invoke_method().rest_api_id(api).resource_id(resource).http_method(verb);
    let request = request.path_with_query_string(path);
    let told = caller.call(&actions::TEST_INVOKE_METHOD, request.send()).await?;
    Ok(Answer {
        status: code(told.status),
        body: digest(told.body.unwrap_or_default().as_bytes()),
        sent: told.log.as_deref().and_then(sent),
    })
}

/// The URI as it was sent to the back end.
fn sent(log: &str) -> Option<String> {
    let line = log.lines().find_map(|line| line.split_once(SENT))?.1;
    Some(line.trim_end_matches(" [TRUNCATED]").trim().to_owned())
}

/// Sends requests to stages.
pub(super) struct Invoker {
    connector: Connector,
    endpoint: Option<String>,
}

impl Invoker {
    /// Requests go to AWS, or to the endpoint that stands for it.
    pub(super) fn new(endpoint: Option<&str>) -> Self {
        Self { connector: connector(), endpoint: endpoint.map(|endpoint| endpoint.trim_end_matches('/').to_owned()) }
    }

    fn url(&self, region: &str, api: &str, stage: &str, path: &str) -> String {
        let path = path.trim_start_matches('/');
        match &self.endpoint {
            Some(endpoint) => format!("{endpoint}/_aws/execute-api/{api}/{stage}/{path}"),
            None if stage == "$default" => format!("https://{api}.execute-api.{region}.{}/{path}", suffix(region)),
            None => format!("https://{api}.execute-api.{region}.{}/{stage}/{path}", suffix(region)),
        }
    }

    /// A GET to a stage. Any answer is one, whatever its status.
    pub(super) async fn get(&self, caller: &Caller, api: &str, stage: &str, path: &str, signed: bool) -> Result<Answer, CallError> {
        let url = self.url(&caller.region, api, stage, path);
        let mut request = HttpRequest::get(&url).map_err(|error| CallError::Rejected(format!("{url}: {error}")))?;
        if signed {
            for (name, value) in signature(caller, &url).await? {
                request.headers_mut().insert(name, value);
            }
        }
        match tokio::time::timeout(PATIENCE, self.send(request)).await {
            Ok(answer) => answer.map_err(|words| CallError::Lost(format!("{url}: {words}"))),
            Err(_) => Err(CallError::Lost(format!("{url}: no answer within {} s", PATIENCE.as_secs()))),
        }
    }

    async fn send(&self, request: HttpRequest) -> Result<Answer, String> {
        let answer = self.connector.call(request).await.map_err(|error| roots(&error))?;
        let status = answer.status().as_u16();
        let body = ByteStream::new(answer.into_body()).collect().await.map_err(|error| roots(&error))?;
        Ok(Answer { status, body: digest(&body.into_bytes()), sent: None })
    }
}

/// What ends the names of a region's hosts.
fn suffix(region: &str) -> &'static str {
    match region.split('-').take(2).collect::<Vec<_>>()[..] {
        ["cn", _] => "amazonaws.com.cn",
        ["us", "iso"] => "c2s.ic.gov",
        ["us", "isob"] => "sc2s.sgov.gov",
        ["us", "isof"] => "csp.hci.ic.gov",
        ["eu", "isoe"] => "cloud.adc-e.uk",
        ["eusc", _] => "amazonaws.eu",
        _ => "amazonaws.com",
    }
}

/// The headers that sign a GET with the caller's credentials.
async fn signature(caller: &Caller, url: &str) -> Result<Vec<(String, String)>, CallError> {
    let unsigned = |words: String| CallError::Rejected(format!("the request to {url} cannot be signed: {words}"));
    let provider = caller.config.credentials_provider().ok_or_else(|| unsigned("there are no credentials".to_owned()))?;
    let credentials = provider.provide_credentials().await.map_err(|error| unsigned(roots(&error)))?;
    let identity: Identity = credentials.into();
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(&caller.region)
        .name("execute-api")
        .time(moment())
        .settings(SigningSettings::default())
        .build()
        .map_err(|error| unsigned(error.to_string()))?
        .into();
    let request = SignableRequest::new("GET", url, std::iter::empty(), SignableBody::Bytes(&[]));
    let request = request.map_err(|error| unsigned(roots(&error)))?;
    let (instructions, _) = sign(request, &parameters).map_err(|error| unsigned(roots(&error)))?.into_parts();
    Ok(instructions.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

/// The moment, which a signature holds.
#[expect(clippy::disallowed_methods, reason = "this is an edge, where time comes from")]
pub(super) fn moment() -> SystemTime {
    SystemTime::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_of_a_test_tells_what_was_sent() {
        let log = "Execution log for request 1\nTue Nov 24 10:00:00 UTC 2026 : Endpoint request URI: http://a.example/orders?x=1\nTue : Endpoint request headers: {}";
        assert_eq!(sent(log).as_deref(), Some("http://a.example/orders?x=1"));
        assert_eq!(sent("nothing"), None);
    }

    #[test]
    fn a_stage_has_an_address() {
        let aws = Invoker::new(None);
        assert_eq!(aws.url("eu-west-1", "a1", "prod", "/orders"), "https://a1.execute-api.eu-west-1.amazonaws.com/prod/orders");
        assert_eq!(aws.url("cn-north-1", "a1", "$default", "orders"), "https://a1.execute-api.cn-north-1.amazonaws.com.cn/orders");
        let local = Invoker::new(Some("http://127.0.0.1:5000/"));
        assert_eq!(local.url("eu-west-1", "a1", "prod", "/orders"), "http://127.0.0.1:5000/_aws/execute-api/a1/prod/orders");
    }

    #[test]
    fn a_body_is_known_by_its_digest() {
        assert_eq!(digest(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
}
