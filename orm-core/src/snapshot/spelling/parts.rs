//! The longer parts of an expression: arguments, lists, CASE, names of types.

use super::expression::Tree;
use super::parser::Parser;
use super::tokens::Token;

impl Parser {
    /// What stands between a function's brackets, with words such as FROM and USING.
    pub(super) fn arguments(&mut self) -> Option<Vec<Tree>> {
        let mut parts = Vec::new();
        while !self.sign(")") {
            if self.sign(",") {
                continue;
            }
            const BETWEEN: [&str; 8] = [
                "from", "for", "using", "both", "leading", "trailing", "placing", "distinct",
            ];
            match self.tokens.get(self.at)? {
                Token::Word(word) if BETWEEN.contains(&word.as_str()) => {
                    parts.push(Tree::Name(word.clone()));
                    self.at += 1;
                }
                _ => parts.push(self.expression(0)?),
            }
        }
        Some(parts)
    }

    pub(super) fn list(&mut self, close: &str) -> Option<Vec<Tree>> {
        let mut list = Vec::new();
        while !self.sign(close) {
            if !list.is_empty() {
                self.sign(",").then_some(())?;
            }
            list.push(self.expression(0)?);
        }
        Some(list)
    }

    pub(super) fn case(&mut self) -> Option<Tree> {
        let mut parts = Vec::new();
        while !self.word("end") {
            match self.tokens.get(self.at)? {
                Token::Word(word) if ["when", "then", "else"].contains(&word.as_str()) => {
                    parts.push(Tree::Name(word.clone()));
                    self.at += 1;
                }
                _ => parts.push(self.expression(0)?),
            }
        }
        Some(Tree::node("case", parts))
    }

    /// The name of a type behind a cast.
    pub(super) fn type_name(&mut self) -> Option<String> {
        let mut name = self.name()?;
        while self.sign(".") {
            name = self.name()?;
        }
        let more = |parser: &mut Self, words: &[&str]| parser.words(words);
        let _ = more(self, &["precision"]) || more(self, &["varying"]) || more(self, &["unsigned"]);
        if self.sign("(") {
            self.list(")")?;
        }
        let _ = more(self, &["with", "time", "zone"]) || more(self, &["without", "time", "zone"]);
        while self.sign("[") {
            self.list("]")?;
            name.push_str("[]");
        }
        Some(name)
    }
}
