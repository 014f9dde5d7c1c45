//! [`blocking!`]: the blocking form of an async text.
//!
//! The product promises the same methods on both sides, with `.await` added. Scenarios are
//! therefore written once, as async text, and this macro makes the other form of it by leaving
//! words out. It knows no types and decides nothing else: a text whose blocking form does not
//! compile shows a promise that is not kept.
//!
//! The published `maybe-async` parses its input, and what stands inside of another macro's
//! parentheses is no syntax tree yet: `assert_eq!(count.await?, 1)` keeps its `.await` there.
//! Here tokens are left out, at any depth.

use std::iter::Peekable;

use proc_macro::token_stream::IntoIter;
use proc_macro::{Delimiter, Group, TokenStream, TokenTree};

/// Leaves out every `.await` and every `async`, also inside of macro calls.
///
/// `async fn` becomes `fn`, `async |x| ..` becomes `|x| ..`, and `async {}` as well as
/// `async move {}` a plain block. The other tokens keep their places, so that an error points at
/// the text as it was written.
///
/// ```
/// use orm_tests_blocking::blocking;
///
/// fn ready<T>(value: T) -> T {
///     value
/// }
///
/// blocking! {
///     async fn twice(number: i32) -> i32 {
///         ready(number).await + ready(number).await
///     }
/// }
///
/// blocking!(assert_eq!(twice(2).await, 4));
/// ```
///
/// A macro that is called in the text is given its tokens without them; what it then brings in
/// itself is not seen.
#[proc_macro]
pub fn blocking(text: TokenStream) -> TokenStream {
    strip(text).0
}

/// The text without the words, and whether there were any.
fn strip(text: TokenStream) -> (TokenStream, bool) {
    let mut kept = Vec::new();
    let mut found = false;
    let mut tokens = text.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(dot) if dot.as_char() == '.' && is_word(tokens.peek(), "await") => {
                tokens.next();
                found = true;
            }
            TokenTree::Ident(word) if word.to_string() == "async" => {
                skip_move_of_block(&mut tokens);
                found = true;
            }
            TokenTree::Group(group) => {
                let (inner, inside) = strip(group.stream());
                found |= inside;
                // A group that is made anew has one place for both of its delimiters.
                kept.push(TokenTree::Group(if inside {
                    let mut stripped = Group::new(group.delimiter(), inner);
                    stripped.set_span(group.span());
                    stripped
                } else {
                    group
                }));
            }
            other => kept.push(other),
        }
    }
    (TokenStream::from_iter(kept), found)
}

fn is_word(token: Option<&TokenTree>, word: &str) -> bool {
    matches!(token, Some(TokenTree::Ident(ident)) if ident.to_string() == word)
}

/// `async move {}`: a plain block moves nothing. A closure keeps its `move`.
fn skip_move_of_block(tokens: &mut Peekable<IntoIter>) {
    if !is_word(tokens.peek(), "move") {
        return;
    }
    let mut ahead = tokens.clone();
    ahead.next();
    if matches!(ahead.peek(), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace)
    {
        tokens.next();
    }
}
