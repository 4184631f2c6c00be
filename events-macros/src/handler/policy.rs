use std::num::NonZeroU32;
use std::time::Duration;

use events_record::tag;
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::parse::ParseStream;
use syn::{Expr, Lit};

use crate::attr::{self, Once, Private, written};
use crate::duration;
use crate::errors::Errors;

/// What a handler asks of its lane. Ends of ranges stand together.
#[derive(Default)]
pub(crate) struct Policy {
    retry: Once<Retry>,
    timeout: Once<Duration>,
    breaker: Once<Breaker>,
    batch: Once<Batch>,
    concurrent: Once<()>,
}

struct Retry {
    max: u32,
    backoff: Once<(Duration, Duration)>,
    jitter: Once<Jitter>,
    when: Once<Expr>,
}

/// What stands behind `jitter`.
#[derive(Clone, Copy)]
enum Jitter {
    Full,
    Equal,
    None,
}

impl Jitter {
    /// As it is written.
    fn word(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Equal => "equal",
            Self::None => "false",
        }
    }
}

struct Breaker {
    failures: u32,
    cool_down: Once<Duration>,
}

#[derive(Default)]
struct Batch {
    size: Once<(u32, u32)>,
    linger: Once<(Duration, Duration)>,
    split: Once<()>,
}

