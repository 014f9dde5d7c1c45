//! The attributes of structs and fields: only what the derive would not make by itself.

use super::model::{Field, Model, Parent};
use super::naming::{identifier, plural, snake_case};
use crate::ddl::quote_identifier;
use crate::snapshot::{Action, Check, Deferred, Generator, canonical_expression};

/// What stands on a struct and on its fields.
pub(super) struct Attributes {
    pub(super) of_struct: Vec<String>,
    /// One list a field, in the order of the fields.
    pub(super) of_fields: Vec<Vec<String>>,
    pub(super) remarks: Vec<String>,
}

/// The attributes of a model.
pub(super) fn attributes(model: &Model<'_>) -> Attributes {
    let mut all = Attributes {
        of_struct: Vec::new(),
        of_fields: Vec::new(),
        remarks: Vec::new(),
    };
    let table = model.table;
    if plural(&snake_case(&model.name)) != table.name.name {
        all.of_struct.push(format!("table = {:?}", table.name.name));
    }
    if let Some(schema) = &table.name.schema {
        all.of_struct.push(format!("schema = {schema:?}"));
    }
    if let Some(comment) = &table.comment {
        all.of_struct.push(format!("comment = {comment:?}"));
    }
    all.options("the table", &table.options);
    for field in &model.fields {
        all.of_fields.push(of_field(model, field));
        all.options(&format!("`{}`", field.column.name), &field.column.options);
        all.counted(model, field);
    }
    all.key(model);
    for parent in &model.parents {
        all.parent(model, parent);
    }
    for index in &table.indexes {
        all.index(model, index);
    }
    for check in &table.checks {
        all.check(model, check);
    }
    for child in &model.children {
        let (name, ty) = (identifier(&child.relation), &child.model);
        let via = match child.via.as_slice() {
            [] => String::new(),
            [one] => format!(", via = {one}"),
            several => format!(", via = ({})", several.join(", ")),
        };
        all.of_struct.push(format!("has_many({name}: {ty}{via})"));
    }
    all
}

impl Attributes {
    /// Says the key: of several columns on the struct, of one on its field.
    fn key(&mut self, model: &Model<'_>) {
        let key = model.table.key();
        let names = key.iter().filter_map(|column| model.field(column));
        let names: Vec<String> = names.map(|field| identifier(&field.name)).collect();
        let generated = |field: &Field<'_>| generates(model, field);
        // What the derive takes for the key where none is named.
        let named = model.fields.iter().find(|field| field.name == "id");
        let made = model.fields.iter().find(|field| generated(field));
        let by_itself = key.len() == 1 && named.or(made).is_some_and(|field| field.is_key);
        if by_itself {
            return;
        }
        let mut fields = model.fields.iter();
        match fields
            .position(|field| field.is_key)
            .filter(|_| key.len() == 1)
        {
            Some(at) => self.of_fields[at].insert(0, "key".to_owned()),
            None => self.of_struct.push(format!("key({})", names.join(", "))),
        }
    }

    /// A model has the database count a key of one column, and may give another value.
    fn counted(&mut self, model: &Model<'_>, field: &Field<'_>) {
        let name = &field.column.name;
        if field.column.generator.is_none() || !field.is_key {
            return;
        }
        if model.table.key().len() > 1 {
            self.remarks.push(format!(
                "the database counts `{name}`, which no model says of a key of several columns"
            ));
        } else if field.column.generator == Some(Generator::Always) {
            self.remarks.push(format!(
                "the database takes no value of `{name}` that is given"
            ));
        }
    }

    /// Says to a person what no model says.
    pub(super) fn options(&mut self, of: &str, options: &[String]) {
        if !options.is_empty() {
            let options = options.join(", ");
            self.remarks
                .push(format!("{of} is more than the model says: {options}"));
        }
    }

