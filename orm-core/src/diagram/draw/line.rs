//! A foreign key: a line, and at its ends how many rows there may be.

use std::fmt::Write as _;

use super::super::entity::{Entity, Relation};
use super::super::layout::Point;
use super::super::text::escape;
use super::Frame;
use crate::snapshot::Action;

/// Of a bend.
const RADIUS: f64 = 5.0;
/// Half of what an end is high.
const HALF: f64 = 4.0;

/// The line from child to parent.
pub(super) fn draw(
    svg: &mut String,
    entities: &[Entity<'_>],
    relation: &Relation<'_>,
    points: &[Point],
    tone: usize,
) {
    let [first, second, ..] = *points else {
        return;
    };
    let (before, last) = (points[points.len() - 2], points[points.len() - 1]);
    let way = way(points);
    let title = escape(&words(entities, relation));
    let _ = write!(
        svg,
        "<g class=\"line\"><title>{title}</title><path class=\"reach\" d=\"{way}\"/>\
         <path class=\"way t{tone}\" d=\"{way}\"/>"
    );
    let out = (second.0 - first.0).signum();
    if relation.single {
        bars(svg, first, out, tone, &[6.0]);
        ring(svg, first, out * 12.5, tone);
    } else {
        let ((x, y), tip) = (first, first.0 + out * 11.0);
        let _ = write!(
            svg,
            "<path class=\"end t{tone}\" d=\"M{x} {}L{tip} {y}L{x} {}\"/>",
            y - HALF,
            y + HALF
        );
        ring(svg, first, out * 15.5, tone);
    }
    let out = (before.0 - last.0).signum();
    if relation.optional {
        bars(svg, last, out, tone, &[6.0]);
        ring(svg, last, out * 12.5, tone);
    } else {
        bars(svg, last, out, tone, &[6.0, 10.0]);
    }
    svg.push_str("</g>\n");
}

/// A path with round bends.
fn way(points: &[Point]) -> String {
    let mut way = String::new();
    for (nth, (x, y)) in points.iter().copied().enumerate() {
        let before = nth.checked_sub(1).map(|before| points[before]);
        match (before, points.get(nth + 1)) {
            (None, _) => _ = write!(way, "M{x} {y}"),
            (_, None) => _ = write!(way, "L{x} {y}"),
            (Some(before), Some(behind)) => {
                let towards = |(to_x, to_y): Point, room: f64| {
                    let length = ((to_x - x).powi(2) + (to_y - y).powi(2)).sqrt();
                    let by = RADIUS.min(length * room) / length;
                    (x + (to_x - x) * by, y + (to_y - y) * by)
                };
                let (ax, ay) = towards(before, 0.5);
                let (bx, by) = towards(*behind, 0.5);
                _ = write!(way, "L{ax} {ay}Q{x} {y} {bx} {by}");
            }
        }
    }
    way
}

fn bars(svg: &mut String, (x, y): Point, out: f64, tone: usize, at: &[f64]) {
    let _ = write!(svg, "<path class=\"end t{tone}\" d=\"");
    for at in at {
        let _ = write!(svg, "M{} {}v{}", x + out * at, y - HALF, 2.0 * HALF);
    }
    svg.push_str("\"/>");
}

fn ring(svg: &mut String, (x, y): Point, by: f64, tone: usize) {
    let x = x + by;
    let _ = write!(
        svg,
        "<circle class=\"t{tone}\" cx=\"{x}\" cy=\"{y}\" r=\"3.5\"/>"
    );
}

/// Joins the rows of a key of several columns, inside of the boxes.
pub(super) fn join(svg: &mut String, relation: &Relation<'_>, points: &[Point], corners: &[Point]) {
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return;
    };
    let ends = [
        (relation.child, &relation.child_rows, first.0),
        (relation.parent, &relation.parent_rows, last.0),
    ];
    for (node, rows, x) in ends {
        if rows.len() < 2 {
            continue;
        }
        let (left, top) = corners[node];
        let inside = if x > left { -1.0 } else { 1.0 };
        let middles = rows.iter().map(|row| top + Frame::middle(Some(*row)));
        let middles: Vec<f64> = middles.collect();
        let upper = middles.iter().copied().fold(f64::INFINITY, f64::min);
        let lower = middles.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let bar = x + inside * 6.0;
        let _ = write!(svg, "<path class=\"join\" d=\"M{bar} {upper}V{lower}");
        for y in middles {
            let _ = write!(svg, "M{x} {y}H{}", x + inside * 9.0);
        }
        svg.push_str("\"/>\n");
    }
}

/// A foreign key in words.
fn words(entities: &[Entity<'_>], relation: &Relation<'_>) -> String {
    let side = |name: &str, columns: &[String]| match columns {
        [] => name.to_owned(),
        [column] => format!("{name}.{column}"),
        columns => format!("{name} ({})", columns.join(", ")),
    };
    let key = relation.key;
    let child = entities[relation.child].name.to_string();
    let parent = entities[relation.parent].name.to_string();
    let parent_columns: Vec<String> = (relation.parent_rows.iter())
        .map(|row| entities[relation.parent].rows[*row].name.to_owned())
        .collect();
    let mut words = format!(
        "{} → {}",
        side(&child, &key.columns),
        side(&parent, &parent_columns)
    );
    for (word, action) in [("delete", key.on_delete), ("update", key.on_update)] {
        if !matches!(action, Action::NoAction) {
            let _ = write!(words, ", on {word} {}", action.sql().to_lowercase());
        }
    }
    words
}
