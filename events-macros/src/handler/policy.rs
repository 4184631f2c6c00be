use std::num::NonZeroU32;
use std::time::Duration;

use events_record::tag;
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::parse::ParseStream;

use crate::attr::{self, Once, Private};
use crate::duration;
use crate::errors::Errors;

/// What a handler asks of its lane. Ends of ranges stand together.
#[derive(Default)]
pub(crate) struct Policy {
    retry: Once<Retry>,
    timeout: Once<Duration>,
    breaker: Once<Breaker>,
    batch: Once<Batch>,
}

struct Retry {
    max: u32,
    backoff: Once<(Duration, Duration)>,
}

struct Breaker {
    failures: u32,
    cool_down: Once<Duration>,
}

#[derive(Default)]
struct Batch {
    size: Once<(u32, u32)>,
    patience: Once<(Duration, Duration)>,
    split: Once<()>,
}

impl Policy {
    /// The options that [`read`](Self::read) takes in, to list them.
    pub(super) const OPTIONS: &str = "`retry`, `timeout`, `breaker`, `batch`";

    /// Takes in an option; `None` if it is none of these.
    pub(super) fn read(
        &mut self,
        name: &Ident,
        input: ParseStream<'_>,
        errors: &mut Errors,
    ) -> Option<syn::Result<()>> {
        let read = match name.to_string().as_str() {
            "retry" => retry(name, input, errors).map(|retry| self.retry.set(name, retry, errors)),
            "timeout" => time(name, input, "\"200ms\"").map(|time| self.timeout.set(name, time, errors)),
            "breaker" => breaker(name, input, errors).map(|breaker| self.breaker.set(name, breaker, errors)),
            "batch" => {
                let (batch, read) = match batch(name, input, errors) {
                    Ok(batch) => (batch, Ok(())),
                    // It stands there all the same: its first argument is a slice.
                    Err(error) => (Batch::default(), Err(error)),
                };
                self.batch.set(name, batch, errors);
                read
            }
            _ => return None,
        };
        Some(read)
    }

    /// Whether nothing is asked for.
    pub(crate) fn is_none(&self) -> bool {
        let Self { retry, timeout, breaker, batch } = self;
        retry.get().is_none() && timeout.get().is_none() && breaker.get().is_none() && batch.get().is_none()
    }

    /// The word `batch`, if it stands there.
    pub(super) fn batch(&self) -> Option<&Ident> {
        self.batch.name()
    }

    /// The names of all that is asked for.
    pub(super) fn names(&self) -> impl Iterator<Item = &Ident> {
        let Self { retry, timeout, breaker, batch } = self;
        [retry.name(), timeout.name(), breaker.name(), batch.name()].into_iter().flatten()
    }

    /// The same in words, by the tags of a record, for `cargo events` to show.
    pub(super) fn tell(&self, mut tell: impl FnMut(u8, String)) {
        let range = |(from, to): (String, String)| if from == to { from } else { format!("{from}..{to}") };
        let times = |(from, to): &(Duration, Duration)| range((format!("{from:?}"), format!("{to:?}")));
        if let Some(Retry { max, backoff }) = self.retry.get() {
            let backoff = backoff.get().map(|ends| format!(", backoff = {}", times(ends)));
            tell(tag::RETRY, format!("max = {max}{}", backoff.unwrap_or_default()));
        }
        if let Some(timeout) = self.timeout.get() {
            tell(tag::TIMEOUT, format!("{timeout:?}"));
        }
        if let Some(Breaker { failures, cool_down }) = self.breaker.get() {
            let cool_down = cool_down.get().map(|time| format!(", cool_down = {time:?}"));
            tell(tag::BREAKER, format!("failures = {failures}{}", cool_down.unwrap_or_default()));
        }
        if let Some(Batch { size, patience, split }) = self.batch.get() {
            let size =
                size.get().map(|(min, max)| format!("size = {}", range((min.to_string(), max.to_string()))));
            let patience = patience.get().map(|ends| format!("patience = {}", times(ends)));
            let split = split.get().map(|()| "split".to_owned());
            tell(tag::BATCH, [size, patience, split].into_iter().flatten().collect::<Vec<_>>().join(", "));
        }
    }

