//! Reads an expression of SQL: precedence climbing over tokens.
//!
//! It knows what databases make of an expression when they keep it: `x BETWEEN 0 AND 9` as two
//! comparisons, `IN` as `= ANY (ARRAY[..])`, `LIKE` as `~~`. Both spellings give one tree.

use super::expression::Tree;
use super::function::{call, cast, one_of};
use super::tokens::Token;
use crate::backend::Database;

/// How tightly operators bind.
const OR: u8 = 1;
const AND: u8 = 2;
const NOT: u8 = 3;
const COMPARE: u8 = 4;
const OTHER: u8 = 5;
const SUM: u8 = 6;
const PRODUCT: u8 = 7;
const UNARY: u8 = 9;

pub(super) struct Parser {
    pub(super) database: Database,
    pub(super) tokens: Vec<Token>,
    pub(super) at: usize,
}

impl Parser {
    /// The tree of a whole expression; `None` if it is not understood.
    pub(super) fn parse(database: Database, tokens: Vec<Token>) -> Option<Tree> {
        let mut parser = Parser {
            database,
            tokens,
            at: 0,
        };
        let tree = parser.expression(0)?;
        (parser.at == parser.tokens.len()).then_some(tree)
    }

    pub(super) fn expression(&mut self, least: u8) -> Option<Tree> {
        let mut left = if self.word("not") {
            Tree::not(self.expression(NOT)?)
        } else {
            self.operand()?
        };
        loop {
            let Some((operator, binds)) = self.peek_operator() else {
                return Some(left);
            };
            if binds <= least {
                return Some(left);
            }
            self.at += 1;
            left = self.infix(left, &operator, binds)?;
        }
    }

    /// The next operator, and how tightly it binds.
    fn peek_operator(&self) -> Option<(String, u8)> {
        let (text, binds) = match self.tokens.get(self.at)? {
            Token::Word(word) => {
                let binds = match word.as_str() {
                    "or" => OR,
                    "and" => AND,
                    "is" | "like" | "ilike" | "between" | "in" | "regexp" | "rlike" | "similar"
                    | "not" | "glob" | "isnull" | "notnull" => COMPARE,
                    "div" | "mod" => PRODUCT,
                    _ => return None,
                };
                (word, binds)
            }
            Token::Sign(sign) => {
                let binds = match sign.as_str() {
                    "(" | ")" | "[" | "]" | "," | "." | ";" | "::" => return None,
                    "=" | "==" | "<>" | "!=" | "<" | ">" | "<=" | ">=" | "<=>" | "~~" | "!~~"
                    | "~~*" | "!~~*" => COMPARE,
                    "+" | "-" => SUM,
                    "*" | "/" | "%" => PRODUCT,
                    _ => OTHER,
                };
                (sign, binds)
            }
            _ => return None,
        };
        Some((text.clone(), binds))
    }

    fn infix(&mut self, left: Tree, operator: &str, binds: u8) -> Option<Tree> {
        let tree = match operator {
            "or" | "and" => {
                let right = self.expression(binds)?;
                Tree::chain(operator, left, right)
            }
            "not" => {
                let (operator, binds) = self.peek_operator()?;
                self.at += 1;
                if operator == "between" {
                    let (low, high) = self.bounds()?;
                    let below = Tree::node("<", vec![left.clone(), low]);
                    return Some(Tree::chain("or", below, Tree::node(">", vec![left, high])));
                }
                Tree::not(self.infix(left, &operator, binds)?)
            }
            "between" => {
                let (low, high) = self.bounds()?;
                let above = Tree::node(">=", vec![left.clone(), low]);
                Tree::chain("and", above, Tree::node("<=", vec![left, high]))
            }
            "is" => {
                let not = self.word("not");
                let right = self.expression(COMPARE)?;
                let is = Tree::node("is", vec![left, right]);
                if not { Tree::not(is) } else { is }
            }
            "isnull" => Tree::node("is", vec![left, Tree::Name("null".into())]),
            "notnull" => Tree::not(Tree::node("is", vec![left, Tree::Name("null".into())])),
            "in" if self.sign("(") => {
                let list = self.list(")")?;
                one_of(left, list)
            }
            "=" | "==" if self.word("any") => match self.operand()? {
                Tree::Node(name, list) if name == "array" => one_of(left, list),
                other => Tree::node("= any", vec![left, other]),
            },
            "<>" | "!=" if self.word("all") => match self.operand()? {
                Tree::Node(name, list) if name == "array" => Tree::not(one_of(left, list)),
                other => Tree::node("<> all", vec![left, other]),
            },
            _ => {
                let right = self.expression(binds)?;
                let (not, operator) = match operator {
                    "!=" => (false, "<>"),
                    "==" => (false, "="),
                    "~~" => (false, "like"),
                    "!~~" => (true, "like"),
                    "~~*" => (false, "ilike"),
                    "!~~*" => (true, "ilike"),
                    "rlike" => (false, "regexp"),
                    other => (false, other),
                };
                let tree = Tree::node(operator, vec![left, right]);
                if not { Tree::not(tree) } else { tree }
            }
        };
        Some(tree)
    }

