//! What only PostgreSQL has, or refuses.

use orm_core::prelude::*;
use orm_core::snapshot::{Generator, Snapshot, TableName};

use super::case::{Case, column, rename, rename_column, table};

macro_rules! case {
    ($name:ident, $setup:expr, [$($drop:expr),*], $edit:expr, $then:expr) => {
        #[test]
        fn $name() {
            let Some(server) = orm_tests::shared_postgres() else {
                return;
            };
            let url = server.fresh_database("case");
            let engine = Engine::<PgConnection>::open(&url).expect("an engine");
            let mut session = engine.session().expect("a session");
            let case = Case::new(&mut session, $setup, &[$($drop),*], $edit);
            let then: fn(Case<'_, Session<PgConnection>>) = $then;
            then(case);
        }
    };
}

case!(
    a_chain_of_renames_keeps_every_row,
    "CREATE TABLE a (id int PRIMARY KEY, one text, two text); INSERT INTO a VALUES (1, 'x', 'y');
     CREATE TABLE b (id int PRIMARY KEY); INSERT INTO b VALUES (2), (3)",
    [],
    |wanted| {
        rename_column(wanted, "a", "two", "three");
        rename_column(wanted, "a", "one", "two");
        rename(wanted, "b", "c");
        rename(wanted, "a", "b");
    },
    |mut case| {
        case.up();
        case.assert_finds("SELECT two || three FROM b", &["xy"]);
        case.assert_finds("SELECT id::text FROM c ORDER BY id", &["2", "3"]);
        case.down();
        case.assert_finds("SELECT one || two FROM a", &["xy"]);
    }
);

case!(
    a_table_of_the_home_schema_is_renamed_whether_the_schema_is_named_or_not,
    "CREATE TABLE clients (id int PRIMARY KEY); INSERT INTO clients VALUES (1)",
    [],
    |wanted| {
        rename(wanted, "clients", "customers");
        let customers = table(wanted, "customers");
        customers.name = TableName::new(Some("public"), "customers");
        customers.renamed_from = Some(TableName::new(Some("public"), "clients"));
    },
    |mut case| {
        case.up();
        case.assert_finds("SELECT id::text FROM customers", &["1"]);
        case.down();
    }
);

case!(
    what_was_computed_stays_when_its_columns_go,
    "CREATE TABLE p (id int PRIMARY KEY, f text, l text,
                     whole text GENERATED ALWAYS AS (f || ' ' || l) STORED);
     CREATE INDEX p_whole ON p (whole); INSERT INTO p VALUES (1, 'A', 'B')",
    [],
    |wanted| {
        let people = table(wanted, "p");
        people
            .columns
            .retain(|one| !["f", "l"].contains(&one.name.as_str()));
        people.columns[1].computed = None;
    },
    |mut case| {
        assert_eq!(
            case.losses(),
            ["the values of `p.l`", "the values of `p.f`"]
        );
        case.up();
        case.assert_finds("SELECT whole FROM p", &["A B"]);
        case.down();
    }
);

case!(
    counters_go_on_counting,
    "CREATE TABLE low (id int PRIMARY KEY); INSERT INTO low VALUES (-7);
     CREATE TABLE many (id serial PRIMARY KEY, n int); INSERT INTO many (n) VALUES (1), (2);
     CREATE TABLE gone (id serial PRIMARY KEY); INSERT INTO gone DEFAULT VALUES;
     CREATE TABLE strict (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY)",
    [],
    |wanted| {
        column(wanted, "low", "id").generator = Some(Generator::Default);
        column(wanted, "many", "id").ty = "bigint".to_owned();
        let gone = column(wanted, "gone", "id");
        (gone.generator, gone.default) = (None, None);
        column(wanted, "strict", "id").generator = Some(Generator::Default);
    },
    |mut case| {
        case.up();
        case.run("INSERT INTO low DEFAULT VALUES; INSERT INTO strict VALUES (5)");
        case.run("SELECT setval('many_id_seq', 3000000000); INSERT INTO many (n) VALUES (3)");
        case.assert_finds("SELECT max(id)::text FROM many", &["3000000001"]);
        case.assert_finds("SELECT id::text FROM low ORDER BY id", &["-7", "1"]);
        case.run("DELETE FROM many WHERE n = 3");
    }
);

case!(
    a_label_goes_that_a_default_named,
    "CREATE TYPE mood AS ENUM ('sad', 'ok', 'glad');
     CREATE TABLE t (id int PRIMARY KEY, m mood NOT NULL DEFAULT 'sad', h mood[],
                     CONSTRAINT t_m CHECK (m <> 'glad'));
     CREATE INDEX t_ok ON t (id) WHERE m = 'ok';
     CREATE VIEW v AS SELECT m FROM t; CREATE VIEW w AS SELECT m FROM v;
     INSERT INTO t VALUES (1, 'ok', '{ok,glad}')",
    [],
    |wanted| {
        wanted.enums[0].labels = vec!["ok".to_owned(), "glad".to_owned()];
        column(wanted, "t", "m").default = Some("'ok'::mood".to_owned());
    },
    |mut case| {
        case.up();
        case.run("INSERT INTO t (id) VALUES (2)");
        case.assert_finds("SELECT m::text FROM w ORDER BY 1", &["ok", "ok"]);
        case.down();
        case.assert_finds("SELECT h::text FROM t WHERE id = 1", &["{ok,glad}"]);
    }
);

