//! A network of one port: what it carries can be cut, refused, swallowed and slowed.
//!
//! Contract: a [`Proxy`] listens on a port of 127.0.0.1 of its own and carries bytes to another
//! one and back. What is carried is held back or dropped, never changed nor reordered. When it is
//! dropped, its port is closed and its connections are cut. Plain threads: two a connection, and
//! one that accepts. Neighbours: `wires` carries the bytes, [`crate::port`].

mod wires;

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use self::wires::{Wires, open};
use crate::port;

/// How often another port is tried when somebody was quicker.
const PORTS: usize = 8;

/// Carries connections to a port.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    wires: Arc<Wires>,
    /// The thread that accepts; none while new connections are refused.
    door: Mutex<Option<JoinHandle<()>>>,
}

impl Proxy {
    /// Listens on a free port and carries to `target`, at once and without delay.
    ///
    /// # Panics
    /// If no port is free.
    pub fn to(target: u16) -> Self {
        let listen = || {
            let port = port::free();
            Some((port, TcpListener::bind(local(port)).ok()?))
        };
        let (port, listener) = (0..PORTS).find_map(|_| listen()).expect("a free port");
        let wires = Arc::new(Wires::to(target));
        let door = Mutex::new(Some(open(listener, &wires)));
        Self { port, wires, door }
    }

    /// The port on 127.0.0.1 that it listens on; the same after [`accept`](Self::accept).
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The address of a server on the target port, by way of this proxy.
    ///
    /// # Panics
    /// If `url` is of another server.
    pub fn url(&self, url: &str) -> String {
        let direct = format!("127.0.0.1:{}", self.wires.target());
        assert!(url.contains(&direct), "an address of another server");
        url.replacen(&direct, &format!("127.0.0.1:{}", self.port), 1)
    }

    /// Closes all present connections, with what they carry. New ones are carried as before.
    pub fn cut(&self) {
        self.catch_up();
        self.wires.cut();
    }

    /// New connections are refused (`ECONNREFUSED`), as by a machine whose server is down. Present
    /// ones stay.
    pub fn refuse(&self) {
        self.catch_up();
        let mut door = self.door.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(thread) = door.take() else { return };
        self.wires.state().accepting = false;
        // It waits for a connection, so it gets one. Refused is the next one: until then a process
        // that is being forked elsewhere may hold the listener, too.
        let refused = |error: std::io::Error| error.kind() == ErrorKind::ConnectionRefused;
        while !TcpStream::connect(local(self.port)).is_err_and(refused) {}
        let _ = thread.join();
    }

    /// New connections are carried again after [`refuse`](Self::refuse).
    ///
    /// # Panics
    /// If another process took the port meanwhile.
    pub fn accept(&self) {
        let mut door = self.door.lock().unwrap_or_else(PoisonError::into_inner);
        if door.is_none() {
            let listener = TcpListener::bind(local(self.port)).expect("the port is still free");
            self.wires.state().accepting = true;
            *door = Some(open(listener, &self.wires));
        }
    }

    /// Bytes stop in both directions, and so do ends of connections; what is open stays open.
    /// New connections are accepted and hear nothing.
    pub fn blackhole(&self) {
        self.wires.state().flowing = false;
    }

    /// Bytes go on after [`blackhole`](Self::blackhole), with those that were held back.
    pub fn resume(&self) {
        self.wires.resume();
    }

    /// Each chunk that arrives from now on is carried so much later; zero is the default. A
    /// question and its answer are delayed twice.
    pub fn delay(&self, each: Duration) {
        self.wires.state().delay = each;
    }

    /// How many connections there are. One counts until both sides have ended it.
    pub fn connections(&self) -> usize {
        self.catch_up();
        self.wires.state().wires.len()
    }

    /// Waits until those are accepted who have connected already: the kernel tells them that they
    /// are before the thread that accepts hears of it.
    fn catch_up(&self) {
        let door = self.door.lock().unwrap_or_else(PoisonError::into_inner);
        if door.is_some() {
            self.wires.catch_up(local(self.port));
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.refuse();
        self.cut();
    }
}

fn local(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}
