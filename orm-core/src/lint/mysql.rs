//! MariaDB: what copies a table, or lets nobody write it meanwhile.

use super::Linter;
use super::default::calls;
use crate::backend::Database;
use crate::diff::{Alteration, Step};
use crate::snapshot::{Column, Index, Same, TableName};

const SAME: Same = Same(Database::Mysql);
const COPIES: &str = "the table is copied, and nobody can write it meanwhile";
const LOCKS: &str = "nobody can write the table until it is done";
const BESIDE: &str = "add a column beside it, write both, copy the values in parts, read the new one, and \
    drop the old one in a later migration; or copy the table with a tool that follows its changes";

impl Linter<'_> {
    pub(super) fn on_mysql(&mut self, table: &TableName, alteration: &Alteration) {
        let rebuilds = match alteration {
            Alteration::AlterColumn { from, to, .. } => from.nullable != to.nullable,
            Alteration::AddColumn { .. }
            | Alteration::DropColumn { .. }
            | Alteration::AddPrimaryKey(_) => true,
            _ => false,
        };
        if let Some(why) = self.hinders(table).filter(|_| rebuilds) {
            let safe = "do it when nobody writes, or drop that index before and make it behind";
            let what = "writes its rows anew".to_owned();
            self.find("locked-rebuild", table, what, why, safe);
        }
        match alteration {
            Alteration::AddColumn {
                column,
                fill,
                after,
            } => {
                if self.moves_virtual(table, after.as_ref()) {
                    let safe = "add it behind all columns that are computed";
                    let what = format!("adds `{}` before a column that is computed", column.name);
                    self.find("rewriting-column", table, what, COPIES, safe);
                }
                let what = format!("adds `{}`", column.name);
                if column.computed.is_some() && !is_virtual(column) {
                    let safe = "add it as VIRTUAL";
                    let what = format!("{what}, which is computed and stored");
                    self.find("rewriting-column", table, what, COPIES, safe);
                } else if column.generator.is_some() {
                    let safe = "count in the program, or when nobody writes";
                    let what = format!("{what}, which is counted");
                    self.find("rewriting-column", table, what, LOCKS, safe);
                } else if column.default.as_deref().is_some_and(is_volatile) {
                    let safe = "add it without a default, fill the rows that are there in parts, and give it \
                        one behind that";
                    let what = format!("{what}, whose default may be another one for each row");
                    self.find("rewriting-column", table, what, COPIES, safe);
                }
                if fill.is_some() {
                    self.fills(table, &column.name);
                }
            }
            Alteration::AlterColumn {
                from,
                to,
                fill,
                absent,
            } => {
                if absent.is_some() || (fill.is_some() && from.nullable && !to.nullable) {
                    self.fills(table, &to.name);
                }
                if changes_rows(from, to) {
                    let what = match SAME.ty(from, to) {
                        true => format!("`{}` is kept in another way", to.name),
                        false => format!("`{}` becomes a `{}`", to.name, to.ty),
                    };
                    self.find("change-type", table, what, COPIES, BESIDE);
                }
            }
            Alteration::AddIndex(index) => self.adds_index(table, index),
            Alteration::DropPrimaryKey(_) => {
                let comes = |step: &Step| matches!(step, Step::Alter { table: on, alteration: Alteration::AddPrimaryKey(_) } if on == table);
                if !self.plan.steps[self.at..].iter().any(comes) {
                    let safe = "drop it when nobody writes, or keep it";
                    let what = "drops its primary key".to_owned();
                    self.find("drop-primary-key", table, what, COPIES, safe);
                }
            }
            Alteration::AddForeignKey(_) => {
                let statement = self.statements(table, alteration).join("; ");
                let safe = format!(
                    "where all rows have their parents, SET foreign_key_checks = 0; {statement}, \
                     ALGORITHM=INPLACE, LOCK=NONE; SET foreign_key_checks = 1"
                );
                let what = "adds a foreign key".to_owned();
                self.find("add-foreign-key", table, what, COPIES, safe);
            }
            Alteration::AddCheck(_) => {
                let safe = "check in the program, or add it when nobody writes";
                self.find("add-check", table, "adds a check".to_owned(), COPIES, safe);
            }
            _ => {}
        }
    }

    /// What makes the server lock a table that it writes anew.
    fn hinders(&self, table: &TableName) -> Option<&'static str> {
        let table = self.table(table)?;
        let of_text = |index: &Index| index.method.as_deref() == Some("fulltext");
        let of_computed = |index: &Index| {
            let columns = index.columns().unwrap_or_default();
            columns
                .iter()
                .any(|name| table.column(name).is_some_and(is_virtual))
        };
        if table.indexes.iter().any(of_text) {
            return Some("it has a FULLTEXT index, so nobody can write it until it is done");
        }
        let indexed = table.indexes.iter().any(of_computed);
        indexed.then_some(
            "it has an index over a VIRTUAL column, so nobody can write it until it is done",
        )
    }

    /// Whether a column that is not stored stands behind a place.
    fn moves_virtual(&self, table: &TableName, after: Option<&String>) -> bool {
        let columns = self.table(table).map_or(&[][..], |table| &table.columns);
        let before = columns
            .iter()
            .position(|column| Some(&column.name) == after);
        let behind = &columns[before.map_or(0, |at| at + 1)..];
        behind.iter().any(is_virtual)
    }

    fn adds_index(&mut self, table: &TableName, index: &Index) {
        let name = index.name.as_deref().unwrap_or_default();
        let found = self.table(table);
        let long = |part: &crate::snapshot::Part| {
            let columns = index.columns().unwrap_or_default();
            let mut columns = columns.iter().filter_map(|name| found?.column(name));
            part.prefix.is_none() && columns.any(|column| is_long(&column.ty))
        };
        if matches!(index.method.as_deref(), Some("fulltext" | "spatial")) {
            let safe = "add it when nobody writes";
            self.find(
                "add-index",
                table,
                format!("adds the index `{name}`"),
                LOCKS,
                safe,
            );
        } else if index.unique && index.parts.iter().any(long) {
            let safe = "give the column a length";
            let what = format!("adds the unique `{name}` over a text of any length");
            self.find("add-unique", table, what, COPIES, safe);
        }
    }
}

