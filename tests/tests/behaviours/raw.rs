//! SQL by hand beside tables, and rows that are read by the names of their columns.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Bool, Text};

behaviour!(a_row_is_read_by_name, |conn| {
    let text = "SELECT email, boss_id, age, name, id FROM people WHERE id = 2";
    let bob = sql_query(text).get_result::<Person>(conn);
    assert_eq!(bob, people::table.find(2).first(conn));
    let names = sql_query("SELECT name, age, id FROM people ORDER BY id DESC")
        .load::<RawName>(conn)
        .unwrap();
    assert_eq!(names[0].name, "Dan");
    let missing = sql_query("SELECT id FROM people").get_result::<Person>(conn);
    assert!(matches!(
        missing,
        Err(diesel::result::Error::DeserializationError(_))
    ));
});

behaviour!(a_condition_is_written_by_hand, |conn| {
    let names = people::table
        .filter(people::age.gt(20))
        .filter(sql::<Bool>("age < ").bind::<BigInt, _>(30))
        .select((sql::<Text>("name"), people::id))
        .order(sql::<BigInt>("id").desc())
        .load::<(String, i64)>(conn);
    assert_eq!(
        names,
        Ok(vec![("Dan".to_owned(), 4), ("Bob".to_owned(), 2)])
    );
});

behaviour!(a_query_is_printed, |_conn| {
    use diesel::debug_query;
    let query = orders::table
        .inner_join(people::table)
        .filter(people::email.eq("ann@x"))
        .select((orders::id, people::name))
        .order(orders::total.desc())
        .limit(3);
    let text = debug_query::<Db, _>(&query).to_string();
    let text = text
        .replace(['"', '`'], "")
        .replace("$1", "?")
        .replace("$2", "?");
    assert_eq!(
        text,
        "SELECT orders.id, people.name FROM (orders INNER JOIN people \
         ON (orders.person_id = people.id)) WHERE (people.email = ?) \
         ORDER BY orders.total DESC LIMIT ? -- binds: [ann@x, 3]"
    );
    let text = debug_query::<Db, _>(&diesel::delete(people::table.find(3))).to_string();
    let text = text.replace(['"', '`'], "").replace("$1", "?");
    assert_eq!(
        text,
        "DELETE FROM people WHERE (people.id = ?) -- binds: [3]"
    );
    let all = debug_query::<Db, _>(&people::table.select(people::table.star())).to_string();
    assert_eq!(
        all.replace(['"', '`'], ""),
        "SELECT people.* FROM people -- binds: []"
    );
});
