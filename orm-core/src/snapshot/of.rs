//! A snapshot of what `create_all` makes of models.
//!
//! It follows `ddl`, statement by statement: what a database does not have is not in it.

use super::{
    Check, Column, EnumType, ForeignKey, Generator, Index, Order, Part, PrimaryKey, Snapshot,
    Table, TableName, Term, View, canonical_type,
};
use crate::backend::Database;
use crate::column::Variants;
use crate::ddl::{column_type, constraint_name, default_sql, known};
use crate::metadata::{
    ColumnMeta, Deferrable, ForeignKeyMeta, GeneratedKey, IndexMeta, IndexTerm, Origin, SortOrder,
    TableMeta,
};
use crate::schema::Schema;
use crate::value::Kind;

impl Snapshot {
    /// The tables of models, as `create_all` makes them on a database.
    ///
    /// What the database refuses to have, such as a partial unique on MariaDB, is in it
    /// nevertheless: [`drift`](super::drift) then says that it is missing.
    #[must_use]
    pub fn of(schema: Schema, database: Database) -> Self {
        let mut snapshot = Snapshot::empty(database);
        for meta in schema.tables() {
            match &meta.view {
                None => snapshot.tables.push(table(database, meta)),
                Some(view) => {
                    let query = view.query.as_ref().and_then(|query| query.on(database));
                    snapshot.views.push(View {
                        name: TableName::new(meta.schema, meta.name),
                        definition: query.map(str::to_owned),
                        is_kept: false,
                        options: Vec::new(),
                        triggers: Vec::new(),
                        materialized: view.materialized,
                    });
                }
            }
        }
        if database == Database::Postgres {
            snapshot.enums = enums(schema);
        }
        snapshot.sort();
        snapshot
    }
}

/// The enum types of the columns of tables; those of views are somebody else's.
fn enums(schema: Schema) -> Vec<EnumType> {
    let mut enums: Vec<EnumType> = Vec::new();
    let tables = schema.tables().iter().filter(|meta| meta.view.is_none());
    for variants in tables
        .flat_map(|meta| meta.columns)
        .filter_map(|column| column.variants)
    {
        let Variants::PostgresEnum {
            schema,
            name,
            labels,
        } = variants
        else {
            continue;
        };
        let name = TableName::new(*schema, name);
        if enums.iter().all(|one| one.name != name) {
            let labels = labels.iter().map(|label| (*label).to_owned());
            enums.push(EnumType {
                name,
                labels: labels.collect(),
            });
        }
    }
    enums
}

fn table(database: Database, meta: &TableMeta) -> Table {
    let indexes = meta.indexes.iter();
    let keys = meta.foreign_keys.iter();
    let mut table = Table {
        columns: meta
            .columns
            .iter()
            .map(|one| column(database, meta, one))
            .collect(),
        primary_key: primary_key(database, meta),
        indexes: indexes
            .filter_map(|one| index(database, meta, one))
            .collect(),
        foreign_keys: keys.map(|one| foreign_key(database, meta, one)).collect(),
        checks: checks(database, meta),
        comment: comment(database, meta.comment),
        renamed_from: meta
            .renamed_from
            .map(|name| TableName::new(meta.schema, name)),
        ..Table::new(TableName::new(meta.schema, meta.name))
    };
    if database == Database::Mysql {
        // A counted column leads an index there.
        let counted = meta
            .columns
            .iter()
            .enumerate()
            .filter(|(position, column)| {
                column.generated == Some(GeneratedKey::Database)
                    && column.kind.is_integer()
                    && meta.key.first() != Some(position)
            });
        let lead = |column: &ColumnMeta| {
            let name = Some(column.name.to_owned());
            Index::new(name, vec![Part::new(Term::Column(column.name.to_owned()))])
        };
        table
            .indexes
            .extend(counted.map(|(_, column)| lead(column)));
    }
    table
}

fn column(database: Database, table: &TableMeta, meta: &ColumnMeta) -> Column {
    let (ty, collation) = canonical_type(database, &column_type(database, table, meta));
    let mut column = Column {
        collation,
        nullable: meta.nullable,
        comment: comment(database, meta.comment),
        read_only: matches!(meta.origin, Origin::ReadOnly),
        renamed_from: meta.renamed_from.map(str::to_owned),
        ..Column::new(meta.name.to_owned(), ty)
    };
    if let Origin::Computed(text) = &meta.origin {
        column.computed = text.on(database).map(str::to_owned);
        // MariaDB takes no NOT NULL there.
        column.nullable |= database == Database::Mysql;
        return column;
    }
    let default = |text: &str| Some(text.to_owned());
    if meta.generated == Some(GeneratedKey::Database) {
        match (database, meta.kind) {
            (Database::Sqlite, _) if !known::is_rowid(meta, table.key.len()) => {}
            (Database::Postgres, Kind::Uuid) => column.default = default("gen_random_uuid()"),
            (Database::Mysql, Kind::Uuid) => {
                column.default = default("unhex(replace(uuid(),'-',''))");
            }
            _ => column.generator = Some(Generator::Default),
        }
    }
    if let Some(value) = meta.default {
        column.default = default_sql(database, meta.kind, value);
    }
    column
}

