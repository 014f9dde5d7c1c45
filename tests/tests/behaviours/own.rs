//! The forms of a model in Diesel's statements, which `diesel::table!` does not have.

use diesel::prelude::*;

use crate::by_model::{NewTicket, Ticket, tickets};
use crate::place::{Place, sent};

#[test]
fn a_form_is_inserted_by_reference() {
    let url = SqliteConnection::database("a_form").expect("SQLite needs no server");
    let statements = sent::<SqliteConnection>(&url, |conn, _| {
        let insert = || diesel::insert_into(tickets::table);
        let form = NewTicket {};
        assert_eq!(insert().values(&form).execute(conn), Ok(1));
        let draft = form.kind("bug");
        let bug = insert().values(&draft).get_result::<Ticket>(conn).unwrap();
        assert_eq!((bug.id, bug.kind.as_deref()), (2, Some("bug")));
    });
    assert!(
        statements[0].starts_with("sent INSERT INTO `tickets`"),
        "{statements:?}"
    );
}

#[cfg(feature = "postgres")]
#[test]
fn a_list_of_forms_is_one_statement() {
    use crate::by_model::{NewProduct, Product, products};
    let Some(url) = PgConnection::database("a_list_of_forms") else {
        return;
    };
    let statements = sent::<PgConnection>(&url, |conn, _| {
        let forms: Vec<_> = ["cap", "lid"]
            .into_iter()
            .map(|name| NewProduct {
                name: name.to_owned(),
                price: 1.0,
            })
            .collect();
        let rows = diesel::insert_into(products::table)
            .values(&forms)
            .get_results::<Product>(conn)
            .unwrap();
        assert_eq!((rows[0].id, rows[1].name.as_str()), (4, "lid"));
    });
    assert_eq!(
        statements[0],
        "sent INSERT INTO \"products\" (\"name\", \"price\") VALUES ($1, $2), ($3, $4) \
         RETURNING \"products\".\"id\", \"products\".\"name\", \"products\".\"price\" \
         -- binds: [\"cap\", 1.0, \"lid\", 1.0]"
    );
}
