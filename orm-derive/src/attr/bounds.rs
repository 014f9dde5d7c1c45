//! `length(1..=80)` and `range(0..)`: bounds as ranges of literals.

use proc_macro2::{Span, TokenStream};
use syn::{Expr, ExprLit, ExprRange, Lit, RangeLimits, UnOp};

use super::item::{Errors, Item, ItemValue};

/// One end, as text.
#[derive(Clone)]
pub(crate) struct BoundText {
    pub(crate) text: String,
    pub(crate) included: bool,
}

/// Both ends of a range.
#[derive(Clone)]
pub(crate) struct Bounds {
    pub(crate) min: Option<BoundText>,
    pub(crate) max: Option<BoundText>,
    pub(crate) span: Span,
}

impl Bounds {
    /// Reads the bounds of an item.
    pub(crate) fn read(item: &Item, errors: &mut Errors) -> Option<Self> {
        let name = item.name.to_string();
        let example = if name == "length" {
            "length(1..=80)"
        } else {
            "range(0..)"
        };
        let ItemValue::Arguments(tokens, span) = &item.value else {
            errors.push(syn::Error::new(
                item.name.span(),
                format!("write `{example}`"),
            ));
            return None;
        };
        match Self::parse(tokens.clone(), *span) {
            Some(bounds) => {
                bounds.check(&name, errors);
                Some(bounds)
            }
            None => {
                let message = format!("write a range of numbers: `{example}`");
                errors.push(syn::Error::new(*span, message));
                None
            }
        }
    }

    fn parse(tokens: TokenStream, span: Span) -> Option<Self> {
        let expr: Expr = syn::parse2(tokens).ok()?;
        let (min, max) = match &expr {
            Expr::Range(ExprRange {
                start, end, limits, ..
            }) => {
                let included = matches!(limits, RangeLimits::Closed(_));
                let min = match start {
                    Some(start) => Some(BoundText {
                        text: number(start)?,
                        included: true,
                    }),
                    None => None,
                };
                let max = match end {
                    Some(end) => Some(BoundText {
                        text: number(end)?,
                        included,
                    }),
                    None => None,
                };
                (min, max)
            }
            // One number: exactly that.
            other => {
                let exact = BoundText {
                    text: number(other)?,
                    included: true,
                };
                (Some(exact.clone()), Some(exact))
            }
        };
        (min.is_some() || max.is_some()).then_some(Bounds { min, max, span })
    }

    fn check(&self, name: &str, errors: &mut Errors) {
        let value = |bound: &BoundText| bound.text.parse::<f64>().ok();
        let ends = (
            self.min.as_ref().and_then(value),
            self.max.as_ref().and_then(value),
        );
        if let (Some(min), Some(max)) = ends {
            let empty = min > max || (min >= max && !self.max.as_ref().is_some_and(|b| b.included));
            if empty {
                let message = format!("no value is inside this {name}");
                errors.push(syn::Error::new(self.span, message));
            }
        }
        if name == "length" {
            for bound in [&self.min, &self.max].into_iter().flatten() {
                if bound.text.parse::<usize>().is_err() {
                    let message = "a length is counted in whole characters, from 0";
                    errors.push(syn::Error::new(self.span, message));
                }
            }
        }
    }

    /// Both ends as whole numbers, both included.
    pub(crate) fn lengths(&self) -> (Option<usize>, Option<usize>) {
        let min = self.min.as_ref().and_then(|bound| bound.text.parse().ok());
        let max = self.max.as_ref().and_then(|bound| {
            let max: usize = bound.text.parse().ok()?;
            Some(if bound.included {
                max
            } else {
                max.saturating_sub(1)
            })
        });
        (min, max)
    }
}

/// A number literal's digits, with its sign and without separators and suffix.
pub(crate) fn number(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Lit(ExprLit {
            lit: Lit::Int(int), ..
        }) => Some(int.base10_digits().to_owned()),
        Expr::Lit(ExprLit {
            lit: Lit::Float(float),
            ..
        }) => Some(float.base10_digits().to_owned()),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => {
            Some(format!("-{}", number(&unary.expr)?))
        }
        Expr::Paren(paren) => number(&paren.expr),
        Expr::Group(group) => number(&group.expr),
        _ => None,
    }
}
