//! From nothing to a shop that is a year old, and down again.

use orm_core::cli::Exit;

use super::models::{new, old};
use super::{Desk, Kind, on_each_desk};

on_each_desk!(a_shop_grows_up);

fn a_shop_grows_up(desk: &Desk) {
    desk.run(old(), "db drop --yes").well();
    assert!(desk.run(old(), "db create").well().starts_with("created "));

    let wrote = desk.run(old(), "migrate generate first_tables").well();
    assert!(
        wrote.starts_with("wrote ") && wrote.ends_with("_first_tables\n"),
        "{wrote}"
    );
    let said = desk.run(old(), "migrate check");
    assert_eq!((said.exit, said.err.as_str()), (Exit::Found, ""));
    assert!(said.out.starts_with("pending  2"), "{}", said.out);
    let ran = desk.run(old(), "migrate run").well();
    assert!(
        ran.starts_with("running 2") && ran.ends_with("s\n"),
        "{ran}"
    );
    let agree = "files, database and models agree\n";
    assert_eq!(desk.run(old(), "migrate check").well(), agree);
    desk.sql("INSERT INTO customers (name, fax) VALUES ('Ann', '12')");

    // The models change: a column goes, another comes, a table too.
    let refused = desk
        .run(new(), "migrate generate orders")
        .failed(Exit::Found);
    assert!(
        refused.contains("--fill \"customers.country=EXPR\""),
        "{refused}"
    );
    let filled = [
        "migrate",
        "generate",
        "orders",
        "--fill",
        "customers.country='BE'",
    ];
    let refused = desk.run_words(new(), &filled).failed(Exit::Found);
    assert!(
        refused.contains("\n  the values of `customers.fax`\n"),
        "{refused}"
    );
    assert!(refused.contains("--allow-loss"), "{refused}");
    assert_eq!(desk.folders().len(), 1, "nothing was written");
    let allowed = [&filled[..], &["--allow-loss"]].concat();
    desk.run_words(new(), &allowed).well();
    assert_eq!(desk.folders().len(), 2);
    desk.run(new(), "migrate run").well();
    assert_eq!(desk.run(new(), "migrate check").well(), agree);
    desk.sql("INSERT INTO orders (customer_id) SELECT id FROM customers WHERE country = 'BE'");

    // And back: the values are gone, and neutral ones in their place.
    let reverted = desk.run(new(), "migrate revert").well();
    assert!(reverted.starts_with("reverting 2"), "{reverted}");
    assert_eq!(
        desk.run(old(), "schema verify").well(),
        "the database is what the models say\n"
    );
    desk.sql("INSERT INTO customers (name, fax) SELECT name, fax FROM customers WHERE fax = ''");
    desk.run(new(), "migrate run").well();

    // One migration of both, which this database need not run.
    let versions: Vec<String> = desk
        .states()
        .into_iter()
        .map(|(version, _)| version)
        .collect();
    let range = format!("migrate squash {}..{} shop", versions[0], versions[1]);
    desk.run(new(), &range).well();
    assert_eq!(desk.folders().len(), 1);
    desk.assert_states(&[(&versions[1], "done")]);
    assert_eq!(desk.run(new(), "migrate run").well(), "nothing to run\n");
    assert_eq!(desk.run(new(), "migrate check").well(), agree);

    // Another database runs the one.
    let reset = desk.run(new(), "db reset --yes").well();
    let lines: Vec<&str> = reset
        .lines()
        .map(|line| line.split(' ').next().unwrap())
        .collect();
    assert_eq!(lines, ["dropped", "created", "running"]);
    assert_eq!(desk.run(new(), "migrate check").well(), agree);

    desk.run(new(), "migrate revert --all --yes").well();
    let said = desk.run(new(), "schema verify");
    assert_eq!(said.exit, Exit::Found);
    assert!(
        said.out.contains("the table `orders` is missing"),
        "{}",
        said.out
    );
    assert!(
        desk.run(new(), "db drop --yes")
            .well()
            .starts_with("dropped ")
    );
    let gone = desk.run(new(), "migrate status").failed(Exit::Failed);
    match desk.kind {
        Kind::Sqlite => assert!(gone.contains("`db create` makes it"), "{gone}"),
        _ => assert!(gone.contains("cannot connect"), "{gone}"),
    }
}
