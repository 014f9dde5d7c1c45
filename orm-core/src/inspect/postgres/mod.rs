//! The reader of PostgreSQL: `pg_catalog`.
//!
//! Seven statements, whatever the number of tables. Tables of extensions and partitions of a table
//! are left out.

mod spell;
mod statements;

use diesel::pg::Pg;
use serde::Deserialize;

use super::scope::Schemas;
use super::{Catalog, Scope, rows};
use crate::error::Result;
use crate::operation::Link;
use crate::snapshot::{
    Action, Check, Column, Deferred, EnumType, ForeignKey, Generator, Index, Order, Part,
    PrimaryKey, Snapshot, Table, TableName, Term, View, canonical_type,
};
use crate::{backend::Database, ddl::quote_text};

/// A type of the user's own, spelled as the models spell it.
fn own_type(ty: String) -> String {
    if ty.contains('"') {
        return canonical_type(Database::Postgres, &ty).0;
    }
    ty
}

impl Catalog for Pg {
    async fn read<L>(link: &mut L, scope: &Scope) -> Result<Snapshot>
    where
        L: Link<Backend = Self>,
    {
        let schemas = schemas(scope);
        let mut snapshot = Snapshot::empty(Database::Postgres);
        let paths: Vec<Vec<String>> = rows(link, statements::SEARCH_PATH.to_owned()).await?;
        snapshot.search_path = paths.into_iter().flatten().collect();
        let tables: Vec<TableRow> = rows(link, statements::tables(&schemas)).await?;
        for row in tables.into_iter().filter(|row| scope.has(&row.table)) {
            let name = TableName::new(row.schema.as_deref(), &row.table);
            if let Some(definition) = row.definition {
                snapshot.views.push(View {
                    name,
                    definition: Some(definition),
                    is_kept: true,
                    materialized: row.materialized,
                    options: Vec::new(),
                    triggers: Vec::new(),
                });
                continue;
            }
            snapshot.tables.push(Table {
                comment: row.comment,
                options: row.options,
                ..Table::new(name)
            });
        }
        let columns: Vec<Of<ColumnRow>> = rows(link, statements::columns(&schemas)).await?;
        for (table, row) in place(&mut snapshot, columns) {
            snapshot.tables[table].columns.push(row.into_column());
        }
        let constraints: Vec<Of<ConstraintRow>> =
            rows(link, statements::constraints(&schemas)).await?;
        for (table, row) in place(&mut snapshot, constraints) {
            row.add_to(&mut snapshot.tables[table]);
        }
        let indexes: Vec<Of<IndexRow>> = rows(link, statements::indexes(&schemas)).await?;
        for (table, row) in place(&mut snapshot, indexes) {
            snapshot.tables[table].indexes.push(row.into_index());
        }
        let enums: Vec<EnumRow> = rows(link, statements::enums(&schemas)).await?;
        snapshot.enums = enums.into_iter().map(EnumRow::into_enum).collect();
        if scope.tables.is_some() {
            keep_enums_in_use(&mut snapshot);
        }
        Ok(snapshot)
    }

    async fn spell<L>(
        link: &mut L,
        found: &Table,
        home: Option<&str>,
        asked: Table,
    ) -> Result<Table>
    where
        L: Link<Backend = Self>,
    {
        spell::table(link, found, home, asked).await
    }

    async fn spell_views<L>(link: &mut L, views: Vec<View>) -> Result<Vec<View>>
    where
        L: Link<Backend = Self>,
    {
        spell::views(link, views).await
    }
}

/// Of some tables only the types that they have.
fn keep_enums_in_use(snapshot: &mut Snapshot) {
    let columns = snapshot.tables.iter().flat_map(|table| &table.columns);
    let types: Vec<String> = columns.map(|column| column.ty.replace('"', "")).collect();
    snapshot.enums.retain(|one| {
        let name = one.name.to_string();
        types.iter().any(|ty| ty.trim_end_matches("[]") == name)
    });
}

/// What a schema's name `n.nspname` must be.
fn schemas(scope: &Scope) -> String {
    let names = match &scope.schemas {
        Schemas::Current => return "n.nspname = current_schema()".to_owned(),
        Schemas::Temporary => return "n.oid = pg_my_temp_schema()".to_owned(),
        Schemas::All => {
            return "n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'".to_owned();
        }
        Schemas::Named(names) => names.iter().map(|name| match name.as_str() {
            "" => "current_schema()".to_owned(),
            name => quote_text(Database::Postgres, name),
        }),
    };
    let names: Vec<String> = names.collect();
    format!(
        "n.nspname::text = ANY (ARRAY[{}]::text[])",
        names.join(", ")
    )
}

/// A row of a table.
#[derive(Deserialize)]
struct Of<T> {
    schema: Option<String>,
    table: String,
    #[serde(flatten)]
    row: T,
}

/// The rows, each with the position of its table; those of other tables are left out.
fn place<T>(snapshot: &mut Snapshot, rows: Vec<Of<T>>) -> Vec<(usize, T)> {
    let tables = &snapshot.tables;
    let rows = rows.into_iter().filter_map(|of| {
        let is = |table: &Table| table.name.schema == of.schema && table.name.name == of.table;
        Some((tables.iter().position(is)?, of.row))
    });
    rows.collect()
}

#[derive(Deserialize)]
struct TableRow {
    schema: Option<String>,
    table: String,
    comment: Option<String>,
    definition: Option<String>,
    materialized: bool,
    options: Vec<String>,
}

