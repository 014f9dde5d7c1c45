//! What SQLite is asked. Every statement gives rows of one JSON text.

use crate::backend::Database;
use crate::ddl::{quote_identifier, quote_text};

/// The names of the attached database files.
pub(super) const SCHEMAS: &str =
    "SELECT json_quote(name) FROM pragma_database_list WHERE name <> 'temp' ORDER BY seq";

/// `sqlite_master`, without virtual tables.
pub(super) fn masters(schema: &str) -> String {
    let (own, name) = tables(schema);
    format!(
        "SELECT json_object('kind', m.type, 'name', m.name, 'table', m.tbl_name, 'sql', m.sql)
         FROM {own} m
         WHERE NOT EXISTS (
             SELECT 1 FROM pragma_table_list t
             WHERE t.schema = {name} AND t.name = m.name AND t.type IN ('virtual', 'shadow')
         )
         ORDER BY m.rowid"
    )
}

pub(super) fn columns(schema: &str) -> String {
    let (own, name) = tables(schema);
    format!(
        "SELECT json_object(
             'table', m.name, 'name', x.name, 'ty', x.type, 'not_null', x.\"notnull\",
             'default', x.dflt_value, 'key', x.pk
         )
         FROM {own} m, pragma_table_xinfo(m.name, {name}) x
         WHERE m.type = 'table' AND x.hidden <> 1 AND m.sql NOT LIKE 'CREATE VIRTUAL%'
         ORDER BY m.rowid, x.cid"
    )
}

pub(super) fn indexes(schema: &str) -> String {
    let (own, name) = tables(schema);
    format!(
        "SELECT json_object(
             'table', m.name, 'name', l.name, 'unique', l.\"unique\", 'origin', l.origin,
             'parts', (
                 SELECT json_group_array(json_object('column', x.name, 'descending', x.desc, 'collation', x.coll))
                 FROM (SELECT * FROM pragma_index_xinfo(l.name, {name}) ORDER BY seqno) x
                 WHERE x.key = 1
             )
         )
         FROM {own} m, pragma_index_list(m.name, {name}) l
         WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%'
         ORDER BY m.rowid, l.name"
    )
}

/// Foreign keys, each with its columns; in the order of the text, which the pragma turns round.
pub(super) fn foreign_keys(schema: &str) -> String {
    let (own, name) = tables(schema);
    format!(
        "SELECT json_object(
             'table', f.name, 'parent', f.parent, 'on_delete', f.on_delete,
             'on_update', f.on_update, 'columns', json_group_array(f.own),
             'parent_columns', json_group_array(f.referred)
         )
         FROM (
             SELECT m.rowid AS nth, m.name, k.id, k.\"table\" AS parent, k.\"from\" AS own,
                    k.\"to\" AS referred, k.on_delete, k.on_update
             FROM {own} m, pragma_foreign_key_list(m.name, {name}) k
             WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%'
             ORDER BY m.rowid, k.id DESC, k.seq
         ) f
         GROUP BY f.nth, f.id
         ORDER BY f.nth, f.id DESC"
    )
}

/// `sqlite_master` of a database file, and the file's name as a text.
fn tables(schema: &str) -> (String, String) {
    let own = quote_identifier(Database::Sqlite, schema);
    (
        format!("{own}.sqlite_master"),
        quote_text(Database::Sqlite, schema),
    )
}