fn is_virtual(column: &Column) -> bool {
    column.options.iter().any(|option| option == "VIRTUAL")
}

fn is_long(ty: &str) -> bool {
    ["text", "blob", "json"]
        .iter()
        .any(|word| ty.contains(word))
}

/// Whether the rows are written in another way.
fn changes_rows(from: &Column, to: &Column) -> bool {
    let stored = |column: &Column| column.computed.is_some() && !is_virtual(column);
    let charset = |column: &Column| {
        let name = column.collation.as_deref()?;
        name.split('_').next().map(str::to_owned)
    };
    let recoded = charset(from).is_some() && charset(to).is_some() && charset(from) != charset(to);
    let filled = from.nullable && !to.nullable && to.ty.starts_with("timestamp");
    (!SAME.ty(from, to) && !is_wider(from, to))
        || recoded
        || filled
        || stored(from) != stored(to)
        || (stored(to) && !SAME.computed(from, to))
        || (from.generator != to.generator && to.generator.is_some())
}

/// Whether a type only takes more: labels at the end, a length that is written in as many bytes.
fn is_wider(from: &Column, to: &Column) -> bool {
    let inside = |ty: &'_ str, word: &str| -> Option<String> {
        Some(
            ty.strip_prefix(word)?
                .strip_prefix('(')?
                .strip_suffix(')')?
                .to_owned(),
        )
    };
    if let (Some(one), Some(other)) = (inside(&from.ty, "enum"), inside(&to.ty, "enum")) {
        let few = other.matches(',').count() < 255;
        return few
            && other
                .strip_prefix(&one)
                .is_some_and(|rest| rest.starts_with(','));
    }
    let bytes = |column: &Column| {
        let each = match column
            .collation
            .as_deref()
            .and_then(|name| name.split('_').next())
        {
            Some("latin1" | "ascii" | "binary") => 1,
            Some("utf8mb3" | "utf8") => 3,
            _ => 4,
        };
        let of =
            |word: &str, each: u32| Some(inside(&column.ty, word)?.parse::<u32>().ok()? * each);
        of("varchar", each).or_else(|| of("varbinary", 1))
    };
    let word = |ty: &str| ty.split('(').next().map(str::to_owned);
    match (bytes(from), bytes(to)) {
        (Some(one), Some(other)) if word(&from.ty) == word(&to.ty) => {
            one <= other && (one <= 127 || one > 255 || other <= 255)
        }
        _ => false,
    }
}

/// Whether a default may differ from row to row. Of functions that we do not know we think so.
fn is_volatile(default: &str) -> bool {
    const STEADY: [&str; 8] = [
        "current_timestamp",
        "now",
        "curdate",
        "curtime",
        "current_date",
        "current_time",
        "localtimestamp",
        "utc_timestamp",
    ];
    let calls = calls(default);
    calls.iter().any(|call| !STEADY.contains(&call.as_str()))
}
