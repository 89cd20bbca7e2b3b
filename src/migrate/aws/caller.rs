//! The one way to call AWS: an operation of the table, within the rate budget, with an error that says what may have happened.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use aws_config::SdkConfig;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use tokio_util::sync::CancellationToken;

use super::error;
use crate::collect::budget::Bucket;
use crate::collect::client::Clients;
use crate::collect::meter::Meter;
use crate::migrate::actions::Operation;
use crate::migrate::cloud::CallError;

/// Calls AWS in one region.
pub(super) struct Caller {
    /// The clients for reads, which try again by themselves.
    pub(super) reads: Clients,
    /// The clients for writes, each of which is one attempt: the executor decides what may be repeated.
    pub(super) writes: Clients,
    /// What the clients were made from.
    pub(super) config: SdkConfig,
    /// The region.
    pub(super) region: String,
    meter: Arc<Meter>,
    stop: CancellationToken,
}

/// An answer on its way.
type Answer<'s, T> = Pin<Box<dyn Future<Output = Result<T, CallError>> + 's>>;

impl Caller {
    /// Calls AWS in a region, with a share of its quotas.
    pub(super) fn new(config: SdkConfig, region: &str, share: f64, stop: CancellationToken) -> Self {
        let meter = Meter::new(region, share);
        let (reads, writes) = (Clients::new(&config, region, &meter), Clients::once(&config, region, &meter));
        Self { reads, writes, config, region: region.to_owned(), meter, stop }
    }

    /// Makes a call, or says why there is no answer.
    pub(super) fn call<'s, T, E>(
        &'s self,
        operation: &'static Operation,
        send: impl Future<Output = Result<T, SdkError<E, HttpResponse>>> + 's,
    ) -> Answer<'s, T>
    where
        T: 's,
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        Box::pin(async move {
            self.admit(operation).await?;
            send.await.map_err(|error| error::of(operation, &error))
        })
    }

    /// Waits for the budget's leave. A run that is to end begins no call that would have to wait.
    async fn admit(&self, operation: &Operation) -> Result<(), CallError> {
        let wait = self.meter.draw_on(bucket(operation));
        if wait.is_zero() {
            return Ok(());
        }
        tokio::select! {
            () = tokio::time::sleep(wait) => Ok(()),
            () = self.stop.cancelled() => Err(CallError::Stopped),
        }
    }
}

fn bucket(operation: &Operation) -> Bucket {
    match (operation.service(), operation.operation) {
        (_, "apigateway:GetResources") => Bucket::GetResources,
        ("ec2", _) => Bucket::Ec2,
        ("elbv2", _) => Bucket::ElbV2,
        ("ecs", _) => Bucket::EcsService,
        _ => Bucket::ApiGateway,
    }
}

/// Reads a list page by page: the request, how to set its token, the field of the items and that of the next token.
macro_rules! paged {
    ($caller:expr, $operation:expr, $request:expr, $set:ident, $items:ident, $next:ident) => {{
        let mut items = Vec::new();
        let mut token: Option<String> = None;
        loop {
            let answer = $caller.call($operation, $request.$set(token.clone()).send()).await?;
            items.extend(answer.$items.unwrap_or_default());
            let next = answer.$next.filter(|next| !next.is_empty());
            // An endpoint that hands out the same token for ever has nothing more to say.
            if next.is_none() || next == token {
                break items;
            }
            token = next;
        }
    }};
}
pub(super) use paged;

/// The same for something that a write is about and that may be gone already: then there is nothing left to do.
pub(super) fn gone_is_done<T>(answer: Result<T, CallError>) -> Result<(), CallError> {
    match answer {
        Ok(_) | Err(CallError::Gone(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// The answer to a read; none for what is not there.
pub(super) fn there<T>(answer: Result<T, CallError>) -> Result<Option<T>, CallError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(CallError::Gone(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// An answer that lacks what it is there for: whether the call did its work is not known.
pub(super) fn wordless(operation: &Operation, what: &str) -> CallError {
    CallError::Lost(format!("the answer to {} says nothing of {what}", operation.operation))
}
