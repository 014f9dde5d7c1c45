//! The reader of MariaDB and MySQL: `information_schema`.
//!
//! Six statements, whatever the number of tables, and one for each table that has checks in the
//! definitions of its columns. What a server adds by itself is left out: the
//! index that a foreign key needs, and MariaDB's check that a JSON column holds JSON.

mod checks;
mod spell;
mod statements;
mod text;

use diesel::mysql::Mysql;
use serde::Deserialize;

use self::checks::CheckRow;
use super::scope::Schemas;
use super::{Catalog, Scope, rows};
use crate::backend::Database;
use crate::ddl::{quote_identifier, quote_text};
use crate::error::Result;
use crate::operation::Link;
use crate::snapshot::{
    Action, Column, Deferred, ForeignKey, Generator, Index, Order, Part, PrimaryKey, Snapshot,
    Table, TableName, Term, View, canonical_type,
};

impl Catalog for Mysql {
    async fn read<L>(link: &mut L, scope: &Scope) -> Result<Snapshot>
    where
        L: Link<Backend = Self>,
    {
        let schemas = schemas(scope);
        let servers: Vec<Server> = rows(link, statements::SERVER.to_owned()).await?;
        let mariadb = servers.iter().any(|one| one.version.contains("MariaDB"));
        let mut snapshot = Snapshot::empty(Database::Mysql);
        snapshot.search_path = servers.into_iter().filter_map(|one| one.schema).collect();
        let tables: Vec<TableRow> = rows(link, statements::tables(&schemas)).await?;
        for row in tables.into_iter().filter(|row| scope.has(&row.table)) {
            let name = TableName::new(row.schema.as_deref(), &row.table);
            match row.kind.as_str() {
                "VIEW" => snapshot.views.push(View {
                    name,
                    definition: row.definition,
                    is_kept: true,
                    materialized: false,
                    options: row.options.into_iter().flatten().collect(),
                    triggers: Vec::new(),
                }),
                kind => snapshot.tables.push(Table {
                    comment: row.comment,
                    options: match kind {
                        "BASE TABLE" => Vec::new(),
                        _ => vec!["WITH SYSTEM VERSIONING".to_owned()],
                    },
                    ..Table::new(name)
                }),
            }
        }
        let columns: Vec<Of<ColumnRow>> = rows(link, statements::columns(&schemas)).await?;
        place(&mut snapshot, columns, |row, table| {
            table.columns.push(row.into_column(mariadb));
        });
        let statement = statements::indexes(&schemas, mariadb);
        let indexes: Vec<Of<IndexRow>> = rows(link, statement).await?;
        place(&mut snapshot, indexes, IndexRow::add_to);
        let keys: Vec<Of<KeyRow>> = rows(link, statements::foreign_keys(&schemas)).await?;
        let unseen = keys.iter().filter(|key| key.row.on_delete.is_none());
        let mut unseen: Vec<_> = unseen
            .map(|key| TableName::new(key.schema.as_deref(), &key.table))
            .collect();
        unseen.dedup();
        place(&mut snapshot, keys, KeyRow::add_to);
        for name in unseen {
            read_rules(link, &mut snapshot, &name).await?;
        }
        let rows: Vec<Of<CheckRow>> = rows(link, statements::checks(&schemas, mariadb)).await?;
        place(&mut snapshot, rows, CheckRow::add_to);
        for table in &mut snapshot.tables {
            checks::name_as_columns(link, table).await?;
        }
        snapshot.tables.iter_mut().for_each(without_implied_indexes);
        Ok(snapshot)
    }

    async fn spell<L>(
        link: &mut L,
        found: &Table,
        _home: Option<&str>,
        asked: Table,
    ) -> Result<Table>
    where
        L: Link<Backend = Self>,
    {
        spell::table(link, found, asked).await
    }
}

/// What a schema's name must be.
fn schemas(scope: &Scope) -> String {
    let names = match &scope.schemas {
        Schemas::Current | Schemas::Temporary => return "= DATABASE()".to_owned(),
        Schemas::All => {
            return "NOT IN ('mysql', 'information_schema', 'performance_schema', 'sys')"
                .to_owned();
        }
        Schemas::Named(names) => names.iter().map(|name| match name.as_str() {
            "" => "DATABASE()".to_owned(),
            name => quote_text(Database::Mysql, name),
        }),
    };
    let names: Vec<String> = names.collect();
    match names.is_empty() {
        true => "IS NULL".to_owned(),
        false => format!("IN ({})", names.join(", ")),
    }
}

/// A row of a table.
#[derive(Deserialize)]
struct Of<T> {
    schema: Option<String>,
    table: String,
    #[serde(flatten)]
    row: T,
}

/// Gives each row to its table; rows of other tables are left out.
fn place<T>(snapshot: &mut Snapshot, rows: Vec<Of<T>>, mut add: impl FnMut(T, &mut Table)) {
    for of in rows {
        let mut tables = snapshot.tables.iter_mut();
        let table =
            tables.find(|table| table.name.schema == of.schema && table.name.name == of.table);
        if let Some(table) = table {
            add(of.row, table);
        }
    }
}

