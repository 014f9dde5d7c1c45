//! `schema`: what the models say, and what the database has.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use serde_json::{Value, json};

use super::args::{Backend, Picture, Schema};
use super::context::{Context, kind};
use super::failure::{Exit, Failure};
use super::talk::{Talk, Tone};
use crate::backend::Database;
use crate::codegen::render;
use crate::ddl;
use crate::diagram::{mermaid, svg};
use crate::snapshot::{Column, Difference, Snapshot, Table};

pub(super) fn run(context: &mut Context<'_, '_, '_>, command: &Schema) -> Result<Exit, Failure> {
    match command {
        Schema::Show { sql, backend } => {
            let database = database(context, *backend)?;
            match sql {
                true => statements(context, database),
                false => show(context, database),
            }
        }
        Schema::Inspect { output } => inspect(context, output.as_deref()),
        Schema::Verify => verify(context),
        Schema::Diagram {
            format,
            output,
            backend,
        } => {
            let database = database(context, *backend)?;
            draw(context, database, *format, output.as_deref())
        }
    }
}

/// In whose words models are said.
fn database(context: &Context<'_, '_, '_>, backend: Option<Backend>) -> Result<Database, Failure> {
    if let Some(backend) = backend {
        return Ok(backend.into());
    }
    let Some(url) = context.named()? else {
        return Err(Failure::usage(
            "no_database",
            "the models are said in the words of a database",
        )
        .help("give `--backend sqlite`, `postgres` or `mysql`, or a `--database-url`"));
    };
    Ok(kind(&url))
}

fn statements(context: &mut Context<'_, '_, '_>, database: Database) -> Result<Exit, Failure> {
    let statements = ddl::create_all(database, context.cli.schema.tables())?;
    for statement in &statements {
        context.talk.sql(format!("{statement};"));
    }
    context.talk.give(&json!({ "statements": statements }));
    Ok(Exit::Done)
}

fn show(context: &mut Context<'_, '_, '_>, database: Database) -> Result<Exit, Failure> {
    let snapshot = Snapshot::of(context.cli.schema, database);
    for (nth, table) in snapshot.tables.iter().enumerate() {
        if nth > 0 {
            context.talk.say("");
        }
        tell(&mut context.talk, table);
    }
    for view in &snapshot.views {
        context.talk.say("");
        let kind = if view.materialized {
            "materialized view"
        } else {
            "view"
        };
        context.talk.say(format!("{kind} {}", view.name));
    }
    let tables: Vec<Value> = snapshot.tables.iter().map(document).collect();
    let views = snapshot.views.iter();
    let views: Vec<String> = views.map(|view| view.name.to_string()).collect();
    context
        .talk
        .give(&json!({ "tables": tables, "views": views }));
    Ok(Exit::Done)
}

fn tell(talk: &mut Talk<'_, '_>, table: &Table) {
    let name = table.name.to_string();
    talk.say(&name);
    let mut rows = Vec::new();
    for column in &table.columns {
        let remarks = remarks(table, column);
        rows.push(vec![
            (Tone::Plain, format!("  {}", column.name)),
            (Tone::Plain, column.ty.clone()),
            (Tone::Faint, remarks.join(", ")),
        ]);
    }
    talk.rows(&rows);
}

fn remarks(table: &Table, column: &Column) -> Vec<String> {
    let mut remarks = Vec::new();
    if table.key().contains(&column.name) {
        remarks.push("key".to_owned());
    }
    if column.nullable {
        remarks.push("may be NULL".to_owned());
    }
    if column.generator.is_some() {
        remarks.push("generated".to_owned());
    }
    if let Some(expression) = &column.computed {
        remarks.push(format!("computed: {expression}"));
    }
    if let Some(default) = &column.default {
        remarks.push(format!("default {default}"));
    }
    for key in &table.foreign_keys {
        if key.columns.first() == Some(&column.name) {
            let to = format!("{}({})", key.parent, key.parent_columns.join(", "));
            remarks.push(match key.columns.len() {
                1 => format!("refers to {to}"),
                _ => format!("({}) refers to {to}", key.columns.join(", ")),
            });
        }
    }
    for index in &table.indexes {
        let columns = index.columns().unwrap_or_default();
        if columns.first() == Some(&column.name.as_str()) {
            let word = if index.unique { "unique" } else { "index" };
            remarks.push(match columns.len() {
                1 => word.to_owned(),
                _ => format!("{word} ({})", columns.join(", ")),
            });
        }
    }
    remarks
}

