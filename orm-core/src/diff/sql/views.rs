//! Views that are dropped and made again, with what they have beside their query.
//!
//! That is asked for when the migration runs, on the database that it runs on: grants, owners and
//! definers differ from one database to the next. A view that is not there before is made as any new
//! one.

use super::parts::Words;
use crate::backend::Database;
use crate::ddl::quote_text;
use crate::diff::Step;
use crate::snapshot::{TableName, View};

/// Whether a step drops a view.
pub(super) fn drops(step: &Step, name: &TableName) -> bool {
    matches!(step, Step::DropView { view } if view.name == *name)
}

/// Whether a step makes a view.
pub(super) fn creates(step: &Step, name: &TableName) -> bool {
    matches!(step, Step::CreateView { view } if view.name == *name)
}

/// A view that comes back goes.
pub(super) fn take_away(database: Database, view: &View) -> Vec<String> {
    let words = Words(database);
    let asked = match database {
        Database::Sqlite => None,
        Database::Postgres => Some(postgres_beside(view)),
        Database::Mysql => Some(mysql_beside(view)),
    };
    asked.into_iter().chain([words.drop_view(view)]).collect()
}

/// A view comes back.
pub(super) fn bring_back(database: Database, view: &View) -> Vec<String> {
    let words = Words(database);
    match database {
        Database::Sqlite => words.create_view(view),
        Database::Postgres => {
            let mut statements = words.create_view(view);
            statements.push(postgres_again(view));
            statements
        }
        Database::Mysql => mysql_again(view),
    }
}

/// What is asked stands under this name until the view is there again.
fn key(name: &TableName) -> String {
    let letter = |c: char| match c.is_ascii_alphanumeric() {
        true => c.to_ascii_lowercase().to_string(),
        false => format!("_{:x}_", u32::from(c)),
    };
    let schema = name.schema.iter().flat_map(|schema| schema.chars());
    let all = schema.chain(name.name.chars());
    let key: String = all.map(letter).collect();
    format!("view_{key}")
}

/// As statements in a setting of the transaction; empty if there is no view.
fn postgres_beside(view: &View) -> String {
    let name = Words(Database::Postgres).table(&view.name);
    let (key, name) = (key(&view.name), quote_text(Database::Postgres, &name));
    // GRANT comes before OWNER: who is no member of the owner's role could not grant behind it.
    format!(
        "SELECT set_config('orm.{key}', coalesce((
    SELECT json_agg(b.said ORDER BY b.nth, b.said) FROM pg_class c, LATERAL (
        SELECT CASE c.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END AS kind, c.oid::regclass AS name
    ) AS v, LATERAL (
        SELECT 1 AS nth, format('ALTER %s %s SET (%s)', v.kind, v.name, array_to_string(c.reloptions, ', ')) AS said
        WHERE c.reloptions IS NOT NULL
        UNION ALL SELECT 2, format('ALTER VIEW %s ALTER COLUMN %I SET DEFAULT %s', v.name, a.attname,
            pg_get_expr(d.adbin, d.adrelid))
        FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
        WHERE d.adrelid = c.oid
        UNION ALL SELECT 3, pg_get_indexdef(indexrelid, 0, TRUE) FROM pg_index WHERE indrelid = c.oid
        UNION ALL SELECT 4, pg_get_ruledef(oid, TRUE) FROM pg_rewrite WHERE ev_class = c.oid AND rulename <> '_RETURN'
        UNION ALL SELECT 5, pg_get_triggerdef(oid, TRUE) FROM pg_trigger WHERE tgrelid = c.oid AND NOT tgisinternal
        UNION ALL SELECT 6, format('COMMENT ON %s IS %L', CASE d.objsubid WHEN 0 THEN v.kind || ' ' || v.name::text
            ELSE format('COLUMN %s.%I', v.name, a.attname) END, d.description)
        FROM pg_description d LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.objsubid
        WHERE d.classoid = 'pg_class'::regclass AND d.objoid = c.oid
        UNION ALL SELECT 7, format('GRANT %s%s ON %s TO %s%s', g.privilege_type, ' (' || quote_ident(g.attname) || ')',
            v.name, CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END,
            CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' END)
        FROM (SELECT NULL::name AS attname, (aclexplode(c.relacl)).*
            UNION ALL SELECT attname, (aclexplode(attacl)).* FROM pg_attribute WHERE attrelid = c.oid) AS g
        WHERE g.grantee <> c.relowner
        UNION ALL SELECT 8, format('ALTER %s %s OWNER TO %I', v.kind, v.name, pg_get_userbyid(c.relowner))
    ) AS b WHERE c.oid = to_regclass({name})
)::text, ''), TRUE)"
    )
}

/// What a new view was granted by default is not what the old one had.
fn postgres_again(view: &View) -> String {
    let name = Words(Database::Postgres).table(&view.name);
    let (key, name) = (key(&view.name), quote_text(Database::Postgres, &name));
    format!(
        "DO $orm$ DECLARE said text; BEGIN
    IF current_setting('orm.{key}') <> '' THEN
        FOR said IN SELECT DISTINCT format('REVOKE ALL ON %s FROM %s', c.oid::regclass,
            CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END)
        FROM pg_class c, aclexplode(c.relacl) g WHERE c.oid = {name}::regclass AND g.grantee <> c.relowner
        LOOP EXECUTE said; END LOOP;
        FOR said IN SELECT json_array_elements_text(current_setting('orm.{key}')::json)
        LOOP EXECUTE said; END LOOP;
    END IF;
END $orm$"
    )
}

/// Whose rights a view has, in a variable; NULL if there is no view. Grants stay with the name.
fn mysql_beside(view: &View) -> String {
    let text = |text: &str| quote_text(Database::Mysql, text);
    let schema = view.name.schema.as_deref();
    let schema = schema.map_or_else(|| "DATABASE()".to_owned(), text);
    let (key, name) = (key(&view.name), text(&view.name.name));
    format!(
        "SET @orm_{key} = (SELECT CONCAT('DEFINER=`', REPLACE(LEFT(DEFINER, CHAR_LENGTH(DEFINER) \
         - CHAR_LENGTH(SUBSTRING_INDEX(DEFINER, '@', -1)) - 1), '`', '``'), '`@`', \
         SUBSTRING_INDEX(DEFINER, '@', -1), '` SQL SECURITY ', SECURITY_TYPE) \
         FROM information_schema.VIEWS WHERE TABLE_SCHEMA = {schema} AND TABLE_NAME = {name})"
    )
}

fn mysql_again(view: &View) -> Vec<String> {
    let is_right =
        |option: &String| option.starts_with("DEFINER=") || option.starts_with("SQL SECURITY ");
    let (rights, others) = view.options.iter().cloned().partition(is_right);
    let (rights, others): (Vec<String>, Vec<String>) = (rights, others);
    let plain = View {
        options: others,
        ..view.clone()
    };
    let mut statements = Words(Database::Mysql).create_view(&plain);
    let text = |text: &str| quote_text(Database::Mysql, text);
    let created = statements.remove(0);
    let behind = created.strip_prefix("CREATE ").unwrap_or(&created);
    let (key, rights) = (key(&view.name), text(&rights.join(" ")));
    let mut all = vec![
        format!(
            "SET @orm_sql = CONCAT('CREATE ', COALESCE(@orm_{key}, {rights}), ' ', {})",
            text(behind)
        ),
        "PREPARE orm_view FROM @orm_sql".to_owned(),
        "EXECUTE orm_view".to_owned(),
        "DEALLOCATE PREPARE orm_view".to_owned(),
    ];
    all.extend(statements);
    all
}
