//! The reader of SQLite: `sqlite_master` and pragmas, and the text of the statements where
//! neither says it.
//!
//! Four statements a database file, whatever the number of tables. Virtual tables and what lies
//! below them are left out. A column of a primary key counts as one that takes no NULL.

mod statements;
mod text;

use diesel::sqlite::Sqlite;
use serde::Deserialize;

use self::text::TableText;
use super::scope::Schemas;
use super::{Catalog, Scope, rows};
use crate::backend::Database;
use crate::ddl::quote_text;
use crate::error::Result;
use crate::operation::Link;
use crate::snapshot::{
    Action, Column, Deferred, ForeignKey, Generator, Index, Order, Part, PrimaryKey, Snapshot,
    Table, TableName, Term, Trigger, View, canonical_type,
};

impl Catalog for Sqlite {
    async fn read<L>(link: &mut L, scope: &Scope) -> Result<Snapshot>
    where
        L: Link<Backend = Self>,
    {
        let mut snapshot = Snapshot::empty(Database::Sqlite);
        snapshot.search_path.push("main".to_owned());
        for schema in schemas(link, scope).await? {
            read_file(link, scope, &schema, &mut snapshot).await?;
        }
        Ok(snapshot)
    }
}

/// The names of the database files.
async fn schemas<L: Link<Backend = Sqlite>>(link: &mut L, scope: &Scope) -> Result<Vec<String>> {
    let main = |name: &String| match name.as_str() {
        "" => "main".to_owned(),
        name => name.to_owned(),
    };
    let mut names: Vec<String> = match &scope.schemas {
        Schemas::Current => vec!["main".to_owned()],
        Schemas::Named(names) => names.iter().map(main).collect(),
        Schemas::All | Schemas::Temporary => Vec::new(),
    };
    let attached: Vec<String> = rows(link, statements::SCHEMAS.to_owned()).await?;
    if let Schemas::All = scope.schemas {
        names = attached;
    } else {
        // One that is not attached has no tables.
        names.retain(|name| attached.contains(name));
    }
    names.sort();
    names.dedup();
    Ok(names)
}

/// The tables of one database file.
async fn read_file<L: Link<Backend = Sqlite>>(
    link: &mut L,
    scope: &Scope,
    schema: &str,
    snapshot: &mut Snapshot,
) -> Result<()> {
    let masters: Vec<Master> = rows(link, statements::masters(schema)).await?;
    let columns: Vec<ColumnRow> = rows(link, statements::columns(schema)).await?;
    let indexes: Vec<IndexRow> = rows(link, statements::indexes(schema)).await?;
    let keys: Vec<KeyRow> = rows(link, statements::foreign_keys(schema)).await?;
    let named = |name: &str| TableName::new((schema != "main").then_some(schema), name);
    let mut tables = Vec::new();
    for master in masters.iter().filter(|master| scope.has(&master.name)) {
        match master.kind.as_str() {
            "view" => snapshot.views.push(View {
                name: named(&master.name),
                definition: master.sql.as_deref().map(text::view),
                is_kept: true,
                materialized: false,
                options: Vec::new(),
                triggers: triggers(&masters, &master.name),
            }),
            "table" => {
                let text = text::table(master.sql.as_deref().unwrap_or_default());
                let mut table = Table::new(named(&master.name));
                let own = |of: &str| of == master.name;
                let columns = columns.iter().filter(|row| own(&row.table));
                let indexes: Vec<_> = indexes.iter().filter(|row| own(&row.table)).collect();
                // A key that is the row id needs no index.
                let has_rowid = !indexes.iter().any(|row| row.origin == "pk");
                read_columns(&mut table, &text, columns.collect(), has_rowid);
                read_indexes(&mut table, &text, indexes, &masters);
                let keys = keys.iter().filter(|row| own(&row.table));
                read_keys(&mut table, &text, keys.collect());
                table.checks = text.checks;
                table.triggers = triggers(&masters, &master.name);
                table.options = text.options;
                tables.push(table);
            }
            _ => {}
        }
    }
    refer_to_keys(&mut tables);
    snapshot.tables.append(&mut tables);
    Ok(())
}

