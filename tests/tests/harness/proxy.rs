//! A network of one port, before a peer that says everything back.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use orm_tests::{MariaServer, Proxy, mariadb, port};

use crate::eventually::eventually;

/// Long enough for a machine that is busy; nothing waits so long unless something is wrong.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long silence is listened to.
const SILENCE: Duration = Duration::from_millis(200);

/// The port of a peer that says back what it hears, until the other side ends.
fn echo() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("bound").port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || std::io::copy(&mut &stream, &mut &stream));
        }
    });
    port
}

fn enter(proxy: &Proxy) -> TcpStream {
    let client = TcpStream::connect(("127.0.0.1", proxy.port())).expect("accepted");
    client.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    client
}

fn say(mut client: &TcpStream, text: &str) {
    client.write_all(text.as_bytes()).expect("sent");
}

fn hear(mut client: &TcpStream, text: &str) {
    let mut heard = vec![0; text.len()];
    client.read_exact(&mut heard).expect("an answer");
    assert_eq!(String::from_utf8_lossy(&heard), text);
}

fn hears_nothing(mut client: &TcpStream) {
    client.set_read_timeout(Some(SILENCE)).expect("a timeout");
    let error = loop {
        let error = client.read(&mut [0]).expect_err("silence");
        // A signal ends a read too.
        if error.kind() != ErrorKind::Interrupted {
            break error;
        }
    };
    assert_eq!(error.kind(), ErrorKind::WouldBlock);
    client.set_read_timeout(Some(PATIENCE)).expect("a timeout");
}

/// The connection is over: an end or a reset, and no byte before it.
fn is_over(mut client: &TcpStream) -> bool {
    match client.read(&mut [0]) {
        Ok(got) => got == 0,
        Err(error) => error.kind() == ErrorKind::ConnectionReset,
    }
}

#[test]
fn bytes_and_ends_are_carried_both_ways() {
    let proxy = Proxy::to(echo());
    let client = enter(&proxy);
    say(&client, "hello");
    hear(&client, "hello");
    assert_eq!(proxy.connections(), 1);
    // More than any buffer on the way holds, so that reading and writing must go on together.
    let much: Vec<u8> = (0..8_000_000_u32).map(|n| (n % 251) as u8).collect();
    let heard = std::thread::scope(|scope| {
        scope.spawn(|| {
            (&client).write_all(&much).expect("sent");
            client.shutdown(Shutdown::Write).expect("ended");
        });
        let mut heard = Vec::new();
        (&client).read_to_end(&mut heard).expect("all of it");
        heard
    });
    assert!(heard == much, "changed on the way");
    eventually("both sides have ended", || proxy.connections() == 0);
}

#[test]
fn a_cut_ends_present_connections_and_no_later_one() {
    let proxy = Proxy::to(echo());
    let clients = [enter(&proxy), enter(&proxy), enter(&proxy)];
    for client in &clients[..2] {
        say(client, "hello");
        hear(client, "hello");
    }
    // The third one has only just come.
    assert_eq!(proxy.connections(), 3);
    proxy.cut();
    assert_eq!(proxy.connections(), 0);
    assert!(clients.iter().all(is_over));
    let later = enter(&proxy);
    say(&later, "again");
    hear(&later, "again");
}

#[test]
fn a_closed_door_refuses_and_present_connections_stay() {
    let proxy = Proxy::to(echo());
    let client = enter(&proxy);
    say(&client, "hello");
    hear(&client, "hello");
    for _ in 0..20 {
        proxy.refuse();
        proxy.refuse();
        let refused = TcpStream::connect(("127.0.0.1", proxy.port())).expect_err("refused");
        assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
        say(&client, "still here");
        hear(&client, "still here");
        proxy.accept();
        proxy.accept();
        let later = enter(&proxy);
        say(&later, "again");
        hear(&later, "again");
    }
}

#[test]
fn a_blackhole_swallows_until_it_ends() {
    let proxy = Proxy::to(echo());
    let client = enter(&proxy);
    say(&client, "hello");
    hear(&client, "hello");
    proxy.blackhole();
    say(&client, "one, ");
    let later = enter(&proxy);
    say(&later, "later");
    let ended = enter(&proxy);
    ended.shutdown(Shutdown::Write).expect("ended");
    for client in [&client, &later, &ended] {
        hears_nothing(client);
    }
    assert_eq!(proxy.connections(), 3, "all stay open");
    say(&client, "two");
    proxy.resume();
    hear(&client, "one, two");
    hear(&later, "later");
    assert!(is_over(&ended));
}

#[test]
fn what_a_blackhole_holds_is_lost_by_a_cut() {
    let proxy = Proxy::to(echo());
    let client = enter(&proxy);
    proxy.blackhole();
    say(&client, "lost");
    proxy.cut();
    assert!(is_over(&client));
    proxy.resume();
    let later = enter(&proxy);
    say(&later, "hello");
    hear(&later, "hello");
    assert_eq!(proxy.connections(), 1);
}

#[test]
fn a_delay_holds_for_each_way() {
    let proxy = Proxy::to(echo());
    let client = enter(&proxy);
    proxy.delay(Duration::from_millis(100));
    let start = Instant::now();
    say(&client, "hello");
    hear(&client, "hello");
    assert!(start.elapsed() >= Duration::from_millis(200));
    // A cut does not wait for what is under way.
    proxy.delay(Duration::from_secs(3600));
    say(&client, "never");
    proxy.cut();
    assert!(is_over(&client));
    proxy.delay(Duration::ZERO);
    let later = enter(&proxy);
    say(&later, "at once");
    hear(&later, "at once");
}

#[test]
fn nothing_behind_it_ends_a_connection() {
    let proxy = Proxy::to(port::free());
    let client = enter(&proxy);
    assert!(is_over(&client));
    eventually("it is forgotten", || proxy.connections() == 0);
}

#[test]
fn a_dropped_proxy_is_gone() {
    let proxy = Proxy::to(echo());
    let port = proxy.port();
    let client = enter(&proxy);
    say(&client, "hello");
    hear(&client, "hello");
    drop(proxy);
    assert!(is_over(&client));
    let refused = TcpStream::connect(("127.0.0.1", port)).expect_err("refused");
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
}

#[test]
fn a_servers_address_leads_through_it() {
    if !mariadb::available() {
        return;
    }
    let server = MariaServer::start();
    let proxy = Proxy::to(server.port());
    assert_eq!(
        proxy.url(&server.url()),
        format!("mysql://app@127.0.0.1:{}/app", proxy.port())
    );
    let client = enter(&proxy);
    // Length and number of the packet, then the version of the protocol: 10.
    let mut greeting = [0; 5];
    (&client).read_exact(&mut greeting).expect("greeted");
    assert_eq!(greeting[4], 10);
    server.kill9();
    let mut rest = Vec::new();
    let carried = (&client)
        .read_to_end(&mut rest)
        .map_err(|error| error.kind());
    assert!(
        matches!(carried, Ok(_) | Err(ErrorKind::ConnectionReset)),
        "{carried:?}"
    );
    drop(client);
    eventually("both sides have ended", || proxy.connections() == 0);
}