fn document(table: &Table) -> Value {
    let column = |column: &Column| {
        json!({
            "name": column.name,
            "type": column.ty,
            "nullable": column.nullable,
            "default": column.default,
            "generated": column.generator.is_some(),
            "computed": column.computed,
        })
    };
    let keys = table.foreign_keys.iter().map(|key| {
        json!({
            "columns": key.columns,
            "table": key.parent.to_string(),
            "table_columns": key.parent_columns,
        })
    });
    let indexes = table.indexes.iter().map(
        |index| json!({ "name": index.name, "columns": index.columns(), "unique": index.unique }),
    );
    json!({
        "name": table.name.to_string(),
        "key": table.key(),
        "columns": table.columns.iter().map(column).collect::<Vec<_>>(),
        "foreign_keys": keys.collect::<Vec<_>>(),
        "indexes": indexes.collect::<Vec<_>>(),
    })
}

fn inspect(context: &mut Context<'_, '_, '_>, output: Option<&Path>) -> Result<Exit, Failure> {
    let source = render(&context.open()?.inspect()?);
    let Some(file) = output else {
        context.talk.source(&source, "source");
        return Ok(Exit::Done);
    };
    write_new(file, &source)?;
    context.talk.say(format!("wrote {}", file.display()));
    context
        .talk
        .give(&json!({ "path": file.display().to_string() }));
    Ok(Exit::Done)
}

/// Writes a file that is not there yet: what is there may have been changed by hand.
fn write_new(file: &Path, text: &str) -> Result<(), Failure> {
    let unwritten = |error| Failure::file(file, "cannot be written", &error);
    let mut made = File::create_new(file).map_err(unwritten)?;
    made.write_all(text.as_bytes()).map_err(unwritten)
}

/// The picture: made anew each time, so an older one is written over.
fn draw(
    context: &mut Context<'_, '_, '_>,
    database: Database,
    format: Picture,
    output: Option<&Path>,
) -> Result<Exit, Failure> {
    let snapshot = Snapshot::of(context.cli.schema, database);
    let (picture, word) = match format {
        Picture::Mermaid => (mermaid(&snapshot), "mermaid"),
        Picture::Svg => (svg(&snapshot), "svg"),
    };
    let Some(file) = output else {
        context.talk.source(&picture, word);
        return Ok(Exit::Done);
    };
    let unwritten = |error| Failure::file(file, "cannot be written", &error);
    std::fs::write(file, picture).map_err(unwritten)?;
    context.talk.say(format!("wrote {}", file.display()));
    let path = file.display().to_string();
    context.talk.give(&json!({ "path": path, "format": word }));
    Ok(Exit::Done)
}

fn verify(context: &mut Context<'_, '_, '_>) -> Result<Exit, Failure> {
    let drift = context.open()?.drift(context.cli.schema)?;
    let is_note = |one: &Difference| one.is_note() || one.is_extra_table();
    let mut rows = Vec::new();
    for note in [false, true] {
        for one in drift.iter().filter(|one| is_note(one) == note) {
            let (tone, word) = match note {
                true => (Tone::Faint, "note"),
                false => (Tone::Bad, "drift"),
            };
            rows.push(vec![
                (tone, word.to_owned()),
                (Tone::Plain, one.to_string()),
            ]);
        }
    }
    context.talk.rows(&rows);
    let ok = drift.iter().all(is_note);
    if ok {
        context.talk.say("the database is what the models say");
    }
    let one = |one: &Difference| {
        json!({
            "table": one.table.to_string(),
            "what": one.to_string(),
            "note": is_note(one),
        })
    };
    let differences: Vec<Value> = drift.iter().map(one).collect();
    context
        .talk
        .give(&json!({ "ok": ok, "differences": differences }));
    Ok(if ok { Exit::Done } else { Exit::Found })
}
