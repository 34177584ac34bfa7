//! A TCP listener on the loopback address, for systems without unix sockets.

use std::io;
use std::net::Ipv4Addr;

use tokio::net::{TcpListener, TcpStream};

use crate::serve::handshake::Placement;

/// A bound and listening TCP socket.
#[derive(Debug)]
pub(in crate::serve) struct Socket {
    listener: TcpListener,
    address: String,
}

impl Socket {
    /// The name of this kind of socket in the handshake.
    pub(in crate::serve) const NETWORK: &'static str = "tcp";

    /// Listens on the first free port of those the host asks for.
    pub(in crate::serve) fn bind(placement: &Placement) -> io::Result<Self> {
        let mut failure = io::Error::new(io::ErrorKind::AddrNotAvailable, "the port range is empty");
        for port in placement.ports.clone() {
            match std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
                Ok(listener) => {
                    listener.set_nonblocking(true)?;
                    let address = listener.local_addr()?.to_string();
                    return Ok(Self { listener: TcpListener::from_std(listener)?, address });
                }
                Err(error) => failure = error,
            }
        }
        Err(failure)
    }

    /// Where to connect.
    pub(in crate::serve) fn address(&self) -> &str {
        &self.address
    }

    /// Waits for the next connection.
    pub(in crate::serve) async fn accept(&self) -> io::Result<TcpStream> {
        let (stream, _) = self.listener.accept().await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_taken_port_is_passed_over() {
        let taken = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let placement = Placement { directory: None, group: None, ports: port..=u16::MAX };
        let socket = Socket::bind(&placement).unwrap();
        assert_ne!(socket.address(), taken.local_addr().unwrap().to_string());

        let client = TcpStream::connect(socket.address());
        let (accepted, connected) = tokio::join!(socket.accept(), client);
        assert_eq!(accepted.unwrap().peer_addr().unwrap(), connected.unwrap().local_addr().unwrap());
    }

    #[tokio::test]
    async fn no_free_port_is_an_error() {
        let taken = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let placement = Placement { directory: None, group: None, ports: port..=port };
        assert_eq!(Socket::bind(&placement).unwrap_err().kind(), io::ErrorKind::AddrInUse);
    }
}
