//! Functions, casts and lists under the one name of those that they have.

use super::expression::Tree;
use crate::backend::Database;

/// A cast, which is left out; a number in quotes becomes one.
pub(super) fn cast(tree: Tree, ty: &str) -> Tree {
    const NUMBERS: [&str; 9] = [
        "integer", "bigint", "smallint", "numeric", "decimal", "real", "double", "int", "float",
    ];
    match tree {
        Tree::Text(text) if NUMBERS.contains(&ty) => Tree::Number(text),
        other => other,
    }
}

pub(super) fn one_of(left: Tree, mut list: Vec<Tree>) -> Tree {
    if list.len() == 1
        && let Some(only) = list.pop()
    {
        return Tree::node("=", vec![left, only]);
    }
    Tree::node("in", [vec![left], list].concat())
}

/// A function, under the one name of those that it has.
pub(super) fn call(database: Database, name: String, mut parts: Vec<Tree>) -> Tree {
    let is = |part: Option<&Tree>, word: &str| part == Some(&Tree::Name(word.into()));
    match name.as_str() {
        "timezone" if parts.len() == 2 => {
            parts.reverse();
            Tree::node("at time zone", parts)
        }
        "btrim" => Tree::node("trim", parts),
        "trim" if is(parts.first(), "both") && is(parts.get(1), "from") => {
            Tree::node("trim", parts.split_off(2))
        }
        "current_timestamp" | "now" | "localtimestamp" if database == Database::Mysql => {
            Tree::node("now", parts)
        }
        "octet_length" if database == Database::Mysql => Tree::node("length", parts),
        "character_length" => Tree::node("char_length", parts),
        "lcase" => Tree::node("lower", parts),
        "ucase" => Tree::node("upper", parts),
        "substr" => Tree::node("substring", parts),
        "pow" => Tree::node("power", parts),
        "ceiling" => Tree::node("ceil", parts),
        _ => Tree::Node(name, parts),
    }
}
