//! What a check knows, as Markdown for the documentation.

use std::fmt::Write as _;

use super::{kinds, limits};

/// The limits.
pub fn limit_table() -> String {
    let number = |number: Option<usize>| number.map_or_else(|| "-".to_owned(), |number| number.to_string());
    let mut table = "| finding | counted | rejected above | shown at most | what to do |\n|---|---|---|---|---|\n".to_owned();
    for limit in limits::ALL {
        let (taken, shown) = (number(limit.taken), number(limit.shown));
        let _ = writeln!(table, "| `{}` | {} | {taken} | {shown} | {} |", limit.id, limit.counted, limit.remedy);
    }
    table
}

/// The other kinds of findings, in the order of a log.
pub fn kind_table() -> String {
    let mut table = "| finding | | what GitHub does | what to do |\n|---|---|---|---|\n".to_owned();
    for kind in kinds::ALL {
        let _ = writeln!(table, "| `{}` | {} | {} | {} |", kind.id, kind.severity.as_str(), kind.effect, kind.remedy);
    }
    table
}
