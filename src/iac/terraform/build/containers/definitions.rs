//! Task definitions. Of the environment only the names are kept: the values may be secrets.

use super::super::Room;
use super::super::read::{Attributes as _, arn};
use crate::iac::code::Declaration;
use crate::iac::draft::List;
use crate::iac::value::{Node, Value, Why};
use crate::inventory::{Container, Listed, Observed, PortMapping, TaskDefinition};

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
    Ok(TaskDefinition {
        operating_system: Observed::default(),
        pid_mode: Observed::default(),
        volumes: Listed::default(),
        arn: arn(declaration),
        network_mode: declaration.text_at("network_mode")?,
        task_role_arn: declaration.text_at("task_role_arn").unwrap_or_default(),
        execution_role_arn: declaration.text_at("execution_role_arn").unwrap_or_default(),
        containers: containers(declaration.attr("container_definitions"))?,
    })
}

/// The containers: JSON as text, or the value itself where a reader took the text apart.
fn containers(node: &Node) -> Result<Vec<Container>, Why> {
    let parsed;
    let list = match &node.value {
        Value::Text(text) => {
            let json = serde_json::from_str(&text.text).map_err(|_| Why::new("container_definitions is no JSON"))?;
            parsed = Node::from(Value::from_json(&json));
            &parsed
        }
        _ => node,
    };
    list.items()?.iter().map(container).collect()
}

fn container(block: &Node) -> Result<Container, Why> {
    let mut environment_names: Vec<String> =
        block.blocks("environment")?.iter().filter_map(|pair| pair.text_at("name").transpose()).collect::<Result<_, _>>()?;
    environment_names.sort();
    let ports = block.blocks("portMappings")?.iter().map(port_mapping);
    Ok(Container {
        log_mode: Observed::default(),
        secret_environment: Listed::default(),
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

fn port_mapping(block: &Node) -> Result<Option<PortMapping>, Why> {
    let Some(container_port) = block.attr("containerPort").integer()? else { return Ok(None) };
    let protocol = Some(block.text_or("protocol", "tcp")?);
    Ok(Some(PortMapping { container_port, host_port: block.attr("hostPort").integer()?, protocol }))
}
