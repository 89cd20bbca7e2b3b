//! Task definitions. Of the environment only the names are kept: the values may be secrets.

use super::Builder;
use super::ecs::container_name;
use super::read::{flag, id, needed, own_id, reference};
use crate::iac::code::Declaration;
use crate::iac::draft::List;
use crate::iac::value::{Node, Why};
use crate::inventory::{Container, Listed, Observed, PortMapping, TaskDefinition};

impl Builder<'_, '_> {
    pub(super) fn task_definitions(&mut self) {
        self.each("ECS::TaskDefinition", &List::TaskDefinitions, |builder, declaration| {
            let definition = definition(declaration)?;
            builder.draft.region.task_definitions.items.push(definition);
            Ok(())
        });
    }
}

fn definition(declaration: &Declaration) -> Result<TaskDefinition, Why> {
    let body = &declaration.body;
    let containers = body.get("ContainerDefinitions").items()?.iter().enumerate();
    Ok(TaskDefinition {
        operating_system: Observed::default(),
        pid_mode: Observed::default(),
        volumes: Listed::default(),
        arn: reference(declaration),
        network_mode: body.get("NetworkMode").text()?,
        task_role_arn: id(declaration, "TaskRoleArn"),
        execution_role_arn: id(declaration, "ExecutionRoleArn"),
        containers: containers.map(|(number, item)| container(declaration, number, item)).collect::<Result<_, _>>()?,
    })
}

fn container(declaration: &Declaration, number: usize, item: &Node) -> Result<Container, Why> {
    let mut environment_names =
        item.get("Environment").items()?.iter().map(|pair| needed(pair, "Name")).collect::<Result<Vec<String>, _>>()?;
    environment_names.sort();
    let image = item.get("Image").text();
    Ok(Container {
        log_mode: Observed::default(),
        secret_environment: Listed::default(),
        name: container_name(declaration, number, item),
        image: image.unwrap_or_else(|_| Some(own_id(declaration, &format!("ContainerDefinitions[{number}].Image")))),
        port_mappings: item.get("PortMappings").items()?.iter().map(port_mapping).collect::<Result<Vec<_>, _>>()?,
        environment_names,
        user: item.get("User").text()?,
        privileged: flag(item, "Privileged")?,
        readonly_root_filesystem: flag(item, "ReadonlyRootFilesystem")?,
        log_driver: item.get("LogConfiguration").get("LogDriver").text()?,
    })
}

fn port_mapping(item: &Node) -> Result<PortMapping, Why> {
    let port = item.get("ContainerPort").integer()?;
    Ok(PortMapping {
        // A range of ports has no single one; zero is none that anything listens on.
        container_port: port.unwrap_or_default(),
        host_port: item.get("HostPort").integer()?,
        protocol: Some(item.get("Protocol").text()?.unwrap_or_else(|| "tcp".to_owned())),
    })
}
