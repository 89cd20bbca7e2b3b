//! Counts what goes over the wire, and draws on the rate budget for each request, retries included.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeTransmitInterceptorContextRef, FinalizerInterceptorContextRef, InterceptorContext,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, Metadata};
use aws_smithy_runtime_api::client::retries::RequestAttempts;
use aws_smithy_runtime_api::client::retries::classifiers::{ClassifyRetry, RetryAction, RetryClassifierPriority};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::{ConfigBag, Storable, StoreReplace};
use tokio::time::Instant;

use super::budget::{Bucket, Budget};
use super::calls::{self, Call};
use super::stats::{Cost, OperationStats};

/// What one region has cost so far, and what is left of its budget.
#[derive(Debug)]
pub(crate) struct Meter {
    region: String,
    start: Instant,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    budget: Budget,
    costs: BTreeMap<&'static str, Cost>,
}

impl Meter {
    /// A meter with full buckets.
    pub(crate) fn new(region: &str, share: f64) -> Arc<Self> {
        let state = State { budget: Budget::new(share), costs: BTreeMap::new() };
        Arc::new(Self { region: region.to_owned(), start: Instant::now(), state: Mutex::new(state) })
    }

    fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn cost(&self, call: &'static Call, change: impl FnOnce(&mut Cost)) {
        self.with(|state| change(state.costs.entry(call.operation).or_default()));
    }

    /// Draws a token for a call, and says how long to wait before making it.
    pub(super) fn draw(&self, call: &'static Call) -> Duration {
        let now = self.start.elapsed();
        let wait = self.with(|state| state.budget.draw(call.bucket, now));
        self.cost(call, |cost| cost.waited += wait);
        wait
    }

    /// Draws a token of a quota for a call that is not of the scan's table, and says how long to wait before making it.
    pub(crate) fn draw_on(&self, bucket: Bucket) -> Duration {
        let now = self.start.elapsed();
        self.with(|state| state.budget.draw(bucket, now))
    }

    /// A call came to an end.
    pub(super) fn finish(&self, call: &'static Call, failed: bool) {
        self.cost(call, |cost| {
            cost.calls += 1;
            cost.failures += u64::from(failed);
        });
    }

    /// A request is tried again: it draws on the budget, so that later calls wait the longer.
    fn retried(&self, call: &'static Call) {
        let now = self.start.elapsed();
        self.with(|state| state.budget.draw(call.bucket, now));
        self.cost(call, |cost| cost.retries += 1);
    }

    /// AWS throttled a request.
    fn throttled(&self, call: &'static Call) {
        let now = self.start.elapsed();
        self.with(|state| state.budget.empty(call.bucket, now));
        self.cost(call, |cost| cost.throttles += 1);
    }

    /// What each operation cost.
    pub(super) fn costs(&self) -> Vec<OperationStats> {
        let told = |(operation, cost): (&&'static str, &Cost)| OperationStats {
            region: self.region.clone(),
            operation: (*operation).to_owned(),
            cost: *cost,
        };
        self.with(|state| state.costs.iter().map(told).collect())
    }
}

/// Tells a [`Meter`] of every request of one service's client.
#[derive(Debug)]
pub(super) struct Count {
    pub(super) service: &'static str,
    pub(super) meter: Arc<Meter>,
}

/// When a request went out.
#[derive(Debug, Clone, Copy)]
struct Began(Instant);

impl Storable for Began {
    type Storer = StoreReplace<Self>;
}

impl Count {
    fn call(&self, bag: &ConfigBag) -> Option<&'static Call> {
        calls::find(&format!("{}:{}", self.service, bag.load::<Metadata>()?.name()))
    }
}

impl Intercept for Count {
    fn name(&self) -> &'static str {
        "Count"
    }

    fn read_before_attempt(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let again = bag.load::<RequestAttempts>().is_some_and(|attempts| attempts.attempts() > 1);
        if let Some(call) = self.call(bag).filter(|_| again) {
            self.meter.retried(call);
        }
        bag.interceptor_state().store_put(Began(Instant::now()));
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let time = bag.load::<Began>().map_or(Duration::ZERO, |began| began.0.elapsed());
        let bytes = context.response().and_then(|response| response.body().bytes()).map_or(0, <[u8]>::len);
        let throttled = context.response().is_some_and(throttled);
        if let Some(call) = self.call(bag) {
            self.meter.cost(call, |cost| {
                cost.time += time;
                cost.bytes += bytes as u64;
            });
            if throttled {
                self.meter.throttled(call);
            }
        }
        Ok(())
    }
}

/// Whether an answer says that we ask too much: by its status, or by the code in its body.
fn throttled(response: &HttpResponse) -> bool {
    let status = response.status().as_u16();
    let codes = ["Throttl", "TooManyRequests", "RequestLimitExceeded", "Rate exceeded"];
    let body = || response.body().bytes().map(String::from_utf8_lossy).unwrap_or_default();
    status == 429 || (status >= 400 && codes.iter().any(|code| body().contains(code)))
}

/// An endpoint that answers an API call with a web page does not know the call: asking again is no use.
#[derive(Debug)]
pub(super) struct NoUse;

impl ClassifyRetry for NoUse {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let page = |response: &HttpResponse| response.headers().get("content-type").is_some_and(|kind| kind.starts_with("text/html"));
        let no_use = |response: &HttpResponse| match response.status().as_u16() {
            501 => true,
            404 | 405 | 500 => page(response),
            _ => false,
        };
        if context.response().is_some_and(no_use) { RetryAction::RetryForbidden } else { RetryAction::NoActionIndicated }
    }

    fn name(&self) -> &'static str {
        "NoUse"
    }

    fn priority(&self) -> RetryClassifierPriority {
        RetryClassifierPriority::run_after(RetryClassifierPriority::transient_error_classifier())
    }
}
