//! What a child process writes, readable while it runs.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::time::{Instant, sleep};

/// The bytes written so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Output {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    bytes: Vec<u8>,
    ended: bool,
}

impl Output {
    /// Collects everything from `source` until its end.
    pub(crate) fn of(mut source: impl AsyncRead + Unpin + Send + 'static) -> Self {
        let output = Self::default();
        let state = Arc::clone(&output.state);
        tokio::spawn(async move {
            let mut buffer = vec![0; 64 << 10];
            loop {
                let count = source.read(&mut buffer).await.unwrap_or(0);
                let mut state = state.lock().unwrap();
                if count == 0 {
                    state.ended = true;
                    return;
                }
                state.bytes.extend_from_slice(&buffer[..count]);
            }
        });
        output
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.state.lock().unwrap().bytes).into_owned()
    }

    pub(crate) fn ended(&self) -> bool {
        self.state.lock().unwrap().ended
    }

    /// Waits until `condition` holds or the output has ended; whether it holds.
    pub(crate) async fn wait_for(&self, limit: Duration, condition: impl Fn(&str) -> bool) -> bool {
        let start = Instant::now();
        loop {
            let ended = self.ended();
            if condition(&self.text()) {
                return true;
            }
            if ended || start.elapsed() > limit {
                return false;
            }
            sleep(Duration::from_millis(2)).await;
        }
    }

    /// Waits for the end: the process, and whoever else could write, is gone.
    pub(crate) async fn wait_for_end(&self, limit: Duration) -> bool {
        let start = Instant::now();
        while !self.ended() {
            if start.elapsed() > limit {
                return false;
            }
            sleep(Duration::from_millis(2)).await;
        }
        true
    }
}
