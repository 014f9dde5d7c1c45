//! Tables as the server takes them: keys of text, prefixes, circles, long and reserved names.

use orm_core::diesel::sql_query;
use orm_core::diesel::sql_types::{BigInt, Text};
use orm_core::prelude::*;

use super::{insert, on_mysql};

/// The one value of a raw SELECT.
macro_rules! select_one {
    ($session:expr, $sql:ty, $what:expr $(,)?) => {
        orm_core::diesel::select(sql::<$sql>($what))
            .get_result($session)
            .expect("one value")
    };
}

/// Texts without a length, wherever a length is needed.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "texts", unique(a, b, c, d), index(long, wide, blob, e, f))]
struct Texts {
    #[model(key)]
    name: String,
    a: String,
    b: String,
    c: String,
    d: String,
    e: String,
    f: String,
    #[model(index)]
    long: String,
    #[model(length(..=40), index)]
    short: String,
    #[model(length(..=5000), index)]
    wide: Option<String>,
    #[model(index)]
    blob: Option<Vec<u8>>,
    #[model(unique)]
    token: Option<Vec<u8>>,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Grandparent {
    #[model(key, length(..=300))]
    name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Father {
    #[model(key, belongs_to = Grandparent)]
    name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Child {
    #[model(generated)]
    id: u32,
    #[model(belongs_to = Father, on_delete = cascade)]
    father: String,
    #[model(belongs_to = Child, on_delete = set_null)]
    elder: Option<u32>,
}

on_mysql!(
    texts_are_keys_and_indexed,
    [Texts, Grandparent, Father, Child],
    |session| {
        let types: String = select_one!(
            &mut session,
            Text,
            "GROUP_CONCAT(column_type ORDER BY ordinal_position) FROM information_schema.columns \
         WHERE table_schema = DATABASE() AND table_name = 'texts'",
        );
        assert_eq!(
            types,
            "varchar(255),varchar(192),varchar(192),varchar(192),varchar(192),longtext,longtext,longtext,varchar(40),\
         longtext,longblob,varbinary(255)"
        );
        let parts: String = select_one!(
            &mut session,
            Text,
            "GROUP_CONCAT(CONCAT(column_name, IFNULL(CONCAT('(', sub_part, ')'), '')) \
         ORDER BY index_name, seq_in_index) FROM information_schema.statistics \
         WHERE table_schema = DATABASE() AND table_name = 'texts' AND non_unique = 1",
        );
        assert_eq!(
            parts,
            "blob(191),long(191),long(153),wide(153),blob(191),e(153),f(153),short,wide(191)"
        );
        let long = "ä".repeat(300);
        insert(&mut session, [NewGrandparent { name: long.clone() }]).unwrap();
        insert(&mut session, [NewFather { name: long.clone() }]).unwrap();
        insert(
            &mut session,
            [NewChild {
                father: long.clone(),
            }],
        )
        .unwrap();
        insert(&mut session, [NewChild { father: long }.elder(1)]).unwrap();
        session.delete_key::<Child>(1).unwrap();
        let child = Child::query().first(&mut session).unwrap();
        assert_eq!((child.id, child.elder), (2, None));
    }
);

on_mysql!(
    texts_differ_by_code_point,
    [Texts, Grandparent],
    |session| {
        for name in ["a", "A", "ä", "a ", "e\u{301}", "é"] {
            insert(&mut session, [NewGrandparent { name: name.into() }]).unwrap();
        }
        let sorted: Vec<String> = Grandparent::query()
            .order_by(grandparents::name)
            .select(grandparents::name)
            .load(&mut session)
            .unwrap();
        assert_eq!(sorted, ["A", "a", "a ", "e\u{301}", "ä", "é"]);
        let like = Grandparent::query().filter(grandparents::name.like("a%"));
        assert_eq!(like.count(&mut session).unwrap(), 2);
        // Two expressions that belong to no column too.
        let same: i64 = select_one!(
            &mut session,
            BigInt,
            "CAST('a' = 'A' OR 'a' = 'a ' AS SIGNED)"
        );
        assert_eq!(same, 0);
    }
);

#[derive(Model, Debug, Clone, PartialEq)]
struct Team {
    #[model(generated)]
    id: i64,
    #[model(belongs_to = Player, explicit_join)]
    captain_id: Option<i64>,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Player {
    #[model(generated)]
    id: i64,
    #[model(belongs_to = Team)]
    team_id: i64,
}

on_mysql!(circles_are_closed_once_and_opened_again, [], |session| {
    let place = super::place("tables_circle").expect("there is a server");
    for _ in 0..2 {
        place.create_all(schema![Team, Player]).unwrap();
        place.create_all(schema![Player, Team]).unwrap();
        let mut session = place.session().unwrap();
        let team = sql_query("INSERT INTO teams VALUES (1, 7)").execute(&mut session);
        let error = orm_core::Error::from(team.unwrap_err());
        assert_eq!(error.invalid().unwrap().errors[0].code, "foreign_key");
        insert(&mut session, [NewTeam {}]).unwrap();
        insert(&mut session, [NewPlayer { team_id: 1 }]).unwrap();
        session.update(Team::patch(1).captain_id(1)).unwrap();
        place.drop_all(schema![Team, Player]).unwrap();
        place.drop_all(schema![Team, Player]).unwrap();
    }
    let left: i64 = select_one!(
        &mut session,
        BigInt,
        "COUNT(*) FROM information_schema.tables WHERE table_schema = 'orm_tables_circle'",
    );
    assert_eq!(left, 0);
});

/// Names that are too long once they are put together, and names that are words of SQL.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "a_table_with_a_name_of_just_sixty_four_characters_counted_by_me",
    unique(order, a_column_with_a_name_of_fifty_nine_characters_or_about_it)
)]
struct Long {
    #[model(generated)]
    id: i64,
    #[model(range(0..=9), index)]
    a_column_with_a_name_of_fifty_nine_characters_or_about_it: u8,
    #[model(belongs_to = Long)]
    a_parent_with_a_name_of_fifty_nine_characters_or_about_it: Option<i64>,
    #[model(index, length(..=5))]
    order: String,
    #[model(column = "back`tick")]
    key: Option<i32>,
}

use a_table_with_a_name_of_just_sixty_four_characters_counted_by_me as longs;

on_mysql!(long_names_are_cut_and_understood, [Long], |session| {
    let form = |range, order: &str| NewLong {
        a_column_with_a_name_of_fifty_nine_characters_or_about_it: range,
        order: order.into(),
    };
    insert(&mut session, [form(1, "a"), form(2, "b")]).unwrap();
    let key = Long::query()
        .filter(longs::key.is_null())
        .order_by(longs::order.desc());
    assert_eq!(key.count(&mut session).unwrap(), 2);
    let column = "a_column_with_a_name_of_fifty_nine_characters_or_about_it";
    let parent = "a_parent_with_a_name_of_fifty_nine_characters_or_about_it";
    let broken = |error: orm_core::Error| {
        let errors = error.invalid().expect("field errors").errors.clone();
        errors
            .into_iter()
            .map(|error| error.field)
            .collect::<Vec<_>>()
    };
    let patch = Long::patch(2)
        .order("a")
        .a_column_with_a_name_of_fifty_nine_characters_or_about_it(1);
    assert_eq!(
        broken(session.update(patch).unwrap_err()),
        ["order", column]
    );
    let patch = Long::patch(2).a_parent_with_a_name_of_fifty_nine_characters_or_about_it(7);
    assert_eq!(broken(session.update(patch).unwrap_err()), [parent]);
    let table = orm_core::diesel::update(longs::table);
    let update = table.set(longs::a_column_with_a_name_of_fifty_nine_characters_or_about_it.eq(10));
    let error = orm_core::Error::from(update.execute(&mut session).unwrap_err());
    assert_eq!(error.invalid().unwrap().errors[0].code, "check");
});
