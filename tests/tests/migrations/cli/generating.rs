//! `migrate generate`: what it writes, and what it wants to be told.

use std::fs;

use orm_core::cli::Exit;

use super::models::{new, old};
use super::{Desk, on_each_desk};

on_each_desk! {
    what_is_written_leads_to_the_models,
    losses_are_named_and_need_a_word,
    old_rows_want_values,
    what_no_model_knows_goes_by_name,
    the_database_must_be_where_the_files_are,
}

fn what_is_written_leads_to_the_models(desk: &Desk) {
    let dry = desk.run(old(), "migrate generate first --dry-run").well();
    let lines: Vec<&str> = dry.lines().collect();
    assert!(
        lines[0].starts_with("-- 2") && lines[0].ends_with("_first: up"),
        "{dry}"
    );
    assert!(lines[1].starts_with("CREATE TABLE"), "{dry}");
    assert!(dry.contains("_first: down\nDROP TABLE"), "{dry}");
    assert_eq!(desk.folders(), Vec::<String>::new());

    let document = desk.json(old(), "migrate generate first");
    let one = &document["migrations"][0];
    let version = one["version"].as_str().expect("a text");
    assert!(version.len() == 14 && version.starts_with('2'), "{version}");
    assert!(one["down"].as_str().expect("SQL").starts_with("DROP TABLE"));
    let folder = one["path"].as_str().expect("a path");
    let up = fs::read_to_string(format!("{folder}/up.sql")).expect("written");
    assert_eq!(one["up"], up.as_str());
    desk.run(old(), "migrate run").well();

    let nothing = "the database is what the models say: nothing to write\n";
    assert_eq!(desk.run(old(), "migrate generate more").well(), nothing);
    let document = desk.json(old(), "migrate generate more");
    assert_eq!(document["migrations"].as_array().map(Vec::len), Some(0));
    assert_eq!(desk.folders().len(), 1);

    // The next one is newer even within the same second.
    let next = desk.json(new(), "migrate generate next --fill-neutrally --allow-loss");
    assert!(next["migrations"][0]["version"].as_str().expect("a text") > version);
    assert_eq!(next["losses"][0], "the values of `customers.fax`");
    // And what it does to those who use the database meanwhile.
    let finding = &next["findings"][0];
    assert_eq!(finding["table"], "customers", "{next}");
    assert!(
        finding["safe"]
            .as_str()
            .is_some_and(|text| !text.is_empty())
    );
}

fn losses_are_named_and_need_a_word(desk: &Desk) {
    desk.run(old(), "migrate generate first").well();
    desk.run(old(), "migrate run").well();
    let words = ["migrate", "generate", "next", "--fill-neutrally"];
    // A script that says yes to everything has not said this.
    let refused = desk.run_words(new(), &[&words[..], &["--yes"]].concat());
    assert_eq!(
        refused.json_of_refusal(),
        ("loss".into(), vec!["the values of `customers.fax`".into()])
    );
    let dry = desk.run_words(new(), &[&words[..], &["--dry-run"]].concat());
    assert_eq!(dry.exit, Exit::Done);
    let loses = "note: this loses the values of `customers.fax`\n";
    assert!(dry.err.starts_with(loses), "{dry:?}");

    let declined = desk.answered(new(), &words, Some("no\n"));
    assert_eq!(declined.exit, Exit::Found);
    assert!(
        declined
            .err
            .starts_with("note: this loses the values of `customers.fax`\nWrite it")
    );
    assert_eq!(desk.folders().len(), 1);
    let agreed = desk.answered(new(), &words, Some("yes\n"));
    assert_eq!(agreed.exit, Exit::Done, "{agreed:?}");
    assert_eq!(desk.folders().len(), 2);
}

impl super::Said {
    /// The kind and the details of a refusal, as text: the lines of it.
    #[track_caller]
    fn json_of_refusal(self) -> (String, Vec<String>) {
        let kind = if self.err.contains("lose data") {
            "loss"
        } else {
            "other"
        };
        let err = self.failed(Exit::Found);
        let lines = err.lines().filter_map(|line| line.strip_prefix("  "));
        (kind.to_owned(), lines.map(str::to_owned).collect())
    }
}