    fn bounds(&mut self) -> Option<(Tree, Tree)> {
        let low = self.expression(COMPARE)?;
        self.word("and").then_some(())?;
        Some((low, self.expression(COMPARE)?))
    }

    /// An operand with what stands behind it: casts, subscripts, a collation, a time zone.
    fn operand(&mut self) -> Option<Tree> {
        let mut tree = self.primary()?;
        loop {
            if self.sign("::") {
                let ty = self.type_name()?;
                tree = cast(tree, &ty);
            } else if self.sign("[") {
                let parts = self.list("]")?;
                tree = Tree::node("[]", [vec![tree], parts].concat());
            } else if self.word("collate") {
                let name = self.name()?;
                tree = Tree::node("collate", vec![tree, Tree::Name(name)]);
            } else if self.words(&["at", "time", "zone"]) {
                let zone = self.operand()?;
                tree = Tree::node("at time zone", vec![tree, zone]);
            } else {
                return Some(tree);
            }
        }
    }

    fn primary(&mut self) -> Option<Tree> {
        let token = self.tokens.get(self.at)?.clone();
        self.at += 1;
        match token {
            Token::Number(number) => Some(Tree::Number(number)),
            Token::Text(text) => Some(Tree::Text(text)),
            Token::Sign(sign) => match sign.as_str() {
                "(" => {
                    let mut list = self.list(")")?;
                    match list.len() {
                        1 => list.pop(),
                        _ => Some(Tree::node("row", list)),
                    }
                }
                "-" => Some(match self.expression(UNARY)? {
                    Tree::Number(number) => Tree::Number(format!("-{number}")),
                    other => Tree::node("-", vec![other]),
                }),
                "+" => self.expression(UNARY),
                "*" => Some(Tree::Name("*".into())),
                "!" => Some(Tree::not(self.expression(UNARY)?)),
                "~" => Some(Tree::node("~", vec![self.expression(UNARY)?])),
                _ => None,
            },
            Token::Name(name) => self.named(name, true),
            Token::Word(word) => match word.as_str() {
                "case" => self.case(),
                "array" if self.sign("[") => Some(Tree::node("array", self.list("]")?)),
                "cast" if self.sign("(") => {
                    let tree = self.expression(0)?;
                    self.word("as").then_some(())?;
                    let ty = self.type_name()?;
                    self.sign(")").then_some(())?;
                    Some(cast(tree, &ty))
                }
                _ => self.named(word, false),
            },
        }
    }

    /// A column, a function, a constant, or a literal behind the name of its type.
    fn named(&mut self, mut name: String, quoted: bool) -> Option<Tree> {
        while self.sign(".") {
            name = self.name()?;
        }
        if self.sign("(") {
            let parts = self.arguments()?;
            return Some(call(self.database, name, parts));
        }
        if let (Some(Token::Text(text)), false) = (self.tokens.get(self.at), quoted) {
            let literal = Tree::Text(text.clone());
            self.at += 1;
            return Some(match name.as_str() {
                "x" | "b" => Tree::node(&name, vec![literal]),
                _ => literal,
            });
        }
        Some(match (name.as_str(), self.database) {
            _ if quoted => Tree::Name(name),
            ("current_timestamp", _) => Tree::node("now", Vec::new()),
            ("true", Database::Sqlite | Database::Mysql) => Tree::Number("1".into()),
            ("false", Database::Sqlite | Database::Mysql) => Tree::Number("0".into()),
            _ => Tree::Name(name),
        })
    }

    pub(super) fn name(&mut self) -> Option<String> {
        let (Token::Word(name) | Token::Name(name)) = self.tokens.get(self.at)?.clone() else {
            return None;
        };
        self.at += 1;
        Some(name)
    }

    pub(super) fn word(&mut self, word: &str) -> bool {
        self.words(&[word])
    }

    /// Takes words if they are the next ones.
    pub(super) fn words(&mut self, words: &[&str]) -> bool {
        let next = self.tokens[self.at.min(self.tokens.len())..].iter();
        let is =
            |(token, word): (&Token, &&str)| matches!(token, Token::Word(next) if next == word);
        let all = next.len() >= words.len() && next.zip(words).all(is);
        if all {
            self.at += words.len();
        }
        all
    }

    pub(super) fn sign(&mut self, sign: &str) -> bool {
        let is = matches!(self.tokens.get(self.at), Some(Token::Sign(next)) if next == sign);
        self.at += usize::from(is);
        is
    }
}
