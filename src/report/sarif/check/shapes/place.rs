//! Locations and messages.

use super::BAG;
use crate::report::sarif::check::shape::Shape;
use crate::report::sarif::check::shape::Type::{Anything, Integer, List, Object, Set, Text};

pub(super) static LOCATION: Shape = Shape {
    required: &[],
    members: &[
        ("id", Integer(-1)),
        ("physicalLocation", Object(&PHYSICAL_LOCATION)),
        ("logicalLocations", Set(&Object(&LOGICAL_LOCATION))),
        ("message", Object(&MESSAGE)),
        ("annotations", Set(&Object(&REGION))),
        ("relationships", Anything),
        ("properties", BAG),
    ],
};

pub(super) static PHYSICAL_LOCATION: Shape = Shape {
    required: &[],
    members: &[
        ("address", Anything),
        ("artifactLocation", Object(&ARTIFACT_LOCATION)),
        ("region", Object(&REGION)),
        ("contextRegion", Object(&REGION)),
        ("properties", BAG),
    ],
};

pub(super) static ARTIFACT_LOCATION: Shape = Shape {
    required: &[],
    members: &[("uri", Text), ("uriBaseId", Text), ("index", Integer(-1)), ("description", Object(&MESSAGE)), ("properties", BAG)],
};

pub(super) static LOGICAL_LOCATION: Shape = Shape {
    required: &[],
    members: &[
        ("name", Text),
        ("index", Integer(-1)),
        ("fullyQualifiedName", Text),
        ("decoratedName", Text),
        ("parentIndex", Integer(-1)),
        ("kind", Text),
        ("properties", BAG),
    ],
};

pub(super) static REGION: Shape = Shape {
    required: &[],
    members: &[
        ("startLine", Integer(1)),
        ("startColumn", Integer(1)),
        ("endLine", Integer(1)),
        ("endColumn", Integer(1)),
        ("charOffset", Integer(-1)),
        ("charLength", Integer(0)),
        ("byteOffset", Integer(-1)),
        ("byteLength", Integer(0)),
        ("snippet", Object(&CONTENT)),
        ("message", Object(&MESSAGE)),
        ("sourceLanguage", Text),
        ("properties", BAG),
    ],
};

pub(super) static CONTENT: Shape =
    Shape { required: &[], members: &[("text", Text), ("binary", Text), ("rendered", Object(&STRINGS)), ("properties", BAG)] };

pub(super) static MESSAGE: Shape =
    Shape { required: &[], members: &[("text", Text), ("markdown", Text), ("id", Text), ("arguments", List(&Text)), ("properties", BAG)] };

pub(super) static STRINGS: Shape = Shape { required: &["text"], members: &[("text", Text), ("markdown", Text), ("properties", BAG)] };

pub(super) static PROPERTY_BAG: Shape = Shape { required: &[], members: &[("tags", Set(&Text)), ("*", Anything)] };