fn triggers(masters: &[Master], table: &str) -> Vec<Trigger> {
    let own = masters
        .iter()
        .filter(|one| one.kind == "trigger" && one.table == table);
    own.filter_map(|one| {
        Some(Trigger {
            name: one.name.clone(),
            sql: one.sql.clone()?,
        })
    })
    .collect()
}

/// A foreign key that names no columns refers to the key of its parent; one that does may write
/// them in another case.
fn refer_to_keys(tables: &mut [Table]) {
    struct Parent {
        name: String,
        key: Vec<String>,
        columns: Vec<String>,
    }
    let parents: Vec<Parent> = tables
        .iter()
        .map(|table| Parent {
            name: table.name.name.clone(),
            key: table.key().to_vec(),
            columns: table
                .columns
                .iter()
                .map(|column| column.name.clone())
                .collect(),
        })
        .collect();
    for key in tables.iter_mut().flat_map(|table| &mut table.foreign_keys) {
        let mut parents = parents.iter();
        let Some(parent) = parents.find(|parent| same(&parent.name, &key.parent.name)) else {
            continue;
        };
        key.parent.name.clone_from(&parent.name);
        if key.parent_columns.is_empty() {
            key.parent_columns.clone_from(&parent.key);
        }
        for column in &mut key.parent_columns {
            let mut columns = parent.columns.iter();
            if let Some(named) = columns.find(|named| same(named, column)) {
                column.clone_from(named);
            }
        }
    }
}

#[derive(Deserialize)]
struct Master {
    kind: String,
    name: String,
    table: String,
    sql: Option<String>,
}

#[derive(Deserialize)]
struct ColumnRow {
    table: String,
    name: String,
    ty: String,
    not_null: u8,
    default: Option<String>,
    key: usize,
}

/// A default as the others would write it: SQLite takes a name for a text there.
fn default(text: &str) -> String {
    let quoted = |inside: &str| quote_text(Database::Sqlite, inside);
    let inside = |quote: char| {
        let inside = text.strip_prefix(quote)?.strip_suffix(quote)?;
        Some(inside.replace(&format!("{quote}{quote}"), &quote.to_string()))
    };
    if let Some(inside) = inside('"').or_else(|| inside('`')) {
        return quoted(&inside);
    }
    if let Some(inside) = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'))
    {
        return quoted(inside);
    }
    const WORDS: [&str; 6] = [
        "null",
        "true",
        "false",
        "current_time",
        "current_date",
        "current_timestamp",
    ];
    let mut chars = text.chars();
    let is_name = chars.next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && chars.all(|c| c.is_alphanumeric() || c == '_');
    match is_name && !WORDS.contains(&text.to_lowercase().as_str()) {
        true => quoted(text),
        false => text.to_owned(),
    }
}

fn read_columns(table: &mut Table, text: &TableText, rows: Vec<&ColumnRow>, has_rowid: bool) {
    let mut key: Vec<&&ColumnRow> = rows.iter().filter(|row| row.key > 0).collect();
    key.sort_by_key(|row| row.key);
    let alone = key.len() == 1;
    table.primary_key = (!key.is_empty()).then(|| PrimaryKey {
        name: text.primary_key.clone(),
        columns: key.iter().map(|row| row.name.clone()).collect(),
    });
    for row in rows {
        let (ty, _) = canonical_type(Database::Sqlite, &row.ty);
        let said = text
            .columns
            .iter()
            .find(|column| same(&column.name, &row.name));
        let rowid = alone && row.key == 1 && ty == "INTEGER" && has_rowid;
        let counted = said.is_some_and(|column| column.autoincrement);
        table.columns.push(Column {
            collation: said.and_then(|column| column.collation.clone()),
            nullable: row.not_null == 0 && row.key == 0,
            default: row.default.as_deref().map(default),
            generator: match (rowid, counted) {
                (true, true) => Some(Generator::Default),
                (true, false) => Some(Generator::RowId),
                _ => None,
            },
            computed: said.and_then(|column| column.computed.clone()),
            options: said
                .map(|column| column.options.clone())
                .unwrap_or_default(),
            ..Column::new(row.name.clone(), ty)
        });
    }
}