    /// The same as an expression; nothing where nothing is asked for. What is left out is the library's to know.
    pub(super) fn expand(&self, private: &Private) -> Option<TokenStream> {
        if self.is_none() {
            return None;
        }
        let path = quote!(#private::policy);
        let time = |time: &Duration| {
            let (seconds, nanos) = (time.as_secs(), time.subsec_nanos());
            quote!(#path::Duration::new(#seconds, #nanos))
        };
        let times = |(from, to): &(Duration, Duration)| {
            let (from, to) = (time(from), time(to));
            quote!(#from, #to)
        };
        let retry = self.retry.get().map(|Retry { max, backoff }| {
            let backoff = backoff.get().map(times).map(|ends| quote!(.backoff(#ends)));
            quote!(.retry(#path::Retry::new(#max) #backoff))
        });
        let timeout = self.timeout.get().map(time).map(|time| quote!(.timeout(#time)));
        let breaker = self.breaker.get().map(|Breaker { failures, cool_down }| {
            let cool_down = cool_down.get().map(time).map(|time| quote!(.cool_down(#time)));
            quote!(.breaker(#path::Breaker::new(#failures) #cool_down))
        });
        let batch = self.batch.get().map(|Batch { size, patience, split }| {
            let size = size.get().map(|(min, max)| quote!(.size(#min, #max)));
            let patience = patience.get().map(times).map(|ends| quote!(.patience(#ends)));
            let split = split.get().map(|()| quote!(.split()));
            quote!(.batch(#path::Batch::new() #size #patience #split))
        });
        Some(quote!(#path::Policy::NONE #retry #timeout #breaker #batch))
    }
}

fn retry(name: &Ident, input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Retry> {
    let tokens = attr::nested(name, input, "max = 5, backoff = \"10ms..1s\"")?;
    let mut max = Count::default();
    let mut backoff = Once::default();
    attr::parse(tokens, errors, |name, input, errors| {
        match name.to_string().as_str() {
            "max" => {
                max.read(name, input, "5", "write 1 to 4294967295; without `retry` there is none", errors)?
            }
            "backoff" => {
                let text = attr::text(name, input, "\"10ms..1s\"")?;
                backoff.set(name, duration::range("backoff", &text)?, errors);
            }
            _ => return Err(attr::unknown(name, "`max` and `backoff`")),
        }
        Ok(())
    });
    let max = max.get(name, "`retry` needs a number of retries: write `retry(max = 5)`", errors);
    Ok(Retry { max, backoff })
}

fn breaker(name: &Ident, input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Breaker> {
    let tokens = attr::nested(name, input, "failures = 20, cool_down = \"5s\"")?;
    let mut failures = Count::default();
    let mut cool_down = Once::default();
    attr::parse(tokens, errors, |name, input, errors| {
        match name.to_string().as_str() {
            "failures" => failures.read(name, input, "20", "write 1 to 4294967295", errors)?,
            "cool_down" => cool_down.set(name, time(name, input, "\"5s\"")?, errors),
            _ => return Err(attr::unknown(name, "`failures` and `cool_down`")),
        }
        Ok(())
    });
    let message = "`breaker` needs a number of failures: write `breaker(failures = 20)`";
    Ok(Breaker { failures: failures.get(name, message, errors), cool_down })
}

fn batch(name: &Ident, input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Batch> {
    let mut batch = Batch::default();
    if input.is_empty() || input.peek(syn::Token![,]) {
        return Ok(batch);
    }
    let tokens = attr::nested(name, input, "size = \"64..1024\", patience = \"5ms..12ms\", split")?;
    attr::parse(tokens, errors, |name, input, errors| {
        match name.to_string().as_str() {
            "size" => {
                let text = attr::text(name, input, "\"64..1024\"")?;
                batch.size.set(name, duration::numbers("size", &text)?, errors);
            }
            "patience" => {
                let text = attr::text(name, input, "\"5ms..12ms\"")?;
                batch.patience.set(name, duration::range("patience", &text)?, errors);
            }
            "split" => batch.split.set(name, attr::flag(name, input)?, errors),
            _ => return Err(attr::unknown(name, "`size`, `patience` and `split`")),
        }
        Ok(())
    });
    Ok(batch)
}

fn time(name: &Ident, input: ParseStream<'_>, example: &str) -> syn::Result<Duration> {
    duration::one(&name.to_string(), &attr::text(name, input, example)?)
}

/// A number that must be there.
#[derive(Default)]
struct Count {
    number: Once<u32>,
    /// Whether the option stands there, right or wrong: a mistake is told once.
    written: bool,
}

impl Count {
    fn read(
        &mut self,
        name: &Ident,
        input: ParseStream<'_>,
        example: &str,
        range: &str,
        errors: &mut Errors,
    ) -> syn::Result<()> {
        self.written = true;
        let (_, number) = attr::integer::<NonZeroU32>(name, input, example, range)?;
        self.number.set(name, number.get(), errors);
        Ok(())
    }

    fn get(self, of: &Ident, missing: &str, errors: &mut Errors) -> u32 {
        if !self.written {
            errors.at(of, missing);
        }
        // Where there is none, an error says so, and nothing is expanded.
        self.number.get().copied().unwrap_or(1)
    }
}
