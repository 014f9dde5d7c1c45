//! Type-level identities: which table, which column.
//!
//! A table's identity is a hash of package, version, module path and name, as
//! a list of hexadecimal digit types; a column's is its position. Equality is a
//! projection ([`Same::Out`]), never a missing impl, so that both answers can
//! be used further.

/// Type-level truth.
#[derive(Debug, Clone, Copy)]
pub struct True;
/// Type-level falsehood.
#[derive(Debug, Clone, Copy)]
pub struct False;

/// Type-level conjunction and disjunction.
pub trait Truth {
    /// `Self && Other`
    type And<Other: Truth>: Truth;
    /// `Self || Other`
    type Or<Other: Truth>: Truth;
    /// `if Self { A } else { B }`
    type If<A, B>;
}

impl Truth for True {
    type And<Other: Truth> = Other;
    type Or<Other: Truth> = True;
    type If<A, B> = A;
}

impl Truth for False {
    type And<Other: Truth> = False;
    type Or<Other: Truth> = Other;
    type If<A, B> = B;
}

/// Whether two identities are equal.
pub trait Same<Other> {
    /// [`True`] or [`False`].
    type Out: Truth;
}

impl<A, B, C, D> Same<(C, D)> for (A, B)
where
    A: Same<C>,
    B: Same<D>,
{
    type Out = <A::Out as Truth>::And<B::Out>;
}

macro_rules! digits {
    ([$($digit:ident),*]) => {
        $(
            #[doc(hidden)]
            #[derive(Debug, Clone, Copy)]
            pub struct $digit;

            // A longer list of digits is another one.
            impl<A, B> Same<(A, B)> for $digit {
                type Out = False;
            }
            impl<A, B> Same<$digit> for (A, B) {
                type Out = False;
            }
        )*
        digits!(@each [$($digit),*] [$($digit),*]);
    };
    (@each [$($digit:ident),*] $all:tt) => {
        $(digits!(@one $digit $all);)*
    };
    (@one $digit:ident [$($other:ident),*]) => {
        $(
            impl Same<$other> for $digit {
                type Out = digits!(@same $digit $other);
            }
        )*
    };
    (@same X0 X0) => { True };
    (@same X1 X1) => { True };
    (@same X2 X2) => { True };
    (@same X3 X3) => { True };
    (@same X4 X4) => { True };
    (@same X5 X5) => { True };
    (@same X6 X6) => { True };
    (@same X7 X7) => { True };
    (@same X8 X8) => { True };
    (@same X9 X9) => { True };
    (@same XA XA) => { True };
    (@same XB XB) => { True };
    (@same XC XC) => { True };
    (@same XD XD) => { True };
    (@same XE XE) => { True };
    (@same XF XF) => { True };
    (@same $a:ident $b:ident) => { False };
}

digits!([
    X0, X1, X2, X3, X4, X5, X6, X7, X8, X9, XA, XB, XC, XD, XE, XF
]);
