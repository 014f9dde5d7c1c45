//! Foreign keys of several columns: `belongs_to(contract: Contract, on(a, b))`.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Ident, Token, Type};

use super::field::{ACTIONS, Action, DEFERRABLE, DeferrableAttr};
use super::item::{Errors, Item, ItemValue, chosen};

/// A foreign key of several columns.
#[derive(Clone)]
pub(crate) struct ParentAttr {
    pub(crate) relation: Ident,
    pub(crate) parent: Type,
    pub(crate) columns: Vec<Ident>,
    pub(crate) on_delete: Option<(Action, Span)>,
    pub(crate) on_update: Option<(Action, Span)>,
    pub(crate) deferrable: Option<DeferrableAttr>,
    pub(crate) explicit_join: Option<Span>,
}

const EXAMPLE: &str = "write `belongs_to(contract: Contract, on(customer_id, contract_no))` with the fields in the order of the parent's key; of one column: `#[model(belongs_to = Contract)]` on the field";

impl ParentAttr {
    pub(crate) fn read(item: &Item, errors: &mut Errors) -> Option<Self> {
        let ItemValue::Arguments(tokens, span) = &item.value else {
            errors.push(syn::Error::new(item.name.span(), EXAMPLE));
            return None;
        };
        match parse.parse2(tokens.clone()) {
            Ok((read, mut found)) => {
                errors.append(&mut found);
                Some(read)
            }
            Err(_) => {
                errors.push(syn::Error::new(*span, EXAMPLE));
                None
            }
        }
    }
}

fn parse(input: ParseStream<'_>) -> syn::Result<(ParentAttr, Errors)> {
    let mut errors = Errors::new();
    let relation = input.call(Ident::parse_any)?;
    input.parse::<Token![:]>()?;
    let mut read = ParentAttr {
        relation,
        parent: input.parse()?,
        columns: Vec::new(),
        on_delete: None,
        on_update: None,
        deferrable: None,
        explicit_join: None,
    };
    while !input.is_empty() {
        input.parse::<Token![,]>()?;
        if input.is_empty() {
            break;
        }
        let name = input.call(Ident::parse_any)?;
        match name.to_string().as_str() {
            "on" => {
                let columns;
                syn::parenthesized!(columns in input);
                let names = columns.parse_terminated(Ident::parse_any, Token![,])?;
                read.columns = names.into_iter().collect();
            }
            "explicit_join" => read.explicit_join = Some(name.span()),
            "deferrable" if !input.peek(Token![=]) => {
                read.deferrable = Some(DeferrableAttr::InitiallyImmediate);
            }
            word @ ("on_delete" | "on_update" | "deferrable") => {
                input.parse::<Token![=]>()?;
                let value = input.call(Ident::parse_any)?;
                match word {
                    "deferrable" => {
                        read.deferrable = chosen(word, &value, DEFERRABLE, &mut errors);
                    }
                    _ => {
                        let action = chosen(word, &value, ACTIONS, &mut errors);
                        let action = action.map(|action| (action, name.span()));
                        match word {
                            "on_delete" => read.on_delete = action,
                            _ => read.on_update = action,
                        }
                    }
                }
            }
            _ => return Err(syn::Error::new(name.span(), EXAMPLE)),
        }
    }
    if read.columns.is_empty() {
        return Err(input.error(EXAMPLE));
    }
    Ok((read, errors))
}
