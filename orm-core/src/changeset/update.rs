//! [`Update`]: a patch as a statement.

use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;

use super::{Patch, write};
use crate::backend::Dialect;
use crate::table::TableDef;

/// `UPDATE table SET … WHERE key = …`, of the columns that a patch sets.
///
/// A row that is deleted softly is not there, unless the patch restores it.
///
/// Which columns these are is known at run time only, so the statement is
/// cached by its text.
pub struct Update<T>(Patch<T>);

impl<T: TableDef> Update<T> {
    /// The statement of a patch; `None` if the patch is empty.
    #[must_use]
    pub fn new(patch: Patch<T>) -> Option<Self> {
        (!patch.is_empty()).then_some(Update(patch))
    }
}

impl<T> QueryId for Update<T> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<T: TableDef, DB: Dialect> QueryFragment<DB> for Update<T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("UPDATE ");
        write::table_name(&mut out, T::META)?;
        out.push_sql(" SET ");
        write::set(&mut out, T::META, self.0.changes())?;
        write::where_key(&mut out, T::META, self.0.key())?;
        write::and_conditions(&mut out, T::META, self.0.conditions())?;
        match T::META.deleted_at {
            Some(position) if self.0.is_restoring() => {
                out.push_sql(" AND ");
                out.push_identifier(T::META.columns[position].name)?;
                out.push_sql(" IS NOT NULL");
                Ok(())
            }
            // Who sets the column himself, means the row deleted or not.
            Some(position) if self.0.sets(position) => Ok(()),
            _ => write::and_living(&mut out, T::META),
        }
    }
}
