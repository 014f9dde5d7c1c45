//! Tables and columns as Diesel sees them.
//!
//! `diesel::table!` writes some fifteen impls a column and a dozen a table into
//! the user's crate. Here they exist once, for [`Table`] and [`Column`], and a
//! model contributes two markers with what differs ([`TableDef`],
//! [`ColumnDef`]). Whether two tables or columns are the same is answered by
//! type-level identities ([`identity`]), so joins and group-by need no registry.

pub mod arithmetic;
mod column;
mod decimal_value;
mod definition;
mod division;
pub mod embedded;
mod embedding;
pub mod identity;
mod join;
mod model;
mod partial;
mod sharding;
mod source;
mod star;
mod whole;

pub use column::Column;
pub(crate) use definition::positions;
pub use definition::{
    AllKeys, AtOnce, ColumnDef, ColumnOf, ColumnSet, KeyColumns, OneKey, OneKeyColumn, Related,
    Restored, Softly, Stored, TableDef, Viewed, Written,
};
pub use division::WholeQuotient;
pub use embedded::{EmbedDef, EmbedPlace, Embedded, EmbeddedColumn, EmbeddedIn, FlatColumns, In};
pub use embedding::Embedding;
pub use join::{ForeignKeyBool, ForeignKeyOn};
pub use model::{KeyRefs, KeyValues, Model, NoKey};
pub use partial::{PartialModel, PartialOf, ReadsColumn, SqlTypeOf, TableOf};
pub use sharding::{Broadcast, By, RootOf, ShardGroup, ShardingOf, Single};
pub use source::Table;
pub use star::Star;
