//! Random models: names, types, keys, indexes and foreign keys by a seed, compiled in one batch,
//! created on each database, filled, and read back.
//!
//! `ORM_SEED` chooses a run, `ORM_SOAK` makes more models by another seed each time.

mod source;

use std::path::Path;

use orm_tests::generated::Generated;

/// The seed, and how many models: the same in each run, unless it is a long one.
fn seed() -> (u64, usize) {
    let given = std::env::var("ORM_SEED").ok();
    let given = given.map(|seed| seed.parse().expect("ORM_SEED is a number"));
    if !orm_tests::soak() {
        return (given.unwrap_or(7), 24);
    }
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    (given.unwrap_or(now.expect("after 1970").as_secs()), 120)
}

fn dependencies() -> [String; 1] {
    let mut features = vec!["sqlite", "bundled"];
    for (on, feature) in [
        (cfg!(feature = "postgres"), "postgres"),
        (cfg!(feature = "mysql"), "mysql"),
        (cfg!(feature = "async"), "async"),
    ] {
        features.extend(on.then_some(feature));
    }
    let path = orm_tests::workspace_root().join("orm-core");
    [format!(
        "orm-core = {{ path = '{}', default-features = false, features = {features:?} }}",
        path.display()
    )]
}

#[test]
fn random_models_compile_and_keep_their_rows() {
    let (seed, count) = seed();
    println!("seed {seed}, {count} models");
    let mut connections = vec!["SqliteConnection"];
    connections.extend(cfg!(feature = "postgres").then_some("PgConnection"));
    connections.extend(cfg!(feature = "mysql").then_some("MysqlConnection"));
    let (library, program) = source::write(seed, count, &connections);
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent();
    let generated = Generated {
        name: "random_models",
        library: &library,
        program: &program,
        dependencies: &dependencies(),
    };
    let target = target.expect("the target folder");
    let folder = orm_tests::folder::fresh("random-models");
    let file = format!("sqlite://{}", folder.join("random.db").display());
    let urls = [
        Some(file),
        #[cfg(feature = "postgres")]
        orm_tests::shared_postgres().map(|server| server.fresh_database("random_models")),
        #[cfg(feature = "mysql")]
        orm_tests::shared_mariadb().map(|server| server.fresh_database("random_models")),
    ];
    for url in urls.into_iter().flatten() {
        let printed = generated.run(target, &url);
        assert_eq!(
            printed.trim(),
            format!("{count} models hold"),
            "seed {seed}, {url}"
        );
    }
}
