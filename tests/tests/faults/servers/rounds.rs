//! Rounds of what happens to the idle connections of a pool in production: a server that is killed
//! and restarted, connections that an administrator or a network ends, a server that hangs. The
//! next unit of work on each connection succeeds where the server is back, is done exactly once, and
//! has a typed error in time where it is not; the pool is as large as before.

use std::time::{Duration, Instant};

use orm_core::vocabulary::*;
use orm_tests::random::Random;

use super::network::proxied;
use crate::eventually::eventually;
use crate::models::{AT_FIRST, Account, NewNote, Note};
use crate::place::accounts;

/// How many connections each pool keeps.
const SIZE: usize = 3;

/// How long a checkout waits for a server that hangs.
const PATIENCE: Duration = Duration::from_millis(500);

/// The long form has a thousand rounds of four tests.
fn rounds() -> usize {
    if orm_tests::soak() { 250 } else { 10 }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Fault {
    Ended,
    Cut,
    Restarted,
    Frozen,
}

/// Each at least once; later those that take time are rare.
fn fault(round: usize, random: &mut Random) -> Fault {
    let all = [Fault::Ended, Fault::Cut, Fault::Restarted, Fault::Frozen];
    match all.get(round) {
        Some(fault) => *fault,
        None if random.one_in(20) => Fault::Restarted,
        None if random.one_in(10) => Fault::Frozen,
        None => all[random.below(2)],
    }
}

/// A server of its own.
trait Served {
    /// Ends all connections, and waits until they are gone.
    fn end_all(&self);
}

#[cfg(feature = "postgres")]
impl Served for orm_tests::PgServer {
    fn end_all(&self) {
        let all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                   WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";
        let open = self.connections();
        self.psql("postgres", all);
        // A process leaves the server's list before it closes its socket.
        let is_gone = |id: String| !std::path::Path::new("/proc").join(id).exists();
        let gone = || open.iter().all(|one| is_gone(one.id.to_string()));
        eventually("all connections end", gone);
    }
}

#[cfg(feature = "mysql")]
impl Served for orm_tests::MariaServer {
    fn end_all(&self) {
        for one in self.connections() {
            // It may have ended by itself.
            let _ = self.try_query("mysql", &format!("KILL {}", one.id));
        }
        eventually("all connections end", || self.connections().is_empty());
    }
}

/// The units of work: each notes one row, or adds one cent, outside of a transaction or inside.
macro_rules! unit {
    ($session:ident, $which:expr) => {
        form! {
            match $which {
                0 => $session.insert(NewNote { account_id: 1 }).await.map(drop),
                1 => {
                    let add = "UPDATE accounts SET cents = cents + 1 WHERE id = 2";
                    $session.batch_execute(add).await.map_err(orm_core::Error::from)
                }
                2 => {
                    let noted: Result<Note, orm_core::Error> = $session
                        .transaction(async |tx| tx.insert(NewNote { account_id: 1 }).await)
                        .await;
                    noted.map(drop)
                }
                3 => match $session.get::<Account>(1).await {
                    Ok(_) => $session.insert(NewNote { account_id: 1 }).await.map(drop),
                    Err(error) => Err(error),
                },
                _ => match Account::query().load(&mut $session).await {
                    Ok(_) => $session.insert(NewNote { account_id: 1 }).await.map(drop),
                    Err(error) => Err(error),
                },
            }
        }
    };
}

macro_rules! all_rounds {
    ($server:ident) => {
        form! {
            if !orm_tests::$server::available() {
                return;
            }
            let server = super::$server();
            let (proxy, through) = proxied(&server.url());
            let seed = 0x5eed;
            println!("rounds on {}: {} of seed {seed:#x}", stringify!($server), rounds());
            let mut random = Random(seed);
            let builder = |url: &str| {
                Engine::<Conn>::builder()
                    .url(url)
                    .name("till")
                    .pool_size(u32::try_from(SIZE).expect("a few"))
                    .max_overflow(1)
                    .pool_timeout(Duration::from_secs(20))
            };
            let direct = builder(&server.url()).open().await.unwrap();
            let proxied = builder(&through).open().await.unwrap();
            let asking = builder(&server.url()).pool_timeout(PATIENCE).ping_after(Duration::ZERO);
            let asking = asking.open().await.unwrap();
            direct.create_all(schema![Account, Note]).await.unwrap();
            direct.session().await.unwrap().insert_many(accounts()).await.unwrap();
            let (mut notes, mut cents) = (0, AT_FIRST);
            for round in 0..rounds() {
                for engine in [&direct, &proxied] {
                    engine.pool().warm_up(u32::try_from(SIZE).expect("a few")).await.unwrap();
                    let state = engine.pool().state();
                    assert_eq!((state.connections, state.in_use), (SIZE, 0), "{state}");
                }
                let fault = fault(round, &mut random);
                match fault {
                    Fault::Ended => {
                        elsewhere(|| server.end_all());
                        // The news may still be on its way through the network: it is there now.
                        proxy.cut();
                    }
                    Fault::Cut => proxy.cut(),
                    Fault::Restarted => {
                        elsewhere(|| server.kill9());
                        let away = direct.session().await;
                        // What lay idle is not known to be dead, or nothing can be opened.
                        if let Err(error) = away {
                            assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
                        }
                        elsewhere(|| server.restart());
                        proxy.cut();
                    }
                    Fault::Frozen => {
                        server.freeze();
                        let mut asked = Instant::now();
                        // Its threads stop one after the other.
                        let error = loop {
                            match asking.session().await {
                                Err(error) => break error,
                                Ok(session) => drop(session),
                            }
                            asked = Instant::now();
                        };
                        assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
                        let took = asked.elapsed();
                        assert!(took < 20 * PATIENCE, "it hangs: {took:?}");
                        server.cont();
                        drop(asking.session().await.unwrap());
                    }
                }
                for engine in [&direct, &proxied] {
                    let mut all = Vec::new();
                    for _ in 0..SIZE {
                        all.push(engine.session().await.unwrap());
                    }
                    for mut session in all {
                        let which = random.below(5);
                        let done: Result<(), orm_core::Error> = unit!(session, which);
                        if let Err(error) = done {
                            panic!("round {round}, {fault:?}, unit {which}: {error}");
                        }
                        if which == 1 { cents += 1 } else { notes += 1 }
                    }
                    let state = engine.pool().state();
                    assert_eq!((state.connections, state.in_use), (SIZE, 0), "{state}");
                }
                let mut session = direct.session().await.unwrap();
                let counted = Note::query().count(&mut session).await.unwrap();
                assert_eq!(counted, notes, "round {round}, {fault:?}");
                let kept = session.get::<Account>(2).await.unwrap().unwrap();
                assert_eq!(kept.cents, cents, "round {round}, {fault:?}");
            }
            let most = 2 * SIZE + asking.pool().state().limit();
            eventually("no connection is left over", || server.connections().len() <= most);
            drop(proxy);
        }
    };
}

#[cfg(feature = "postgres")]
fn postgres() -> orm_tests::PgServer {
    orm_tests::PgServer::start()
}

#[cfg(feature = "mysql")]
fn mariadb() -> orm_tests::MariaServer {
    orm_tests::MariaServer::start()
}

macro_rules! in_both {
    ($server:ident, $conn:ident) => {
        mod $server {
            use super::*;

            #[test]
            fn blocking() {
                use crate::form::blocking::*;
                fn elsewhere(run: impl FnOnce()) {
                    run();
                }
                type Conn = $conn;
                all_rounds!($server);
            }

            #[test]
            fn asynchronous() {
                use crate::form::asynchronous::*;
                // The runtime goes on meanwhile, as that of a program does.
                use tokio::task::block_in_place as elsewhere;
                type Conn = $conn;
                run(async {
                    all_rounds!($server);
                });
            }
        }
    };
}
#[cfg(feature = "postgres")]
in_both!(postgres, PgConnection);
#[cfg(feature = "mysql")]
in_both!(mariadb, MysqlConnection);
