//! Checks, and of which column one is that stands in a column's definition.

use diesel::mysql::Mysql;
use serde::Deserialize;

use super::text;
use crate::backend::Database;
use crate::ddl::quote_identifier;
use crate::error::Result;
use crate::operation::Link;
use crate::snapshot::{Check, Table, canonical_expression};

#[derive(Deserialize)]
pub(super) struct CheckRow {
    name: String,
    expression: String,
    level: Option<String>,
}

impl CheckRow {
    pub(super) fn add_to(self, table: &mut Table) {
        // MariaDB's JSON is a long text with this check.
        let spelled = |text: &str| canonical_expression(Database::Mysql, text);
        let said = spelled(&self.expression);
        let json = table.columns.iter_mut().find(|column| {
            let name = quote_identifier(Database::Mysql, &column.name);
            column.ty == "longtext" && said == spelled(&format!("json_valid({name})"))
        });
        if let Some(column) = json {
            column.ty = "json".to_owned();
            column.collation = None;
            return;
        }
        table.checks.push(Check {
            name: Some(self.name),
            expression: self.expression,
            options: Vec::new(),
            of_column: self.level.as_deref() == Some("Column"),
        });
    }
}

/// Names the checks of columns as their columns: `information_schema` has the name that the column had
/// when it was defined, which may be another one's now.
pub(super) async fn name_as_columns<L>(link: &mut L, table: &mut Table) -> Result<()>
where
    L: Link<Backend = Mysql>,
{
    if !table.checks.iter().any(|check| check.of_column) {
        return Ok(());
    }
    let spelled = |text: &str| canonical_expression(Database::Mysql, text);
    let quoted = |name: &str| quote_identifier(Database::Mysql, name);
    let mut name = quoted(&table.name.name);
    if let Some(schema) = &table.name.schema {
        name = format!("{}.{name}", quoted(schema));
    }
    let Some(text) = text::shown(link, &name).await? else {
        return Ok(());
    };
    let said = text.columns.into_iter();
    let mut said: Vec<(String, String)> = said
        .filter_map(|column| Some((column.name, spelled(&column.check?))))
        .collect();
    for check in table.checks.iter_mut().filter(|check| check.of_column) {
        let expression = spelled(&check.expression);
        let at = said.iter().position(|(_, other)| *other == expression);
        if let Some(at) = at {
            check.name = Some(said.remove(at).0);
        }
    }
    Ok(())
}
