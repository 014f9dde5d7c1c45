//! [`drift()`]: where a live database is not what models describe; [`plan()`]: what makes it so.

use super::{Catalog, Scope, inspect};
use crate::backend::Dialect;
use crate::diff::{Plan, diff, renamed};
use crate::error::{Error, ErrorKind, Result};
use crate::operation::Link;
use crate::schema::Schema;
use crate::snapshot::{Difference, Snapshot, TableName, alike, compare, put, unlike};

/// The differences between models and the database.
///
/// Where only words differ, the database is asked how it writes those of the models: it makes a
/// temporary table and forgets it again. Where it may not, its words stand against the models'.
///
/// # Errors
/// What the database says.
pub async fn drift<L>(link: &mut L, schema: Schema) -> Result<Vec<Difference>>
where
    L: Link<Backend: Catalog>,
{
    let (expected, found, notes) = beside(link, schema).await?;
    Ok(compare(&expected, &found, notes))
}

/// Refuses a database that is not what models describe. Notes, and tables that models do not know,
/// are no reason.
///
/// # Errors
/// [`ErrorKind::SchemaDrift`], a difference a line; what the database says.
pub async fn verify<L>(link: &mut L, schema: Schema) -> Result<()>
where
    L: Link<Backend: Catalog>,
{
    let found = drift(link, schema).await?;
    let counts = |one: &&Difference| !one.is_note() && !one.is_extra_table();
    let lines: Vec<String> = found
        .iter()
        .filter(counts)
        .map(|one| format!("\n  {one}"))
        .collect();
    if lines.is_empty() {
        return Ok(());
    }
    let message = format!(
        "the database is not what the models describe:{}",
        lines.concat()
    );
    Err(Error::new(ErrorKind::SchemaDrift, message).on(link.name()))
}

/// The steps that make the database what models describe; see [`diff`](crate::diff::diff()).
///
/// # Errors
/// What the database says.
pub async fn plan<L>(link: &mut L, schema: Schema, drops: &[TableName]) -> Result<Plan>
where
    L: Link<Backend: Catalog>,
{
    let (expected, found, _) = beside(link, schema).await?;
    Ok(diff(&found, &expected, drops))
}

/// What models describe, in the words of the database where it was asked for them; what is there;
/// and notes on names.
async fn beside<L>(link: &mut L, schema: Schema) -> Result<(Snapshot, Snapshot, Vec<Difference>)>
where
    L: Link<Backend: Catalog>,
{
    let expected = Snapshot::of(schema, <L::Backend as Dialect>::DATABASE);
    let found = inspect(link, &Scope::of(&expected)).await?;
    let (mut expected, notes) = alike(&expected, &found);
    let home = found.search_path.first().map(String::as_str);
    // What is renamed is asked about under the name that it gets.
    let there = renamed(&found, &expected);
    for (there, asked) in unlike(&expected, &there) {
        let said = L::Backend::spell(link, there, home, asked.clone()).await?;
        put(&mut expected, &asked, said);
    }
    if !expected.views.is_empty() {
        let views = std::mem::take(&mut expected.views);
        expected.views = L::Backend::spell_views(link, views).await?;
    }
    Ok((expected, found, notes))
}