#[derive(Deserialize)]
struct IndexRow {
    table: String,
    name: String,
    unique: u8,
    origin: String,
    parts: Vec<PartRow>,
}

#[derive(Deserialize)]
struct PartRow {
    column: Option<String>,
    descending: u8,
    collation: Option<String>,
}

fn read_indexes(table: &mut Table, text: &TableText, rows: Vec<&IndexRow>, masters: &[Master]) {
    let mut uniques: Vec<_> = text.uniques.iter().collect();
    for row in rows.into_iter().filter(|row| row.origin != "pk") {
        let master = masters
            .iter()
            .find(|one| one.kind == "index" && one.name == row.name);
        let said = text::index(
            master
                .and_then(|one| one.sql.as_deref())
                .unwrap_or_default(),
        );
        let parts = row.parts.iter().enumerate().map(|(nth, part)| {
            let term = match &part.column {
                Some(name) => Term::Column(name.clone()),
                None => Term::Expression(said.parts.get(nth).cloned().unwrap_or_default()),
            };
            let column = part.column.as_deref().and_then(|name| table.column(name));
            let own = column.map(|column| column.collation.as_deref().unwrap_or("BINARY"));
            let other = |name: &&String| own.is_some_and(|own| !same(own, name));
            Part {
                collation: part.collation.as_ref().filter(other).cloned(),
                order: match part.descending {
                    0 => Order::Ascending,
                    _ => Order::Descending,
                },
                ..Part::new(term)
            }
        });
        let mut index = Index {
            unique: row.unique != 0,
            constraint: row.origin == "u",
            predicate: said.predicate,
            ..Index::new(Some(row.name.clone()), parts.collect())
        };
        if index.constraint {
            // The index has a name of SQLite's making, the constraint its own or none.
            let columns = index.columns().unwrap_or_default();
            let at = uniques
                .iter()
                .position(|unique| same_all(&unique.columns, &columns));
            let said = at.map(|at| uniques.remove(at));
            index.name = said.and_then(|unique| unique.name.clone());
            index.options = said
                .map(|unique| unique.options.clone())
                .unwrap_or_default();
        }
        table.indexes.push(index);
    }
}

#[derive(Deserialize)]
struct KeyRow {
    table: String,
    parent: String,
    columns: Vec<String>,
    parent_columns: Vec<Option<String>>,
    on_delete: String,
    on_update: String,
}

fn read_keys(table: &mut Table, text: &TableText, rows: Vec<&KeyRow>) {
    let mut said: Vec<_> = text.foreign_keys.iter().collect();
    for row in rows {
        let columns: Vec<&str> = row.columns.iter().map(String::as_str).collect();
        let at = said.iter().position(|key| same_all(&key.columns, &columns));
        let said = at.map(|at| said.remove(at));
        table.foreign_keys.push(ForeignKey {
            name: said.and_then(|key| key.name.clone()),
            columns: row.columns.clone(),
            parent: TableName::new(table.name.schema.as_deref(), &row.parent),
            parent_columns: row.parent_columns.iter().flatten().cloned().collect(),
            on_delete: action(&row.on_delete),
            on_update: action(&row.on_update),
            deferred: said.map_or(Deferred::Not, |key| key.deferred),
            options: Vec::new(),
        });
    }
}

fn action(words: &str) -> Action {
    let all = [
        Action::Restrict,
        Action::Cascade,
        Action::SetNull,
        Action::SetDefault,
    ];
    let mut all = all.into_iter();
    all.find(|action| action.sql() == words).unwrap_or_default()
}

/// Whether two names are one: SQLite heeds no case.
fn same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

fn same_all(names: &[String], others: &[&str]) -> bool {
    names.len() == others.len()
        && names
            .iter()
            .zip(others)
            .all(|(one, other)| same(one, other))
}
