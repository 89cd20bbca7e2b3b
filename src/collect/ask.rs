//! The one way to ask AWS: within the rate budget, counted, and with a gap where no answer came.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use tokio_util::sync::CancellationToken;

use super::calls::Call;
use super::gap::{Failure, Meaning, gap};
use super::meter::Meter;
use super::{Event, Listen};
use crate::inventory::{Cause, Gap, Listed};

/// Asks on behalf of one region.
pub(super) struct Asker<'a> {
    /// The region.
    pub(super) region: String,
    meter: Arc<Meter>,
    stop: &'a CancellationToken,
    listen: &'a Listen<'a>,
    heard: Mutex<Heard>,
}

/// What the region has let us know so far.
#[derive(Default)]
struct Heard {
    answered: bool,
    closed: Option<Failure>,
    unsupported: BTreeMap<&'static str, Failure>,
}

impl<'a> Asker<'a> {
    /// Asks in the name of a region.
    pub(super) fn new(region: &str, meter: Arc<Meter>, stop: &'a CancellationToken, listen: &'a Listen<'a>) -> Self {
        Self { region: region.to_owned(), meter, stop, listen, heard: Mutex::default() }
    }

    /// Makes a call, or says why there is no answer.
    pub(super) fn ask<'s, T, E>(
        &'s self,
        call: &'static Call,
        resource: Option<&'s str>,
        send: impl Future<Output = Result<T, SdkError<E, HttpResponse>>> + 's,
    ) -> Pin<Box<dyn Future<Output = Result<T, Failure>> + 's>>
    where
        T: 's,
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        Box::pin(async move {
            self.admit(call, resource).await?;
            (self.listen)(Event::Asking { region: &self.region, operation: call.operation });
            let answer = send.await.map_err(|error| Failure::of(call, &self.region, resource, &error));
            (self.listen)(Event::Answered { region: &self.region, operation: call.operation, answered: answer.is_ok() });
            self.note(call, answer.as_ref().err());
            answer
        })
    }

    /// Waits for the budget's leave.
    async fn admit(&self, call: &'static Call, resource: Option<&str>) -> Result<(), Failure> {
        let stopped = || Failure::stopped(call, &self.region, resource);
        if self.stop.is_cancelled() {
            return Err(stopped());
        }
        if let Some(failure) = self.hear(|heard| heard.unsupported.get(call.operation).cloned()) {
            let resource = resource.map(str::to_owned);
            return Err(Failure { gap: Gap { resource, ..failure.gap }, ..failure });
        }
        let wait = self.meter.draw(call);
        tokio::select! {
            () = tokio::time::sleep(wait), if !wait.is_zero() => Ok(()),
            () = self.stop.cancelled(), if !wait.is_zero() => Err(stopped()),
            else => Ok(()),
        }
    }

    fn note(&self, call: &'static Call, failure: Option<&Failure>) {
        self.meter.finish(call, failure.is_some());
        self.hear(|heard| match failure {
            None => heard.answered = true,
            Some(failure) => match failure.meaning {
                Meaning::Closed | Meaning::Unreachable => heard.closed = Some(failure.clone()),
                Meaning::Unsupported => {
                    heard.unsupported.insert(call.operation, failure.clone());
                }
                _ => heard.answered = true,
            },
        });
    }

    fn hear<T>(&self, with: impl FnOnce(&mut Heard) -> T) -> T {
        with(&mut self.heard.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Why the region is closed to us, when nothing in it has ever answered.
    pub(super) fn closed(&self) -> Option<Failure> {
        let why = |heard: &mut Heard| heard.closed.as_ref().or_else(|| heard.unsupported.values().next()).cloned();
        self.hear(|heard| if heard.answered { None } else { why(heard) })
    }

    /// A gap in the answer to a call.
    pub(super) fn gap(&self, call: &Call, resource: Option<&str>, cause: Cause) -> Gap {
        gap(call, &self.region, resource, cause)
    }
}

/// What came of asking for a list page by page.
pub(super) struct Pages<T> {
    /// What was read.
    pub(super) items: Vec<T>,
    /// Why the rest was not.
    pub(super) failure: Option<Failure>,
}

impl<T> Pages<T> {
    /// Whether the resource whose parts were asked for is gone.
    pub(super) fn gone(&self) -> bool {
        self.failure.as_ref().is_some_and(|failure| failure.meaning == Meaning::Gone)
    }

    /// The list, in our nouns; what has no id is no resource.
    pub(super) fn listed<U>(self, convert: impl FnMut(T) -> Option<U>) -> Listed<U> {
        Listed {
            items: self.items.into_iter().filter_map(convert).collect(),
            gaps: self.failure.map(|failure| failure.gap).into_iter().collect(),
        }
    }
}

/// One page: its items and the token of the next.
pub(super) type Page<T> = Result<(Option<Vec<T>>, Option<String>), Failure>;

/// Asks for page after page. A page that fails ends the list, and what came before it stays.
pub(super) async fn pages<T, F: Future<Output = Page<T>>>(mut page: impl FnMut(Option<String>) -> F) -> Pages<T> {
    let mut items = Vec::new();
    let mut token: Option<String> = None;
    loop {
        match page(token.clone()).await {
            Err(failure) => return Pages { items, failure: Some(failure) },
            Ok((more, next)) => {
                items.extend(more.unwrap_or_default());
                let next = next.filter(|next| !next.is_empty());
                // An endpoint that hands out the same token for ever has nothing more to say.
                if next.is_none() || next == token {
                    return Pages { items, failure: None };
                }
                token = next;
            }
        }
    }
}

/// Asks for a list: the request, how to set its token, the field of the items and that of the next token.
macro_rules! paged {
    ($asker:expr, $call:expr, $resource:expr, $request:expr, $set:ident, $items:ident, $next:ident) => {{
        let (asker, resource): (&$crate::collect::ask::Asker<'_>, Option<&str>) = ($asker, $resource);
        $crate::collect::ask::pages(|token| {
            let request = $request.$set(token);
            async move {
                let answer = asker.ask($call, resource, request.send()).await?;
                Ok((answer.$items, answer.$next))
            }
        })
        .await
    }};
}
pub(super) use paged;
