//! The reference of the keys, as Markdown.

use std::fmt::Write as _;

use super::keys::CONFIG;
use crate::rules::keys::{Key, Shape};

/// Every key of `apiaudit.toml`, as Markdown tables.
pub fn reference() -> String {
    let mut page = String::new();
    let mut rest = Vec::new();
    write(&mut page, "The file", CONFIG, &mut rest);
    for (title, keys) in rest {
        page.push('\n');
        write(&mut page, &title, keys, &mut Vec::new());
    }
    page
}

fn write(page: &mut String, title: &str, keys: &'static [Key], rest: &mut Vec<(String, &'static [Key])>) {
    let _ = writeln!(page, "### {title}\n\n| key | holds | what it says |\n|---|---|---|");
    for key in keys {
        let required = if key.required { " (required)" } else { "" };
        let _ = writeln!(page, "| `{}`{required} | {} | {} |", key.name, holds(key.shape), key.doc);
        match key.shape {
            Shape::Table(keys) => rest.push((format!("`[{}]`", key.name), keys)),
            Shape::Tables(keys, None) => rest.push((format!("`[[{}]]`", key.name), keys)),
            Shape::Tables(keys, Some(_)) => rest.push((format!("An entry of `{}`", key.name), keys)),
            _ => {}
        }
    }
}

/// What a key of this shape holds, in words.
pub(super) fn holds(shape: Shape) -> String {
    match shape {
        Shape::Text | Shape::Cel | Shape::Template => "text".to_owned(),
        Shape::Choice(words) => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "),
        Shape::Texts | Shape::Ids(_) | Shape::Evidence => "list of text".to_owned(),
        Shape::Table(_) => "table".to_owned(),
        Shape::Flag => "true or false".to_owned(),
        Shape::Number => "number".to_owned(),
        Shape::Day => "day".to_owned(),
        Shape::Tables(_, None) => "list of tables".to_owned(),
        Shape::Tables(_, Some(_)) => "list of text or tables".to_owned(),
        Shape::Named(inner) => format!("table of names to {}", holds(*inner)),
    }
}
