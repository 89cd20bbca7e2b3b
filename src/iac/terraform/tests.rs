//! Folders, read whole.

mod golden;
mod hostile;
mod modules;
mod plain;

use super::read_folder;
use crate::iac::code::{Code, Declaration};
use crate::iac::folder::InMemory;
use crate::iac::text::Span;
use crate::iac::value::Node;

pub(super) fn read(files: &[(&str, &str)]) -> Code {
    read_folder(&InMemory::of(files.iter().copied()), "").unwrap()
}

pub(super) fn find<'c>(code: &'c Code, address: &str) -> &'c Declaration {
    let found = code.declarations.iter().find(|declaration| declaration.address == address);
    found.unwrap_or_else(|| panic!("no {address} in {:?}", addresses(code)))
}

pub(super) fn addresses(code: &Code) -> Vec<&str> {
    code.declarations.iter().map(|declaration| declaration.address.as_str()).collect()
}

pub(super) fn text_at(code: &Code, span: Option<Span>) -> String {
    let span = span.unwrap();
    let file = code.files.get(span.file).unwrap();
    file.text[usize::try_from(span.start).unwrap()..usize::try_from(span.end).unwrap()].to_owned()
}

pub(super) fn why(node: &Node) -> String {
    node.value.why().unwrap_or_else(|| panic!("known: {node:?}")).0.to_string()
}
