//! What a request must meet for a rule to take it, and what the rule rewrites.

use super::super::read::Attributes;
use crate::iac::value::{Node, Why};
use crate::inventory::{Condition, Transform};

/// The conditions of a rule: one for each kind that a block names.
pub(super) fn conditions(blocks: &Node) -> Result<Vec<Condition>, Why> {
    let mut all = Vec::new();
    for block in blocks.items()? {
        for (name, field) in [
            ("host_header", "host-header"),
            ("path_pattern", "path-pattern"),
            ("http_request_method", "http-request-method"),
            ("source_ip", "source-ip"),
        ] {
            for inner in block.blocks(name)? {
                all.push(plain(field, inner)?);
            }
        }
        for inner in block.blocks("http_header")? {
            all.push(header(inner)?);
        }
        let queries = block.blocks("query_string")?;
        if !queries.is_empty() {
            let values = queries.iter().map(query).collect::<Result<_, _>>()?;
            all.push(Condition { field: "query-string".to_owned(), values, ..Condition::default() });
        }
        all.extend(old(block)?);
    }
    Ok(all)
}

fn plain(field: &str, block: &Node) -> Result<Condition, Why> {
    Ok(Condition {
        field: field.to_owned(),
        values: block.attr("values").texts()?,
        regex_values: block.attr("regex_values").texts()?,
        ..Condition::default()
    })
}

/// The values that a header is asked for may be shared secrets, and are only counted.
fn header(block: &Node) -> Result<Condition, Why> {
    Ok(Condition {
        field: "http-header".to_owned(),
        header: block.text_at("http_header_name")?,
        withheld_values: block.attr("values").items()?.len() + block.attr("regex_values").items()?.len(),
        ..Condition::default()
    })
}

fn query(block: &Node) -> Result<String, Why> {
    let value = block.text_at("value")?.unwrap_or_default();
    Ok(block.text_at("key")?.map_or(value.clone(), |key| format!("{key}={value}")))
}

/// The spelling of old versions of the provider.
fn old(block: &Node) -> Result<Option<Condition>, Why> {
    let Some(field) = block.text_at("field")? else { return Ok(None) };
    Ok(Some(Condition { field, values: block.attr("values").texts()?, ..Condition::default() }))
}

/// What a rule rewrites before it acts.
pub(super) fn transforms(blocks: &Node) -> Result<Vec<Transform>, Why> {
    let each = blocks.items()?.iter().map(|block| {
        let kind = block.required("type")?;
        let config = if kind == "url-rewrite" { "url_rewrite_config" } else { "host_header_rewrite_config" };
        let rewrites = block.block(config).blocks("rewrite")?.iter();
        let pair = |rewrite: &Node| Ok((rewrite.text_or("regex", "")?, rewrite.text_or("replace", "")?));
        Ok(Transform { rewrites: rewrites.map(pair).collect::<Result<_, Why>>()?, kind })
    });
    each.collect()
}
