//! Targets and their health, and services that roll out.

use apiaudit::migrate::thing::ServiceTarget;

use crate::traffic::Sender;
use crate::world::{Registered, Rolling, Rollout, Service, TargetGroup, Task, World};

/// How often what is under way is looked at, in seconds.
const BEAT: u64 = 5;

impl World {
    /// The state of a target, and AWS's reason.
    pub(crate) fn health(&self, group: &TargetGroup, target: &str) -> (&'static str, Option<&'static str>) {
        let Some(registered) = self.registered.get(&(group.arn.clone(), target.to_owned())) else {
            return ("unused", Some("Target.NotRegistered"));
        };
        if registered.draining {
            return ("draining", Some("Target.DeregistrationInProgress"));
        }
        let used_since = self.listeners_of(&group.arn).map(|listener| listener.made_at).min();
        let Some(used_since) = used_since else { return ("unused", Some("Target.NotInUse")) };
        if self.now < used_since.max(registered.since) + group.healthy_after {
            return ("initial", Some("Elb.InitialHealthChecking"));
        }
        let probed = self.listeners_of(&group.arn).any(|listener| self.probe_arrives(&listener.balancer, group, target, registered));
        let sick = self.tasks.get(target).is_some_and(|task| task.sick);
        if group.never_healthy || sick || !probed { ("unhealthy", Some("Target.FailedHealthChecks")) } else { ("healthy", None) }
    }

    fn probe_arrives(&self, balancer: &str, group: &TargetGroup, target: &str, registered: &Registered) -> bool {
        let Some(balancer) = self.balancers.get(balancer) else { return false };
        let sender = Sender { groups: &balancer.groups, addresses: &[] };
        match group.kind.as_str() {
            "alb" => self.balancers.get(target).is_some_and(|alb| self.admits(&alb.groups, registered.port, &sender)),
            _ => self.task_groups(target).is_some_and(|groups| self.admits(&groups, registered.port, &sender)),
        }
    }

    /// The security groups of a task that runs.
    pub(crate) fn task_groups(&self, address: &str) -> Option<Vec<String>> {
        let task = self.tasks.get(address).filter(|task| task.ready_at <= self.now)?;
        self.services.get(&task.service).map(|service| service.groups.clone())
    }

    /// Starts a rollout: new tasks first.
    pub(crate) fn start_rollout(&mut self, service: &Service, running: bool) {
        let new = |target: &ServiceTarget| self.target_groups.get(&target.target_group).is_some_and(|group| group.mark.is_some());
        let sick = self.nature.sick_tasks && service.targets.iter().any(new);
        let mut tasks = Vec::new();
        for number in 0..service.desired {
            let serial = self.fresh();
            let zone = number % self.zones;
            let address = format!("10.20.{}.{}", 10 + zone, 20 + serial);
            let starting = if running { 0 } else { self.rng.range(15, 45) };
            let task = Task {
                address: address.clone(),
                zone,
                service: service.arn.clone(),
                ready_at: self.now + starting,
                registered: false,
                gone_at: None,
                sick,
            };
            self.tasks.insert(address.clone(), task);
            tasks.push(address);
        }
        let patience = if sick { self.rng.range(120, 300) } else { 900 };
        let state = if running { Rolling::Completed } else { Rolling::InProgress };
        let rollout = Rollout { targets: service.targets.clone(), tasks, state, deadline: self.now + patience };
        self.rollouts.entry(service.arn.clone()).or_default().push(rollout);
        if running {
            self.register_tasks(&service.arn);
        }
        self.wake_in(BEAT);
    }

    /// Lets everything under way go on.
    pub(crate) fn roll_out(&mut self) {
        let services: Vec<String> = self.rollouts.keys().cloned().collect();
        let mut busy = false;
        for service in services {
            busy |= self.roll_out_service(&service);
        }
        let young = |registered: &Registered| self.now < registered.since + 120;
        if busy || self.registered.values().any(young) {
            self.wake_in(BEAT);
        }
    }

