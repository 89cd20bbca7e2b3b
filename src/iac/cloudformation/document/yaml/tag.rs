//! Tags: the short forms of functions, and the few of YAML's own that change a value.

use std::sync::Arc;

use saphyr_parser::Tag;

use crate::iac::cloudformation::document::{Entry, Item, Raw, scalar};

/// What YAML's own tag for texts is called here.
const TEXT: &str = "!!str";

/// The name of a tag: of a function, its long form; empty for those that mean nothing here.
pub(super) fn name(tag: &Tag) -> String {
    if tag.is_yaml_core_schema() {
        return if tag.suffix == "str" { TEXT.to_owned() } else { String::new() };
    }
    match tag.suffix.as_str() {
        "" => TEXT.to_owned(),
        "Ref" | "Condition" => tag.suffix.clone(),
        name if name.starts_with("Fn::") => name.to_owned(),
        name => format!("Fn::{name}"),
    }
}

/// The value of a scalar.
pub(super) fn scalar(tag: Option<&str>, text: &str, plain: bool) -> Raw {
    if !plain || tag == Some(TEXT) { Raw::Text(text.into()) } else { scalar::plain(text) }
}

/// The long form of a value with a tag.
pub(super) fn long(tag: Option<&str>, item: Item) -> Item {
    match tag {
        None | Some("" | TEXT) => item,
        Some(name) => {
            let (key, span): (Arc<str>, _) = (name.into(), item.span);
            Item::made(Raw::Map(Arc::from([Entry { key, head: span, item }])), span)
        }
    }
}
