//! Which columns must differ from row to row, and how few values they share among each other.

use super::limits::Limits;
use super::number::whole_numbers;
use super::text::texts;
use crate::column::Variants;
use crate::metadata::{ColumnMeta, IndexTerm, TableMeta};
use crate::value::Kind;

/// Lists of columns, by position, no two rows may agree on.
pub(super) fn sets(table: &TableMeta) -> Vec<Vec<usize>> {
    let uniques = table.indexes.iter().filter(|index| index.unique);
    let uniques = uniques.map(|index| {
        let columns = index.parts.iter().flat_map(|part| match part.term {
            IndexTerm::Column(position) => vec![position],
            IndexTerm::Expression(sql) => table.columns_in(sql),
        });
        columns.collect()
    });
    let key = Some(table.key.to_vec()).filter(|key| {
        let by_others = |index: &usize| table.columns[*index].generated.is_some();
        !key.iter().any(by_others)
    });
    key.into_iter().chain(uniques).collect()
}

/// How many values a column takes, if these are few.
pub(super) fn few(column: &ColumnMeta) -> Option<u128> {
    let limits = Limits::of(column);
    match (column.variants, column.kind) {
        (Some(Variants::Texts(texts)), _) => Some(texts.len() as u128),
        (Some(Variants::Numbers(numbers)), _) => Some(numbers.len() as u128),
        (Some(Variants::PostgresEnum { labels, .. }), _) => Some(labels.len() as u128),
        (None, Kind::Bool) => Some(2),
        (None, Kind::Text | Kind::Binary) => texts(limits),
        (None, kind) if kind.is_integer() => whole_numbers(column, limits),
        (None, _) => None,
    }
}

/// The place of a value among those of its column, for the row of a number: columns that are unique
/// together and have few values count as the digits of a number do. `free` says of a column whether its
/// value is to be made. Where there are fewer values than rows they begin anew: whether those rows are
/// still there, only the database knows.
pub(super) fn place(
    table: &TableMeta,
    position: usize,
    number: u64,
    free: &dyn Fn(usize) -> bool,
) -> u64 {
    let mut sets = sets(table);
    sets.retain(|set| set.contains(&position));
    sets.sort_by_key(Vec::len);
    let set = sets.into_iter().next().unwrap_or_default();
    let made = set.iter().copied().filter(|index| free(*index));
    let sizes = made.map(|index| few(&table.columns[index]).map(|many| (index, many)));
    let Some(sizes) = sizes.collect::<Option<Vec<_>>>() else {
        // Another column tells the rows apart.
        return number;
    };
    let before = sizes.iter().take_while(|(index, _)| *index != position);
    let divisor = before.fold(1, |rows: u128, (_, many)| {
        rows.saturating_mul((*many).max(1))
    });
    u64::try_from(u128::from(number) / divisor).unwrap_or(0)
}

/// Whether a key column is made by whoever inserts.
pub(super) fn is_given_key(table: &TableMeta, position: usize) -> bool {
    let column = &table.columns[position];
    let by_others = column.generated.is_some() || column.default_with.is_some();
    table.key.contains(&position) && !by_others
}
