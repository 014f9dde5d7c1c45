//! The original in MariaDB is that of `chinook.sqlite`, and understands the words of SQLite.

use orm_tests::{MariaServer, data, mariadb};

use crate::original::{Original, in_mariadb};

/// In SQLite and in MariaDB.
fn both() -> Option<[Original; 2]> {
    let folder = data::chinook()?;
    if !mariadb::available() {
        return None;
    }
    let sqlite = Original::Sqlite(folder.join("chinook.sqlite"));
    Some([sqlite, in_mariadb(MariaServer::start(), &folder)])
}

#[test]
fn every_row_of_every_table_is_the_same() {
    let Some([sqlite, maria]) = both() else {
        return;
    };
    let tables = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
    let tables = sqlite.ask(tables, "");
    let mut total = 0;
    for table in tables.lines() {
        let rows =
            |original: &Original| original.ask(&format!("SELECT * FROM {table} ORDER BY 1, 2"), "");
        let (here, there) = (rows(&sqlite), rows(&maria));
        total += here.lines().count();
        for (here, there) in here.lines().zip(there.lines()) {
            assert_eq!(here, there, "{table}");
        }
        assert_eq!(here.len(), there.len(), "{table}");
    }
    assert_eq!(total, 15_607);
}

#[test]
fn the_words_of_sqlite_mean_the_same() {
    let Some([sqlite, maria]) = both() else {
        return;
    };
    for words in [
        "SELECT printf('%.2f', sum(Total)), printf('%.8f', avg(Total)) FROM Invoice",
        "SELECT printf('%.3f', avg(Milliseconds)), printf('%.2f', 1234567.891) FROM Track",
        "SELECT strftime('%Y', InvoiceDate), count(*) FROM Invoice GROUP BY 1 ORDER BY 1",
        "SELECT FirstName FROM Customer ORDER BY FirstName",
        "SELECT count(*), count(DISTINCT City) FROM Customer WHERE City <> 'edinburgh'",
        "SELECT length(City), City = 'Edinburgh' FROM Customer WHERE City LIKE '% '",
        "SELECT State, Company FROM Customer ORDER BY State, Company DESC, CustomerId",
    ] {
        let answer = maria.ask(words, "");
        assert!(!answer.is_empty(), "{words}");
        assert_eq!(sqlite.ask(words, ""), answer, "{words}");
    }
}
