//! Passwords of URLs that were typed at a wrong place, or in other words than those of a URL.

use orm_core::cli::Exit;

use super::models::old;
use super::{Desk, PASSWORD, on_each_desk};

on_each_desk! {
    a_url_at_a_wrong_place_is_shown_without_its_password,
    sql_is_shown_as_it_is,
}

/// Each of these repeats what was typed; the desk looks for the password in all that is said.
fn a_url_at_a_wrong_place_is_shown_without_its_password(desk: &Desk) {
    desk.write_table("1", "apples");
    let urls = [
        format!("postgres://ann:{PASSWORD}@db/app"),
        format!("mysql://ann:un_der-{PASSWORD}@db/app"),
        format!("postgres://db/app?sslpassword={PASSWORD}&password={PASSWORD}"),
        format!("ann_x:{PASSWORD}@db/app"),
    ];
    for url in &urls {
        for words in [
            vec!["migrate", "squash", url, "fruit"],
            vec!["migrate", "squash", &format!("{url}..1"), "fruit"],
            vec!["migrate", "squash", "1..1", url],
            vec!["migrate", "settle", url, "--done"],
            vec!["migrate", "run", "--to", url],
            vec!["migrate", "revert", "--to", url],
            vec!["migrate", "generate", "x", "--drop", url],
            vec!["migrate", "generate", "x", "--fill", url],
            vec!["migrate", "new", url],
            vec!["schema", "inspect", "--output", url],
        ] {
            for json in [false, true] {
                let mut words = words.clone();
                words.extend(json.then_some("--json"));
                let said = desk.run_words(old(), &words);
                assert_ne!(said.exit, Exit::Done, "{words:?}");
                let text = format!("{}{}", said.out, said.err);
                assert!(!text.contains("un_der"), "{words:?} shows a part: {text}");
            }
        }
    }
}

/// What looks like a secret in SQL is a part of it.
fn sql_is_shown_as_it_is(desk: &Desk) {
    let up = "CREATE TABLE apples (id INTEGER, CHECK (id <> 7)); -- password=pips a://b:c@d\n";
    desk.write("1_apples", up, "DROP TABLE apples;");
    let document = desk.json(old(), "migrate run --dry-run");
    assert_eq!(document["would_run"][0]["up"], up);
}

#[test]
fn a_folder_that_is_a_url_is_shown_without_its_password() {
    let desk = Desk::sqlite();
    desk.run(old(), "db create").well();
    let folder = format!("postgres://ann:{PASSWORD}@db/app");
    for command in ["run", "status", "check", "squash 1..2 x"] {
        let words = format!("migrate {command} --database-url {}", desk.url);
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut streams = orm_core::cli::Streams::new(&mut out, &mut err);
        let mut args = vec!["shop"];
        args.extend(words.split(' '));
        args.extend(["--migration-dir", &folder]);
        let exit = orm_core::cli::Cli::new(old()).run_on(args, &mut streams);
        let said = String::from_utf8([out, err].concat()).expect("text");
        assert_eq!(exit, Exit::Failed, "{said}");
        assert!(said.contains("postgres://ann:***@db/app"), "{said}");
    }
}

/// libpq's spelling, and a login alone, are no path: nothing is made, and nothing shown.
#[test]
fn settings_and_logins_are_no_file() {
    for url in [
        format!("host=db user=ann password={PASSWORD} dbname=app"),
        format!("ann_x:{PASSWORD}@db/app"),
        format!("PASSWORD = {PASSWORD}"),
    ] {
        let mut desk = Desk::sqlite();
        desk.url = url;
        for command in ["db create", "db drop --yes", "migrate status"] {
            let said = desk.run(old(), command).failed(Exit::Usage);
            assert!(said.contains("postgres://user@host/database"), "{said}");
        }
        assert!(!std::path::Path::new(&desk.url).exists());
    }
}
