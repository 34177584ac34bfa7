//! The listener the host connects to: a unix socket where there are any, TCP on the loopback address elsewhere.

#[cfg(any(not(unix), test))]
#[cfg_attr(unix, allow(dead_code, reason = "compiled on unix only to be tested"))]
mod tcp;
#[cfg(unix)]
mod unix;

#[cfg(not(unix))]
pub(super) use tcp::Socket;
#[cfg(unix)]
pub(super) use unix::Socket;