impl Policy {
    /// The options that [`read`](Self::read) takes in, to list them.
    pub(super) const OPTIONS: &str = "`retry`, `timeout`, `breaker`, `batch`, `concurrent`";

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
            "concurrent" => attr::flag(name, input).map(|flag| self.concurrent.set(name, flag, errors)),
            _ => return None,
        };
        Some(read)
    }

    /// Whether nothing is asked for.
    pub(crate) fn is_none(&self) -> bool {
        let Self { retry, timeout, breaker, batch, concurrent } = self;
        let guards = retry.get().is_some() || timeout.get().is_some() || breaker.get().is_some();
        !guards && batch.get().is_none() && concurrent.get().is_none()
    }

    /// The word `batch`, if it stands there.
    pub(super) fn batch(&self) -> Option<&Ident> {
        self.batch.name()
    }

    /// The word `concurrent`, if it stands there.
    pub(super) fn concurrent(&self) -> Option<&Ident> {
        self.concurrent.name()
    }

    /// The names of all that is asked for.
    pub(super) fn names(&self) -> impl Iterator<Item = &Ident> {
        let Self { retry, timeout, breaker, batch, concurrent } = self;
        [retry.name(), timeout.name(), breaker.name(), batch.name(), concurrent.name()].into_iter().flatten()
    }

    /// The condition of `retry(when = ..)`, and the word `when`.
    pub(super) fn retry_when(&self) -> Option<(&Ident, &Expr)> {
        let when = &self.retry.get()?.when;
        when.name().zip(when.get())
    }

    /// The same in words, by the tags of a record, for `cargo events` to show.
    pub(super) fn tell(&self, mut tell: impl FnMut(u8, String)) {
        let range = |(from, to): (String, String)| if from == to { from } else { format!("{from}..{to}") };
        let times = |(from, to): &(Duration, Duration)| range((format!("{from:?}"), format!("{to:?}")));
        if let Some(Retry { max, backoff, jitter, when }) = self.retry.get() {
            let backoff = backoff.get().map(|ends| format!("backoff = {}", times(ends)));
            let jitter = jitter.get().map(|jitter| format!("jitter = {}", jitter.word()));
            let when = when.get().map(|when| format!("when = {}", written(when)));
            let parts = [Some(format!("max = {max}")), backoff, jitter, when];
            tell(tag::RETRY, parts.into_iter().flatten().collect::<Vec<_>>().join(", "));
        }
        if let Some(timeout) = self.timeout.get() {
            tell(tag::TIMEOUT, format!("{timeout:?}"));
        }
        if let Some(Breaker { failures, cool_down }) = self.breaker.get() {
            let cool_down = cool_down.get().map(|time| format!(", cool_down = {time:?}"));
            tell(tag::BREAKER, format!("failures = {failures}{}", cool_down.unwrap_or_default()));
        }
        if let Some(Batch { size, linger, split }) = self.batch.get() {
            let size =
                size.get().map(|(min, max)| format!("size = {}", range((min.to_string(), max.to_string()))));
            let linger = linger.get().map(|ends| format!("linger = {}", times(ends)));
            let split = split.get().map(|()| "split".to_owned());
            tell(tag::BATCH, [size, linger, split].into_iter().flatten().collect::<Vec<_>>().join(", "));
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
        let retry = self.retry.get().map(|Retry { max, backoff, jitter, when }| {
            let backoff = backoff.get().map(times).map(|ends| quote!(.backoff(#ends)));
            let jitter = jitter.get().map(|jitter| match jitter {
                Jitter::Full => quote!(.jitter(#path::Jitter::Full)),
                Jitter::Equal => quote!(.jitter(#path::Jitter::Equal)),
                Jitter::None => quote!(.jitter(#path::Jitter::None)),
            });
            let when = when.get().map(written).map(|when| quote!(.condition(#when)));
            quote!(.retry(#path::Retry::new(#max) #backoff #jitter #when))
        });
        let timeout = self.timeout.get().map(time).map(|time| quote!(.timeout(#time)));
        let breaker = self.breaker.get().map(|Breaker { failures, cool_down }| {
            let cool_down = cool_down.get().map(time).map(|time| quote!(.cool_down(#time)));
            quote!(.breaker(#path::Breaker::new(#failures) #cool_down))
        });
        let batch = self.batch.get().map(|Batch { size, linger, split }| {
            let size = size.get().map(|(min, max)| quote!(.size(#min, #max)));
            let linger = linger.get().map(times).map(|ends| quote!(.linger(#ends)));
            let split = split.get().map(|()| quote!(.split()));
            quote!(.batch(#path::Batch::new() #size #linger #split))
        });
        let concurrent = self.concurrent.get().map(|()| quote!(.concurrent()));
        Some(quote!(#path::Policy::NONE #retry #timeout #breaker #batch #concurrent))
    }
}

fn retry(name: &Ident, input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Retry> {
    let tokens = attr::nested(name, input, "max = 5, backoff = \"10ms..1s\"")?;
    if let Some(Ok(number)) = tokens.clone().into_iter().next().map(|first| syn::parse2::<Lit>(first.into()))
    {
        let max = match &number {
            Lit::Int(number) => number.base10_digits(),
            _ => "5",
        };
        return Err(syn::Error::new(
            number.span(),
            format!("name the number of retries: write `retry(max = {max})`"),
        ));
    }
    let mut max = Count::default();
    let mut backoff = Once::default();
    let mut jitter = Once::default();
    let mut when = Once::default();
    let all_read = attr::parse(tokens, errors, |name, input, errors| {
        match name.to_string().as_str() {
            "max" => {
                max.read(name, input, "5", "write 1 to 4294967295; without `retry` there is none", errors)?
            }
            "backoff" => {
                let text = attr::text(name, input, "\"10ms..1s\"")?;
                backoff.set(name, duration::range("backoff", &text)?, errors);
            }
            "jitter" => jitter.set(name, self::jitter(name, input)?, errors),
            "when" => {
                let condition = attr::value(name, input, "|error| ..")?;
                super::signature::condition(
                    &condition,
                    "`when` of `retry` is asked with the handler's error alone: write `when = |error| ..`",
                    "`when` of `retry` is a closure that looks at the handler's error, or the name of a function: write `when = |error| ..`",
                    errors,
                );
                when.set(name, condition, errors);
            }
            _ => return Err(attr::unknown(name, "`max`, `backoff`, `jitter` and `when`")),
        }
        Ok(())
    });
    // One that could not be read may have been meant for the number.
    max.written |= !all_read;
    let max = max.get(name, "`retry` needs a number of retries: write `retry(max = 5)`", errors);
    Ok(Retry { max, backoff, jitter, when })
}

fn jitter(name: &Ident, input: ParseStream<'_>) -> syn::Result<Jitter> {
    const FORMS: &str = "write `jitter = \"full\"`, `jitter = \"equal\"` or `jitter = false`";
    let wrong = |span, what: &str| syn::Error::new(span, format!("{what}{FORMS}"));
    let value: Lit = attr::value(name, input, "\"full\"").map_err(|error| wrong(error.span(), ""))?;
    match &value {
        Lit::Bool(jitters) if !jitters.value => Ok(Jitter::None),
        Lit::Bool(_) => Err(wrong(value.span(), "which jitter? ")),
        Lit::Str(text) => match text.value().as_str() {
            "full" => Ok(Jitter::Full),
            "equal" => Ok(Jitter::Equal),
            other => Err(wrong(value.span(), &format!("there is no jitter `{other}`: "))),
        },
        _ => Err(wrong(value.span(), "")),
    }
}

fn breaker(name: &Ident, input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Breaker> {
    let tokens = attr::nested(name, input, "failures = 20, cool_down = \"5s\"")?;
    let mut failures = Count::default();
    let mut cool_down = Once::default();
    let all_read = attr::parse(tokens, errors, |name, input, errors| {
        match name.to_string().as_str() {
            "failures" => failures.read(name, input, "20", "write 1 to 4294967295", errors)?,
            "cool_down" => cool_down.set(name, time(name, input, "\"5s\"")?, errors),
            _ => return Err(attr::unknown(name, "`failures` and `cool_down`")),
        }
        Ok(())
    });
    failures.written |= !all_read;
    let message = "`breaker` needs a number of failures: write `breaker(failures = 20)`";
    Ok(Breaker { failures: failures.get(name, message, errors), cool_down })
}

fn batch(name: &Ident, input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Batch> {
    let mut batch = Batch::default();
    if input.is_empty() || input.peek(syn::Token![,]) {
        return Ok(batch);
    }
    let tokens = attr::nested(name, input, "size = \"64..1024\", linger = \"5ms..12ms\", split")?;
    attr::parse(tokens, errors, |name, input, errors| {
        match name.to_string().as_str() {
            "size" => {
                let text = attr::text(name, input, "\"64..1024\"")?;
                batch.size.set(name, duration::numbers("size", &text)?, errors);
            }
            // `patience` is the earlier name.
            "linger" | "patience" => {
                let text = attr::text(name, input, "\"5ms..12ms\"")?;
                batch.linger.set(name, duration::range(&name.to_string(), &text)?, errors);
            }
            "split" => batch.split.set(name, attr::flag(name, input)?, errors),
            _ => return Err(attr::unknown(name, "`size`, `linger` and `split`")),
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
