//! Free TCP ports of 127.0.0.1.
//!
//! Contract: the port was free a moment ago. Between this answer and the server's own bind
//! another process may take it, so whoever starts a server tries again with another port. A child
//! that another thread is just forking does so too, for a moment: it has the probe's socket.

use std::hash::{BuildHasher, RandomState};
use std::net::TcpListener;

/// Below the range that the kernel hands to outgoing connections (32768 and up on Linux). In that
/// range a client polling a server that is not up yet can connect to itself, and any client can
/// take the port of a killed server before it is restarted.
const RANGE: std::ops::Range<u16> = 20_000..32_000;

/// A port that nothing listens on.
///
/// # Panics
/// If a thousand ports in a row are taken.
pub fn free() -> u16 {
    let size = u64::from(RANGE.end - RANGE.start);
    // Random start: test binaries that run at once shall not try the same ports in the same order.
    let start = RandomState::new().hash_one(std::process::id()) % size;
    (0..1_000)
        .map(|step| RANGE.start + ((start + step * 7) % size) as u16)
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .expect("a free port among a thousand of 127.0.0.1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_in_use_is_not_given_out() {
        let bind = |_| TcpListener::bind(("127.0.0.1", free())).ok();
        let held: Vec<TcpListener> = (0..).filter_map(bind).take(50).collect();
        let mut ports: Vec<u16> = held
            .iter()
            .map(|listener| listener.local_addr().expect("bound").port())
            .collect();
        ports.sort_unstable();
        ports.dedup();
        assert_eq!(ports.len(), held.len());
        assert!(ports.iter().all(|port| RANGE.contains(port)));
    }
}
