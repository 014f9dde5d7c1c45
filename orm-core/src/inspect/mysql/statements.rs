//! What MariaDB and MySQL are asked. Every statement gives rows of one JSON text.

/// The server's version, which tells MariaDB from MySQL, and the database that the connection is in.
pub(super) const SERVER: &str = "SELECT JSON_OBJECT('version', VERSION(), 'schema', DATABASE())";

/// Tables and views, with their comments.
pub(super) fn tables(schemas: &str) -> String {
    format!(
        "SELECT JSON_OBJECT(
             'schema', NULLIF(c.TABLE_SCHEMA, DATABASE()), 'table', c.TABLE_NAME,
             'comment', NULLIF(c.TABLE_COMMENT, ''), 'kind', c.TABLE_TYPE,
             'definition', v.VIEW_DEFINITION,
             'options', JSON_ARRAY(
                 CASE WHEN v.DEFINER <> CURRENT_USER() THEN CONCAT('DEFINER=`',
                     REPLACE(LEFT(v.DEFINER, CHAR_LENGTH(v.DEFINER)
                         - CHAR_LENGTH(SUBSTRING_INDEX(v.DEFINER, '@', -1)) - 1), '`', '``'),
                     '`@`', SUBSTRING_INDEX(v.DEFINER, '@', -1), '`') END,
                 CASE v.SECURITY_TYPE WHEN 'INVOKER' THEN 'SQL SECURITY INVOKER' END,
                 CASE WHEN v.CHECK_OPTION <> 'NONE'
                     THEN CONCAT('WITH ', v.CHECK_OPTION, ' CHECK OPTION') END
             )
         )
         FROM information_schema.TABLES c
         LEFT JOIN information_schema.VIEWS v
             ON v.TABLE_SCHEMA = c.TABLE_SCHEMA AND BINARY v.TABLE_NAME = BINARY c.TABLE_NAME
         WHERE c.TABLE_SCHEMA {schemas}
           AND c.TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED', 'VIEW')
         ORDER BY c.TABLE_NAME"
    )
}

pub(super) fn columns(schemas: &str) -> String {
    format!(
        "SELECT JSON_OBJECT(
             'schema', NULLIF(c.TABLE_SCHEMA, DATABASE()), 'table', c.TABLE_NAME,
             'name', c.COLUMN_NAME, 'ty', c.COLUMN_TYPE, 'collation', c.COLLATION_NAME,
             'nullable', c.IS_NULLABLE, 'default', c.COLUMN_DEFAULT, 'extra', c.EXTRA,
             'expression', NULLIF(c.GENERATION_EXPRESSION, ''),
             'comment', NULLIF(c.COLUMN_COMMENT, '')
         )
         FROM information_schema.COLUMNS c
         WHERE c.TABLE_SCHEMA {schemas}
         ORDER BY c.TABLE_SCHEMA, c.TABLE_NAME, c.ORDINAL_POSITION"
    )
}

/// The columns of indexes, each a row. Only MySQL has indexes of expressions.
pub(super) fn indexes(schemas: &str, mariadb: bool) -> String {
    let expression = if mariadb { "NULL" } else { "c.EXPRESSION" };
    format!(
        "SELECT JSON_OBJECT(
             'schema', NULLIF(c.TABLE_SCHEMA, DATABASE()), 'table', c.TABLE_NAME,
             'name', c.INDEX_NAME, 'repeats', c.NON_UNIQUE, 'column', c.COLUMN_NAME,
             'expression', {expression}, 'prefix', c.SUB_PART, 'direction', c.COLLATION,
             'method', c.INDEX_TYPE
         )
         FROM information_schema.STATISTICS c
         WHERE c.TABLE_SCHEMA {schemas}
         ORDER BY c.TABLE_SCHEMA, c.TABLE_NAME, c.INDEX_NAME, c.SEQ_IN_INDEX"
    )
}

/// The columns of foreign keys, each a row. Who may only read the tables sees no rules.
pub(super) fn foreign_keys(schemas: &str) -> String {
    format!(
        "SELECT JSON_OBJECT(
             'schema', NULLIF(c.TABLE_SCHEMA, DATABASE()), 'table', c.TABLE_NAME,
             'name', c.CONSTRAINT_NAME, 'column', c.COLUMN_NAME,
             'parent_schema', NULLIF(c.REFERENCED_TABLE_SCHEMA, DATABASE()),
             'parent', c.REFERENCED_TABLE_NAME, 'parent_column', c.REFERENCED_COLUMN_NAME,
             'on_delete', r.DELETE_RULE, 'on_update', r.UPDATE_RULE
         )
         FROM information_schema.KEY_COLUMN_USAGE c
         LEFT JOIN information_schema.REFERENTIAL_CONSTRAINTS r
             ON r.CONSTRAINT_SCHEMA = c.CONSTRAINT_SCHEMA
            AND r.CONSTRAINT_NAME = c.CONSTRAINT_NAME
            AND BINARY r.TABLE_NAME = BINARY c.TABLE_NAME
         WHERE c.TABLE_SCHEMA {schemas} AND c.REFERENCED_TABLE_NAME IS NOT NULL
         ORDER BY c.TABLE_SCHEMA, c.TABLE_NAME, c.CONSTRAINT_NAME, c.ORDINAL_POSITION"
    )
}

/// Checks. MariaDB keeps their table beside them, and names them by table; MySQL by schema.
pub(super) fn checks(schemas: &str, mariadb: bool) -> String {
    let (from, schema, level) = if mariadb {
        (
            "information_schema.CHECK_CONSTRAINTS t",
            "t.CONSTRAINT_SCHEMA",
            "t.LEVEL",
        )
    } else {
        let from = "information_schema.CHECK_CONSTRAINTS c
             JOIN information_schema.TABLE_CONSTRAINTS t
             ON t.CONSTRAINT_SCHEMA = c.CONSTRAINT_SCHEMA
            AND t.CONSTRAINT_NAME = c.CONSTRAINT_NAME AND t.CONSTRAINT_TYPE = 'CHECK'";
        (from, "t.TABLE_SCHEMA", "NULL")
    };
    format!(
        "SELECT JSON_OBJECT(
             'schema', NULLIF({schema}, DATABASE()), 'table', t.TABLE_NAME,
             'name', t.CONSTRAINT_NAME, 'expression', CHECK_CLAUSE,
             'level', {level}
         )
         FROM {from}
         WHERE {schema} {schemas}
         ORDER BY {schema}, t.TABLE_NAME, t.CONSTRAINT_NAME"
    )
}
