//! `get`: a row by its key.

use super::{Link, LoadModel};
use crate::changeset::Find;
use crate::error::Result;

/// The row of a key, if there is one.
///
/// # Errors
/// What the database says; a stored value that its column's type refuses.
pub async fn get<L, M, const DELETED: bool>(
    link: &mut L,
    find: Find<M::Table, DELETED>,
) -> Result<Option<M>>
where
    L: Link,
    M: LoadModel<L::Backend>,
{
    let found = M::load_one(link, find).await;
    found.map_err(|error| link.error(error))
}
