//! What listeners and rules do with a request.

use super::super::Room;
use super::super::read::Attributes;
use crate::iac::draft::List;
use crate::iac::value::{Node, Why};
use crate::inventory::{Action, Redirect, WeightedTargetGroup};

/// The actions of a listener or rule, in the order they are taken.
pub(super) fn actions(room: &mut Room<'_, '_>, address: &str, blocks: &Node, name: &str) -> Result<Vec<Action>, Why> {
    let mut read: Vec<(i64, Action)> = Vec::new();
    for (number, block) in blocks.items()?.iter().enumerate() {
        // AWS numbers what the code does not by its place, from 1.
        let place = i64::try_from(number).unwrap_or(i64::MAX).saturating_add(1);
        let order = block.attr("order").integer()?.unwrap_or(place);
        read.push((order, action(room, address, block, &format!("{name}[{number}]"))?));
    }
    read.sort_by_key(|(order, _)| *order);
    Ok(read.into_iter().map(|(_, action)| action).collect())
}

fn action(room: &mut Room<'_, '_>, address: &str, block: &Node, place: &str) -> Result<Action, Why> {
    let kind = block.required("type")?;
    let login = match kind.as_str() {
        "authenticate-oidc" => Some(block.block("authenticate_oidc")),
        "authenticate-cognito" => Some(block.block("authenticate_cognito")),
        _ => None,
    };
    let unauthenticated = login.map(|block| block.text_or("on_unauthenticated_request", "authenticate")).transpose()?;
    Ok(Action {
        target_groups: if kind == "forward" { forward(room, address, block, place)? } else { Vec::new() },
        redirect: if kind == "redirect" { Some(redirect(block.block("redirect"))?) } else { None },
        fixed_response: fixed_response(&kind, block)?,
        on_unauthenticated_request: unauthenticated,
        kind,
    })
}

fn fixed_response(kind: &str, block: &Node) -> Result<Option<String>, Why> {
    if kind == "fixed-response" { block.block("fixed_response").text_at("status_code") } else { Ok(None) }
}

fn redirect(block: &Node) -> Result<Redirect, Why> {
    // Each part that the code leaves out is the request's own.
    Ok(Redirect {
        protocol: Some(block.text_or("protocol", "#{protocol}")?),
        port: Some(block.text_or("port", "#{port}")?),
        host: Some(block.text_or("host", "#{host}")?),
        path: Some(block.text_or("path", "/#{path}")?),
        status_code: block.text_at("status_code")?,
    })
}

/// Where a forward leads, with weights. An unknown share is a group of which nothing is known.
fn forward(room: &mut Room<'_, '_>, address: &str, block: &Node, place: &str) -> Result<Vec<WeightedTargetGroup>, Why> {
    let kind = || ("targetgroup", List::Groups);
    let mut shares = Vec::new();
    let forward = block.attr("forward");
    forward.items()?;
    for (number, share) in forward.first().blocks("target_group")?.iter().enumerate() {
        let name = format!("{place}.forward.target_group[{number}]");
        if let Some(arn) = room.arn_at(address, share.attr("arn"), &name, kind()) {
            shares.push(WeightedTargetGroup { arn, weight: share.attr("weight").integer()?.unwrap_or(1) });
        }
    }
    if shares.is_empty() {
        let lone = room.arn_at(address, block.attr("target_group_arn"), &format!("{place}.target_group_arn"), kind());
        shares.extend(lone.map(|arn| WeightedTargetGroup { arn, weight: 1 }));
    }
    if shares.is_empty() {
        return Err(Why::new("a forward names no target group"));
    }
    Ok(shares)
}
