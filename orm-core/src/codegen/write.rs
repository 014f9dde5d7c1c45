//! The text of the models.

use std::fmt::Write as _;

use super::attribute::{attributes, text};
use super::model::{Field, Model};
use super::naming::identifier;
use crate::backend::Database;
use crate::ddl::default_sql;
use crate::metadata::DefaultValue;
use crate::snapshot::{Snapshot, canonical_expression};
use crate::value::Kind;

/// Columns of a line of source.
const WIDTH: usize = 100;

/// The whole source.
pub(super) fn source(snapshot: &Snapshot, models: &[Model<'_>]) -> String {
    let mut out = String::new();
    out.push_str("use orm_core::prelude::*;\n");
    let names = models.iter().filter(|model| model.refused.is_none());
    let names: Vec<&str> = names.map(|model| model.name.as_str()).collect();
    out.push_str("\n/// All tables.\npub const SCHEMA: orm_core::Schema = ");
    let line = format!("schema![{}];\n", names.join(", "));
    if line.len() + 42 <= WIDTH {
        out.push_str(&line);
    } else {
        let names: String = names.iter().map(|name| format!("    {name},\n")).collect();
        let _ = writeln!(out, "schema![\n{names}];");
    }
    for model in models {
        out.push('\n');
        write_model(&mut out, model);
    }
    for view in &snapshot.views {
        let kind = if view.materialized {
            "materialized view"
        } else {
            "view"
        };
        let _ = writeln!(out, "\n// The {kind} `{}`:", view.name);
        for line in view.definition.iter().flat_map(|text| text.lines()) {
            let _ = writeln!(out, "//   {line}");
        }
    }
    out
}

fn write_model(out: &mut String, model: &Model<'_>) {
    if let Some(why) = &model.refused {
        let _ = writeln!(
            out,
            "// The table `{}` has no model: {why}.",
            model.table.name
        );
        return;
    }
    let said = attributes(model);
    for remark in model.remarks.iter().chain(&said.remarks) {
        let _ = writeln!(out, "// {remark}.");
    }
    document(out, "", model.table.comment.as_deref());
    out.push_str("#[derive(Model, Debug, Clone, PartialEq)]\n");
    write_attributes(out, "", &said.of_struct);
    let _ = writeln!(out, "pub struct {} {{", model.name);
    for (field, words) in model.fields.iter().zip(&said.of_fields) {
        document(out, "    ", field.column.comment.as_deref());
        write_attributes(out, "    ", words);
        let (name, ty) = (identifier(&field.name), field.ty.name);
        // MariaDB says of computed columns that they may be NULL.
        let _ = match field.column.nullable {
            true => writeln!(out, "    pub {name}: Option<{ty}>,"),
            false => writeln!(out, "    pub {name}: {ty},"),
        };
    }
    out.push_str("}\n");
}

fn document(out: &mut String, indent: &str, comment: Option<&str>) {
    for line in comment.into_iter().flat_map(str::lines) {
        let _ = writeln!(out, "{}", format!("{indent}/// {line}").trim_end());
    }
}

fn write_attributes(out: &mut String, indent: &str, words: &[String]) {
    if words.is_empty() {
        return;
    }
    let line = format!("{indent}#[model({})]", words.join(", "));
    if line.chars().count() <= WIDTH {
        let _ = writeln!(out, "{line}");
        return;
    }
    let _ = writeln!(out, "{indent}#[model(");
    for word in words {
        let _ = writeln!(out, "{indent}    {word},");
    }
    let _ = writeln!(out, "{indent})]");
}

/// `default = ..`: a literal where the derive would write the same default of it, else SQL.
pub(super) fn default_word(model: &Model<'_>, field: &Field<'_>, default: &str) -> Option<String> {
    let database = model.snapshot.database;
    let spelled = canonical_expression(database, default);
    if spelled == "null" {
        return None;
    }
    let kind = kind(field.ty.name);
    let same = |value: DefaultValue| {
        let sql = default_sql(database, kind, value);
        sql.is_some_and(|sql| canonical_expression(database, &sql) == spelled)
    };
    let word = match field.ty.name {
        "bool" if same(DefaultValue::Bool(true)) => "true".to_owned(),
        "bool" if same(DefaultValue::Bool(false)) => "false".to_owned(),
        "i8" | "i16" | "i32" | "i64" | "u64" if spelled.parse::<i128>().is_ok() => spelled,
        "f32" | "f64" if is_number(&spelled) => spelled,
        "Decimal" if database != Database::Sqlite && is_number(&spelled) => spelled,
        "String" if is_text(&spelled) => {
            let inside = &spelled[1..spelled.len() - 1];
            format!("{:?}", inside.replace("''", "'"))
        }
        "DateTime<Utc>" | "NaiveDateTime" | "NaiveDate" | "NaiveTime"
            if same(DefaultValue::Now) =>
        {
            "now".to_owned()
        }
        _ => format!("sql({})", text(default)),
    };
    Some(format!("default = {word}"))
}

/// Whether a text is a number of Rust's: `.5` is none, and NaN neither.
fn is_number(spelled: &str) -> bool {
    let digits = spelled.strip_prefix('-').unwrap_or(spelled);
    digits.starts_with(|c: char| c.is_ascii_digit())
        && spelled.parse::<f64>().is_ok_and(f64::is_finite)
}

/// Whether an expression is one literal text.
fn is_text(spelled: &str) -> bool {
    let inside = spelled
        .strip_prefix('\'')
        .and_then(|text| text.strip_suffix('\''));
    inside.is_some_and(|inside| !inside.replace("''", "").contains('\''))
}

fn kind(ty: &str) -> Kind {
    match ty {
        "bool" => Kind::Bool,
        "DateTime<Utc>" => Kind::TimestampTz,
        "NaiveDateTime" => Kind::Timestamp,
        "NaiveDate" => Kind::Date,
        "NaiveTime" => Kind::Time,
        _ => Kind::Text,
    }
}