    fn roll_out_service(&mut self, service: &str) -> bool {
        self.register_tasks(service);
        self.end_tasks(service);
        let Some(primary) = self.rollouts[service].last().cloned() else { return false };
        if primary.state == Rolling::InProgress {
            if self.all_healthy(&primary) {
                self.drain_others(service);
            } else if self.now >= primary.deadline {
                self.trip(service, &primary);
            }
        }
        let rollouts = self.rollouts.get_mut(service).unwrap();
        let last = rollouts.len() - 1;
        let mut place = 0;
        rollouts.retain(|rollout| {
            place += 1;
            place > last || !rollout.tasks.is_empty()
        });
        let alone = rollouts.len() == 1;
        let primary = rollouts.last_mut().unwrap();
        if alone && primary.state == Rolling::InProgress && primary.tasks.iter().all(|task| self.tasks[task].gone_at.is_none()) {
            let done = primary.clone();
            if self.all_healthy(&done) {
                self.rollouts.get_mut(service).unwrap().last_mut().unwrap().state = Rolling::Completed;
            }
        }
        self.rollouts[service]
            .iter()
            .any(|rollout| rollout.state == Rolling::InProgress || rollout.tasks.iter().any(|task| self.tasks[task].gone_at.is_some()))
    }

    fn register_tasks(&mut self, service: &str) {
        for rollout in self.rollouts.get(service).cloned().unwrap_or_default() {
            for address in &rollout.tasks {
                let task = self.tasks.get_mut(address).unwrap();
                if task.registered || task.gone_at.is_some() || task.ready_at > self.now {
                    continue;
                }
                task.registered = true;
                let zone = Some(task.zone);
                for target in &rollout.targets {
                    let entry = Registered { port: target.port, zone, since: self.now, draining: false };
                    self.registered.insert((target.target_group.clone(), address.clone()), entry);
                }
            }
        }
    }

    fn all_healthy(&self, rollout: &Rollout) -> bool {
        let healthy = |task: &String, target: &ServiceTarget| {
            self.target_groups.get(&target.target_group).is_some_and(|group| self.health(group, task).0 == "healthy")
        };
        rollout.tasks.iter().all(|task| self.tasks[task].registered && rollout.targets.iter().all(|target| healthy(task, target)))
    }

    /// The tasks of all rollouts but the last leave their target groups, and then go.
    fn drain_others(&mut self, service: &str) {
        let rollouts = &self.rollouts[service];
        let others: Vec<String> = rollouts[..rollouts.len() - 1].iter().flat_map(|rollout| rollout.tasks.clone()).collect();
        self.drain(&others);
    }

    pub(crate) fn drain(&mut self, tasks: &[String]) {
        for address in tasks {
            if self.tasks[address].gone_at.is_some() {
                continue;
            }
            let delay = self.rng.range(20, 60);
            let gone = self.wake_in(delay);
            self.tasks.get_mut(address).unwrap().gone_at = Some(gone);
            for (_, registered) in self.registered.iter_mut().filter(|((_, target), _)| target == address) {
                registered.draining = true;
            }
            self.dirty = true;
        }
    }

    fn end_tasks(&mut self, service: &str) {
        let ended: Vec<String> = self
            .tasks
            .values()
            .filter(|task| task.service == service && task.gone_at.is_some_and(|gone| gone <= self.now))
            .map(|task| task.address.clone())
            .collect();
        for address in ended {
            self.tasks.remove(&address);
            self.registered.retain(|(_, target), _| *target != address);
            for rollout in self.rollouts.get_mut(service).unwrap() {
                rollout.tasks.retain(|task| *task != address);
            }
            self.dirty = true;
        }
        let empty = self.rollouts[service].iter().all(|rollout| rollout.tasks.is_empty());
        if empty && self.services.get(service).is_some_and(|service| service.deleting) {
            self.services.put(service, None, self.now, 0);
        }
    }

    /// The circuit breaker: the new tasks go, and the service is as it was.
    fn trip(&mut self, service: &str, failed: &Rollout) {
        self.drain(&failed.tasks);
        let rollouts = self.rollouts.get_mut(service).unwrap();
        rollouts.last_mut().unwrap().state = Rolling::Failed;
        let Some(place) = rollouts.iter().rposition(|rollout| rollout.state == Rolling::Completed) else { return };
        let good = rollouts.remove(place);
        rollouts.push(Rollout { state: Rolling::InProgress, deadline: u64::MAX, ..good.clone() });
        let mut restored = self.services.get(service).unwrap().clone();
        restored.targets = good.targets;
        let (now, lag) = (self.now, self.lag());
        self.services.put(service, Some(restored), now, lag);
    }
}
