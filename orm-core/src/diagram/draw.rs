//! A schema as a picture.

mod frame;
mod line;
mod style;

use std::fmt::Write as _;

use self::frame::Frame;
use super::entity::read;
use super::layout::{Link, Node, layout};
use super::text;
use crate::snapshot::Snapshot;

/// Around the whole.
const MARGIN: f64 = 24.0;
const LEGEND: &str = "PK primary key · FK foreign key · U unique · ? may be NULL";

/// The schema as a picture that stands alone: an SVG of boxes with columns, and lines with crow's
/// feet from each foreign key to the key that it refers to.
///
/// It is for light and for dark surroundings, has no scripts and loads nothing. A pointer on a line
/// or a column shows what it is in words. Types that are too long to be read are cut there.
///
/// ```
/// use orm_core::prelude::*;
/// use orm_core::backend::Database;
/// use orm_core::snapshot::Snapshot;
///
/// #[derive(Model)]
/// struct Customer { #[model(generated)] id: i64, #[model(unique)] email: String }
///
/// #[derive(Model)]
/// struct Order { #[model(generated)] id: i64, #[model(belongs_to = Customer)] customer_id: i64 }
///
/// let snapshot = Snapshot::of(schema![Customer, Order], Database::Sqlite);
/// let picture = orm_core::diagram::svg(&snapshot);
/// assert!(picture.starts_with("<svg "));
/// assert!(picture.contains("orders.customer_id → customers.id"));
/// ```
#[must_use]
pub fn svg(snapshot: &Snapshot) -> String {
    let (entities, relations) = read(snapshot);
    let frames: Vec<Frame<'_>> = entities.iter().map(Frame::new).collect();
    let nodes: Vec<Node> = frames
        .iter()
        .map(|frame| Node {
            width: frame.width,
            height: frame.height(),
        })
        .collect();
    let links: Vec<Link> = relations
        .iter()
        .map(|relation| Link {
            child: relation.child,
            child_at: Frame::middle(relation.child_rows.first().copied()),
            parent: relation.parent,
            parent_at: Frame::middle(relation.parent_rows.first().copied()),
            optional: relation.optional,
        })
        .collect();
    let layout = layout(&nodes, &links);
    let tones = tones(entities.len(), &links);

    let width = (layout.width.max(text::width(LEGEND)) + 2.0 * MARGIN).ceil();
    let bottom = layout.height + 2.0 * MARGIN;
    let height = (bottom + MARGIN).ceil();
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"Tables and foreign keys\">\n\
         <style>{}</style>\n<rect class=\"page\" width=\"{width}\" height=\"{height}\"/>\n\
         <g transform=\"translate({MARGIN} {MARGIN})\">\n",
        style::STYLE
    );
    for (relation, points) in relations.iter().zip(&layout.lines) {
        let tone = tones[relation.parent].unwrap_or_default();
        line::draw(&mut svg, &entities, relation, points, tone);
    }
    for ((frame, corner), tone) in frames.iter().zip(&layout.corners).zip(&tones) {
        frame.draw(&mut svg, *corner, *tone);
    }
    for (relation, points) in relations.iter().zip(&layout.lines) {
        line::join(&mut svg, relation, points, &layout.corners);
    }
    let y = bottom - MARGIN;
    let _ = writeln!(svg, "<text class=\"dim\" x=\"0\" y=\"{y}\">{LEGEND}</text>");
    svg.push_str("</g>\n</svg>\n");
    svg
}

/// What refers to one table is of one tone; neighbours in the list differ.
fn tones(count: usize, links: &[Link]) -> Vec<Option<usize>> {
    let mut next = (0..style::TONES).cycle();
    let is_parent = |node: usize| links.iter().any(|link| link.parent == node);
    (0..count)
        .map(|node| is_parent(node).then(|| next.next().unwrap_or_default()))
        .collect()
}
