//! Results and their code flows.

use super::place::{ARTIFACT_LOCATION, LOCATION, MESSAGE, PHYSICAL_LOCATION, STRINGS};
use super::tool::RULE_REFERENCE;
use super::{BAG, LEVELS};
use crate::report::sarif::check::shape::Shape;
use crate::report::sarif::check::shape::Type::{Anything, Guid, Integer, List, Map, Number, Object, OneOf, Set, Text, Time};

pub(in super::super) static RESULT: Shape = Shape {
    required: &[],
    members: &[
        ("ruleId", Text),
        ("ruleIndex", Integer(-1)),
        ("rule", Object(&RULE_REFERENCE)),
        ("kind", OneOf(&["notApplicable", "pass", "fail", "review", "open", "informational"])),
        ("level", OneOf(LEVELS)),
        ("message", Object(&MESSAGE)),
        ("analysisTarget", Object(&ARTIFACT_LOCATION)),
        ("locations", List(&Object(&LOCATION))),
        ("guid", Guid),
        ("correlationGuid", Guid),
        ("occurrenceCount", Integer(1)),
        ("partialFingerprints", Map(&Text)),
        ("fingerprints", Map(&Text)),
        ("stacks", Anything),
        ("codeFlows", List(&Object(&CODE_FLOW))),
        ("graphs", Anything),
        ("graphTraversals", Anything),
        ("relatedLocations", Set(&Object(&LOCATION))),
        ("suppressions", Set(&Object(&SUPPRESSION))),
        ("baselineState", OneOf(&["new", "unchanged", "updated", "absent"])),
        ("rank", Number),
        ("attachments", Anything),
        ("hostedViewerUri", Text),
        ("workItemUris", Set(&Text)),
        ("provenance", Object(&PROVENANCE)),
        ("fixes", Anything),
        ("taxa", Set(&Object(&RULE_REFERENCE))),
        ("webRequest", Anything),
        ("webResponse", Anything),
        ("properties", BAG),
    ],
};

pub(super) static CODE_FLOW: Shape = Shape {
    required: &["threadFlows"],
    members: &[("message", Object(&MESSAGE)), ("threadFlows", List(&Object(&THREAD_FLOW))), ("properties", BAG)],
};

pub(super) static THREAD_FLOW: Shape = Shape {
    required: &["locations"],
    members: &[
        ("id", Text),
        ("message", Object(&MESSAGE)),
        ("initialState", Map(&Object(&STRINGS))),
        ("immutableState", Map(&Object(&STRINGS))),
        ("locations", List(&Object(&STEP))),
        ("properties", BAG),
    ],
};

pub(super) static STEP: Shape = Shape {
    required: &[],
    members: &[
        ("index", Integer(-1)),
        ("location", Object(&LOCATION)),
        ("stack", Anything),
        ("kinds", Set(&Text)),
        ("taxa", Set(&Object(&RULE_REFERENCE))),
        ("module", Text),
        ("state", Map(&Object(&STRINGS))),
        ("nestingLevel", Integer(0)),
        ("executionOrder", Integer(-1)),
        ("executionTimeUtc", Time),
        ("importance", OneOf(&["important", "essential", "unimportant"])),
        ("webRequest", Anything),
        ("webResponse", Anything),
        ("properties", BAG),
    ],
};

pub(super) static SUPPRESSION: Shape = Shape {
    required: &["kind"],
    members: &[
        ("guid", Guid),
        ("kind", OneOf(&["inSource", "external"])),
        ("status", OneOf(&["accepted", "underReview", "rejected"])),
        ("justification", Text),
        ("location", Object(&LOCATION)),
        ("properties", BAG),
    ],
};

pub(super) static PROVENANCE: Shape = Shape {
    required: &[],
    members: &[
        ("firstDetectionTimeUtc", Time),
        ("lastDetectionTimeUtc", Time),
        ("firstDetectionRunGuid", Guid),
        ("lastDetectionRunGuid", Guid),
        ("invocationIndex", Integer(-1)),
        ("conversionSources", Set(&Object(&PHYSICAL_LOCATION))),
        ("properties", BAG),
    ],
};
