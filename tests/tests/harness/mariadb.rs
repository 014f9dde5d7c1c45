//! Private MariaDB servers.

use std::io::{ErrorKind, Read};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use orm_tests::mariadb::available;
use orm_tests::{MariaServer, folder, process, shared_mariadb};

use crate::eventually::eventually;

#[test]
fn two_servers_answer_and_one_survives_being_killed() {
    if !available() {
        return;
    }
    let servers = MariaServer::start_many(2);
    let [first, second] = &servers[..] else {
        panic!("two were asked for")
    };
    assert_ne!(first.port(), second.port());

    first.create_database("kept");
    first.query(
        "kept",
        "CREATE TABLE t (a INT, b TEXT); INSERT INTO t VALUES (1, 'x'), (2, NULL)",
    );
    first.query(
        "kept",
        "XA START 'p'; INSERT INTO t VALUES (3, 'prepared'); XA END 'p'; XA PREPARE 'p'",
    );
    first.query(
        "kept",
        "START TRANSACTION; INSERT INTO t VALUES (4, 'not committed')",
    );
    let url = first.url();
    first.kill9();
    assert!(
        first.try_query("kept", "SELECT 1").is_err(),
        "a killed server answers nobody"
    );
    assert_eq!(second.query("app", "SELECT 1"), "1", "its neighbour does");

    first.restart();
    assert_eq!(first.url(), url);
    assert!(
        first.log().contains("Starting crash recovery"),
        "it came back through recovery:\n{}",
        first.log()
    );
    first.query("kept", "XA COMMIT 'p'");
    assert_eq!(
        first.query("kept", "SELECT * FROM t ORDER BY a"),
        "1|x\n2|\n3|prepared"
    );

    first.restart();
    assert_eq!(
        first.query("kept", "SELECT count(*) FROM t"),
        "3",
        "also after a clean restart"
    );
    assert_eq!(first.log().matches("Starting crash recovery").count(), 1);
}

#[test]
fn a_frozen_server_hangs_and_goes_on() {
    if !available() {
        return;
    }
    let server = MariaServer::start_with(&["max_connections=20"]);
    assert_eq!(server.query("app", "SELECT @@max_connections"), "20");
    server.freeze();
    // The kernel still accepts for it. In this protocol the server speaks first.
    let mut client = TcpStream::connect(("127.0.0.1", server.port())).expect("accepted");
    client
        .set_read_timeout(Some(Duration::from_millis(300)))
        .expect("a timeout");
    let mut greeting = [0; 5];
    let error = client.read(&mut greeting).expect_err("nobody speaks");
    assert_eq!(error.kind(), ErrorKind::WouldBlock);
    server.cont();
    client.set_read_timeout(None).expect("no timeout");
    client.read_exact(&mut greeting).expect("greeted");
    assert_eq!(greeting[3..], [0, 10], "packet 0, protocol 10");
    // Dropped while frozen: it must end nevertheless.
    server.freeze();
}

#[test]
fn a_dropped_server_leaves_neither_process_nor_folder() {
    if !available() {
        return;
    }
    let server = MariaServer::start();
    let home = server.query("app", "SELECT @@datadir");
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
    let Some(server) = shared_mariadb() else {
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
        server.query(name, "CREATE TABLE t (a INT)");
    }
    let error = server
        .try_query("app", "SELECT * FROM t")
        .expect_err("another database");
    assert!(error.contains("doesn't exist"), "{error}");
}

#[test]
fn text_and_strictness_are_those_of_a_debian_machine() {
    let Some(server) = shared_mariadb() else {
        return;
    };
    let url = server.fresh_database("defaults");
    let name = url.rsplit('/').next().expect("a database");
    assert_eq!(
        server.query(
            name,
            "SELECT @@character_set_database, @@collation_database"
        ),
        "utf8mb4|utf8mb4_general_ci"
    );
    let mode = server.query(name, "SELECT @@sql_mode");
    assert!(mode.contains("STRICT_TRANS_TABLES"), "{mode}");
    assert!(!mode.contains("ONLY_FULL_GROUP_BY"), "{mode}");
}

#[test]
fn a_user_enters_with_the_password_only() {
    let Some(server) = shared_mariadb() else {
        return;
    };
    let url = server.create_user("o'brien", "p@ss 'w\\rd");
    assert_eq!(url, server.url_as("o'brien", "p@ss 'w\\rd"));
    assert!(
        url.starts_with("mysql://o%27brien:p%40ss%20%27w%5Crd@127.0.0.1:"),
        "{url}"
    );
    let enter = |password: &str| {
        let mut client = client(server, "o'brien");
        client.arg(format!("--password={password}"));
        client.args(["--execute", "CREATE TABLE mine (a INT); DROP TABLE mine"]);
        client.output().expect("the client")
    };
    let entered = enter("p@ss 'w\\rd");
    assert!(
        entered.status.success(),
        "{}",
        String::from_utf8_lossy(&entered.stderr)
    );
    let refused = enter("another");
    let error = String::from_utf8_lossy(&refused.stderr);
    assert!(
        !refused.status.success() && error.contains("ERROR 1045"),
        "{error}"
    );
}

#[test]
fn connections_of_tests_are_listed_while_they_are_open() {
    if !available() {
        return;
    }
    let server = MariaServer::start();
    assert_eq!(server.connections(), [], "the harness itself is not listed");
    let mut first = stay(&server);
    let mut second = stay(&server);
    eventually("two clients wait", || {
        let open = server.connections();
        let waits =
            |one: &orm_tests::connection::Connection| one.database == "app" && one.doing == "Sleep";
        open.len() == 2 && open.iter().all(waits)
    });
    let id = server.connections()[0].id;
    server.query("app", &format!("KILL {id}"));
    eventually("one is left", || {
        let open = server.connections();
        open.len() == 1 && open[0].id != id
    });
    for client in [&mut first, &mut second] {
        drop(client.stdin.take());
        client.wait().expect("it ends with its input");
    }
    eventually("none is left", || server.connections().is_empty());
}

/// A client that has entered as `app`, or is about to, and waits for its input.
fn stay(server: &MariaServer) -> Child {
    let mut client = client(server, "app");
    client.stdin(Stdio::piped()).stdout(Stdio::null());
    client.spawn().expect("the client")
}

fn client(server: &MariaServer, user: &str) -> Command {
    let mut client = Command::new("mariadb");
    client
        .args(["--no-defaults", "--protocol=tcp", "--host=127.0.0.1"])
        .args(["--skip-ssl", "--database=app"])
        .arg(format!("--port={}", server.port()))
        .arg(format!("--user={user}"));
    client
}

#[test]
fn a_server_outlives_the_thread_that_started_it() {
    if !available() {
        return;
    }
    let server = std::thread::spawn(MariaServer::start)
        .join()
        .expect("started");
    // A query that is under way when the parent-death signal would arrive.
    assert_eq!(server.query("app", "SELECT sleep(0.2)"), "0");
}
