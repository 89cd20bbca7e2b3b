//! What an error of AWS means for a run: whether anything happened, and whether to try again.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::collect::gap::roots;
use crate::migrate::actions::Operation;
use crate::migrate::cloud::CallError;

/// Why a call brought no answer.
pub(super) fn of<E>(operation: &Operation, error: &SdkError<E, HttpResponse>) -> CallError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let status = error.raw_response().map(|raw| raw.status().as_u16());
    let metadata = error.as_service_error().map(ProvideErrorMetadata::meta);
    let code = metadata.and_then(|metadata| metadata.code());
    match (error, code) {
        // The request was never sent.
        (SdkError::ConstructionFailure(_), _) => CallError::Rejected(told(operation, &roots(error))),
        (SdkError::ServiceError(_), Some(code)) => {
            let message = metadata.and_then(|metadata| metadata.message()).unwrap_or_default();
            of_code(operation, code, message, status)
        }
        (SdkError::ServiceError(_) | SdkError::ResponseError(_), _) => of_status(operation, status, &roots(error)),
        _ => CallError::Lost(told(operation, &roots(error))),
    }
}

fn told(operation: &Operation, words: &str) -> String {
    format!("{}: {words}", operation.operation)
}

/// An answer without a code, such as that of a proxy.
fn of_status(operation: &Operation, status: Option<u16>, words: &str) -> CallError {
    let words = told(operation, &status.map_or_else(|| words.to_owned(), |status| format!("HTTP {status}: {words}")));
    match status {
        Some(401 | 403) => CallError::Denied(format!("{} ({words})", operation.action)),
        Some(429) => CallError::Throttled,
        Some(400..=499 | 501) => CallError::Rejected(words),
        _ => CallError::Lost(words),
    }
}

/// What AWS's code means, with its words where the code alone does not tell.
fn of_code(operation: &Operation, code: &str, message: &str, status: Option<u16>) -> CallError {
    // EC2 appends a blob that differs from answer to answer and tells more to an administrator than to a reader.
    let message = message.split("Encoded authorization failure message").next().unwrap_or(message).trim_end();
    let words = told(operation, &if message.is_empty() { code.to_owned() } else { format!("{code}: {message}") });
    if is_throttle(code, message, status) {
        CallError::Throttled
    } else if is_denial(code) {
        CallError::Denied(format!("{} ({words})", operation.action))
    } else if is_taken(code, message) {
        CallError::Taken(words)
    } else if is_busy(operation, code, message) {
        CallError::Busy(words)
    } else if is_gone(code) {
        CallError::Gone(words)
    } else if status.is_some_and(|status| status >= 500 && status != 501) {
        CallError::Lost(words)
    } else {
        CallError::Rejected(words)
    }
}

fn is_throttle(code: &str, message: &str, status: Option<u16>) -> bool {
    let codes = [
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "TooManyRequestsException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "BandwidthLimitExceeded",
    ];
    // API Gateway says so with the same status when a quota for good is used up, which waiting does not mend.
    match code {
        "LimitExceededException" => message.to_lowercase().contains("rate"),
        _ => codes.contains(&code) || status == Some(429),
    }
}

/// Refused because of who asks, for want of a permission or of credentials that are still good.
fn is_denial(code: &str) -> bool {
    let codes = [
        "AccessDenied",
        "AccessDeniedException",
        "UnauthorizedOperation",
        "UnauthorizedException",
        "AuthorizationError",
        "AuthorizationErrorException",
        "NotAuthorized",
        "Forbidden",
        "ForbiddenException",
        "AuthFailure",
        "OptInRequired",
        "UnrecognizedClientException",
        "InvalidClientTokenId",
        "ExpiredToken",
        "ExpiredTokenException",
        "RequestExpired",
        "SignatureDoesNotMatch",
        "InvalidSignatureException",
        "IncompleteSignature",
        "IncompleteSignatureException",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
    ];
    codes.contains(&code)
}

/// Refused because something of that name, port or path is there.
fn is_taken(code: &str, message: &str) -> bool {
    let codes = [
        "DuplicateLoadBalancerName",
        "DuplicateTargetGroupName",
        "DuplicateListener",
        "InvalidGroup.Duplicate",
        "InvalidPermission.Duplicate",
    ];
    // API Gateway has one code for what exists and for what somebody else is changing; ECS tells by words only.
    let exists = code == "ConflictException" && message.contains("already");
    codes.contains(&code) || exists || message.contains("was not idempotent")
}

/// Refused because of something that passes.
fn is_busy(operation: &Operation, code: &str, message: &str) -> bool {
    let codes = [
        "ConflictException",
        "DependencyViolation",
        "ResourceInUse",
        "ResourceInUseException",
        "InvalidGroup.InUse",
        "IncorrectState",
        "UpdateInProgressException",
        "PriorRequestNotComplete",
    ];
    let passing = [
        "does not have an associated load balancer",
        "is referenced in",
        "associated with another service",
        "still Draining",
        "Active stages pointing to this deployment",
        "in progress",
    ];
    let unavailable =
        matches!(code, "ServiceUnavailableException" | "ServiceUnavailable") && operation.operation.ends_with(":CreateDeployment");
    codes.contains(&code) || unavailable || passing.iter().any(|words| message.contains(words))
}

