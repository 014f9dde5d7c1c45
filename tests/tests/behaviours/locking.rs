//! Rows that are locked as they are read.

use diesel::prelude::*;

/// The names of the people of an age, as a query to be locked.
macro_rules! aged {
    ($age:literal) => {
        people::table
            .filter(people::age.eq($age))
            .select(people::name)
            .order(people::id)
    };
}

behaviour!(servers(a_locked_row_is_skipped_or_refused), |conn, url| {
    let mut other = Conn::establish(url).unwrap();
    conn.transaction(|conn| {
        let held = people::table.find(2).for_update().first::<Person>(conn)?;
        assert_eq!(held.name, "Bob");
        let free = aged!(25)
            .for_update()
            .skip_locked()
            .load::<String>(&mut other)?;
        assert_eq!(free, ["Dan"]);
        let refused = aged!(25).for_update().no_wait().load::<String>(&mut other);
        assert!(refused.is_err());
        diesel::QueryResult::Ok(())
    })
    .unwrap();
});

// MariaDB knows no FOR SHARE.
behaviour!(postgres(locks_have_four_strengths), |conn| {
    let ann = || Ok(vec!["Ann".to_owned()]);
    assert_eq!(aged!(30).for_share().load(conn), ann());
    assert_eq!(aged!(30).for_no_key_update().load(conn), ann());
    assert_eq!(aged!(30).for_key_share().load(conn), ann());
    let joined = orders::table.inner_join(people::table).for_update();
    assert_eq!(
        joined.load::<(Order, Person)>(conn).map(|rows| rows.len()),
        Ok(3)
    );
});
