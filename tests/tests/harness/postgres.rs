//! Private PostgreSQL servers.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

use orm_tests::postgres::available;
use orm_tests::{PgServer, folder, process, shared_postgres};

use crate::eventually::eventually;

#[test]
fn two_servers_answer_and_one_survives_being_killed() {
    if !available() {
        return;
    }
    let servers = PgServer::start_many(2);
    let [first, second] = &servers[..] else {
        panic!("two were asked for")
    };
    assert_ne!(first.port(), second.port());
    for server in &servers {
        assert_eq!(
            server.psql("postgres", "SHOW max_prepared_transactions"),
            "64"
        );
        assert_eq!(server.psql("postgres", "SHOW wal_level"), "logical");
    }

    first.create_database("kept");
    first.psql(
        "kept",
        "CREATE TABLE t (a int, b text); INSERT INTO t VALUES (1, 'x'), (2, NULL)",
    );
    first.psql(
        "kept",
        "BEGIN; INSERT INTO t VALUES (3, 'prepared'); PREPARE TRANSACTION 'p'",
    );
    let url = first.url();
    first.kill9();
    assert!(
        first.try_psql("kept", "SELECT 1").is_err(),
        "a killed server answers nobody"
    );
    assert_eq!(
        second.psql("postgres", "SELECT 1"),
        "1",
        "its neighbour does"
    );

    first.restart();
    assert_eq!(first.url(), url);
    assert!(
        first.log().contains("not properly shut down"),
        "it came back through recovery"
    );
    first.psql("kept", "COMMIT PREPARED 'p'");
    assert_eq!(
        first.psql("kept", "SELECT * FROM t ORDER BY a"),
        "1|x\n2|\n3|prepared"
    );

    first.restart();
    assert_eq!(
        first.psql("kept", "SELECT count(*) FROM t"),
        "3",
        "also after a clean restart"
    );
}

#[test]
fn a_frozen_server_hangs_and_goes_on() {
    if !available() {
        return;
    }
    let server = PgServer::start_with(&["max_connections=20"]);
    assert_eq!(server.psql("postgres", "SHOW max_connections"), "20");
    server.freeze();
    // The kernel still accepts for it. What is sent is the protocol's question whether it speaks
    // TLS, the shortest one that has an answer (no).
    let mut client = TcpStream::connect(("127.0.0.1", server.port())).expect("accepted");
    client
        .write_all(&[0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f])
        .expect("sent");
    client
        .set_read_timeout(Some(Duration::from_millis(300)))
        .expect("a timeout");
    let mut answer = [0];
    let error = client.read(&mut answer).expect_err("nobody answers");
    assert_eq!(error.kind(), ErrorKind::WouldBlock);
    server.cont();
    client.set_read_timeout(None).expect("no timeout");
    client.read_exact(&mut answer).expect("answered");
    assert_eq!(&answer, b"N");
    // Dropped while stopped: it must end nevertheless.
    server.stop();
}

#[test]
fn a_dropped_server_leaves_neither_process_nor_folder() {
    if !available() {
        return;
    }
    let server = PgServer::start();
    let home = server.psql("postgres", "SHOW data_directory");
    let home = Path::new(&home)
        .parent()
        .expect("data lies in the server's folder")
        .to_owned();
    assert!(home.starts_with(folder::root()));
    assert!(!process::working_in(&home).is_empty());
    drop(server);
    assert_eq!(process::working_in(&home), Vec::<u32>::new());
    assert!(!home.exists());
}

#[test]
fn scenarios_share_a_server_and_no_database() {
    let Some(server) = shared_postgres() else {
        return;
    };
    let urls: Vec<String> = std::thread::scope(|scope| {
        let made: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| server.fresh_database("scenario")))
            .collect();
        made.into_iter()
            .map(|one| one.join().expect("created"))
            .collect()
    });
    for url in &urls {
        assert_eq!(urls.iter().filter(|other| *other == url).count(), 1);
        let name = url.rsplit('/').next().expect("a database");
        server.psql(name, "CREATE TABLE t (a int)");
    }
    let error = server
        .try_psql("postgres", "SELECT * FROM t")
        .expect_err("another database");
    assert!(error.contains("does not exist"), "{error}");
}

#[test]
fn a_server_outlives_the_thread_that_started_it() {
    if !available() {
        return;
    }
    let server = std::thread::spawn(PgServer::start).join().expect("started");
    // A query that is under way when the parent-death signal would arrive.
    assert_eq!(server.psql("postgres", "SELECT 1 FROM pg_sleep(0.2)"), "1");
}

#[test]
fn connections_of_tests_are_listed_while_they_are_open() {
    if !available() {
        return;
    }
    let server = PgServer::start();
    server.create_database("other");
    assert_eq!(server.connections(), [], "psql is not listed");
    let first = log_in(server.port(), "postgres");
    let second = log_in(server.port(), "other");
    let databases = || -> Vec<String> {
        let open = server.connections().into_iter();
        let mut names: Vec<String> = open.map(|one| one.database).collect();
        names.sort();
        names
    };
    assert_eq!(databases(), ["other", "postgres"]);
    eventually("both are idle", || {
        server.connections().iter().all(|one| one.doing == "idle")
    });
    drop(second);
    eventually("one is gone", || databases() == ["postgres"]);
    let [open] = &server.connections()[..] else {
        panic!("one is left")
    };
    server.psql(
        "postgres",
        &format!("SELECT pg_terminate_backend({})", open.id),
    );
    eventually("none is left", || server.connections().is_empty());
    drop(first);
}

/// A connection as `app`, by the protocol's own words: the version 3.0 and who enters what. It is
/// returned when the server has said that it is ready.
fn log_in(port: u16, database: &str) -> TcpStream {
    let who = format!("user\0app\0database\0{database}\0\0");
    let length = 8 + who.len() as u32;
    let mut hello = length.to_be_bytes().to_vec();
    hello.extend(196_608_u32.to_be_bytes());
    hello.extend(who.as_bytes());
    let mut client = TcpStream::connect(("127.0.0.1", port)).expect("accepted");
    client.write_all(&hello).expect("sent");
    loop {
        let mut head = [0; 5];
        client.read_exact(&mut head).expect("a message");
        let [kind, length @ ..] = head;
        let mut body = vec![0; u32::from_be_bytes(length) as usize - 4];
        client.read_exact(&mut body).expect("all of it");
        assert_ne!(kind, b'E', "{}", String::from_utf8_lossy(&body));
        if kind == b'Z' {
            return client;
        }
    }
}
