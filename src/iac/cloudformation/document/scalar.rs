//! Scalars without quotes, as CloudFormation takes them.

use super::Raw;

/// What a plain scalar is. `yes` and `2012-10-17` are texts; so is every number whose text says more than its value, such as
/// an account id that begins with zero.
pub(super) fn plain(text: &str) -> Raw {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Raw::Null,
        "true" | "True" | "TRUE" => Raw::Bool(true),
        "false" | "False" | "FALSE" => Raw::Bool(false),
        _ => number(text).map_or_else(|| Raw::Text(text.into()), Raw::Number),
    }
}

/// A number that is written as apiaudit would write it.
pub(super) fn number(text: &str) -> Option<f64> {
    if !text.starts_with(|first: char| first.is_ascii_digit() || first == '-') || text.len() > 17 {
        return None;
    }
    let number: f64 = text.parse().ok()?;
    (number.is_finite() && crate::iac::Value::Number(number).words().ok().flatten().as_deref() == Some(text)).then_some(number)
}

/// The text of a key that reads as nothing, such as `null`.
pub(super) fn null_key(item: &super::Item) -> Option<std::sync::Arc<str>> {
    matches!(item.value, Raw::Null).then(|| "null".into())
}