/// A foreign key has an index of its own name, unless another one leads with its columns. That of
/// a key without a name is called as its first column.
fn without_implied_indexes(table: &mut Table) {
    let keys = &table.foreign_keys;
    table.indexes.retain(|index| {
        let columns = index.columns().unwrap_or_default();
        let unnamed = format!("{}_ibfk_", table.name.name);
        let implied = |key: &ForeignKey| {
            let name = key.name.as_deref().unwrap_or_default();
            let by_column = |index: &str| {
                let first = key.columns.first().map_or("", String::as_str);
                let number = index
                    .strip_prefix(first)
                    .map(|rest| rest.trim_start_matches('_'));
                name.starts_with(&unnamed)
                    && number.is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit()))
            };
            key.columns == columns
                && (key.name == index.name || index.name.as_deref().is_some_and(by_column))
        };
        index.unique || !keys.iter().any(implied)
    });
}

#[derive(Deserialize)]
struct Server {
    version: String,
    schema: Option<String>,
}

#[derive(Deserialize)]
struct TableRow {
    schema: Option<String>,
    table: String,
    comment: Option<String>,
    kind: String,
    definition: Option<String>,
    /// Of a view.
    options: Vec<Option<String>>,
}

#[derive(Deserialize)]
struct ColumnRow {
    name: String,
    ty: String,
    collation: Option<String>,
    nullable: String,
    default: Option<String>,
    extra: String,
    expression: Option<String>,
    comment: Option<String>,
}

impl ColumnRow {
    fn into_column(self, mariadb: bool) -> Column {
        let (ty, _) = canonical_type(Database::Mysql, &self.ty);
        let extra = self.extra.to_lowercase();
        // MySQL says a literal without its quotes.
        let literal = !mariadb && !extra.contains("default_generated");
        let number = |text: &str| text.parse::<f64>().is_ok() || text.starts_with("b'");
        let default = self.default.map(|text| match literal && !number(&text) {
            true => quote_text(Database::Mysql, &text),
            false => text,
        });
        let mut options = Vec::new();
        if extra.contains("virtual generated") {
            options.push("VIRTUAL".to_owned());
        }
        if extra.contains("invisible") {
            options.push("INVISIBLE".to_owned());
        }
        if let Some((_, when)) = extra.split_once("on update ") {
            let when = when.split([',', ' ']).next().unwrap_or_default();
            options.push(format!("ON UPDATE {when}"));
        }
        Column {
            options,
            collation: self.collation,
            nullable: self.nullable == "YES",
            default: default.filter(|text| text != "NULL" && self.expression.is_none()),
            generator: extra
                .contains("auto_increment")
                .then_some(Generator::Default),
            computed: self.expression,
            comment: self.comment,
            ..Column::new(self.name, ty)
        }
    }
}

#[derive(Deserialize)]
struct IndexRow {
    name: String,
    repeats: u8,
    column: Option<String>,
    expression: Option<String>,
    prefix: Option<u64>,
    direction: Option<String>,
    method: String,
}

impl IndexRow {
    fn add_to(self, table: &mut Table) {
        if self.name == "PRIMARY" {
            let key = table.primary_key.get_or_insert(PrimaryKey {
                name: None,
                columns: Vec::new(),
            });
            key.columns.extend(self.column);
            return;
        }
        let term = match self.column {
            Some(column) => Term::Column(column),
            None => Term::Expression(self.expression.unwrap_or_default()),
        };
        let part = Part {
            prefix: self.prefix,
            order: match self.direction.as_deref() {
                Some("D") => Order::Descending,
                _ => Order::Ascending,
            },
            ..Part::new(term)
        };
        let name = Some(self.name);
        match table.indexes.last_mut().filter(|index| index.name == name) {
            Some(index) => index.parts.push(part),
            None => table.indexes.push(Index {
                unique: self.repeats == 0,
                constraint: self.repeats == 0,
                method: (self.method != "BTREE").then(|| self.method.to_lowercase()),
                ..Index::new(name, vec![part])
            }),
        }
    }
}

/// Reads what the foreign keys of a table do, where `information_schema` does not show it.
async fn read_rules<L>(link: &mut L, snapshot: &mut Snapshot, name: &TableName) -> Result<()>
where
    L: Link<Backend = Mysql>,
{
    let mut tables = snapshot.tables.iter_mut();
    let Some(table) = tables.find(|table| table.name == *name) else {
        return Ok(());
    };
    let quoted = |name: &str| quote_identifier(Database::Mysql, name);
    let own = match &name.schema {
        Some(schema) => format!("{}.{}", quoted(schema), quoted(&name.name)),
        None => quoted(&name.name),
    };
    let shown = text::shown(link, &own).await?.unwrap_or_default();
    for rules in shown.foreign_keys {
        let mut keys = table.foreign_keys.iter_mut();
        if let Some(key) = keys.find(|key| key.name.as_ref() == Some(&rules.name)) {
            key.on_delete = action(&rules.on_delete);
            key.on_update = action(&rules.on_update);
        }
    }
    Ok(())
}

#[derive(Deserialize)]
struct KeyRow {
    name: String,
    column: String,
    parent_schema: Option<String>,
    parent: String,
    parent_column: String,
    on_delete: Option<String>,
    on_update: Option<String>,
}

impl KeyRow {
    fn add_to(self, table: &mut Table) {
        let name = Some(self.name);
        if let Some(key) = table.foreign_keys.last_mut().filter(|key| key.name == name) {
            key.columns.push(self.column);
            key.parent_columns.push(self.parent_column);
            return;
        }
        table.foreign_keys.push(ForeignKey {
            name,
            columns: vec![self.column],
            parent: TableName {
                schema: self.parent_schema,
                name: self.parent,
            },
            parent_columns: vec![self.parent_column],
            on_delete: action(self.on_delete.as_deref().unwrap_or_default()),
            on_update: action(self.on_update.as_deref().unwrap_or_default()),
            deferred: Deferred::Not,
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
