//! ECS: clusters, their services and running tasks, and the task definitions in use.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ecs::types::{ClusterField, ServiceField, TaskDefinitionField};
use futures::{StreamExt as _, join};

use super::ask::{Asker, paged};
use super::client::Clients;
use super::{Needs, calls, from_ecs as from};
use crate::inventory::{Cause, Cluster, ClusterSettings, Gap, Listed, Observed, Service, Task, TaskDefinition};

/// How many clusters, or batches of one, are read at a time.
const AT_A_TIME: usize = 4;
/// How many services one call describes.
const SERVICES_AT_A_TIME: usize = 10;
/// How many clusters one call describes.
const CLUSTERS_AT_A_TIME: usize = 100;
/// How many tasks one call describes.
const TASKS_AT_A_TIME: usize = 100;

/// What there is of ECS.
#[derive(Default)]
pub(super) struct Containers {
    pub(super) clusters: Listed<Cluster>,
    pub(super) task_definitions: Listed<TaskDefinition>,
}

/// Everything of ECS.
pub(super) async fn read(asker: &Asker<'_>, clients: &Clients, needs: Needs) -> Containers {
    if !needs.containers {
        return Containers::default();
    }
    let reader = Reader { asker, clients, needs };
    let request = || clients.ecs.list_clusters().max_results(100);
    let arns = paged!(asker, &calls::LIST_CLUSTERS, None, request(), set_next_token, cluster_arns, next_token).listed(Some);
    let each = arns.items.into_iter().map(|arn| reader.cluster(arn));
    let items: Vec<Option<Cluster>> = futures::stream::iter(each).buffered(AT_A_TIME).collect().await;
    let mut clusters = Listed { items: items.into_iter().flatten().collect(), gaps: arns.gaps };
    if needs.cluster_settings {
        reader.settings(&mut clusters).await;
    }
    let task_definitions = if needs.task_definitions { reader.task_definitions(&clusters).await } else { Listed::default() };
    Containers { clusters, task_definitions }
}

struct Reader<'a> {
    asker: &'a Asker<'a>,
    clients: &'a Clients,
    needs: Needs,
}