    fn parent(&mut self, model: &Model<'_>, parent: &Parent<'_>) {
        let columns = parent.key.columns.join(", ");
        self.options(&format!("the foreign key ({columns})"), &parent.key.options);
        let mut words = Vec::new();
        for (name, action) in [
            ("on_delete", parent.key.on_delete),
            ("on_update", parent.key.on_update),
        ] {
            if action != Action::NoAction {
                let action = action.sql().to_lowercase().replace(' ', "_");
                words.push(format!("{name} = {action}"));
            }
        }
        match parent.key.deferred {
            Deferred::Not => {}
            Deferred::InitiallyImmediate => words.push("deferrable".to_owned()),
            Deferred::InitiallyDeferred => words.push("deferrable = initially_deferred".to_owned()),
        }
        if parent.explicit {
            words.push("explicit_join".to_owned());
        }
        if parent.on_struct {
            let fields: Vec<String> = parent.fields.iter().map(|name| identifier(name)).collect();
            let (relation, ty) = (identifier(&parent.relation), &parent.model);
            words.insert(0, format!("{relation}: {ty}, on({})", fields.join(", ")));
            self.of_struct
                .push(format!("belongs_to({})", words.join(", ")));
        } else if let Some(at) = model
            .fields
            .iter()
            .position(|field| field.name == parent.fields[0])
        {
            words.insert(0, format!("belongs_to = {}", parent.model));
            self.of_fields[at].splice(0..0, words);
        }
    }

    fn check(&mut self, model: &Model<'_>, check: &Check) {
        let database = model.snapshot.database;
        let spelled = |text: &str| canonical_expression(database, text);
        let said = spelled(&check.expression);
        let of_length = model.fields.iter().any(|field| {
            let (Some(length), name) = (field.ty.length, &field.column.name) else {
                return false;
            };
            let name = quote_identifier(database, name);
            let mut functions = ["length", "char_length"].iter();
            functions.any(|function| said == spelled(&format!("{function}({name}) <= {length}")))
        });
        let name = check.name.as_ref().unwrap_or(&check.expression);
        self.options(&format!("the check `{name}`"), &check.options);
        if of_length {
            return;
        }
        let sql = text(&check.expression);
        self.of_struct.push(match &check.name {
            Some(name) => format!("check(name = {name:?}, sql = {sql})"),
            None => format!("check({sql})"),
        });
    }
}

/// Whether the database makes the key.
fn generates(model: &Model<'_>, field: &Field<'_>) -> bool {
    let integer = ["i8", "i16", "i32", "i64", "u64"].contains(&field.ty.name);
    let uuid = field.ty.name == "Uuid" && {
        let default = field.column.default.as_deref().unwrap_or_default();
        let spelled = canonical_expression(model.snapshot.database, default);
        ["gen_random_uuid()", "unhex(replace(uuid(), '-', ''))"].contains(&spelled.as_str())
    };
    let alone = field.is_key && model.table.key().len() == 1;
    alone && (uuid || (integer && field.column.generator.is_some()))
}

fn of_field(model: &Model<'_>, field: &Field<'_>) -> Vec<String> {
    let column = field.column;
    let mut words = Vec::new();
    if column.name != field.name {
        words.push(format!("column = {:?}", column.name));
    }
    let generated = generates(model, field);
    if generated {
        words.push("generated".to_owned());
    }
    if let Some(length) = field.ty.length {
        words.push(format!("length(..={length})"));
    }
    if let Some(sql) = &field.ty.sql {
        words.push(format!("sql_type = {sql:?}"));
    }
    if let Some(expression) = &column.computed {
        words.push(format!("computed = {}", text(expression)));
    } else if column.generator.is_some() && !field.is_key {
        words.push("read_only".to_owned());
    } else if let Some(default) = column.default.as_deref().filter(|_| !generated) {
        words.extend(super::write::default_word(model, field, default));
    }
    if let Some(comment) = &column.comment {
        words.push(format!("comment = {comment:?}"));
    }
    words
}

/// SQL as a literal, without the brackets around all of it.
pub(super) fn text(sql: &str) -> String {
    let mut sql = sql.trim();
    while let Some(inside) = sql.strip_prefix('(').and_then(|sql| sql.strip_suffix(')')) {
        let mut depth = 0_i32;
        let balanced = inside.chars().all(|c| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            depth >= 0
        });
        if !balanced || inside.contains('\'') {
            break;
        }
        sql = inside.trim();
    }
    format!("{sql:?}")
}
