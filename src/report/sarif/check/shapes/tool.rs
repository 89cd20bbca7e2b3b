//! The tool and its rules.

use super::place::{ARTIFACT_LOCATION, MESSAGE, STRINGS};
use super::{BAG, LEVELS};
use crate::report::sarif::check::shape::Shape;
use crate::report::sarif::check::shape::Type::{Anything, Flag, Guid, Integer, List, Map, Number, Object, OneOf, Set, Text};

pub(super) static TOOL: Shape = Shape {
    required: &["driver"],
    members: &[("driver", Object(&COMPONENT)), ("extensions", Set(&Object(&COMPONENT))), ("properties", BAG)],
};

pub(super) static COMPONENT: Shape = Shape {
    required: &["name"],
    members: &[
        ("guid", Guid),
        ("name", Text),
        ("organization", Text),
        ("product", Text),
        ("productSuite", Text),
        ("shortDescription", Object(&STRINGS)),
        ("fullDescription", Object(&STRINGS)),
        ("fullName", Text),
        ("version", Text),
        ("semanticVersion", Text),
        ("dottedQuadFileVersion", Text),
        ("releaseDateUtc", Text),
        ("downloadUri", Text),
        ("informationUri", Text),
        ("globalMessageStrings", Map(&Object(&STRINGS))),
        ("notifications", Set(&Object(&RULE))),
        ("rules", Set(&Object(&RULE))),
        ("taxa", Set(&Object(&RULE))),
        ("locations", List(&Object(&ARTIFACT_LOCATION))),
        ("language", Text),
        ("contents", Set(&OneOf(&["localizedData", "nonLocalizedData"]))),
        ("isComprehensive", Flag),
        ("localizedDataSemanticVersion", Text),
        ("minimumRequiredLocalizedDataSemanticVersion", Text),
        ("associatedComponent", Object(&COMPONENT_REFERENCE)),
        ("translationMetadata", Anything),
        ("supportedTaxonomies", Set(&Object(&COMPONENT_REFERENCE))),
        ("properties", BAG),
    ],
};

pub(super) static COMPONENT_REFERENCE: Shape =
    Shape { required: &[], members: &[("name", Text), ("index", Integer(-1)), ("guid", Guid), ("properties", BAG)] };

pub(in super::super) static RULE: Shape = Shape {
    required: &["id"],
    members: &[
        ("id", Text),
        ("deprecatedIds", Set(&Text)),
        ("guid", Guid),
        ("deprecatedGuids", Set(&Guid)),
        ("name", Text),
        ("deprecatedNames", Set(&Text)),
        ("shortDescription", Object(&STRINGS)),
        ("fullDescription", Object(&STRINGS)),
        ("messageStrings", Map(&Object(&STRINGS))),
        ("defaultConfiguration", Object(&CONFIGURATION)),
        ("helpUri", Text),
        ("help", Object(&STRINGS)),
        ("relationships", Set(&Object(&RELATIONSHIP))),
        ("properties", BAG),
    ],
};

pub(super) static CONFIGURATION: Shape = Shape {
    required: &[],
    members: &[("enabled", Flag), ("level", OneOf(LEVELS)), ("rank", Number), ("parameters", BAG), ("properties", BAG)],
};

pub(super) static RELATIONSHIP: Shape = Shape {
    required: &["target"],
    members: &[("target", Object(&RULE_REFERENCE)), ("kinds", Set(&Text)), ("description", Object(&MESSAGE)), ("properties", BAG)],
};

pub(super) static RULE_REFERENCE: Shape = Shape {
    required: &[],
    members: &[("id", Text), ("index", Integer(-1)), ("guid", Guid), ("toolComponent", Object(&COMPONENT_REFERENCE)), ("properties", BAG)],
};