case!(
    views_follow_the_tables_that_they_read,
    "CREATE TABLE t (id int PRIMARY KEY, n int, old text); INSERT INTO t VALUES (1, 2, 'x');
     CREATE VIEW zz AS SELECT id, n, old FROM t; CREATE VIEW aa AS SELECT n + 1 AS m FROM zz;
     CREATE VIEW grouped AS SELECT id, n FROM t GROUP BY id;
     CREATE VIEW unwanted AS SELECT 1 AS one",
    ["unwanted"],
    |wanted| {
        wanted.views.clear(); // somebody else's
        rename(wanted, "t", "things");
        rename_column(wanted, "things", "old", "new");
        let key = table(wanted, "things").primary_key.as_mut().expect("a key");
        key.columns.push("n".to_owned());
        let n = column(wanted, "things", "n");
        (n.ty, n.nullable) = ("bigint".to_owned(), false);
    },
    |mut case| {
        // The grouped view leans on the key that is made anew, and no longer fits the new one.
        assert!(case.refused().contains("must appear in the GROUP BY"));
        case.run("DROP VIEW grouped");
        case.plan
            .from
            .views
            .retain(|view| view.name.name != "grouped");
        case.plan.steps.retain(|step| {
            let text = format!("{step:?}");
            !(text.contains("View {") && text.contains("grouped"))
        });
        case.first.views.retain(|view| view.name.name != "grouped");
        case.up();
        case.assert_finds("SELECT m::text FROM aa", &["3"]);
        case.down();
        case.assert_finds("SELECT old FROM zz", &["x"]);
    }
);

case!(
    a_name_that_is_free_again_is_given_anew,
    "CREATE TABLE clients (id int PRIMARY KEY, email text CONSTRAINT clients_email_key UNIQUE);
     CREATE INDEX clients_email_idx ON clients (email); INSERT INTO clients VALUES (1, 'a')",
    [],
    |wanted: &mut Snapshot| {
        let again = table(wanted, "clients").clone();
        rename(wanted, "clients", "customers");
        let customers = table(wanted, "customers");
        customers.primary_key.as_mut().expect("a key").name = Some("customers_pkey".to_owned());
        wanted.tables.push(again);
    },
    |mut case| {
        case.up();
        case.assert_finds("SELECT email FROM customers", &["a"]);
        case.assert_finds("SELECT count(*)::text FROM clients", &["0"]);
        case.down();
        case.assert_finds("SELECT email FROM clients", &["a"]);
    }
);

case!(
    what_no_model_says_comes_back,
    "CREATE TABLE p (a int, b int, PRIMARY KEY (a, b));
     CREATE UNLOGGED TABLE c (id int PRIMARY KEY, a int, b int, name text,
        CONSTRAINT c_full FOREIGN KEY (a, b) REFERENCES p MATCH FULL ON DELETE CASCADE,
        CONSTRAINT c_some FOREIGN KEY (a, b) REFERENCES p ON DELETE SET NULL (b));
     CREATE UNIQUE INDEX c_name ON c (name COLLATE \"C\" DESC NULLS LAST)",
    ["c"],
    |wanted| wanted.tables.retain(|one| one.name.name != "c"),
    |mut case| {
        assert_eq!(case.losses(), ["the rows of `c`"]);
        case.up();
        case.down();
    }
);

case!(
    rows_are_filled_while_a_key_is_deferred,
    "CREATE TABLE p (id int PRIMARY KEY); INSERT INTO p VALUES (1);
     CREATE TABLE c (id int PRIMARY KEY, p int CONSTRAINT c_p REFERENCES p
                     DEFERRABLE INITIALLY DEFERRED); INSERT INTO c VALUES (1, NULL)",
    [],
    |wanted| column(wanted, "c", "p").nullable = false,
    |mut case| {
        assert!(case.plan.fill(&TableName::new(None, "c"), "p", "1"));
        case.up();
        case.assert_finds("SELECT p::text FROM c", &["1"]);
        case.down();
    }
);

case!(
    a_name_of_a_type_is_no_column,
    "CREATE TABLE d (id int PRIMARY KEY, date date, length int,
        CONSTRAINT d_c CHECK (date > '2020-01-01'::date AND length(length::text) < 3));
     INSERT INTO d VALUES (1, '2021-01-01', 12)",
    [],
    |wanted| {
        rename_column(wanted, "d", "date", "day");
        rename_column(wanted, "d", "length", "size");
        let checks = &mut table(wanted, "d").checks;
        checks[0].expression =
            "((day > '2020-01-01'::date) AND (length((size)::text) < 3))".to_owned();
    },
    |mut case| {
        case.up();
        case.down();
    }
);