fn is_gone(code: &str) -> bool {
    code.ends_with("NotFound") || code.ends_with("NotFoundException") || code == "ServiceNotActiveException"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migrate::actions;

    fn kind(error: &CallError) -> &'static str {
        match error {
            CallError::Denied(_) => "denied",
            CallError::Rejected(_) => "rejected",
            CallError::Throttled => "throttled",
            CallError::Busy(_) => "busy",
            CallError::Taken(_) => "taken",
            CallError::Gone(_) => "gone",
            CallError::Lost(_) => "lost",
            CallError::Stopped => "stopped",
        }
    }

    #[test]
    fn every_service_has_its_own_words_for_the_same_thing() {
        let table: &[(&Operation, &str, &str, u16, &str)] = &[
            (&actions::CREATE_SECURITY_GROUP, "UnauthorizedOperation", "You are not authorized", 403, "denied"),
            (&actions::CREATE_LOAD_BALANCER, "AccessDenied", "User … is not authorized", 403, "denied"),
            (&actions::UPDATE_SERVICE, "AccessDeniedException", "User … is not authorized", 400, "denied"),
            (&actions::UPDATE_REST_STAGE, "AccessDeniedException", "User … is not authorized", 403, "denied"),
            (&actions::UPDATE_HTTP_STAGE, "AccessDeniedException", "User … is not authorized", 403, "denied"),
            (&actions::UPDATE_REST_STAGE, "ExpiredTokenException", "The security token is expired", 403, "denied"),
            (&actions::UPDATE_REST_STAGE, "TooManyRequestsException", "Too Many Requests", 429, "throttled"),
            (&actions::CREATE_LISTENER, "Throttling", "Rate exceeded", 400, "throttled"),
            (&actions::UPDATE_SERVICE, "ThrottlingException", "Rate exceeded", 400, "throttled"),
            (&actions::REVOKE_INGRESS, "RequestLimitExceeded", "Request limit exceeded.", 503, "throttled"),
            (&actions::UPDATE_REST_STAGE, "ConflictException", "Unable to complete operation due to concurrent modification", 409, "busy"),
            (&actions::CREATE_RESOURCE, "ConflictException", "Another resource with the same parent already has this name", 409, "taken"),
            (&actions::CREATE_HTTP_STAGE, "ConflictException", "Stage already exists", 409, "taken"),
            (&actions::CREATE_REST_DEPLOYMENT, "ServiceUnavailableException", "", 503, "busy"),
            (&actions::UPDATE_REST_STAGE, "ServiceUnavailableException", "", 503, "lost"),
            (
                &actions::DELETE_VPC_LINK_V1,
                "BadRequestException",
                "Cannot delete vpc link. Vpc link 'x', is referenced in [a:GET:r:prod]",
                400,
                "busy",
            ),
            (&actions::DELETE_SECURITY_GROUP, "DependencyViolation", "resource sg-1 has a dependent object", 400, "busy"),
            (&actions::DELETE_TARGET_GROUP, "ResourceInUse", "Target group is currently in use by a listener", 400, "busy"),
            (
                &actions::UPDATE_SERVICE,
                "InvalidParameterException",
                "The target group with targetGroupArn t does not have an associated load balancer.",
                400,
                "busy",
            ),
            (&actions::CREATE_SERVICE, "InvalidParameterException", "Creation of service was not idempotent.", 400, "taken"),
            (&actions::CREATE_LOAD_BALANCER, "DuplicateLoadBalancerName", "", 400, "taken"),
            (&actions::CREATE_TARGET_GROUP, "DuplicateTargetGroupName", "", 400, "taken"),
            (&actions::CREATE_LISTENER, "DuplicateListener", "", 400, "taken"),
            (&actions::CREATE_SECURITY_GROUP, "InvalidGroup.Duplicate", "", 400, "taken"),
            (&actions::AUTHORIZE_INGRESS, "InvalidPermission.Duplicate", "", 400, "taken"),
            (&actions::DELETE_SECURITY_GROUP, "InvalidGroup.NotFound", "", 400, "gone"),
            (&actions::DELETE_LOAD_BALANCER, "LoadBalancerNotFound", "", 400, "gone"),
            (&actions::GET_REST_STAGE, "NotFoundException", "Invalid stage identifier specified", 404, "gone"),
            (&actions::UPDATE_SERVICE, "ServiceNotFoundException", "Service not found.", 400, "gone"),
            (&actions::UPDATE_REST_STAGE, "InternalFailure", "", 500, "lost"),
            (&actions::UPDATE_REST_INTEGRATION, "BadRequestException", "Invalid patch path", 400, "rejected"),
            (&actions::CREATE_VPC_LINK_V1, "LimitExceededException", "The request exceeded the rate limit.", 429, "throttled"),
            (&actions::CREATE_VPC_LINK_V1, "LimitExceededException", "Maximum number of links", 429, "rejected"),
            (&actions::DELETE_LOAD_BALANCER, "OperationNotPermitted", "deletion protection is enabled", 400, "rejected"),
            (&actions::UPDATE_REST_INTEGRATION, "NotImplemented", "", 501, "rejected"),
        ];
        for (operation, code, message, status, meaning) in table {
            let error = of_code(operation, code, message, Some(*status));
            assert_eq!(kind(&error), *meaning, "{} {code} {status} {message}", operation.operation);
        }
    }

    #[test]
    fn a_denial_names_the_action_and_a_status_alone_tells_enough() {
        let error = of_code(&actions::UPDATE_REST_STAGE, "AccessDeniedException", "no", Some(403));
        assert_eq!(error, CallError::Denied("apigateway:PATCH (apigateway:UpdateStage: AccessDeniedException: no)".to_owned()));
        for (status, meaning) in
            [(Some(403), "denied"), (Some(404), "rejected"), (Some(429), "throttled"), (Some(502), "lost"), (None, "lost")]
        {
            assert_eq!(kind(&of_status(&actions::UPDATE_REST_STAGE, status, "a page")), meaning, "{status:?}");
        }
    }
}
