//! [`carried`]: the span of a caller, on the thread that works for him.

/// Work for another thread, inside of the span that is entered here: the spans of its statements belong
/// to whoever waits for them. Without the feature `tracing`, the work as it is.
pub fn carried<T>(work: impl FnOnce() -> T) -> impl FnOnce() -> T {
    #[cfg(feature = "tracing")]
    let span = tracing::Span::current();
    move || {
        #[cfg(feature = "tracing")]
        let _in_span = span.entered();
        work()
    }
}
