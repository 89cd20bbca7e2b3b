//! Listeners and their certificates.

use super::super::Room;
use super::super::read::{Attributes as _, arn};
use super::actions;
use crate::iac::code::Declaration;
use crate::iac::draft::List;
use crate::iac::value::Why;
use crate::inventory::{Listener, MutualAuthentication, undeployed_id};

const KINDS: [&str; 2] = ["aws_lb_listener", "aws_alb_listener"];
const CERTIFICATES: [&str; 2] = ["aws_lb_listener_certificate", "aws_alb_listener_certificate"];
/// What AWS sets where a TLS listener names no policy.
const DEFAULT_POLICY: &str = "ELBSecurityPolicy-2016-08";

pub(super) fn fill(room: &mut Room<'_, '_>) {
    for declaration in room.of(&KINDS) {
        room.name(declaration, arn(declaration));
        match declaration.required("load_balancer_arn") {
            Ok(balancer) => add(room, declaration, &balancer),
            Err(why) => room.lose(List::Listeners(None), &declaration.address, &why),
        }
    }
    certificates(room);
}

fn add(room: &mut Room<'_, '_>, declaration: &Declaration, balancer: &str) {
    let Some(kind) = room.draft.balancer(balancer).map(|balancer| balancer.kind.clone()) else {
        let why = Why::new(format!("{balancer} is not in this code"));
        return room.lose(List::Balancers, &declaration.address, &why);
    };
    let read = listener(room, declaration, &kind);
    let list = List::Listeners(Some(balancer.to_owned()));
    if let Some(listener) = room.kept(list, &declaration.address, read)
        && let Some(balancer) = room.draft.balancer(balancer)
    {
        balancer.listeners.items.push(listener);
    }
}

fn listener(room: &mut Room<'_, '_>, declaration: &Declaration, kind: &str) -> Result<Listener, Why> {
    let address = &declaration.address;
    let protocol = declaration.text_at("protocol")?.map(|protocol| protocol.to_ascii_uppercase());
    let protocol = protocol.or_else(|| (kind == "application").then(|| "HTTP".to_owned()));
    let encrypted = matches!(protocol.as_deref(), Some("HTTPS" | "TLS"));
    let policy = declaration.text_at("ssl_policy")?.or_else(|| encrypted.then(|| DEFAULT_POLICY.to_owned()));
    let certificate = declaration.attr("certificate_arn").text();
    let certificate = certificate.unwrap_or_else(|_| Some(undeployed_id(&format!("{address}.certificate_arn"))));
    Ok(Listener {
        arn: arn(declaration),
        port: declaration.attr("port").integer()?,
        ssl_policy: policy.filter(|_| encrypted),
        certificate_arns: certificate.into_iter().collect(),
        extra_certificates: Vec::new().into(),
        mutual_authentication: mutual_authentication(declaration)?,
        default_actions: actions::actions(room, address, declaration.attr("default_action"), "default_action")?,
        rules: Vec::new().into(),
        protocol,
    })
}

fn mutual_authentication(declaration: &Declaration) -> Result<Option<MutualAuthentication>, Why> {
    let blocks = declaration.blocks("mutual_authentication")?;
    let Some(block) = blocks.first() else { return Ok(None) };
    let trust_store = block.text_at("trust_store_arn");
    Ok(Some(MutualAuthentication {
        mode: block.text_or("mode", "off")?,
        trust_store_arn: trust_store.unwrap_or_else(|_| Some(undeployed_id(&format!("{}.trust_store_arn", declaration.address)))),
        trust_store_status: None,
        ignore_client_certificate_expiry: block.flag("ignore_client_certificate_expiry")?,
    }))
}

/// Certificates beside the default one. One whose listener is not known may be any listener's.
fn certificates(room: &mut Room<'_, '_>) {
    for declaration in room.of(&CERTIFICATES) {
        room.name(declaration, &declaration.address);
        let listener = declaration.required("listener_arn");
        let certificate = declaration.required("certificate_arn");
        match (listener, certificate) {
            (Ok(listener), Ok(certificate)) => {
                if let Some(known) = room.draft.listener(&listener) {
                    known.extra_certificates.items.push(certificate);
                }
            }
            (Ok(listener), Err(why)) => unread(room, Some(&listener), &declaration.address, &why),
            (Err(why), _) => unread(room, None, &declaration.address, &why),
        }
    }
    for block in room.uncounted_of(&CERTIFICATES) {
        unread(room, None, &block.address, &block.why);
    }
}

fn unread(room: &mut Room<'_, '_>, of: Option<&str>, address: &str, why: &Why) {
    let balancers = room.draft.region.load_balancers.items.iter_mut();
    for listener in balancers.flat_map(|balancer| &mut balancer.listeners.items).filter(|listener| of.is_none_or(|arn| listener.arn == arn))
    {
        listener.extra_certificates.gaps.push(why.gap(address));
    }
}
