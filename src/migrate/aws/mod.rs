//! AWS behind the seam: one file a service, one call of the SDK a method that writes.
//!
//! [`Cloud`] is synchronous on purpose, for a plan is done one step after the other; the runtime is only what the SDK needs.

mod caller;
mod ec2;
mod ecs;
mod elbv2;
mod elbv2_set;
mod error;
mod http;
mod http_set;
mod invoke;
mod properties;
mod rest;
mod rest_set;
mod settings;
mod tags;
mod things;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::runtime::{Handle, Runtime};
use tokio_util::sync::CancellationToken;

use self::caller::Caller;
use self::invoke::Invoker;
use super::cloud::{Answer, CallError, Cloud, Made, Mark, Request, Status};
use super::thing::{Create, Property, Remove, State};
use crate::collect::{self, CollectError, Needs, Options, Stamp, client};
use crate::inventory::{Inventory, Target};

/// AWS in one region.
pub struct Aws {
    caller: Caller,
    invoker: Invoker,
    options: Options,
    runtime: Handle,
    stop: CancellationToken,
    clock: Clock,
}

/// The clock that waits go by. An emulator is ready sooner than AWS, so for one it may run faster.
struct Clock {
    began: SystemTime,
    times: u32,
}

impl Clock {
    fn now(&self) -> SystemTime {
        let real = invoke::moment().duration_since(self.began).unwrap_or_default();
        self.began + real * self.times
    }
}

impl Aws {
    /// AWS in a region, as the options say who asks. Once `stop` is cancelled, no call waits any more.
    pub fn new(options: &Options, region: &str, stop: CancellationToken, runtime: &Runtime) -> Result<Self, CollectError> {
        let options = Options { regions: vec![region.to_owned()], all_regions: false, needs: Needs::PLAN, ..options.clone() };
        collect::check_names(&options.regions)?;
        let config = runtime.block_on(client::config(&options))?;
        let invoker = Invoker::new(options.endpoint_url.as_deref().or(config.endpoint_url()));
        let caller = Caller::new(config, region, options.api_budget, stop.clone());
        let clock = Clock { began: invoke::moment(), times: 1 };
        Ok(Self { caller, invoker, options, runtime: runtime.handle().clone(), stop, clock })
    }

    /// The same with waits so many times shorter. Only for an endpoint on this machine, which is none of AWS's: AWS needs its time.
    pub fn hurrying(mut self, times: u32) -> Result<Self, NotHere> {
        let here = ["http://127.0.0.1:", "http://localhost:", "http://[::1]:"];
        let endpoint = self.options.endpoint_url.as_deref().or(self.caller.config.endpoint_url());
        if times > 1 && !endpoint.is_some_and(|url| here.iter().any(|here| url.starts_with(here))) {
            return Err(NotHere);
        }
        self.clock.times = times.max(1);
        Ok(self)
    }
}

/// Waits may be made shorter for an emulator on this machine only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotHere;

impl Cloud for Aws {
    fn create(&mut self, thing: &Create, mark: &Mark) -> Result<Made, CallError> {
        self.runtime.block_on(Box::pin(things::create(&self.caller, thing, mark)))
    }

    fn find(&mut self, thing: &Create, mark: &Mark) -> Result<Vec<Made>, CallError> {
        self.runtime.block_on(Box::pin(things::find(&self.caller, thing, mark)))
    }

    fn status(&mut self, thing: &Create, made: &Made) -> Result<Status, CallError> {
        self.runtime.block_on(Box::pin(things::status(&self.caller, thing, made)))
    }

    fn delete(&mut self, thing: &Create, made: &Made) -> Result<(), CallError> {
        self.runtime.block_on(Box::pin(things::delete(&self.caller, thing, made)))
    }

    fn read(&mut self, property: &Property) -> Result<State, CallError> {
        self.runtime.block_on(Box::pin(properties::read(&self.caller, property)))
    }

    fn write(&mut self, property: &Property, from: &State, to: &State) -> Result<(), CallError> {
        self.runtime.block_on(Box::pin(properties::write(&self.caller, property, from, to)))
    }

    fn remove(&mut self, thing: &Remove) -> Result<(), CallError> {
        self.runtime.block_on(Box::pin(things::remove(&self.caller, thing)))
    }

    fn exists(&mut self, thing: &Remove) -> Result<bool, CallError> {
        self.runtime.block_on(Box::pin(things::exists(&self.caller, thing)))
    }

    fn rollout(&mut self, cluster: &str, service: &str) -> Result<Status, CallError> {
        self.runtime.block_on(ecs::rollout(&self.caller, cluster, service))
    }

    fn targets(&mut self, target_group: &str) -> Result<Vec<Target>, CallError> {
        self.runtime.block_on(elbv2::targets(&self.caller, target_group))
    }

    fn request(&mut self, request: &Request) -> Result<Answer, CallError> {
        self.runtime.block_on(Box::pin(async {
            match request {
                Request::TestInvoke { api, resource, method, path } => invoke::test(&self.caller, api, resource, method, path).await,
                Request::Invoke { api, stage, path, signed } => self.invoker.get(&self.caller, api, stage, path, *signed).await,
            }
        }))
    }

    fn inventory(&mut self) -> Result<Inventory, CallError> {
        let seconds = i64::try_from(self.now()).unwrap_or_default();
        let taken_at = jiff::Timestamp::from_second(seconds).unwrap_or_default().to_string();
        let stamp = Stamp { taken_at, tool_version: env!("CARGO_PKG_VERSION").to_owned() };
        let read = self.runtime.block_on(Box::pin(collect::collect(&self.options, &stamp, &|_| {}, &self.stop)));
        match read {
            Ok(read) if read.interrupted => Err(CallError::Stopped),
            Ok(read) => Ok(read.inventory),
            Err(error @ CollectError::Unreachable { .. }) => Err(CallError::Lost(error.to_string())),
            Err(error) => Err(CallError::Denied(error.to_string())),
        }
    }

    fn now(&mut self) -> u64 {
        self.clock.now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
    }

    fn pause(&mut self, seconds: u64) -> Result<(), CallError> {
        self.runtime.block_on(async {
            tokio::select! {
                biased;
                () = self.stop.cancelled() => Err(CallError::Stopped),
                () = tokio::time::sleep(Duration::from_secs(seconds) / self.clock.times) => Ok(()),
            }
        })
    }

    fn stopped(&self) -> bool {
        self.stop.is_cancelled()
    }
}
