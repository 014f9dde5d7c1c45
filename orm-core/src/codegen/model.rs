//! What of each table can be a model: its struct, its fields, and what is left out.

use super::naming::{field_name, struct_name};
use super::types::{RustType, rust_type};
use crate::snapshot::{Column, ForeignKey, Snapshot, Table};

/// A table as a model.
pub(super) struct Model<'s> {
    pub(super) snapshot: &'s Snapshot,
    pub(super) table: &'s Table,
    /// The struct.
    pub(super) name: String,
    pub(super) fields: Vec<Field<'s>>,
    pub(super) parents: Vec<Parent<'s>>,
    pub(super) children: Vec<Child>,
    /// What could not be said, for a person.
    pub(super) remarks: Vec<String>,
    /// Why there is no struct at all.
    pub(super) refused: Option<String>,
}

/// A column as a field.
pub(super) struct Field<'s> {
    pub(super) column: &'s Column,
    /// Without `r#`.
    pub(super) name: String,
    pub(super) ty: RustType,
    pub(super) is_key: bool,
}

/// A foreign key.
pub(super) struct Parent<'s> {
    pub(super) key: &'s ForeignKey,
    /// The struct of the parent.
    pub(super) model: String,
    /// The fields, in the order of the parent's key.
    pub(super) fields: Vec<String>,
    /// The name of the relation.
    pub(super) relation: String,
    /// Whether it stands on the struct, and not on its field.
    pub(super) on_struct: bool,
    /// Whether joins must say which columns they go by.
    pub(super) explicit: bool,
}

/// A relation to many.
pub(super) struct Child {
    pub(super) relation: String,
    pub(super) model: String,
    /// The columns that it goes by, as paths, where that must be said.
    pub(super) via: Vec<String>,
}

/// Columns that a model has without a feature of Diesel's.
const COLUMNS: usize = 32;
/// Columns of a key.
const KEY: usize = 5;

/// The models of all tables, without their relations.
pub(super) fn models(snapshot: &Snapshot) -> Vec<Model<'_>> {
    let mut models: Vec<Model<'_>> = Vec::new();
    let mut taken: Vec<String> = NAMES.iter().map(|name| (*name).to_owned()).collect();
    for table in &snapshot.tables {
        let mut name = struct_name(&table.name.name);
        // Forms, drafts and patches have names of the struct's; so have modules of relations.
        let modules = snapshot
            .tables
            .iter()
            .filter(|other| other.name != table.name);
        let modules: Vec<&str> = modules.map(|other| other.name.name.as_str()).collect();
        let of = |name: &str| {
            [
                name.to_owned(),
                format!("New{name}"),
                format!("{name}Draft"),
                format!("{name}Patch"),
            ]
        };
        while of(&name).iter().any(|name| taken.contains(name))
            || modules.contains(&super::naming::snake_case(&name).as_str())
            || modules.contains(&name.as_str()) && name != table.name.name
        {
            name.push_str("Row");
        }
        taken.extend(of(&name));
        let mut model = Model {
            snapshot,
            table,
            name,
            fields: Vec::new(),
            parents: Vec::new(),
            children: Vec::new(),
            remarks: Vec::new(),
            refused: None,
        };
        model.add_fields();
        // Modules are made of names: `a-b` has that of `a_b`.
        let twice = models.iter().find(|other| other.module() == model.module());
        if let (Some(other), None) = (twice, &model.refused) {
            let why = match other.table.name.name == table.name.name {
                true => "a table of this name stands above already, and a schema has each once",
                false => "a table above has the same name in Rust",
            };
            model.refused = Some(why.to_owned());
        }
        models.push(model);
    }
    models
}

impl<'s> Model<'s> {
    fn add_fields(&mut self) {
        let key = self.table.key();
        if key.is_empty() {
            self.refused = Some("it has no primary key".to_owned());
        } else if key.len() > KEY {
            self.refused = Some(format!("its primary key has more than {KEY} columns"));
        }
        for column in &self.table.columns {
            let is_key = key.contains(&column.name);
            let ty = match rust_type(self.snapshot.database, column, self.is_compared(column)) {
                Ok(ty) => ty,
                Err(why) => {
                    if is_key {
                        let why = format!("of its key, `{}`: {why}", column.name);
                        self.refused.get_or_insert(why);
                    }
                    let given =
                        column.nullable || column.default.is_some() || column.generator.is_some();
                    let more = match given {
                        true => "",
                        false => "; an insert must give it",
                    };
                    self.remarks
                        .push(format!("`{}` is left out: {why}{more}", column.name));
                    continue;
                }
            };
            let base = field_name(&column.name);
            let mut name = base.clone();
            let mut count = 1;
            while MEMBERS.contains(&name.as_str())
                || self.fields.iter().any(|field| field.name == name)
            {
                count += 1;
                name = format!("{base}_{count}");
            }
            self.fields.push(Field {
                column,
                name,
                ty,
                is_key,
            });
        }
        if self.fields.len() > COLUMNS {
            self.remarks.push(format!(
                "it has more than {COLUMNS} columns: orm-core needs the feature `64-column-tables` or `128-column-tables`"
            ));
        }
    }

    /// Whether a key, a unique or a foreign key compares the column.
    fn is_compared(&self, column: &Column) -> bool {
        let has = |names: &[String]| names.contains(&column.name);
        let unique = self.table.indexes.iter().filter(|index| index.unique);
        let mut uniques = unique.filter_map(|index| index.columns());
        has(self.table.key())
            || uniques.any(|columns| columns.contains(&column.name.as_str()))
            || self.table.foreign_keys.iter().any(|key| has(&key.columns))
    }

    /// The field of a column.
    pub(super) fn field(&self, column: &str) -> Option<&Field<'s>> {
        self.fields.iter().find(|field| field.column.name == column)
    }

    /// The module of table and columns, as the derive names it.
    pub(super) fn module(&self) -> String {
        let table = &self.table.name.name;
        let word = |c: char| {
            if super::naming::is_word(c) || c == '_' {
                c
            } else {
                '_'
            }
        };
        let mut name: String = table.chars().map(word).collect();
        if name.chars().next().is_none_or(char::is_numeric) {
            name.insert(0, '_');
        }
        match name == self.name {
            true => super::naming::snake_case(&name),
            false => name,
        }
    }
}

/// What the prelude and Rust's own call types: no struct may hide them.
const NAMES: &[&str] = &[
    "Option",
    "Some",
    "None",
    "Ok",
    "Err",
    "Vec",
    "String",
    "Result",
    "Box",
    "Self",
    "Send",
    "Sync",
    "Copy",
    "Clone",
    "Debug",
    "Default",
    "Drop",
    "Fn",
    "From",
    "Into",
    "Iterator",
    "PartialEq",
    "Eq",
    "Ord",
    "Hash",
    "Model",
    "ColumnType",
    "ColumnError",
    "Engine",
    "Session",
    "Schema",
    "Loaded",
    "ErrorKind",
    "FieldError",
    "Invalid",
    "Decimal",
    "BigDecimal",
    "DateTime",
    "NaiveDate",
    "NaiveDateTime",
    "NaiveTime",
    "Utc",
    "Json",
    "Uuid",
    "Connection",
    "Queryable",
    "QueryDsl",
    "QueryResult",
    "Event",
    "Time",
    "Embedded",
    "Partial",
];

/// What the module of a table has beside its columns.
const MEMBERS: &[&str] = &["table", "all_columns", "columns", "dsl", "def", "field"];
