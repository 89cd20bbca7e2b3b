//! The log and its runs.

use super::place::{ARTIFACT_LOCATION, LOCATION, LOGICAL_LOCATION, MESSAGE};
use super::result::{RESULT, STEP};
use super::tool::{COMPONENT, RULE_REFERENCE, TOOL};
use super::{BAG, LEVELS};
use crate::report::sarif::check::shape::Shape;
use crate::report::sarif::check::shape::Type::{Anything, Flag, Guid, Integer, List, Map, Object, OneOf, Set, Text, Time};

pub(in super::super) static LOG: Shape = Shape {
    required: &["runs"],
    members: &[
        ("$schema", Text),
        ("version", Text),
        ("runs", List(&Object(&RUN))),
        ("inlineExternalProperties", Anything),
        ("properties", BAG),
    ],
};

pub(in super::super) static RUN: Shape = Shape {
    required: &["tool"],
    members: &[
        ("tool", Object(&TOOL)),
        ("invocations", List(&Object(&INVOCATION))),
        ("conversion", Anything),
        ("language", Text),
        ("versionControlProvenance", Set(&Object(&VERSION_CONTROL))),
        ("originalUriBaseIds", Map(&Object(&ARTIFACT_LOCATION))),
        ("artifacts", Set(&Anything)),
        ("logicalLocations", Set(&Object(&LOGICAL_LOCATION))),
        ("graphs", Anything),
        ("results", List(&Object(&RESULT))),
        ("automationDetails", Object(&AUTOMATION)),
        ("runAggregates", Set(&Object(&AUTOMATION))),
        ("baselineGuid", Guid),
        ("redactionTokens", Set(&Text)),
        ("defaultEncoding", Text),
        ("defaultSourceLanguage", Text),
        ("newlineSequences", Set(&Text)),
        ("columnKind", OneOf(&["utf16CodeUnits", "unicodeCodePoints"])),
        ("externalPropertyFileReferences", Anything),
        ("threadFlowLocations", Set(&Object(&STEP))),
        ("taxonomies", Set(&Object(&COMPONENT))),
        ("addresses", Anything),
        ("translations", Set(&Object(&COMPONENT))),
        ("policies", Set(&Object(&COMPONENT))),
        ("webRequests", Anything),
        ("webResponses", Anything),
        ("specialLocations", Anything),
        ("properties", BAG),
    ],
};

pub(super) static AUTOMATION: Shape = Shape {
    required: &[],
    members: &[("description", Object(&MESSAGE)), ("id", Text), ("guid", Guid), ("correlationGuid", Guid), ("properties", BAG)],
};

pub(super) static VERSION_CONTROL: Shape = Shape {
    required: &["repositoryUri"],
    members: &[
        ("repositoryUri", Text),
        ("revisionId", Text),
        ("branch", Text),
        ("revisionTag", Text),
        ("asOfTimeUtc", Time),
        ("mappedTo", Object(&ARTIFACT_LOCATION)),
        ("properties", BAG),
    ],
};

pub(super) static INVOCATION: Shape = Shape {
    required: &["executionSuccessful"],
    members: &[
        ("commandLine", Text),
        ("arguments", List(&Text)),
        ("responseFiles", Set(&Object(&ARTIFACT_LOCATION))),
        ("startTimeUtc", Time),
        ("endTimeUtc", Time),
        ("exitCode", Integer(i64::MIN)),
        ("ruleConfigurationOverrides", Anything),
        ("notificationConfigurationOverrides", Anything),
        ("toolExecutionNotifications", List(&Object(&NOTIFICATION))),
        ("toolConfigurationNotifications", List(&Object(&NOTIFICATION))),
        ("exitCodeDescription", Text),
        ("exitSignalName", Text),
        ("exitSignalNumber", Integer(i64::MIN)),
        ("processStartFailureMessage", Text),
        ("executionSuccessful", Flag),
        ("machine", Text),
        ("account", Text),
        ("processId", Integer(i64::MIN)),
        ("executableLocation", Object(&ARTIFACT_LOCATION)),
        ("workingDirectory", Object(&ARTIFACT_LOCATION)),
        ("environmentVariables", Map(&Text)),
        ("stdin", Object(&ARTIFACT_LOCATION)),
        ("stdout", Object(&ARTIFACT_LOCATION)),
        ("stderr", Object(&ARTIFACT_LOCATION)),
        ("stdoutStderr", Object(&ARTIFACT_LOCATION)),
        ("properties", BAG),
    ],
};

pub(super) static NOTIFICATION: Shape = Shape {
    required: &["message"],
    members: &[
        ("locations", Set(&Object(&LOCATION))),
        ("message", Object(&MESSAGE)),
        ("level", OneOf(LEVELS)),
        ("threadId", Integer(i64::MIN)),
        ("timeUtc", Time),
        ("exception", Anything),
        ("descriptor", Object(&RULE_REFERENCE)),
        ("associatedRule", Object(&RULE_REFERENCE)),
        ("properties", BAG),
    ],
};
