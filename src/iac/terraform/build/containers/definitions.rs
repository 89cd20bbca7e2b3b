//! Task definitions. Of the environment only the names are kept: the values may be secrets.

use super::super::Room;
use super::super::read::{Attributes as _, arn, observed};
use crate::iac::code::Declaration;
use crate::iac::draft::List;
use crate::iac::value::{Node, Value, Why};
use crate::inventory::credentials::looks_like_credential;
use crate::inventory::{Container, EfsVolume, Listed, PortMapping, TaskDefinition, UNDEPLOYED, Volume, undeployed_id};

pub(super) fn fill(room: &mut Room<'_, '_>) {
    for declaration in room.of(&["aws_ecs_task_definition"]) {
        room.name(declaration, arn(declaration));
        let read = definition(declaration);
        if let Some(definition) = room.kept(List::TaskDefinitions, &declaration.address, read) {
            room.draft.region.task_definitions.items.push(definition);
        }
    }
}

fn definition(declaration: &Declaration) -> Result<TaskDefinition, Why> {
    let address = &declaration.address;
    Ok(TaskDefinition {
        operating_system: observed(address, declaration.block("runtime_platform").text_at("operating_system_family")),
        pid_mode: observed(address, declaration.text_at("pid_mode")),
        volumes: volumes(declaration),
        arn: arn(declaration),
        family: declaration.text_at("family").unwrap_or_default(),
        network_mode: declaration.text_at("network_mode")?,
        task_role_arn: role(declaration, "task_role_arn"),
        execution_role_arn: role(declaration, "execution_role_arn"),
        containers: containers(address, declaration.attr("container_definitions"))?,
    })
}

/// A role; one that is not known becomes one that no other is.
fn role(declaration: &Declaration, name: &str) -> Option<String> {
    declaration.text_at(name).unwrap_or_else(|_| Some(undeployed_id(&format!("{}.{name}", declaration.address))))
}

fn volumes(declaration: &Declaration) -> Listed<Volume> {
    let blocks = match declaration.blocks("volume") {
        Ok(blocks) => blocks,
        Err(why) => return Listed::unknown(why.gap(&declaration.address)),
    };
    let mut volumes = Listed::from(Vec::new());
    for block in blocks {
        match volume(declaration, block) {
            Ok(volume) => volumes.items.push(volume),
            Err(why) => volumes.gaps.push(why.gap(&declaration.address)),
        }
    }
    volumes
}

fn volume(declaration: &Declaration, block: &Node) -> Result<Volume, Why> {
    let efs = block.blocks("efs_volume_configuration")?.first();
    let word = |node: &Node, name: &str| node.text_at(name).unwrap_or_else(|_| Some(UNDEPLOYED.to_owned()));
    let own_id = || Some(undeployed_id(&format!("{}.file_system_id", declaration.address)));
    Ok(Volume {
        name: block.text_or("name", "")?,
        efs: efs.map(|efs| EfsVolume {
            file_system_id: efs.text_at("file_system_id").unwrap_or_else(|_| own_id()).unwrap_or_default(),
            transit_encryption: word(efs, "transit_encryption"),
            iam: word(efs.block("authorization_config"), "iam"),
        }),
    })
}

/// The containers: JSON as text, or the value itself where a reader took the text apart.
fn containers(address: &str, node: &Node) -> Result<Vec<Container>, Why> {
    let parsed;
    let list = match &node.value {
        Value::Text(text) => {
            let json = serde_json::from_str(&text.text).map_err(|_| Why::new("container_definitions is no JSON"))?;
            parsed = Node::from(Value::from_json(&json));
            &parsed
        }
        _ => node,
    };
    list.items()?.iter().map(|block| container(address, &as_ecs_writes(block))).collect()
}

/// The keys that are read of a container.
const KEYS: [&str; 14] = [
    "name",
    "image",
    "portMappings",
    "containerPort",
    "hostPort",
    "protocol",
    "environment",
    "value",
    "user",
    "privileged",
    "readonlyRootFilesystem",
    "logConfiguration",
    "logDriver",
    "options",
];

/// A container with its keys as ECS writes them: the provider takes them in any case.
fn as_ecs_writes(node: &Node) -> Node {
    let value = match &node.value {
        Value::List(items) => Value::List(items.iter().map(as_ecs_writes).collect()),
        Value::Map(pairs) => Value::Map(
            pairs
                .iter()
                .map(|(key, node)| {
                    let known = KEYS.iter().find(|known| known.eq_ignore_ascii_case(key)).map_or(key.as_str(), |known| *known);
                    // What a log driver is told has keys of its own.
                    (known.to_owned(), if known == "options" { node.clone() } else { as_ecs_writes(node) })
                })
                .collect(),
        ),
        other => other.clone(),
    };
    Node { value, span: node.span }
}

fn container(address: &str, block: &Node) -> Result<Container, Why> {
    let mut environment_names: Vec<String> =
        block.blocks("environment")?.iter().filter_map(|pair| pair.text_at("name").transpose()).collect::<Result<_, _>>()?;
    environment_names.sort();
    let ports = block.blocks("portMappings")?.iter().map(port_mapping);
    Ok(Container {
        log_mode: observed(address, block.block("logConfiguration").attr("options").text_at("mode")),
        secret_environment: secret_environment(address, block)?,
        name: block.text_or("name", "")?,
        // Which image runs is often decided by who deploys, and no rule asks for it.
        image: block.text_at("image").unwrap_or_default(),
        port_mappings: ports.collect::<Result<Vec<_>, Why>>()?.into_iter().flatten().collect(),
        environment_names,
        user: block.text_at("user")?,
        privileged: block.flag("privileged")?,
        readonly_root_filesystem: block.flag("readonlyRootFilesystem")?,
        log_driver: block.block("logConfiguration").text_at("logDriver")?,
    })
}

/// The variables whose values look like credentials. A value that only deployment tells may be one, and the id, ARN or name of a
/// resource is none.
fn secret_environment(address: &str, block: &Node) -> Result<Listed<String>, Why> {
    let mut secrets = Listed::from(Vec::new());
    for pair in block.blocks("environment")? {
        let name = pair.text_or("name", "")?;
        let value = &pair.attr("value").value;
        match value.words() {
            Ok(Some(text)) if !value.is_made_up() && looks_like_credential(&name, &text) => secrets.items.push(name),
            Ok(_) => {}
            Err(why) => secrets.gaps.push(why.gap(address)),
        }
    }
    secrets.items.sort();
    secrets.items.dedup();
    Ok(secrets)
}

fn port_mapping(block: &Node) -> Result<Option<PortMapping>, Why> {
    let Some(container_port) = block.attr("containerPort").integer()? else { return Ok(None) };
    let protocol = Some(block.text_or("protocol", "tcp")?);
    Ok(Some(PortMapping { container_port, host_port: block.attr("hostPort").integer()?, protocol }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_taken_in_any_case() {
        let json = serde_json::json!([{"Name": "app", "Privileged": true, "User": "root", "Environment": [{"Name": "STAGE", "Value": "prod"}],
            "LogConfiguration": {"LogDriver": "awslogs", "Options": {"mode": "blocking"}}}]);
        let read = containers("a", &Node::from(Value::from_json(&json))).unwrap();
        assert_eq!((read[0].name.as_str(), read[0].privileged, read[0].user.as_deref()), ("app", true, Some("root")));
        assert_eq!(read[0].environment_names, ["STAGE"]);
        assert_eq!(read[0].log_mode.known().map(String::as_str), Some("blocking"));
    }
}
