//! Whether a URI leads to a file of the repository, as code scanning reads it.
//!
//! What is refused is what Go's `net/url` refuses, and a scheme other than that of the checkout, which is `file`.

use super::findings::Kind;
use super::kinds::{URI_ABSOLUTE, URI_FILE, URI_INVALID, URI_OUTSIDE, URI_SCHEME, URI_UNENCODED};
use super::place::quoted;

/// What is wrong with the URI of a location that is not empty.
pub(super) fn judge(uri: &str) -> Option<(&'static Kind, String)> {
    let shown = quoted(uri);
    if let Some(why) = invalid(uri) {
        return Some((&URI_INVALID, format!("{shown} is no URI: {why}")));
    }
    match scheme(uri) {
        Some(scheme) if scheme.eq_ignore_ascii_case("file") => Some((&URI_FILE, format!("{shown} names a file by its absolute place"))),
        Some(scheme) => Some((&URI_SCHEME, format!("{shown} has the scheme {}, and the checkout has `file`", quoted(scheme)))),
        None if uri.starts_with('/') => Some((&URI_ABSOLUTE, format!("{shown} begins with a slash"))),
        None if uri.split('/').any(|segment| segment == "..") => Some((&URI_OUTSIDE, format!("{shown} leads upwards"))),
        None => unencoded(uri).map(|character| (&URI_UNENCODED, format!("{shown} holds {}", quoted(&character.to_string())))),
    }
}

/// The scheme, if there is one.
fn scheme(uri: &str) -> Option<&str> {
    let (scheme, _) = uri.split_once(':')?;
    let mut bytes = scheme.bytes();
    let begins = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic());
    (begins && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))).then_some(scheme)
}

fn invalid(uri: &str) -> Option<&'static str> {
    if uri.bytes().any(|byte| byte < b' ' || byte == 0x7f) {
        return Some("it holds a control character");
    }
    if uri.starts_with(':') {
        return Some("it begins with a colon");
    }
    let first = uri.split(['/', '?', '#']).next().unwrap_or_default();
    if first.contains(':') && scheme(uri).is_none() {
        return Some("its first part holds a colon, but no scheme before it");
    }
    let path = uri.split('?').next().unwrap_or_default();
    let is_escape = |rest: &str| rest.len() >= 2 && rest.bytes().take(2).all(|byte| byte.is_ascii_hexdigit());
    if !path.split('%').skip(1).all(is_escape) {
        return Some("a `%` in it is not followed by two hexadecimal digits");
    }
    None
}

/// A character that a URI shows only when it is percent-encoded, or that ends the path.
fn unencoded(uri: &str) -> Option<char> {
    uri.chars().find(|character| !character.is_ascii() || " \"<>\\^`{|}?#".contains(*character))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_told_for_what_it_is() {
        for (uri, kind) in [
            ("src/main.rs", None),
            ("src/a:b.rs", None),
            ("no%20file%20associated", None),
            ("arn:aws:ecs:eu-west-1:1:service/a", Some("uri-scheme")),
            ("https://example.com/a", Some("uri-scheme")),
            ("docker://image", Some("uri-scheme")),
            ("C:\\src\\a.cs", Some("uri-scheme")),
            ("file:///home/runner/work/a/a/src/main.rs", Some("uri-file")),
            ("/src/main.rs", Some("uri-absolute")),
            ("//backend.tf", Some("uri-absolute")),
            ("../main.rs", Some("uri-outside")),
            ("src/a..b/c", None),
            ("a b.rs", Some("uri-unencoded")),
            ("src\\main.rs", Some("uri-unencoded")),
            ("ü.rs", Some("uri-unencoded")),
            ("a.rs#L3", Some("uri-unencoded")),
            (":a", Some("uri-invalid")),
            ("1a:b", Some("uri-invalid")),
            ("a%2", Some("uri-invalid")),
            ("a%zz", Some("uri-invalid")),
            ("a\nb", Some("uri-invalid")),
        ] {
            assert_eq!(judge(uri).map(|(kind, _)| kind.id), kind, "{uri}");
        }
    }
}
