//! Defaults that may differ from row to row.

use crate::lint::default::calls;

/// Whether a default may differ from row to row. Of functions that we do not know we think so.
pub(super) fn is_volatile(default: &str) -> bool {
    const STEADY: [&str; 31] = [
        "now",
        "transaction_timestamp",
        "statement_timestamp",
        "current_timestamp",
        "localtimestamp",
        "current_time",
        "localtime",
        "current_setting",
        "timezone",
        "date_trunc",
        "to_char",
        "lower",
        "upper",
        "concat",
        "coalesce",
        "length",
        "abs",
        "round",
        "jsonb_build_object",
        "jsonb_build_array",
        // Types.
        "varying",
        "character",
        "varchar",
        "char",
        "bpchar",
        "numeric",
        "decimal",
        "bit",
        "timestamp",
        "time",
        "interval",
    ];
    let calls = calls(default);
    calls.iter().any(|call| !STEADY.contains(&call.as_str()))
}
