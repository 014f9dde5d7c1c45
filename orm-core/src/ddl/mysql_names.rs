//! Constraints and indexes of MariaDB and MySQL by their names.

use super::{constraint_name, qualified, quote_text};
use crate::backend::Database;
use crate::error::{Error, ErrorKind, Result};
use crate::metadata::{ForeignKeyMeta, IndexMeta, TableMeta};

/// Whether all foreign keys have different names: there these are of the whole database.
///
/// # Errors
/// [`ErrorKind::Unsupported`], naming both tables.
pub(super) fn check_foreign_keys(tables: &[&'static TableMeta]) -> Result<()> {
    let keys = |table: &'static TableMeta| table.foreign_keys.iter().map(move |key| (table, key));
    let all: Vec<(&TableMeta, &ForeignKeyMeta)> =
        tables.iter().flat_map(|table| keys(table)).collect();
    for (nth, (table, key)) in all.iter().enumerate() {
        let name = constraint_name(Database::Mysql, key.name);
        let same = all[..nth].iter().find(|(other, before)| {
            other.schema == table.schema
                && !other.is_same_table(table)
                && constraint_name(Database::Mysql, before.name) == name
        });
        if let Some((other, _)) = same {
            let message = format!(
                "the tables `{}` and `{}` would both have a foreign key `{name}`, and on {} such names are of the whole database: give one of the tables another name (`table = \"..\"`), or its column (`column = \"..\"`)",
                other.name,
                table.name,
                Database::Mysql.title(),
            );
            return Err(Error::new(ErrorKind::Unsupported, message));
        }
    }
    Ok(())
}

/// A text of statements that adds an index to a table that is there without it.
pub(super) fn add_missing_index(table: &TableMeta, index: &IndexMeta, line: &str) -> String {
    let change = format!(
        "ALTER TABLE {} ADD {line}",
        qualified(Database::Mysql, table)
    );
    let index = constraint_name(Database::Mysql, index.name);
    let missing = Named {
        list: "statistics",
        schema: "table_schema",
        name: "index_name",
    };
    run_if(table, &missing, &index, false, &change)
}

/// Where information_schema names something of a table.
struct Named {
    list: &'static str,
    schema: &'static str,
    name: &'static str,
}

/// A text of statements that runs `change` if the constraint is (or is not)
/// there: MySQL has no IF EXISTS for constraints.
pub(super) fn if_constraint(
    table: &TableMeta,
    constraint: &str,
    there: bool,
    change: &str,
) -> String {
    let named = Named {
        list: "table_constraints",
        schema: "constraint_schema",
        name: "constraint_name",
    };
    run_if(table, &named, constraint, there, change)
}

fn run_if(table: &TableMeta, named: &Named, name: &str, there: bool, change: &str) -> String {
    let text = |text: &str| quote_text(Database::Mysql, text);
    let schema = table.schema.map_or("DATABASE()".to_owned(), text);
    format!(
        "SET @orm_change = (SELECT IF(COUNT(*) {} 0, {}, 'DO 0') FROM information_schema.{} \
         WHERE {} = {schema} AND table_name = {} AND {} = {}); \
         PREPARE orm_change FROM @orm_change; EXECUTE orm_change; DEALLOCATE PREPARE orm_change",
        if there { "<>" } else { "=" },
        text(change),
        named.list,
        named.schema,
        text(table.name),
        named.name,
        text(name),
    )
}
