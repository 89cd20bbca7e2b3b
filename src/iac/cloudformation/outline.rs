//! A template without evaluating it: to find the lines of live resources.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::document::{self, Item};
use super::eval::stack::Resource;
use crate::diagnostics::Diagnostic;
use crate::iac::code::{Declaration, Language};
use crate::iac::text::Files;
use crate::iac::value::Node;

/// The resources of a template, by logical id, with their places and with properties that nobody evaluated: a function is a
/// map of one entry. Empty for a text that is no template.
pub fn outline(text: &Arc<str>, path: &str, files: &mut Files) -> Result<BTreeMap<String, Declaration>, Vec<Diagnostic>> {
    let root = document::parse(text, path, files)?;
    let entries = root.get("Resources").map(Item::entries).unwrap_or_default();
    let declared = entries.iter().filter_map(|entry| {
        let resource = Resource::of(entry)?;
        let declaration = Declaration {
            address: entry.key.to_string(),
            kind: resource.kind,
            language: Language::CloudFormation,
            region: None,
            body: resource.properties.as_ref().map_or_else(Node::empty, Item::to_node),
            head: Some(resource.head),
            block: Some(resource.block),
            calls: Vec::new(),
            names: BTreeMap::new(),
        };
        Some((entry.key.to_string(), declaration))
    });
    Ok(declared.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outline_keeps_functions_and_places() {
        let mut files = Files::default();
        let text = "Resources:\n  A:\n    Type: AWS::X\n    Properties:\n      P: !Ref B\n  Fn::ForEach::L: [a, [b], {}]\n";
        let found = outline(&text.into(), "a.yaml", &mut files).unwrap();
        assert_eq!(found.keys().collect::<Vec<_>>(), ["A"]);
        let node = found["A"].body.at(&["P", "Ref"]);
        assert_eq!(node.text(), Ok(Some("B".to_owned())));
        assert_eq!(files.place(found["A"].body.get("P").span.unwrap()).unwrap().start_line, 5);
        assert!(outline(&"name: x\n".into(), "b.yaml", &mut files).unwrap().is_empty());
    }
}
