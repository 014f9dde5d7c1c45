//! What PostgreSQL is asked. Every statement gives rows of one JSON text.
//!
//! Names are cast to `text`, which has a collation of its own. What only newer versions have
//! (NULLS NOT DISTINCT) is read through `to_jsonb`, which older ones answer with NULL.

/// Where names without a schema are looked for.
pub(super) const SEARCH_PATH: &str = "SELECT to_json(current_schemas(false))::text";

/// Enum types that no extension brought.
pub(super) fn enums(schemas: &str) -> String {
    format!(
        "SELECT json_build_object(
             'schema', {SCHEMA},
             'name', t.typname,
             'labels', (
                 SELECT json_agg(l.enumlabel ORDER BY l.enumsortorder)
                 FROM pg_enum l WHERE l.enumtypid = t.oid
             )
         )::text
         FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
         WHERE {schemas} AND t.typtype = 'e' AND NOT EXISTS (
             SELECT FROM pg_depend e
             WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e'
         )
         ORDER BY t.typname"
    )
}

/// Tables and views, with their comments.
pub(super) fn tables(schemas: &str) -> String {
    format!(
        "SELECT json_build_object(
             'schema', {SCHEMA},
             'table', c.relname,
             'comment', obj_description(c.oid, 'pg_class'),
             'definition', CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END,
             'materialized', c.relkind = 'm',
             'options', to_json(array_remove(ARRAY[
                 CASE WHEN c.relpersistence = 'u' THEN 'UNLOGGED' END,
                 CASE WHEN c.relkind = 'p' THEN 'PARTITION BY ' || pg_get_partkeydef(c.oid) END
             ], NULL))
         )::text
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE {schemas} AND c.relkind IN ('r', 'p', 'v', 'm') AND {OWN}
         ORDER BY c.relname"
    )
}

pub(super) fn columns(schemas: &str) -> String {
    format!(
        "SELECT json_build_object(
             'schema', {SCHEMA},
             'table', c.relname,
             'name', a.attname,
             'ty', format_type(a.atttypid, a.atttypmod),
             'base', CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END,
             'collation', CASE WHEN a.attcollation <> t.typcollation THEN (
                 SELECT collname FROM pg_collation WHERE oid = a.attcollation
             ) END,
             'nullable', NOT a.attnotnull,
             'default', pg_get_expr(d.adbin, d.adrelid),
             'identity', a.attidentity::text,
             'computed', a.attgenerated::text,
             'serial', EXISTS (
                 SELECT FROM pg_depend o JOIN pg_class s ON s.oid = o.objid AND s.relkind = 'S'
                 WHERE o.classid = 'pg_class'::regclass AND o.refclassid = 'pg_class'::regclass
                   AND o.refobjid = c.oid AND o.refobjsubid = a.attnum AND o.deptype = 'a'
             ) AND pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%',
             'comment', col_description(c.oid, a.attnum)
         )::text
         FROM pg_attribute a
         JOIN pg_class c ON c.oid = a.attrelid
         JOIN pg_namespace n ON n.oid = c.relnamespace
         JOIN pg_type t ON t.oid = a.atttypid
         LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
         WHERE {schemas} AND c.relkind IN ('r', 'p') AND {OWN}
           AND a.attnum > 0 AND NOT a.attisdropped
         ORDER BY c.oid, a.attnum"
    )
}

