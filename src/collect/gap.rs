//! From what went wrong with a call to the gap it leaves.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::calls::Call;
use crate::inventory::{Cause, Gap};

/// What a call that brought no answer means beyond the gap it leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A permission is missing.
    Denied,
    /// Throttled until the retries ran out.
    Throttled,
    /// This endpoint does not know the operation, and never will.
    Unsupported,
    /// The resource vanished since it was listed.
    Gone,
    /// The region does not know this account: it is not enabled.
    Closed,
    /// The credentials are no good: expired, or wrongly signed.
    Credentials,
    /// Nobody answered.
    Unreachable,
    /// The scan was stopped before.
    Stopped,
    /// Anything else.
    Other,
}

/// A call that brought no answer.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    /// The gap it leaves.
    pub(super) gap: Gap,
    /// What it means beyond.
    pub(super) meaning: Meaning,
}

impl Failure {
    /// A call that was not made because the scan was stopped.
    pub(super) fn stopped(call: &Call, region: &str, resource: Option<&str>) -> Self {
        Self { gap: gap(call, region, resource, Cause::NotAsked).because("interrupted"), meaning: Meaning::Stopped }
    }

    /// A call that failed.
    pub(super) fn of<E>(call: &Call, region: &str, resource: Option<&str>, error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let answer = Answer::of(error);
        let meaning = answer.meaning(unreachable(error));
        let detail = match (&answer.code, answer.status) {
            (Some(code), _) => words(code, answer.message.as_deref()),
            (None, Some(status)) if answer.html => format!("HTTP {status} with a web page instead of an answer"),
            _ => roots(error),
        };
        // No request id: the same refusal must give the same snapshot and the same report.
        Self { gap: gap(call, region, resource, cause(meaning)).because(detail), meaning }
    }

    /// AWS's words.
    pub(super) fn detail(&self) -> String {
        self.gap.detail.clone().unwrap_or_default()
    }
}

/// The gap left by a call about a resource.
pub(super) fn gap(call: &Call, region: &str, resource: Option<&str>, cause: Cause) -> Gap {
    Gap {
        action: call.action.to_owned(),
        operation: call.operation.to_owned(),
        region: region.to_owned(),
        resource: resource.map(str::to_owned),
        cause,
        detail: None,
    }
}

fn cause(meaning: Meaning) -> Cause {
    match meaning {
        Meaning::Denied => Cause::Denied,
        Meaning::Throttled => Cause::Throttled,
        Meaning::Unsupported => Cause::NotSupported,
        Meaning::Stopped => Cause::NotAsked,
        Meaning::Gone | Meaning::Closed | Meaning::Credentials | Meaning::Unreachable | Meaning::Other => Cause::Failed,
    }
}

/// What an error answer says of itself.
#[derive(Debug, Default)]
struct Answer {
    code: Option<String>,
    message: Option<String>,
    status: Option<u16>,
    html: bool,
}

impl Answer {
    fn of<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> Self {
        let raw = error.raw_response();
        let metadata = error.as_service_error().map(ProvideErrorMetadata::meta);
        let html = raw.and_then(|raw| raw.headers().get("content-type")).is_some_and(|kind| kind.starts_with("text/html"));
        Self {
            code: metadata.and_then(|metadata| metadata.code()).map(str::to_owned),
            message: metadata.and_then(|metadata| metadata.message()).map(str::to_owned),
            status: raw.map(|raw| raw.status().as_u16()),
            html,
        }
    }

    fn meaning(&self, unreachable: bool) -> Meaning {
        if unreachable {
            return Meaning::Unreachable;
        }
        match &self.code {
            Some(code) => of_code(code, self.status),
            None => match self.status {
                Some(404 | 405 | 501) => Meaning::Unsupported,
                Some(500) if self.html => Meaning::Unsupported,
                Some(401 | 403) => Meaning::Denied,
                Some(429) => Meaning::Throttled,
                _ => Meaning::Other,
            },
        }
    }
}

