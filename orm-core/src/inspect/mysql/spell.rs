//! How MariaDB writes an expression: it is given one in a temporary table, and asked for that.
//! A temporary table commits nothing, and is dropped again.

use diesel::mysql::Mysql;

use super::text::{self, TableText};
use crate::backend::Database;
use crate::ddl::quote_identifier;
use crate::error::Result;
use crate::operation::Link;
use crate::snapshot::{Column, Table};

/// What the temporary table is called: a name of its own, since it would hide another.
const NAME: &str = "orm_spelling";

pub(super) async fn table<L>(link: &mut L, found: &Table, mut asked: Table) -> Result<Table>
where
    L: Link<Backend = Mysql>,
{
    for at in 0..asked.checks.len() {
        let check = format!("CONSTRAINT orm CHECK ({})", asked.checks[at].expression);
        let columns = found.columns.iter().map(plain).chain([check]);
        let said = ask(link, columns.collect()).await?;
        if let Some((_, expression)) = said.and_then(|said| said.checks.into_iter().next_back()) {
            asked.checks[at].expression = expression;
        }
    }
    for at in 0..asked.columns.len() {
        let column = asked.columns[at].clone();
        let columns = found.columns.iter().map(|there| {
            let (name, ty) = (quoted(&there.name), ty(there));
            match (there.name == column.name, &column.computed, &column.default) {
                (true, Some(text), _) => format!("{name} {ty} GENERATED ALWAYS AS ({text}) STORED"),
                (true, None, Some(text)) => format!("{name} {ty} DEFAULT {text}"),
                _ => plain(there),
            }
        });
        let Some(said) = ask(link, columns.collect()).await? else {
            continue;
        };
        let mut columns = said.columns.into_iter();
        if let Some(said) = columns.find(|said| said.name == column.name) {
            let column = &mut asked.columns[at];
            column.computed = said.computed.or(column.computed.take());
            column.default = said.default.or(column.default.take());
        }
    }
    Ok(asked)
}

/// What the database makes of a table; `None` if it does not take it.
async fn ask<L>(link: &mut L, lines: Vec<String>) -> Result<Option<TableText>>
where
    L: Link<Backend = Mysql>,
{
    let drop = format!("DROP TEMPORARY TABLE IF EXISTS {NAME}");
    let create = format!("CREATE TEMPORARY TABLE {NAME} ({})", lines.join(", "));
    if link.batch(&create).await.is_err() {
        return Ok(None);
    }
    let shown = text::shown(link, NAME).await;
    let dropped = link.batch(&drop).await;
    dropped.map_err(|error| link.error(error))?;
    shown
}

/// A column without anything but its type.
fn plain(column: &Column) -> String {
    format!("{} {}", quoted(&column.name), ty(column))
}

fn ty(column: &Column) -> String {
    match &column.collation {
        Some(collation) => format!("{} COLLATE {collation}", column.ty),
        None => column.ty.clone(),
    }
}

fn quoted(name: &str) -> String {
    quote_identifier(Database::Mysql, name)
}
