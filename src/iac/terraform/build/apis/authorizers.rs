//! Authorizers, under their names as exports tell them.

use super::super::Room;
use super::super::read::{Attributes as _, id, label};
use crate::iac::code::Declaration;
use crate::iac::draft::List;
use crate::iac::value::Why;
use crate::inventory::Authorizer;

pub(super) fn fill(room: &mut Room<'_, '_>) {
    for (kind, attribute) in [("aws_api_gateway_authorizer", "rest_api_id"), ("aws_apigatewayv2_authorizer", "api_id")] {
        for declaration in room.of(&[kind]) {
            room.name(declaration, id(declaration));
            let api = match declaration.required(attribute) {
                Ok(api) => api,
                Err(why) => {
                    room.lose(List::Authorizers(None), &declaration.address, &why);
                    continue;
                }
            };
            let read = if attribute == "api_id" { http(declaration) } else { rest(declaration) };
            if let Some(authorizer) = room.kept(List::Authorizers(Some(api.clone())), &declaration.address, read)
                && let Some(api) = room.draft.api(&api)
            {
                api.authorizers.items.push(authorizer);
            }
        }
    }
}

fn rest(declaration: &Declaration) -> Result<Authorizer, Why> {
    let name = label(declaration, "name");
    let mut provider_arns = declaration.attr("provider_arns").texts()?;
    provider_arns.extend(declaration.text_at("authorizer_uri")?);
    let kind = declaration.text_or("type", "TOKEN")?.to_ascii_uppercase();
    Ok(Authorizer { id: name.clone(), name, kind, jwt_issuer: None, jwt_audience: Vec::new(), provider_arns })
}

fn http(declaration: &Declaration) -> Result<Authorizer, Why> {
    let name = label(declaration, "name");
    if let Some(why) = declaration.attr("jwt_configuration").value.why() {
        return Err(why.clone());
    }
    let jwt = declaration.block("jwt_configuration");
    Ok(Authorizer {
        id: name.clone(),
        name,
        kind: declaration.required("authorizer_type")?.to_ascii_uppercase(),
        jwt_issuer: jwt.text_at("issuer")?,
        jwt_audience: jwt.attr("audience").texts()?,
        provider_arns: declaration.text_at("authorizer_uri")?.into_iter().collect(),
    })
}