/// What AWS's code means. The same thing has another name in almost every service.
fn of_code(code: &str, status: Option<u16>) -> Meaning {
    match code {
        "AccessDenied"
        | "AccessDeniedException"
        | "UnauthorizedOperation"
        | "UnauthorizedException"
        | "AuthorizationError"
        | "AuthorizationErrorException"
        | "NotAuthorized"
        | "Forbidden"
        | "ForbiddenException" => Meaning::Denied,
        "Throttling"
        | "ThrottlingException"
        | "ThrottledException"
        | "TooManyRequestsException"
        | "RequestLimitExceeded"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "SlowDown"
        | "LimitExceededException"
        | "PriorRequestNotComplete"
        | "BandwidthLimitExceeded" => Meaning::Throttled,
        "InvalidAction"
        | "UnknownOperation"
        | "UnknownOperationException"
        | "UnsupportedOperation"
        | "UnsupportedOperationException"
        | "NotImplemented" => Meaning::Unsupported,
        "OptInRequired" | "AuthFailure" | "UnrecognizedClientException" | "InvalidClientTokenId" => Meaning::Closed,
        "ExpiredToken"
        | "ExpiredTokenException"
        | "RequestExpired"
        | "SignatureDoesNotMatch"
        | "InvalidSignatureException"
        | "IncompleteSignature"
        | "IncompleteSignatureException"
        | "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException"
        | "InvalidToken" => Meaning::Credentials,
        _ if status == Some(501) => Meaning::Unsupported,
        _ if code.ends_with("NotFound") || code.ends_with("NotFoundException") || code == "WAFNonexistentItemException" => Meaning::Gone,
        _ => Meaning::Other,
    }
}

fn unreachable<E>(error: &SdkError<E, HttpResponse>) -> bool {
    match error {
        SdkError::DispatchFailure(failure) => failure.is_io() || failure.is_timeout(),
        SdkError::TimeoutError(_) => true,
        _ => false,
    }
}

fn words(code: &str, message: Option<&str>) -> String {
    // EC2 appends a blob that differs from answer to answer and tells more to an administrator than to a reader.
    let message = message.map(|message| message.split("Encoded authorization failure message").next().unwrap_or(message).trim_end());
    message.map_or_else(|| code.to_owned(), |message| format!("{code}: {message}"))
}

/// The error and its causes in one line, without saying anything twice.
pub(crate) fn roots(error: &(dyn std::error::Error + 'static)) -> String {
    let mut said: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let text = error.to_string();
        let text = text.lines().next().unwrap_or_default().to_owned();
        if !said.iter().any(|said| said.contains(&text)) {
            said.push(text);
        }
        next = error.source();
    }
    said.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(code: Option<&str>, status: u16, html: bool) -> Cause {
        let answer = Answer { code: code.map(str::to_owned), message: None, status: Some(status), html };
        cause(answer.meaning(false))
    }

    #[test]
    fn every_services_denial_is_a_denial() {
        for code in ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation"] {
            assert_eq!(answer(Some(code), 403, false), Cause::Denied, "{code}");
        }
        assert_eq!(answer(None, 403, false), Cause::Denied);
    }

    #[test]
    fn every_services_throttle_is_a_throttle() {
        for (code, status) in
            [("Throttling", 400), ("ThrottlingException", 400), ("TooManyRequestsException", 429), ("RequestLimitExceeded", 503)]
        {
            assert_eq!(answer(Some(code), status, false), Cause::Throttled, "{code}");
        }
    }

    #[test]
    fn an_operation_nobody_knows_is_not_an_absence() {
        for (code, status, html) in [
            (None, 500, true),
            (None, 404, true),
            (Some("InvalidAction"), 400, false),
            (Some("UnknownOperationException"), 400, false),
            (Some("InternalFailure"), 501, false),
        ] {
            assert_eq!(answer(code, status, html), Cause::NotSupported, "{code:?} {status}");
        }
        assert_eq!(answer(None, 500, false), Cause::Failed);
        assert_eq!(answer(Some("InternalFailure"), 500, false), Cause::Failed);
    }

    #[test]
    fn a_resource_can_vanish_and_a_region_can_be_closed() {
        assert_eq!(of_code("LoadBalancerNotFound", Some(400)), Meaning::Gone);
        assert_eq!(of_code("NotFoundException", Some(404)), Meaning::Gone);
        assert_eq!(of_code("AuthFailure", Some(401)), Meaning::Closed);
        assert_eq!(of_code("ExpiredToken", Some(403)), Meaning::Credentials);
    }
}
