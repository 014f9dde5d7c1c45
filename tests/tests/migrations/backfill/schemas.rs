//! Tables of one name in several schemas of PostgreSQL: each is filled by itself.

use orm_core::ErrorKind;
use orm_core::backfill::{Backfill, BackfillStatus, Backfilled, Ending};
use orm_core::diesel::connection::SimpleConnection;
use orm_core::prelude::*;

use super::{Entry, FILL, Place, totals};

type Pg = Place<PgConnection>;

/// A database with the entries in `public`, and in a schema a tenant.
fn place() -> Option<Pg> {
    let url = orm_tests::shared_postgres()?.fresh_database("schemas");
    let place = Pg::new(&url);
    place.entries(5);
    for tenant in ["tenant_a", "tenant_b"] {
        place.sql(&format!("CREATE SCHEMA {tenant}"));
        place.sql(&format!(
            "CREATE TABLE {tenant}.entries AS SELECT * FROM public.entries"
        ));
        place.sql(&format!(
            "ALTER TABLE {tenant}.entries ADD PRIMARY KEY (id)"
        ));
    }
    Some(place)
}

impl Pg {
    fn along(&self, path: &str) -> Session<PgConnection> {
        let mut session = self.session();
        let set = format!("SET search_path = {path}");
        session.connection().batch_execute(&set).expect("set");
        session
    }

    fn fill(&self, path: &str, filled: &Backfill) -> orm_core::Result<Backfilled> {
        self.along(path).backfill(filled, |_| {})
    }

    fn notes(&self, path: &str) -> Vec<BackfillStatus> {
        self.along(path).backfills().expect("listed")
    }
}

#[test]
fn notes_of_another_schema_are_not_ones_own() {
    let Some(place) = place() else { return };
    place.fill("public", &totals(10)).expect("filled");
    assert_eq!(place.notes("tenant_a, public"), []);
    let done = place.fill("tenant_a, public", &totals(10)).expect("filled");
    assert_eq!((done.ending, done.changed), (Ending::Done, 5));
    assert_eq!(place.touched("tenant_a.entries"), (5, 0));
    assert_eq!(place.touched("tenant_b.entries"), (0, 5));

    // The same notes, whatever else is in the path.
    let again = place.fill("tenant_a", &totals(10)).expect("asked");
    assert_eq!(again.ending, Ending::DoneBefore);
    assert_eq!(place.notes("tenant_a")[0].target, "entries (id)");
    // What is forgotten is that of one schema.
    let forgotten = place.along("tenant_a, public").reset_backfill("totals");
    assert!(forgotten.expect("reset"));
    assert_eq!(place.notes("tenant_a"), []);
    assert_eq!(place.notes("public").len(), 1);
    let nothing = place.along("tenant_b, public").reset_backfill("totals");
    assert!(!nothing.expect("asked"));
}

#[test]
fn a_cursor_of_another_schema_is_not_gone_on_with() {
    let Some(place) = place() else { return };
    let part = totals(3).at_most(3);
    place.fill("public", &part).expect("a part");
    place.fill("tenant_a, public", &totals(3)).expect("filled");
    assert_eq!(place.touched("tenant_a.entries"), (5, 0));
    assert_eq!(place.touched("public.entries"), (3, 2));
    place.fill("public", &totals(3)).expect("the rest");
    assert_eq!(place.touched("public.entries"), (5, 0));
}

#[test]
fn a_name_in_one_table_of_notes_is_of_one_schema() {
    let Some(place) = place() else { return };
    place.sql("CREATE SCHEMA notes");
    place.fill("notes, tenant_a", &totals(10)).expect("filled");
    assert_eq!(place.notes("notes")[0].target, "tenant_a.entries (id)");
    let error = place.fill("notes, tenant_b", &totals(10));
    let error = error.expect_err("the name is taken");
    assert_eq!(error.kind(), ErrorKind::Refused);
    let says = "`totals` is one of tenant_a.entries (id), and not of tenant_b.entries (id)";
    assert!(error.to_string().contains(says), "{error}");
    assert_eq!(place.touched("tenant_b.entries"), (0, 5));

    let named = Backfill::update::<Entry>("totals of b", FILL);
    place.fill("notes, tenant_b", &named).expect("filled");
    assert_eq!(place.touched("tenant_b.entries"), (5, 0));
    assert_eq!(place.notes("notes").len(), 2);
}

#[test]
fn a_table_that_comes_before_the_other_is_not_taken_for_it() {
    let Some(place) = place() else { return };
    place.sql("CREATE SCHEMA app");
    place.fill("app, public", &totals(10)).expect("filled");
    place.sql("CREATE TABLE app.entries AS SELECT * FROM tenant_a.entries");
    let error = place.fill("app, public", &totals(10));
    let error = error.expect_err("it is another table");
    let says = "is one of public.entries (id), and not of entries (id)";
    assert!(error.to_string().contains(says), "{error}");
}

#[derive(Model)]
#[model(table = "entries", schema = "tenant_a")]
struct Named {
    id: i64,
    touched: i64,
}

#[test]
fn a_schema_that_the_model_names_is_the_one_that_the_path_finds() {
    let Some(place) = place() else { return };
    place.fill("tenant_a", &totals(10)).expect("filled");
    let named = Backfill::update::<Named>("totals", "touched = touched + 1");
    let again = place.fill("tenant_a", &named).expect("asked");
    assert_eq!(again.ending, Ending::DoneBefore);
    // From elsewhere it is told with its schema, in the notes of that place.
    let elsewhere = place.fill("public", &named).expect("filled");
    assert_eq!(elsewhere.ending, Ending::Done);
    assert_eq!(place.notes("public")[0].target, "tenant_a.entries (id)");
}
