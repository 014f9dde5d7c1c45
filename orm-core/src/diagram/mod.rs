//! Pictures of a schema: tables, their columns, and the foreign keys between them.
//!
//! [`mermaid`] is text for pages that draw it themselves, [`svg`] a picture that stands alone. Both
//! are pure, take a [`Snapshot`], and say the same schema in the same bytes each time.
//!
//! Stages: `entity` reads of the snapshot what is drawn, `text` says how wide it is, `layout` finds
//! places and lines, `draw` writes the picture.

mod draw;
mod entity;
mod layout;
mod mermaid;
mod text;

pub use draw::svg;
pub use mermaid::mermaid;

#[cfg(doc)]
use crate::snapshot::Snapshot;