case!(
    a_list_is_not_cut,
    "CREATE TABLE l (id int PRIMARY KEY, tags text[]); INSERT INTO l VALUES (1, '{abcdef}')",
    [],
    |wanted| column(wanted, "l", "tags").ty = "character varying(3)[]".to_owned(),
    |mut case| {
        assert!(case.refused().contains("too long"));
        case.assert_finds("SELECT tags[1] FROM l", &["abcdef"]);
    }
);

case!(
    cuts_are_told,
    "CREATE TABLE n (id int PRIMARY KEY, a double precision, b bigint, c text, d timestamp, e int)",
    [],
    |wanted| {
        for (name, ty) in [
            ("a", "numeric(10,2)"),
            ("b", "double precision"),
            ("c", "integer"),
            ("d", "timestamp(0) without time zone"),
            ("e", "boolean"),
        ] {
            column(wanted, "n", name).ty = ty.to_owned();
        }
    },
    |mut case| {
        assert_eq!(case.losses().len(), 5, "{:?}", case.losses());
        case.up();
    }
);

case!(
    a_view_comes_back_with_all_that_it_had,
    "CREATE TABLE t (id int PRIMARY KEY, n int); INSERT INTO t VALUES (1, 2);
     CREATE VIEW v WITH (security_barrier = true) AS SELECT id, n FROM t WHERE n > 0
         WITH LOCAL CHECK OPTION;
     CREATE MATERIALIZED VIEW \"Sums\" AS SELECT id, sum(n) AS n FROM t GROUP BY id;
     CREATE UNIQUE INDEX \"Sums_id\" ON \"Sums\" (id);
     CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
     CREATE TRIGGER never INSTEAD OF DELETE ON v FOR EACH ROW EXECUTE FUNCTION nothing();
     COMMENT ON VIEW v IS 'it''s a view'; COMMENT ON COLUMN v.n IS 'a number';
     GRANT SELECT ON v TO pg_monitor WITH GRANT OPTION; GRANT UPDATE (n) ON v TO PUBLIC;
     GRANT SELECT ON \"Sums\" TO PUBLIC;
     ALTER VIEW v ALTER COLUMN n SET DEFAULT 7; ALTER VIEW v OWNER TO pg_database_owner;
     CREATE VIEW guarded AS SELECT id, n FROM t;
     CREATE RULE no_delete AS ON DELETE TO guarded DO INSTEAD NOTHING;
     ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO pg_monitor",
    [],
    |wanted| {
        wanted.views.clear(); // somebody else's
        rename_column(wanted, "t", "n", "number");
        column(wanted, "t", "number").ty = "bigint".to_owned();
    },
    |mut case| {
        // All that there is about it, in the words of the database.
        let had = "SELECT concat_ws(' ', c.relname, c.reloptions, coalesce(c.relacl, acldefault('r', c.relowner)), obj_description(c.oid), \
                (SELECT string_agg(concat_ws(' ', attname, attacl, col_description(c.oid, attnum)), ',' \
                    ORDER BY attnum) FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0), \
                (SELECT string_agg(pg_get_triggerdef(oid), ',') FROM pg_trigger WHERE tgrelid = c.oid), \
                (SELECT string_agg(pg_get_ruledef(oid), ',') FROM pg_rewrite \
                    WHERE ev_class = c.oid AND rulename <> '_RETURN'), \
                (SELECT string_agg(pg_get_expr(adbin, adrelid), ',') FROM pg_attrdef WHERE adrelid = c.oid), \
                pg_get_userbyid(c.relowner), \
                (SELECT string_agg(indexdef, ',') FROM pg_indexes WHERE tablename = c.relname)) \
            FROM pg_class c WHERE c.relname IN ('v', 'Sums', 'guarded') ORDER BY c.relname";
        let before = case.ask(had);
        assert!(
            before[2]
                .as_ref()
                .is_some_and(|said| said.contains("pg_monitor"))
        );
        case.up();
        assert_eq!(case.ask(had), before);
        assert_eq!(
            case.ask("SELECT n::text FROM \"Sums\""),
            [Some("2".to_owned())]
        );
        case.down();
        assert_eq!(case.ask(had), before);
    }
);

case!(
    a_rule_that_goes_with_its_column_is_told,
    "CREATE TABLE stays (id int PRIMARY KEY, room int, at int4range, guest text,
         CONSTRAINT one_guest EXCLUDE USING gist (at WITH &&) WHERE (room > 0))",
    [],
    |wanted| table(wanted, "stays")
        .columns
        .retain(|column| column.name != "at"),
    |mut case| {
        let losses = case.losses();
        assert_eq!(losses[0], "the values of `stays.at`");
        assert!(losses[1].contains("EXCLUDE USING gist"), "{losses:?}");
        assert_eq!(losses.len(), 2);
        case.run("INSERT INTO stays VALUES (1, 1, '[1,2)', 'Ann')");
        for part in case.plan.parts() {
            for statement in orm_core::diff::sql(&part).statements {
                case.run(&statement);
            }
        }
        case.assert_finds("SELECT guest FROM stays", &["Ann"]);
    }
);