impl Reader<'_> {
    /// The cluster; none when it is gone by now.
    async fn cluster(&self, arn: String) -> Option<Cluster> {
        let (services, tasks) = join!(self.services(&arn), self.tasks(&arn));
        let name = arn.rsplit('/').next().unwrap_or_default().to_owned();
        Some(Cluster { name, settings: Observed::default(), services: services?, tasks: tasks?, arn })
    }

    /// The settings of the clusters, many at a time.
    async fn settings(&self, clusters: &mut Listed<Cluster>) {
        for batch in clusters.items.chunks_mut(CLUSTERS_AT_A_TIME) {
            let arns = batch.iter().map(|cluster| cluster.arn.clone()).collect();
            let request = self.clients.ecs.describe_clusters().set_clusters(Some(arns));
            let request = request.include(ClusterField::Settings).include(ClusterField::Configurations);
            match self.asker.ask(&calls::DESCRIBE_CLUSTERS, None, request.send()).await {
                Ok(answer) => {
                    let told = answer.clusters.unwrap_or_default().into_iter();
                    let mut told: BTreeMap<String, ClusterSettings> =
                        told.filter_map(|cluster| Some((cluster.cluster_arn.clone()?, from::cluster_settings(cluster)))).collect();
                    for cluster in batch {
                        cluster.settings = told.remove(&cluster.arn).map_or_else(
                            || Observed::Unknown(self.asker.gap(&calls::DESCRIBE_CLUSTERS, Some(&cluster.arn), Cause::Failed)),
                            Observed::Known,
                        );
                    }
                }
                Err(failure) => batch.iter_mut().for_each(|cluster| cluster.settings = Observed::Unknown(failure.gap.clone())),
            }
        }
    }

    async fn services(&self, cluster: &str) -> Option<Listed<Service>> {
        let request = || self.clients.ecs.list_services().cluster(cluster).max_results(100);
        let pages = paged!(self.asker, &calls::LIST_SERVICES, Some(cluster), request(), set_next_token, service_arns, next_token);
        if pages.gone() {
            return None;
        }
        let arns = pages.listed(Some);
        let each = arns.items.chunks(SERVICES_AT_A_TIME).map(|batch| self.services_of(cluster, batch));
        let batches: Vec<Result<Vec<Service>, Gap>> = futures::stream::iter(each).buffered(AT_A_TIME).collect().await;
        Some(gathered(batches, arns.gaps))
    }

    async fn services_of(&self, cluster: &str, batch: &[String]) -> Result<Vec<Service>, Gap> {
        let mut request = self.clients.ecs.describe_services().cluster(cluster).set_services(Some(batch.to_vec()));
        if self.needs.tags {
            request = request.include(ServiceField::Tags);
        }
        let answer = self.asker.ask(&calls::DESCRIBE_SERVICES, Some(cluster), request.send()).await.map_err(|failure| failure.gap)?;
        Ok(answer.services.unwrap_or_default().into_iter().filter_map(from::service).collect())
    }

    async fn tasks(&self, cluster: &str) -> Option<Listed<Task>> {
        let request = || self.clients.ecs.list_tasks().cluster(cluster).max_results(100);
        let pages = paged!(self.asker, &calls::LIST_TASKS, Some(cluster), request(), set_next_token, task_arns, next_token);
        if pages.gone() {
            return None;
        }
        let arns = pages.listed(Some);
        let each = arns.items.chunks(TASKS_AT_A_TIME).map(|batch| self.tasks_of(cluster, batch));
        let batches: Vec<Result<Vec<Task>, Gap>> = futures::stream::iter(each).buffered(AT_A_TIME).collect().await;
        Some(gathered(batches, arns.gaps))
    }

    async fn tasks_of(&self, cluster: &str, batch: &[String]) -> Result<Vec<Task>, Gap> {
        let request = self.clients.ecs.describe_tasks().cluster(cluster).set_tasks(Some(batch.to_vec()));
        let answer = self.asker.ask(&calls::DESCRIBE_TASKS, Some(cluster), request.send()).await.map_err(|failure| failure.gap)?;
        Ok(answer.tasks.unwrap_or_default().into_iter().filter_map(from::task).collect())
    }

    /// The task definitions that services, their deployments and running tasks use, each asked for once.
    async fn task_definitions(&self, clusters: &Listed<Cluster>) -> Listed<TaskDefinition> {
        let mut arns: BTreeSet<&String> = BTreeSet::new();
        for cluster in clusters {
            for service in &cluster.services {
                arns.extend(&service.task_definition);
                arns.extend(service.deployments.iter().filter_map(|deployment| deployment.task_definition.as_ref()));
                arns.extend(service.task_sets.iter().filter_map(|set| set.task_definition.as_ref()));
            }
            arns.extend(cluster.tasks.iter().filter_map(|task| task.task_definition.as_ref()));
        }
        let each = arns.into_iter().map(|arn| self.task_definition(arn));
        let answers: Vec<Result<Vec<TaskDefinition>, Gap>> = futures::stream::iter(each).buffered(AT_A_TIME).collect().await;
        gathered(answers, clusters.gaps.clone())
    }

    async fn task_definition(&self, arn: &str) -> Result<Vec<TaskDefinition>, Gap> {
        let mut request = self.clients.ecs.describe_task_definition().task_definition(arn);
        if self.needs.tags {
            request = request.include(TaskDefinitionField::Tags);
        }
        let answer = self.asker.ask(&calls::DESCRIBE_TASK_DEFINITION, Some(arn), request.send()).await.map_err(|failure| failure.gap)?;
        Ok(answer.task_definition.and_then(from::task_definition).into_iter().collect())
    }
}

/// The items of the batches that were answered, and the gaps of those that were not.
fn gathered<T>(batches: Vec<Result<Vec<T>, Gap>>, gaps: Vec<Gap>) -> Listed<T> {
    let mut listed = Listed { items: Vec::new(), gaps };
    for batch in batches {
        match batch {
            Ok(items) => listed.items.extend(items),
            Err(gap) => listed.gaps.push(gap),
        }
    }
    listed
}
