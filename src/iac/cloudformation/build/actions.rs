//! What listeners and rules do with requests.

use super::read::{needed, text_or};
use crate::iac::value::{Node, Why};
use crate::inventory::{Action, Redirect, WeightedTargetGroup};

/// Actions in the order they are taken.
pub(super) fn actions(node: &Node) -> Result<Vec<Action>, Why> {
    let mut ordered = Vec::new();
    for item in node.items()? {
        ordered.push((item.get("Order").integer::<i32>()?.unwrap_or(i32::MAX), action(item)?));
    }
    ordered.sort_by_key(|(order, _)| *order);
    Ok(ordered.into_iter().map(|(_, action)| action).collect())
}

fn action(item: &Node) -> Result<Action, Why> {
    let kind = needed(item, "Type")?;
    Ok(Action {
        target_groups: if kind == "forward" { target_groups(item)? } else { Vec::new() },
        redirect: if kind == "redirect" { Some(redirect(item.get("RedirectConfig"))?) } else { None },
        fixed_response: item.get("FixedResponseConfig").get("StatusCode").text()?,
        on_unauthenticated_request: unauthenticated(item, &kind)?,
        kind,
    })
}

/// Where a forward leads, in either of its spellings.
fn target_groups(item: &Node) -> Result<Vec<WeightedTargetGroup>, Why> {
    let tuples = item.get("ForwardConfig").get("TargetGroups").items()?;
    let weighted = tuples.iter().map(|tuple| {
        let weight = tuple.get("Weight").integer()?.unwrap_or(1);
        Ok(WeightedTargetGroup { arn: needed(tuple, "TargetGroupArn")?, weight })
    });
    let listed = weighted.collect::<Result<Vec<_>, Why>>()?;
    // The lone group is looked at even beside a list: not knowing it is not knowing where the action leads.
    let lone = item.get("TargetGroupArn").text()?;
    Ok(if listed.is_empty() { lone.map(|arn| WeightedTargetGroup { arn, weight: 1 }).into_iter().collect() } else { listed })
}

/// A redirect. What it does not name stays as the request has it.
fn redirect(config: &Node) -> Result<Redirect, Why> {
    Ok(Redirect {
        protocol: Some(text_or(config, "Protocol", "#{protocol}")?),
        port: Some(text_or(config, "Port", "#{port}")?),
        host: Some(text_or(config, "Host", "#{host}")?),
        path: Some(text_or(config, "Path", "/#{path}")?),
        status_code: Some(needed(config, "StatusCode")?),
    })
}

fn unauthenticated(item: &Node, kind: &str) -> Result<Option<String>, Why> {
    let config = match kind {
        "authenticate-oidc" => item.get("AuthenticateOidcConfig"),
        "authenticate-cognito" => item.get("AuthenticateCognitoConfig"),
        _ => return Ok(None),
    };
    Ok(Some(text_or(config, "OnUnauthenticatedRequest", "authenticate")?))
}
