//! COPY of PostgreSQL, both ways.

use diesel::prelude::*;
use diesel::{ExecuteCopyFromDsl, pg::CopyFormat};

behaviour!(postgres(rows_are_copied_in), |conn| {
    let copied = diesel::copy_from(products::table)
        .from_insertable(vec![
            Capped {
                id: 4,
                name: "cap",
                price: 1.0,
            },
            Capped {
                id: 5,
                name: "lid",
                price: 2.0,
            },
        ])
        .execute(conn);
    assert_eq!(copied, Ok(2));
    assert_eq!(products::table.count().get_result(conn), Ok(5));
});

behaviour!(postgres(text_is_copied_in), |conn| {
    let copied = diesel::copy_from(tickets::table)
        .from_raw_data((tickets::state, tickets::kind), |copy| {
            writeln!(copy, "shut,bug").unwrap();
            writeln!(copy, "open,").unwrap();
            QueryResult::Ok(())
        })
        .with_format(CopyFormat::Csv)
        .execute(conn);
    assert_eq!(copied, Ok(2));
    let kinds = tickets::table.select(tickets::kind).order(tickets::id);
    assert_eq!(kinds.load(conn), Ok(vec![Some("bug".to_owned()), None]));
});

behaviour!(postgres(rows_are_copied_out), |conn| {
    let people: Vec<Person> = diesel::copy_to(people::table)
        .load::<Person, _>(conn)
        .unwrap()
        .collect::<QueryResult<_>>()
        .unwrap();
    assert_eq!(people.len(), 4);
    assert_eq!(people[2].email.as_deref(), Some("cid@x"));
});

behaviour!(postgres(text_is_copied_out), |conn| {
    let mut names = String::new();
    let mut copy = diesel::copy_to(people::table)
        .with_format(CopyFormat::Csv)
        .load_raw(conn)
        .unwrap();
    std::io::Read::read_to_string(&mut copy, &mut names).unwrap();
    assert!(names.starts_with("1,Ann,30,ann@x,\n"), "{names}");
});
