//! Random schemas, as data that can be changed at random; and their metadata, as a derive would
//! write it.

use std::cell::RefCell;

use orm_core::backend::Database;
use orm_core::column::Variants;
use orm_core::metadata::{
    CheckMeta, ColumnMeta, DefaultValue, ForeignKeyMeta, GeneratedKey, IndexMeta, IndexPart,
    Origin, ReferentialAction, Rule, SqlText, TableMeta, TableName,
};
use orm_core::prelude::{DateTime, NaiveDate, NaiveDateTime, Utc};
use orm_core::prelude::{Decimal, Json, Uuid};
use orm_core::schema::Schema;
use orm_tests::random::Random;

/// A type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Bool,
    I16,
    I32,
    I64,
    F64,
    Decimal,
    /// With the most characters, or as long as wanted.
    Text(Option<usize>),
    Binary,
    Date,
    Timestamp,
    Instant,
    Uuid,
    Json,
    /// The enum of the table.
    Enum,
}

pub(crate) const KINDS: [Kind; 15] = [
    Kind::Enum,
    Kind::Bool,
    Kind::I16,
    Kind::I32,
    Kind::I64,
    Kind::F64,
    Kind::Decimal,
    Kind::Text(None),
    Kind::Text(Some(40)),
    Kind::Binary,
    Kind::Date,
    Kind::Timestamp,
    Kind::Instant,
    Kind::Uuid,
    Kind::Json,
];

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) nullable: bool,
    pub(crate) default: bool,
    /// Twice the column of this name.
    pub(crate) computed: Option<String>,
    pub(crate) comment: Option<String>,
    /// What it was called before.
    pub(crate) was: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Index {
    pub(crate) columns: Vec<String>,
    pub(crate) unique: bool,
    pub(crate) descending: bool,
    /// Only rows in which the first column is there.
    pub(crate) partial: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Key {
    pub(crate) column: String,
    pub(crate) parent: String,
    pub on_delete: ReferentialAction,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Table {
    pub(crate) name: String,
    /// The first is the key, or the first two are.
    pub(crate) columns: Vec<Column>,
    pub(crate) keys: usize,
    pub(crate) generated: bool,
    pub(crate) indexes: Vec<Index>,
    pub(crate) foreign: Vec<Key>,
    /// Number columns that are not negative.
    pub(crate) checks: Vec<String>,
    pub(crate) comment: Option<String>,
    /// The labels of its enum, of which rows have two.
    pub(crate) labels: Vec<&'static str>,
    pub(crate) was: Option<String>,
}

pub(crate) type Spec = Vec<Table>;

impl Kind {
    pub(crate) const fn is_number(self) -> bool {
        matches!(self, Kind::I16 | Kind::I32 | Kind::I64)
    }

    /// A value of the type as a literal: the nth of a few, or of many.
    pub(crate) fn literal(self, database: Database, nth: usize) -> String {
        match self {
            Kind::Bool => ["FALSE", "TRUE"][nth % 2].to_owned(),
            Kind::I16 | Kind::I32 | Kind::I64 => nth.to_string(),
            Kind::F64 => format!("{nth}.5"),
            Kind::Decimal if database == Database::Sqlite => format!("'{nth}.25'"),
            Kind::Decimal => format!("{nth}.25"),
            Kind::Text(_) => format!("'{nth}'"),
            Kind::Binary if database == Database::Postgres => format!("'\\x{nth:08x}'"),
            Kind::Binary => format!("x'{nth:08x}'"),
            Kind::Date => format!("'2020-01-{:02}'", nth % 28 + 1),
            Kind::Timestamp => format!("'2020-01-{:02} 03:04:05'", nth % 28 + 1),
            Kind::Instant if database == Database::Sqlite => {
                format!("'2020-01-{:02} 03:04:05+00:00'", nth % 28 + 1)
            }
            Kind::Instant => format!("'2020-01-{:02} 03:04:05'", nth % 28 + 1),
            Kind::Uuid if database == Database::Postgres => {
                format!("'00000000-0000-0000-0000-{nth:012x}'")
            }
            Kind::Uuid => format!("x'{nth:032x}'"),
            Kind::Json => format!("'{{\"n\": {nth}}}'"),
            Kind::Enum => ["'calm'", "'it''s'"][nth % 2].to_owned(),
        }
    }

    /// A default that every database takes.
    fn default(self) -> Option<DefaultValue> {
        Some(match self {
            Kind::Bool => DefaultValue::Bool(true),
            Kind::I16 | Kind::I32 | Kind::I64 => DefaultValue::Number("7"),
            Kind::F64 => DefaultValue::Number("1.5"),
            Kind::Decimal => DefaultValue::Number("2.25"),
            Kind::Text(_) => DefaultValue::Text("it's"),
            Kind::Timestamp | Kind::Instant => DefaultValue::Now,
            Kind::Enum => DefaultValue::Text("calm"),
            _ => return None,
        })
    }

    pub(crate) fn has_default(self) -> bool {
        self.default().is_some()
    }
}

macro_rules! slots {
    ($($name:ident $at:literal)*) => {
        $(fn $name() -> &'static TableMeta { PARENTS.with_borrow(|parents| parents[$at]) })*
        /// Functions that give the parents of the schema that was made last.
        const SLOTS: [fn() -> &'static TableMeta; 6] = [$($name),*];
    };
}

thread_local! {
    static PARENTS: RefCell<Vec<&'static TableMeta>> = const { RefCell::new(Vec::new()) };
}

slots! { first 0 second 1 third 2 fourth 3 fifth 4 sixth 5 }

fn leak<T>(items: Vec<T>) -> &'static [T] {
    Vec::leak(items)
}

fn text(text: &str) -> &'static str {
    String::leak(text.to_owned())
}

/// The metadata of a schema. Foreign keys find their parents until the next call on this thread.
pub(crate) fn schema(spec: &Spec) -> Schema {
    let tables: Vec<&'static TableMeta> = spec
        .iter()
        .map(|table| &*Box::leak(Box::new(meta(table, spec))))
        .collect();
    PARENTS.set(tables.clone());
    Schema::new(Vec::leak(tables))
}

fn meta(table: &Table, spec: &Spec) -> TableMeta {
    let position = |name: &str| {
        let mut columns = table.columns.iter();
        columns
            .position(|column| column.name == name)
            .expect("a column of the table")
    };
    let columns = table.columns.iter().enumerate();
    let columns = columns.map(|(at, one)| column(table, at, one)).collect();
    let indexes = table.indexes.iter().map(|index| {
        let parts = index.columns.iter().map(|name| {
            let part = IndexPart::column(position(name));
            if index.descending {
                part.descending()
            } else {
                part
            }
        });
        let kind = match (index.unique, index.partial) {
            (true, false) => "key",
            (true, true) => "where_key",
            (false, true) => "where_idx",
            (false, false) => "idx",
        };
        let name = format!("{}_{}_{kind}", table.name, index.columns.join("_"));
        let mut made = IndexMeta::new(text(&name), leak(parts.collect()));
        if index.unique {
            made = made.unique(false);
        }
        if index.partial {
            made = made.filter(SqlText::all(text(&format!(
                "{} IS NOT NULL",
                index.columns[0]
            ))));
        }
        made
    });
    let foreign = table.foreign.iter().map(|key| {
        let at = spec
            .iter()
            .position(|one| one.name == key.parent)
            .expect("a table");
        let name = format!("{}_{}_fkey", table.name, key.column);
        let parent = TableName::new("Parent", None, text(&key.parent));
        let columns = leak(vec![position(&key.column)]);
        ForeignKeyMeta::new(text(&name), columns, SLOTS[at], parent).on_delete(key.on_delete)
    });
    let checks = table.checks.iter().map(|column| {
        let name = text(&format!("{}_{column}_natural", table.name));
        CheckMeta::new(name, SqlText::all(text(&format!("{column} >= 0"))))
    });
    let keys: Vec<usize> = (0..table.keys).collect();
    let mut made = TableMeta::new("Model", text(&table.name), leak(columns), leak(keys))
        .indexes(leak(indexes.collect()))
        .foreign_keys(leak(foreign.collect()))
        .checks(leak(checks.collect()));
    if let Some(comment) = &table.comment {
        made = made.comment(text(comment));
    }
    if let Some(was) = &table.was {
        made = made.renamed_from(text(was));
    }
    made
}

fn column(table: &Table, at: usize, column: &Column) -> ColumnMeta {
    let name = text(&column.name);
    macro_rules! of {
        ($ty:ty) => {
            if column.nullable {
                ColumnMeta::of::<Option<$ty>>(name, name)
            } else {
                ColumnMeta::of::<$ty>(name, name)
            }
        };
    }
    let mut made = match column.kind {
        Kind::Bool => of!(bool),
        Kind::I16 => of!(i16),
        Kind::I32 => of!(i32),
        Kind::I64 => of!(i64),
        Kind::F64 => of!(f64),
        Kind::Decimal => of!(Decimal),
        Kind::Text(_) => of!(String),
        Kind::Binary => of!(Vec<u8>),
        Kind::Date => of!(NaiveDate),
        Kind::Timestamp => of!(NaiveDateTime),
        Kind::Instant => of!(DateTime<Utc>),
        Kind::Uuid => of!(Uuid),
        Kind::Json => of!(Json),
        Kind::Enum => {
            let was = table.was.as_ref().unwrap_or(&table.name);
            let variants = Variants::PostgresEnum {
                schema: None,
                name: text(&format!("{was}_mood")),
                labels: leak(table.labels.clone()),
            };
            let mut made = of!(String);
            made.kind = orm_core::value::Kind::Enum;
            made.variants = Some(Box::leak(Box::new(variants)));
            made
        }
    };
    if let Kind::Text(Some(max)) = column.kind {
        let rule = Rule::Length {
            min: None,
            max: Some(max),
        };
        made = made.rules(leak(vec![rule]));
    }
    if let (true, Some(default)) = (column.default, column.kind.default()) {
        made = made.default(default);
    }
    if let Some(base) = &column.computed {
        made = made.origin(Origin::Computed(SqlText::all(text(&format!("{base} * 2")))));
    }
    if let Some(comment) = &column.comment {
        made = made.comment(text(comment));
    }
    if let Some(was) = &column.was {
        made = made.renamed_from(text(was));
    }
    if table.generated && at == 0 {
        made = made.generated(GeneratedKey::Database);
    }
    made
}

const NAMES: [&str; 12] = [
    "alpha", "beta", "gamma", "delta", "order", "größe", "Mixed", "select", "name", "value_of",
    "zeta", "eta",
];

/// A column of a name that is not taken.
pub(crate) fn new_column(random: &mut Random, table: &Table) -> Option<Column> {
    let free: Vec<&&str> = NAMES
        .iter()
        .filter(|name| !table.columns.iter().any(|column| column.name == **name))
        .collect();
    if free.is_empty() {
        return None;
    }
    let kind = *random.pick(&KINDS);
    let default = random.one_in(3) && kind.has_default();
    Some(Column {
        name: (**random.pick(&free)).to_owned(),
        kind,
        // No neutral value is a label.
        nullable: random.one_in(2) || (kind == Kind::Enum && !default),
        default,
        computed: None,
        comment: random.one_in(6).then(|| "it's a comment".to_owned()),
        was: None,
    })
}

/// A schema of one to four tables.
pub(crate) fn spec(random: &mut Random) -> Spec {
    let mut spec = Spec::new();
    for name in ["stone", "tree", "house", "river"]
        .iter()
        .take(random.below(4) + 1)
    {
        let table = table(random, name, &spec);
        spec.push(table);
    }
    spec
}

pub(crate) fn table(random: &mut Random, name: &str, others: &Spec) -> Table {
    let key = |name: &str, kind| Column {
        name: name.to_owned(),
        kind,
        nullable: false,
        default: false,
        computed: None,
        comment: None,
        was: None,
    };
    let keys = if random.one_in(5) { 2 } else { 1 };
    let generated = keys == 1 && random.one_in(2);
    let kind = if generated || random.one_in(2) {
        Kind::I64
    } else {
        Kind::Text(Some(20))
    };
    let mut columns = vec![key("id", kind)];
    if keys == 2 {
        columns.push(key("part", Kind::I32));
    }
    let mut table = Table {
        name: name.to_owned(),
        columns,
        keys,
        generated,
        indexes: Vec::new(),
        foreign: Vec::new(),
        checks: Vec::new(),
        comment: random.one_in(5).then(|| format!("the {name}s")),
        labels: vec!["calm", "it's"],
        was: None,
    };
    for _ in 0..random.below(6) {
        table.columns.extend(new_column(random, &table));
    }
    for parent in others.iter().filter(|parent| parent.keys == 1) {
        if random.one_in(2) {
            add_key(random, &mut table, parent);
        }
    }
    for _ in 0..random.below(3) {
        add_index(random, &mut table);
    }
    add_check(random, &mut table);
    add_computed(random, &mut table);
    table
}

/// A column that refers to a parent; NULL is allowed.
pub(crate) fn add_key(random: &mut Random, table: &mut Table, parent: &Table) {
    let name = format!("{}_id", parent.name);
    if table.columns.iter().any(|column| column.name == name) {
        return;
    }
    table.columns.push(Column {
        name: name.clone(),
        kind: parent.columns[0].kind,
        nullable: true,
        default: false,
        computed: None,
        comment: None,
        was: None,
    });
    table.foreign.push(Key {
        column: name,
        parent: parent.name.clone(),
        on_delete: *random.pick(&[
            ReferentialAction::NoAction,
            ReferentialAction::Cascade,
            ReferentialAction::SetNull,
        ]),
    });
}

/// An index over one or two columns; a unique only of what has many values.
pub(crate) fn add_index(random: &mut Random, table: &mut Table) {
    let fit = |column: &&Column| {
        !matches!(column.kind, Kind::Json | Kind::Binary) && column.computed.is_none()
    };
    let names: Vec<String> = table
        .columns
        .iter()
        .filter(fit)
        .map(|one| one.name.clone())
        .collect();
    let mut columns = vec![random.pick(&names).clone()];
    if random.one_in(3) {
        let second = random.pick(&names).clone();
        if second != columns[0] {
            columns.push(second);
        }
    }
    let numbers = columns.iter().all(|name| {
        let mut all = table.columns.iter();
        all.any(|column| column.name == *name && column.kind.is_number() && !column.default)
    });
    let index = Index {
        unique: numbers && random.one_in(2),
        descending: random.one_in(4),
        partial: columns[0]
            .chars()
            .all(|c| c.is_ascii_lowercase() || c == '_')
            && !["order", "select"].contains(&columns[0].as_str())
            && random.one_in(5),
        columns,
    };
    // A partial unique is none of MariaDB's.
    let index = Index {
        unique: index.unique && !index.partial,
        ..index
    };
    if !table.indexes.iter().any(|one| one.columns == index.columns) {
        table.indexes.push(index);
    }
}

fn natural(table: &Table) -> Vec<String> {
    let plain = |column: &&Column| {
        column.kind.is_number()
            && column.computed.is_none()
            && ["alpha", "beta", "gamma", "delta", "zeta", "eta"].contains(&column.name.as_str())
    };
    table
        .columns
        .iter()
        .filter(plain)
        .map(|column| column.name.clone())
        .collect()
}

pub(crate) fn add_check(random: &mut Random, table: &mut Table) {
    let names = natural(table);
    if !names.is_empty() && random.one_in(2) {
        let name = random.pick(&names).clone();
        if !table.checks.contains(&name) {
            table.checks.push(name);
        }
    }
}

pub(crate) fn add_computed(random: &mut Random, table: &mut Table) {
    let names = natural(table);
    let taken = table.columns.iter().any(|column| column.name == "twice");
    if names.is_empty() || taken || !random.one_in(3) {
        return;
    }
    let base = random.pick(&names).clone();
    table.columns.push(Column {
        name: "twice".to_owned(),
        kind: Kind::I64,
        nullable: true,
        default: false,
        computed: Some(base),
        comment: None,
        was: None,
    });
}
