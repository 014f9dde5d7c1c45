use orm_core::embed_migrations;
use orm_core::migrate::EmbeddedMigrations;

const NOWHERE: EmbeddedMigrations = embed_migrations!("no/such/folder"); //~ ERROR cannot be read

fn main() {
    let _ = NOWHERE;
}
