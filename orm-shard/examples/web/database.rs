//! The cluster: four SQLite files in a folder, or what a file describes.

use std::env;
use std::path::Path;

use orm_core::aio::prelude::*;
use orm_shard::aio::prelude::*;

use crate::models::{Customer, EmailClaim};

/// The one place that says which database is meant: SQLite, unless the program is built without;
/// then PostgreSQL, which needs the file.
#[cfg(feature = "sqlite")]
type Connection = AsyncSqliteConnection;
#[cfg(not(feature = "sqlite"))]
type Connection = AsyncPgConnection;

/// Cheap to clone: every request gets its own.
pub type Cluster = AsyncCluster<Connection>;

/// Opens the cluster that the file in `CLUSTER_TOML` describes, else one in the folder, and
/// creates the tables that are missing.
pub async fn open(folder: &Path) -> orm_core::Result<Cluster> {
    let cluster = match env::var("CLUSTER_TOML") {
        Ok(file) => Cluster::from_file(file).await?,
        Err(_) => {
            let builder = (0..4).fold(Cluster::builder(), |builder, number| {
                let file = folder.join(format!("shard{number}.db"));
                builder.shard(format!("shard{number}"), file.display().to_string())
            });
            builder.open().await?
        }
    };
    cluster.create_all(schema![Customer, EmailClaim]).await?;
    Ok(cluster)
}