#[derive(Deserialize)]
struct EnumRow {
    schema: Option<String>,
    name: String,
    labels: Option<Vec<String>>,
}

impl EnumRow {
    fn into_enum(self) -> EnumType {
        EnumType {
            name: TableName {
                schema: self.schema,
                name: self.name,
            },
            labels: self.labels.unwrap_or_default(),
        }
    }
}

#[derive(Deserialize)]
struct ColumnRow {
    name: String,
    ty: String,
    base: Option<String>,
    collation: Option<String>,
    nullable: bool,
    default: Option<String>,
    identity: String,
    /// How it is computed: `s` is stored, `v` is not, nothing is not at all.
    computed: String,
    serial: bool,
    comment: Option<String>,
}

impl ColumnRow {
    fn into_column(self) -> Column {
        let generator = match self.identity.as_str() {
            "a" => Some(Generator::Always),
            "d" => Some(Generator::Default),
            _ => self.serial.then_some(Generator::Serial),
        };
        let (default, computed) = match (self.computed.as_str(), generator) {
            // The default of a counted column is its sequence.
            ("", Some(_)) => (None, None),
            ("", None) => (self.default, None),
            _ => (None, self.default),
        };
        let options = (self.computed == "v").then(|| "VIRTUAL".to_owned());
        Column {
            base: self.base,
            collation: self.collation,
            nullable: self.nullable,
            default,
            generator,
            computed,
            comment: self.comment,
            options: options.into_iter().collect(),
            ..Column::new(self.name, own_type(self.ty))
        }
    }
}

#[derive(Deserialize)]
struct ConstraintRow {
    name: String,
    kind: String,
    columns: Vec<String>,
    parent_schema: Option<String>,
    parent: Option<String>,
    parent_columns: Vec<String>,
    on_delete: String,
    on_update: String,
    deferrable: bool,
    deferred: bool,
    options: Vec<String>,
    nulls_agree: bool,
    include: Vec<String>,
    expression: Option<String>,
}

impl ConstraintRow {
    fn add_to(self, table: &mut Table) {
        let name = Some(self.name);
        let mut options = self.options;
        let deferred = match (self.deferrable, self.deferred) {
            (_, true) => Deferred::InitiallyDeferred,
            (true, false) => Deferred::InitiallyImmediate,
            (false, false) => Deferred::Not,
        };
        let when = match deferred {
            Deferred::InitiallyDeferred => Some("DEFERRABLE INITIALLY DEFERRED"),
            Deferred::InitiallyImmediate => Some("DEFERRABLE"),
            _ => None,
        };
        match self.kind.as_str() {
            "p" => {
                let columns = self.columns;
                table
                    .options
                    .extend(when.map(|when| format!("PRIMARY KEY {when}")));
                table.primary_key = Some(PrimaryKey { name, columns });
            }
            "u" => {
                options.extend(when.map(str::to_owned));
                let parts = self
                    .columns
                    .into_iter()
                    .map(|name| Part::new(Term::Column(name)));
                table.indexes.push(Index {
                    unique: true,
                    constraint: true,
                    nulls_agree: self.nulls_agree,
                    include: self.include,
                    options,
                    ..Index::new(name, parts.collect())
                });
            }
            "c" => table.checks.push(Check {
                name,
                expression: self.expression.unwrap_or_default(),
                options,
                of_column: false,
            }),
            "x" => table.options.append(&mut options),
            _ => table.foreign_keys.push(ForeignKey {
                name,
                columns: self.columns,
                parent: TableName {
                    schema: self.parent_schema,
                    name: self.parent.unwrap_or_default(),
                },
                parent_columns: self.parent_columns,
                on_delete: action(&self.on_delete),
                on_update: action(&self.on_update),
                deferred,
                options,
            }),
        }
    }
}

fn action(letter: &str) -> Action {
    match letter {
        "r" => Action::Restrict,
        "c" => Action::Cascade,
        "n" => Action::SetNull,
        "d" => Action::SetDefault,
        _ => Action::NoAction,
    }
}

#[derive(Deserialize)]
struct IndexRow {
    name: String,
    unique: bool,
    nulls_agree: bool,
    method: String,
    valid: bool,
    predicate: Option<String>,
    parts: Vec<PartRow>,
    include: Vec<String>,
}

#[derive(Deserialize)]
struct PartRow {
    column: Option<String>,
    text: String,
    options: u8,
    class: Option<String>,
    collation: Option<String>,
}

impl IndexRow {
    fn into_index(self) -> Index {
        let ordered = self.method == "btree";
        let part = |row: PartRow| {
            let term = row.column.map_or(Term::Expression(row.text), Term::Column);
            let (descending, first) = (row.options & 1 != 0, row.options & 2 != 0);
            Part {
                order: match descending && ordered {
                    true => Order::Descending,
                    false => Order::Ascending,
                },
                nulls_first: (ordered && descending != first).then_some(first),
                operator_class: row.class,
                collation: row.collation,
                ..Part::new(term)
            }
        };
        Index {
            unique: self.unique,
            nulls_agree: self.nulls_agree,
            predicate: self.predicate,
            method: (!ordered).then_some(self.method),
            include: self.include,
            options: match self.valid {
                true => Vec::new(),
                false => vec!["INVALID".to_owned()],
            },
            ..Index::new(Some(self.name), self.parts.into_iter().map(part).collect())
        }
    }
}
