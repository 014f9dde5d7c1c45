//! The connections of a proxy, and the threads that carry them.
//!
//! Contract: whatever a thread waits for (bytes, a delay, the end of a blackhole), a cut wakes it
//! and ends it. No lock is held while bytes are read or written. Neighbour: [`super::Proxy`].

use std::collections::HashMap;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::local;

/// How long the target may take to accept. A frozen server with a full queue never does.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);

/// All connections, and what happens to them.
#[derive(Debug)]
pub(super) struct Wires {
    target: u16,
    state: Mutex<State>,
    /// A wire was cut, bytes flow again, or the probe was accepted.
    changed: Condvar,
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) accepting: bool,
    pub(super) flowing: bool,
    pub(super) delay: Duration,
    /// A connection that only asks whether it was accepted, and with it all that came before.
    probe: Option<SocketAddr>,
    /// The number of the next connection.
    next: u64,
    pub(super) wires: HashMap<u64, Wire>,
}

/// One connection: the client's side, and the server's once it is there.
#[derive(Debug)]
pub(super) struct Wire {
    sides: Vec<TcpStream>,
    /// How many directions have ended.
    ended: u8,
}

impl Wire {
    fn close(&self) {
        for side in &self.sides {
            // Fails where the other side was quicker.
            let _ = side.shutdown(Shutdown::Both);
        }
    }
}

impl Wires {
    pub(super) fn to(target: u16) -> Self {
        let state = State {
            accepting: true,
            flowing: true,
            delay: Duration::ZERO,
            probe: None,
            next: 0,
            wires: HashMap::new(),
        };
        Self {
            target,
            state: Mutex::new(state),
            changed: Condvar::new(),
        }
    }

    pub(super) fn target(&self) -> u16 {
        self.target
    }

    /// Closes all wires, with what they carry.
    pub(super) fn cut(&self) {
        let cut = std::mem::take(&mut self.state().wires);
        cut.values().for_each(Wire::close);
        self.changed.notify_all();
    }

    /// Returns when all are accepted that connected to `door` before.
    pub(super) fn catch_up(&self, door: SocketAddr) {
        // Connected under the lock: the thread that accepts it must know it for a probe.
        let mut state = self.state();
        let Ok(probe) = TcpStream::connect_timeout(&door, CONNECT_WITHIN) else {
            return;
        };
        state.probe = probe.local_addr().ok();
        let waiting = |state: &mut State| state.probe.is_some();
        let _ = self
            .changed
            .wait_timeout_while(state, CONNECT_WITHIN, waiting);
    }

    /// Ends a blackhole.
    pub(super) fn resume(&self) {
        self.state().flowing = true;
        self.changed.notify_all();
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Carries a client's bytes until both sides have ended.
    fn carry(self: Arc<Self>, wire: u64, client: TcpStream) {
        let Some(server) = self.dial(wire) else {
            return self.close(wire);
        };
        let (Ok(from_server), Ok(to_client)) = (server.try_clone(), client.try_clone()) else {
            return self.close(wire);
        };
        let back = Arc::clone(&self);
        thread::spawn(move || back.pump(wire, from_server, to_client));
        self.pump(wire, client, server);
    }

    /// Connects to the target. `None` too if the wire was cut meanwhile.
    fn dial(&self, wire: u64) -> Option<TcpStream> {
        let server = TcpStream::connect_timeout(&local(self.target), CONNECT_WITHIN).ok()?;
        let side = server.try_clone().ok()?;
        // Small chunks shall go out when they came in; only `delay` makes them wait.
        let _ = server.set_nodelay(true);
        self.state().wires.get_mut(&wire)?.sides.push(side);
        Some(server)
    }

    /// Carries one direction, chunk by chunk, and then its end.
    fn pump(&self, wire: u64, mut from: TcpStream, mut to: TcpStream) {
        let mut chunk = vec![0; 64 * 1024];
        loop {
            let got = match from.read(&mut chunk) {
                Ok(got) => got,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(_) => return self.close(wire),
            };
            if !self.wait_for_passage(wire) {
                return;
            }
            if got == 0 {
                let _ = to.shutdown(Shutdown::Write);
                return self.end(wire);
            }
            if to.write_all(&chunk[..got]).is_err() {
                return self.close(wire);
            }
        }
    }

    /// Waits until a chunk that has just come may go on; `false` if its wire was cut.
    fn wait_for_passage(&self, wire: u64) -> bool {
        let mut state = self.state();
        let due = Instant::now() + state.delay;
        loop {
            let left = due.saturating_duration_since(Instant::now());
            if !state.wires.contains_key(&wire) {
                return false;
            }
            state = if !state.flowing {
                let woken = self.changed.wait(state);
                woken.unwrap_or_else(PoisonError::into_inner)
            } else if left.is_zero() {
                return true;
            } else {
                let woken = self.changed.wait_timeout(state, left);
                woken.unwrap_or_else(PoisonError::into_inner).0
            };
        }
    }

    /// One direction has ended by itself.
    fn end(&self, wire: u64) {
        let mut state = self.state();
        if let Some(found) = state.wires.get_mut(&wire) {
            found.ended += 1;
            if found.ended == 2 {
                state.wires.remove(&wire);
            }
        }
    }

    /// A side is gone without an end: so is the other one.
    fn close(&self, wire: u64) {
        if let Some(found) = self.state().wires.remove(&wire) {
            found.close();
        }
        self.changed.notify_all();
    }
}

/// Starts the thread that accepts. It ends at the first connection that it must not accept, and
/// the listener with it.
pub(super) fn open(listener: TcpListener, wires: &Arc<Wires>) -> JoinHandle<()> {
    let wires = Arc::clone(wires);
    thread::spawn(move || {
        loop {
            let accepted = listener.accept();
            let mut state = wires.state();
            if !state.accepting {
                return;
            }
            let Ok((client, from)) = accepted else {
                continue;
            };
            if state.probe == Some(from) {
                state.probe = None;
                wires.changed.notify_all();
                continue;
            }
            let Ok(side) = client.try_clone() else {
                continue;
            };
            let _ = client.set_nodelay(true);
            let number = state.next;
            state.next += 1;
            let sides = vec![side];
            state.wires.insert(number, Wire { sides, ended: 0 });
            drop(state);
            let wires = Arc::clone(&wires);
            thread::spawn(move || wires.carry(number, client));
        }
    })
}