fn primary_key(database: Database, table: &TableMeta) -> Option<PrimaryKey> {
    // PostgreSQL cuts longer names by a rule of its own.
    let short = table.name.len() <= 58;
    let name = (database == Database::Postgres && short).then(|| format!("{}_pkey", table.name));
    (!table.key.is_empty()).then(|| PrimaryKey {
        name,
        columns: names(table, table.key),
    })
}

fn index(database: Database, table: &TableMeta, meta: &IndexMeta) -> Option<Index> {
    let constraint = meta.is_constraint();
    if database == Database::Postgres && constraint && meta.columns().as_deref() == Some(table.key)
    {
        return None; // it takes a unique over the primary key's columns for that key
    }
    let mysql = database == Database::Mysql;
    let tree = known::is_tree(meta);
    // Where only speed is lost, there is none.
    let absent = !meta.unique
        && match database {
            Database::Mysql => !matches!(known::index_line(table, meta), Ok(Some(_))),
            Database::Sqlite => !tree,
            Database::Postgres => false,
        };
    if absent {
        return None;
    }
    let columns = meta.columns().filter(|_| mysql).unwrap_or_default();
    let mut prefixes = known::prefixes(table, &columns).into_iter();
    let mut parts = Vec::new();
    for one in meta.parts {
        let term = match &one.term {
            IndexTerm::Column(position) => Term::Column(table.columns[*position].name.to_owned()),
            IndexTerm::Expression(text) => match text.on(database) {
                Some(text) => Term::Expression(text.to_owned()),
                None => return None,
            },
        };
        let mut part = Part::new(term);
        if one.order == SortOrder::Descending {
            part.order = Order::Descending;
        }
        let class = one.operator_class.map(str::to_owned);
        part.operator_class = class.filter(|_| database == Database::Postgres);
        let prefix = prefixes.next().flatten().filter(|_| !constraint);
        part.prefix = prefix.map(|prefix| prefix as u64);
        parts.push(part);
    }
    let name = constraint_name(database, meta.name).into_owned();
    let predicate = meta.filter.as_ref().and_then(|text| text.on(database));
    let postgres = database == Database::Postgres;
    let method = meta.method.filter(|method| postgres && *method != "btree");
    let include = if postgres { meta.include } else { &[] };
    Some(Index {
        unique: meta.unique,
        constraint,
        predicate: predicate
            .filter(|_| !mysql || meta.unique)
            .map(str::to_owned),
        method: method.map(str::to_lowercase),
        include: names(table, include),
        ..Index::new(Some(name), parts)
    })
}

fn foreign_key(database: Database, table: &TableMeta, meta: &ForeignKeyMeta) -> ForeignKey {
    let parent = (meta.parent)();
    let (schema, deferred) = match database {
        // A foreign key stays in its file there.
        Database::Sqlite => (table.schema, meta.deferrable),
        Database::Postgres => (parent.schema, meta.deferrable),
        Database::Mysql => (parent.schema, Deferrable::Not),
    };
    ForeignKey {
        name: Some(constraint_name(database, meta.name).into_owned()),
        columns: names(table, meta.columns),
        parent: TableName::new(schema, parent.name),
        parent_columns: names(parent, parent.key),
        on_delete: meta.on_delete,
        on_update: meta.on_update,
        deferred,
        options: Vec::new(),
    }
}

fn checks(database: Database, table: &TableMeta) -> Vec<Check> {
    let check = |name: &str, expression: &str| Check {
        name: Some(constraint_name(database, name).into_owned()),
        expression: expression.to_owned(),
        options: Vec::new(),
        of_column: false,
    };
    let mysql = database == Database::Mysql;
    let columns = table.columns.iter();
    let checked = columns.filter(|column| !mysql || known::takes_checks(table, column));
    let of_columns = checked.flat_map(|column| {
        let checks = known::checks(database, column).into_iter();
        checks.map(|(rule, text)| check(&format!("{}_{}_{rule}", table.name, column.name), &text))
    });
    let of_table = table.checks.iter().filter_map(|one| {
        let text = one.sql.on(database)?;
        Some(check(one.name, text))
    });
    of_columns.chain(of_table).collect()
}

fn comment(database: Database, text: Option<&'static str>) -> Option<String> {
    let text = text.filter(|text| !text.is_empty())?;
    match database {
        Database::Sqlite => None,
        Database::Postgres => Some(text.to_owned()),
        Database::Mysql => Some(text.chars().take(known::COMMENT_CHARS).collect()),
    }
}

fn names(table: &TableMeta, columns: &[usize]) -> Vec<String> {
    let names = columns.iter().map(|position| table.columns[*position].name);
    names.map(str::to_owned).collect()
}
