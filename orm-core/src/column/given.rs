//! What a setter of a form takes for a field.

/// A value that a field of type `F` can be set to: the type itself or a
/// reference to it, the inner type of an `Option`, a `&str` for text.
///
/// Not `Into`, because an integer literal must find its one type.
#[diagnostic::on_unimplemented(
    message = "a field of the type `{F}` cannot be set to `{Self}`",
    label = "a value of another type",
    note = "give a `{F}`; for an `Option` also the value inside, for a text also a `&str`"
)]
pub trait IntoField<F> {
    /// The field's value.
    fn into_field(self) -> F;
}

impl<F> IntoField<F> for F {
    fn into_field(self) -> F {
        self
    }
}

impl<F> IntoField<Option<F>> for F {
    fn into_field(self) -> Option<F> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl IntoField<String> for &str {
    fn into_field(self) -> String {
        self.to_owned()
    }
}

#[diagnostic::do_not_recommend]
impl IntoField<Option<String>> for &str {
    fn into_field(self) -> Option<String> {
        Some(self.to_owned())
    }
}

#[diagnostic::do_not_recommend]
impl<F: Clone> IntoField<F> for &F {
    fn into_field(self) -> F {
        self.clone()
    }
}
