//! Log lines in the form hosts read from standard error: one JSON object for each, as hclog writes them.

use std::fmt::{self, Write as _};
use std::io::Write as _;

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::registry::{LookupSpan, Registry, Scope};

use super::Info;

/// Hosts show longer lines raw, so these are cut before.
const MAX_LINE: usize = 60 << 10;
/// What a single text may take of a line; escaped, it can grow sixfold.
const MAX_TEXT: usize = 8 << 10;

/// Sends `tracing` events to standard error, at the level that the host's environment asks for.
pub(super) fn install(info: &Info, variable: impl Fn(&str) -> Option<String>) {
    let own = info.log_targets.iter().copied().chain([env!("CARGO_PKG_NAME")]);
    let level = level(info.name, variable);
    // What libraries have to say below warnings is theirs, and may show what they carry.
    let targets = own.fold(Targets::new().with_default(level.min(LevelFilter::WARN)), |targets, target| {
        targets.with_target(target, level)
    });
    let subscriber = Registry::default().with(HclogLayer.with_filter(targets));
    // Fails only when there is a subscriber already, which then is the one wanted.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

/// The level by the usual variables, the most specific first.
fn level(name: &str, variable: impl Fn(&str) -> Option<String>) -> LevelFilter {
    let own = format!("TF_LOG_PROVIDER_{}", name.to_uppercase().replace('-', "_"));
    [own.as_str(), "TF_LOG_PROVIDER", "TF_LOG"]
        .into_iter()
        .find_map(|name| variable(name).filter(|value| !value.is_empty()))
        .map_or(LevelFilter::WARN, |value| match value.to_uppercase().as_str() {
            "OFF" => LevelFilter::OFF,
            "ERROR" => LevelFilter::ERROR,
            "WARN" => LevelFilter::WARN,
            "INFO" => LevelFilter::INFO,
            "DEBUG" => LevelFilter::DEBUG,
            // "JSON" asks for everything in another form; hosts take unknown words so too.
            _ => LevelFilter::TRACE,
        })
}

/// The levels by hclog's names.
#[derive(Clone, Copy, Debug)]
pub(super) enum Level {
    Trace,
    Debug,
    Info,
    Warn,
    Error,
}

impl Level {
    fn as_str(self) -> &'static str {
        match self {
            Self::Trace => "trace",
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

impl From<tracing::Level> for Level {
    fn from(level: tracing::Level) -> Self {
        match level {
            tracing::Level::ERROR => Self::Error,
            tracing::Level::WARN => Self::Warn,
            tracing::Level::INFO => Self::Info,
            tracing::Level::DEBUG => Self::Debug,
            tracing::Level::TRACE => Self::Trace,
        }
    }
}

/// One log line in the making.
#[derive(Debug)]
pub(super) struct Entry {
    level: Level,
    module: &'static str,
    message: String,
    fields: Fields,
}

impl Entry {
    pub(super) fn new(level: Level, module: &'static str, message: &str) -> Self {
        Self { level, module, message: cut(message), fields: Fields::default() }
    }

    pub(super) fn field(mut self, name: &str, value: &str) -> Self {
        self.fields.insert(name, Value::String(cut(value)));
        self
    }

    /// Writes the line in one piece. Nobody is left to tell when that fails.
    pub(super) fn write(self) {
        let line = self.line(jiff::Timestamp::now());
        let _ = std::io::stderr().write_all(line.as_bytes());
    }

    fn line(self, now: jiff::Timestamp) -> String {
        let mut object = Map::new();
        object.insert("@level".to_owned(), self.level.as_str().into());
        object.insert("@message".to_owned(), self.message.into());
        // Hosts parse exactly six digits; anything else turns the line into plain text.
        object.insert("@timestamp".to_owned(), format!("{now:.6}").into());
        object.insert("@module".to_owned(), self.module.replace("::", ".").into());
        let bare = object.clone();
        object.extend(self.fields.0);

        let mut line = Value::Object(object).to_string();
        if line.len() > MAX_LINE {
            line = Value::Object(bare).to_string();
        }
        line.push('\n');
        line
    }
}

/// Names and values beside the message, from an event and the spans around it.
#[derive(Clone, Debug, Default)]
struct Fields(Map<String, Value>);

impl Fields {
    fn insert(&mut self, name: &str, value: Value) {
        // The four names of hclog itself begin so, and must keep their types.
        self.0.insert(name.trim_start_matches('@').to_owned(), value);
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.insert(field.name(), value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.insert(field.name(), value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.insert(field.name(), value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.insert(field.name(), value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.insert(field.name(), Value::String(cut(value)));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let mut text = String::new();
        let _ = write!(text, "{value:?}");
        self.insert(field.name(), Value::String(cut(&text)));
    }
}

/// Turns events into lines.
struct HclogLayer;

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for HclogLayer {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            let mut fields = Fields::default();
            attributes.record(&mut fields);
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        for span in context.event_scope(event).into_iter().flat_map(Scope::from_root) {
            if let Some(outer) = span.extensions().get::<Fields>() {
                fields.0.extend(outer.0.clone());
            }
        }
        event.record(&mut fields);
        let message = match fields.0.remove("message") {
            Some(Value::String(message)) => message,
            _ => String::new(),
        };
        let metadata = event.metadata();
        Entry { level: (*metadata.level()).into(), module: metadata.target(), message, fields }.write();
    }
}

/// The text, or its beginning when it is too long for a line.
fn cut(text: &str) -> String {
    if text.len() <= MAX_TEXT {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(MAX_TEXT);
    format!("{}... ({} bytes more)", &text[..end], text.len() - end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level_of(variables: &[(&str, &str)]) -> LevelFilter {
        level("x-y", |name| {
            variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_most_specific_variable_decides() {
        assert_eq!(level_of(&[]), LevelFilter::WARN);
        assert_eq!(level_of(&[("TF_LOG", "info")]), LevelFilter::INFO);
        assert_eq!(level_of(&[("TF_LOG", "info"), ("TF_LOG_PROVIDER", "OFF")]), LevelFilter::OFF);
        assert_eq!(level_of(&[("TF_LOG", "json")]), LevelFilter::TRACE);
        assert_eq!(level_of(&[("TF_LOG_PROVIDER_X_Y", "debug"), ("TF_LOG", "")]), LevelFilter::DEBUG);
    }

    #[test]
    fn a_line_is_what_hclog_writes() {
        let now = "2026-01-02T03:04:05.5Z".parse().unwrap();
        let line = Entry::new(Level::Info, "a::b", "hello").field("@level", "x").field("n", "1").line(now);
        assert!(line.ends_with('\n'));
        let line: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(
            line,
            serde_json::json!({
                "@level": "info",
                "@message": "hello",
                "@timestamp": "2026-01-02T03:04:05.500000Z",
                "@module": "a.b",
                "level": "x",
                "n": "1",
            })
        );
    }

    #[test]
    fn lines_stay_short() {
        let long = "\u{1}é".repeat(100_000);
        let mut entry = Entry::new(Level::Info, "m", &long);
        for name in ["a", "b", "c", "d"] {
            entry = entry.field(name, &long);
        }
        let line = entry.line(jiff::Timestamp::UNIX_EPOCH);
        assert!(line.len() <= MAX_LINE, "{}", line.len());
        let line: Value = serde_json::from_str(&line).unwrap();
        assert!(line["@message"].as_str().unwrap().ends_with("bytes more)"));
    }
}