/// Keys, uniques, foreign keys and checks.
pub(super) fn constraints(schemas: &str) -> String {
    let columns = |of: &str, list: &str| {
        format!(
            "COALESCE((
                 SELECT json_agg(a.attname ORDER BY k.nth)
                 FROM unnest({list}) WITH ORDINALITY AS k (number, nth)
                 JOIN pg_attribute a ON a.attrelid = {of} AND a.attnum = k.number
             ), '[]')"
        )
    };
    let (own, parent) = (
        columns("o.conrelid", "o.conkey"),
        columns("o.confrelid", "o.confkey"),
    );
    let include = format!(
        "CASE WHEN o.contype = 'u' THEN {} ELSE '[]' END",
        columns(
            "o.conrelid",
            "(i.indkey::int2[])[i.indnkeyatts : i.indnatts - 1]"
        )
    );
    format!(
        "SELECT json_build_object(
             'schema', {SCHEMA},
             'table', c.relname,
             'name', o.conname,
             'kind', o.contype::text,
             'columns', {own},
             'parent_schema', (
                 SELECT NULLIF(m.nspname, current_schema())
                 FROM pg_class p JOIN pg_namespace m ON m.oid = p.relnamespace
                 WHERE p.oid = o.confrelid
             ),
             'parent', (SELECT relname FROM pg_class WHERE oid = o.confrelid),
             'parent_columns', {parent},
             'on_delete', o.confdeltype::text,
             'on_update', o.confupdtype::text,
             'deferrable', o.condeferrable,
             'deferred', o.condeferred,
             'options', to_json(array_remove(ARRAY[
                 CASE WHEN o.contype = 'f' AND o.confmatchtype = 'f' THEN 'MATCH FULL' END,
                 CASE WHEN o.contype = 'f' THEN 'ON DELETE SET (' || (
                     SELECT string_agg(a.attname, ', ' ORDER BY k.nth)
                     FROM jsonb_array_elements_text(
                         CASE jsonb_typeof(to_jsonb(o) -> 'confdelsetcols')
                             WHEN 'array' THEN to_jsonb(o) -> 'confdelsetcols' END
                     ) WITH ORDINALITY AS k (number, nth)
                     JOIN pg_attribute a ON a.attrelid = o.conrelid AND a.attnum = k.number::int
                 ) || ')' END,
                 CASE WHEN o.contype = 'c' AND o.connoinherit AND c.relkind = 'r'
                     THEN 'NO INHERIT' END,
                 CASE WHEN NOT o.convalidated THEN 'NOT VALID' END,
                 CASE WHEN o.contype = 'x' THEN pg_get_constraintdef(o.oid) END
             ], NULL)),
             'nulls_agree', COALESCE((to_jsonb(i) ->> 'indnullsnotdistinct')::bool, false),
             'include', {include},
             'expression', pg_get_expr(o.conbin, o.conrelid)
         )::text
         FROM pg_constraint o
         JOIN pg_class c ON c.oid = o.conrelid
         JOIN pg_namespace n ON n.oid = c.relnamespace
         LEFT JOIN pg_index i ON o.contype = 'u' AND i.indexrelid = o.conindid
         WHERE {schemas} AND o.contype IN ('p', 'u', 'f', 'c', 'x') AND o.conparentid = 0
           AND c.relkind IN ('r', 'p') AND {OWN}
         ORDER BY o.conname"
    )
}

/// Indexes that stand behind no constraint.
pub(super) fn indexes(schemas: &str) -> String {
    format!(
        "SELECT json_build_object(
             'schema', {SCHEMA},
             'table', c.relname,
             'name', x.relname,
             'unique', i.indisunique,
             'nulls_agree', COALESCE((to_jsonb(i) ->> 'indnullsnotdistinct')::bool, false),
             'method', m.amname,
             'valid', i.indisvalid,
             'predicate', pg_get_expr(i.indpred, i.indrelid),
             'parts', (
                 SELECT json_agg(json_build_object(
                     'column', a.attname,
                     'text', pg_get_indexdef(i.indexrelid, k, true),
                     'options', i.indoption[k - 1],
                     'class', CASE WHEN NOT p.opcdefault THEN p.opcname END,
                     'collation', CASE WHEN i.indcollation[k - 1] <> a.attcollation THEN (
                         SELECT collname FROM pg_collation WHERE oid = i.indcollation[k - 1]
                     ) END
                 ) ORDER BY k)
                 FROM generate_series(1, i.indnkeyatts) AS k
                 LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[k - 1]
                 LEFT JOIN pg_opclass p ON p.oid = i.indclass[k - 1]
             ),
             'include', COALESCE((
                 SELECT json_agg(a.attname ORDER BY k)
                 FROM generate_series(i.indnkeyatts + 1, i.indnatts) AS k
                 JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[k - 1]
             ), '[]')
         )::text
         FROM pg_index i
         JOIN pg_class c ON c.oid = i.indrelid
         JOIN pg_class x ON x.oid = i.indexrelid
         JOIN pg_am m ON m.oid = x.relam
         JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE {schemas} AND c.relkind IN ('r', 'p') AND {OWN}
           AND NOT i.indisprimary
           AND NOT EXISTS (
               SELECT FROM pg_constraint o
               WHERE o.conindid = i.indexrelid AND o.contype IN ('p', 'u', 'x')
           )
         ORDER BY x.relname"
    )
}

/// The schema of a table; NULL for the one that the connection is in.
const SCHEMA: &str = "NULLIF(n.nspname, current_schema())";

/// The table `c` is the application's own: no partition, and of no extension.
const OWN: &str = "NOT c.relispartition AND NOT EXISTS (
    SELECT FROM pg_depend e
    WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e'
)";