fn old_rows_want_values(desk: &Desk) {
    desk.run(old(), "migrate generate first").well();
    desk.run(old(), "migrate run").well();
    desk.sql("INSERT INTO customers (name, fax) VALUES ('Bo', '1')");
    let generate = |more: &[&str]| {
        let words = ["migrate", "generate", "next", "--allow-loss"];
        desk.run_words(new(), &[&words[..], more].concat())
    };
    let document = generate(&["--json"]);
    assert_eq!(document.exit, Exit::Found);
    let error = &document.json()["error"];
    assert_eq!(error["kind"], "unfilled");
    assert_eq!(error["details"][0], "--fill \"customers.country=EXPR\"");
    for (fill, exit, expected) in [
        ("country='BE'", Exit::Usage, "is not understood"),
        ("customers.country=", Exit::Usage, "is not understood"),
        (
            "customers.name='x'",
            Exit::Found,
            "`customers.name` needs no value",
        ),
        (
            "clients.country='x'",
            Exit::Found,
            "`clients.country` needs no value",
        ),
    ] {
        let refused = generate(&["--fill", fill]).failed(exit);
        assert!(refused.contains(expected), "{refused}");
    }
    generate(&["--fill", "customers.country=lower(name)"]).well();
    desk.run(new(), "migrate run").well();
    // The row has it: there is no other one with that country.
    desk.sql("INSERT INTO orders (customer_id) SELECT id FROM customers WHERE country = 'bo'");
    desk.sql("CREATE TABLE kept (n INTEGER CHECK (n = 1))");
    desk.sql("INSERT INTO kept SELECT count(*) FROM orders");
}

fn what_no_model_knows_goes_by_name(desk: &Desk) {
    desk.run(old(), "migrate generate first").well();
    desk.run(old(), "migrate run").well();
    desk.sql("CREATE TABLE scratch (id INTEGER)");
    desk.run(old(), "migrate generate none").well();
    assert_eq!(desk.folders().len(), 1, "unknown tables are left alone");
    for name in ["nowhere", "customers"] {
        let refused = desk.run(old(), &format!("migrate generate x --drop {name}"));
        let refused = refused.failed(Exit::Found);
        assert!(
            refused.contains(&format!("`--drop {name}` names nothing that can go")),
            "{refused}"
        );
    }
    let refused = desk
        .run(old(), "migrate generate x --drop scratch")
        .failed(Exit::Found);
    assert!(refused.contains("\n  the rows of `scratch`\n"), "{refused}");
    desk.run(old(), "migrate generate x --drop scratch --allow-loss")
        .well();
    desk.run(old(), "migrate run").well();
    let models = desk.run(old(), "schema inspect").well();
    assert!(!models.contains("Scratch"), "{models}");
    desk.run(old(), "migrate revert").well();
    assert!(desk.run(old(), "schema inspect").well().contains("cratch"));
}

fn the_database_must_be_where_the_files_are(desk: &Desk) {
    desk.run(old(), "migrate generate first").well();
    let refused = desk
        .run(old(), "migrate generate again")
        .failed(Exit::Found);
    assert!(
        refused.starts_with("error: migrations are pending\n  2"),
        "{refused}"
    );
    assert!(refused.contains("`migrate run`"), "{refused}");
    desk.run(old(), "migrate run").well();
    let folder = desk.folders().remove(0);
    fs::remove_dir_all(desk.migrations().join(folder)).expect("removed");
    let refused = desk
        .run(new(), "migrate generate again --fill-neutrally")
        .failed(Exit::Found);
    assert!(refused.contains("--allow-missing"), "{refused}");
    let allowed = "migrate generate again --fill-neutrally --allow-loss --allow-missing";
    desk.run(new(), allowed).well();
}

/// A label is added in a migration of its own: PostgreSQL lets no transaction use one that it added.
#[cfg(feature = "postgres")]
#[test]
fn each_part_has_a_folder_on_postgres() {
    mod mood {
        use orm_core::prelude::*;

        #[derive(ColumnType, Debug, Clone, Copy, PartialEq, Eq)]
        #[column(postgres_enum = "mood")]
        pub(super) enum Mood {
            Sad,
            Glad,
        }

        #[derive(Model)]
        #[model(table = "people")]
        pub(super) struct Person {
            #[model(generated)]
            pub(super) id: i64,
            pub(super) mood: Mood,
            pub(super) note: Option<String>,
        }
    }
    let Some(desk) = Desk::postgres() else { return };
    let schema = orm_core::schema![mood::Person];
    desk.sql(
        "CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE people (id bigint GENERATED BY DEFAULT AS \
         IDENTITY PRIMARY KEY, mood mood NOT NULL)",
    );
    let document = desk.json(schema, "migrate generate moods");
    let list = document["migrations"].as_array().expect("a list");
    let versions: Vec<i64> = list
        .iter()
        .map(|one| {
            one["version"]
                .as_str()
                .expect("a text")
                .parse()
                .expect("a time")
        })
        .collect();
    assert_eq!(versions.len(), 2);
    assert!(versions[0] < versions[1]);
    desk.run(schema, "migrate run").well();
    let agree = desk.run(schema, "migrate check");
    assert_eq!(agree.exit, Exit::Done, "{agree:?}");
}
