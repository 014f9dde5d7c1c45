//! A box: the name of a table, and a row for each column.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::super::entity::{Entity, Row, What};
use super::super::layout::Point;
use super::super::text::{cut, escape, width};

const HEAD: f64 = 30.0;
const ROW: f64 = 22.0;
const BOTTOM: f64 = 5.0;
/// At both sides of a box.
const PAD: f64 = 12.0;
/// Between the marks, the name and the type.
const GAP: f64 = 12.0;
/// Of the marks, which are smaller.
const SMALL: f64 = 0.85;
const LONGEST_TYPE: usize = 32;

/// A box, and how wide its parts are.
pub(super) struct Frame<'s> {
    entity: &'s Entity<'s>,
    pub(super) width: f64,
    /// Where names begin.
    name: f64,
    types: Vec<Cow<'s, str>>,
}

impl<'s> Frame<'s> {
    pub(super) fn new(entity: &'s Entity<'s>) -> Self {
        let rows = &entity.rows;
        let widest = |widths: &mut dyn Iterator<Item = f64>| widths.fold(0.0, f64::max);
        let marks = widest(&mut rows.iter().map(|row| width(&marks(row)) * SMALL));
        let names = widest(&mut rows.iter().map(|row| width(row.name)));
        let types: Vec<Cow<'_, str>> = rows.iter().map(|row| short(row)).collect();
        let all_types = widest(&mut types.iter().map(|ty| width(ty)));
        let name = if marks > 0.0 { PAD + marks + GAP } else { PAD };
        let mut head = width(&entity.name.to_string());
        if let Some(tag) = tag(entity.what) {
            head += GAP + width(tag) * SMALL;
        }
        let body = match rows.is_empty() {
            true => 0.0,
            false => name + names + GAP + all_types + PAD,
        };
        Frame {
            entity,
            // Names of tables are bold, which may be wider.
            width: body.max(2.0 * PAD + head * 1.04).max(120.0).ceil(),
            name,
            types,
        }
    }

    pub(super) fn height(&self) -> f64 {
        match self.entity.rows.len() {
            0 => HEAD,
            rows => HEAD + rows as f64 * ROW + BOTTOM,
        }
    }

    /// How far below the upper edge the middle of a row is; without a row that of the name.
    pub(super) fn middle(row: Option<usize>) -> f64 {
        row.map_or(HEAD / 2.0, |row| HEAD + row as f64 * ROW + ROW / 2.0)
    }

    pub(super) fn draw(&self, svg: &mut String, (x, y): Point, tone: Option<usize>) {
        let (entity, width, height) = (self.entity, self.width, self.height());
        let class = match entity.what {
            What::Table => "table",
            What::View | What::MaterializedView => "table view",
            What::Elsewhere => "table elsewhere",
        };
        let _ = write!(
            svg,
            "<g class=\"{class}\" transform=\"translate({x} {y})\">\
             <rect class=\"box\" width=\"{width}\" height=\"{height}\" rx=\"6\"/>\
             <path class=\"head\" d=\"M0.5 {HEAD}V6A5.5 5.5 0 0 1 6 0.5H{}A5.5 5.5 0 0 1 {} 6V{HEAD}Z\"/>",
            width - 6.0,
            width - 0.5,
        );
        if let Some(tone) = tone {
            let end = width - 0.5;
            let _ = write!(
                svg,
                "<path class=\"t{tone}\" stroke-width=\"2\" d=\"M0.5 {HEAD}H{end}\"/>"
            );
        }
        svg.push_str("<g>");
        if let Some(comment) = entity.comment {
            let _ = write!(svg, "<title>{}</title>", escape(comment));
        }
        let _ = write!(svg, "<text class=\"title\" x=\"{PAD}\" y=\"19.5\">");
        if let Some(schema) = &entity.name.schema {
            let schema = escape(schema);
            let _ = write!(svg, "<tspan class=\"dim\">{schema}.</tspan>");
        }
        let _ = write!(svg, "{}</text>", escape(&entity.name.name));
        if let Some(tag) = tag(entity.what) {
            let end = width - PAD;
            let _ = write!(
                svg,
                "<text class=\"mark\" x=\"{end}\" y=\"19\" text-anchor=\"end\">{tag}</text>"
            );
        }
        svg.push_str("</g>\n");
        for (nth, (row, ty)) in entity.rows.iter().zip(&self.types).enumerate() {
            self.row(svg, nth, row, ty);
        }
        svg.push_str("</g>\n");
    }

    fn row(&self, svg: &mut String, nth: usize, row: &Row<'_>, ty: &str) {
        let y = Self::middle(Some(nth)) + 4.0;
        let _ = write!(svg, "<g><title>{}</title>", escape(&words(row)));
        let marks = marks(row);
        if !marks.is_empty() {
            let _ = write!(
                svg,
                "<text class=\"mark\" x=\"{PAD}\" y=\"{y}\">{marks}</text>"
            );
        }
        let (name, ty) = (escape(row.name), escape(ty));
        let class = if row.primary { " class=\"title\"" } else { "" };
        let end = self.width - PAD;
        let _ = writeln!(
            svg,
            "<text{class} x=\"{}\" y=\"{y}\">{name}</text>\
             <text class=\"type\" x=\"{end}\" y=\"{y}\" text-anchor=\"end\">{ty}</text></g>",
            self.name,
        );
    }
}

fn tag(what: What) -> Option<&'static str> {
    match what {
        What::Table => None,
        What::View => Some("view"),
        What::MaterializedView => Some("materialized view"),
        What::Elsewhere => Some("elsewhere"),
    }
}

fn marks(row: &Row<'_>) -> String {
    let marks = [(row.primary, "PK"), (row.foreign, "FK"), (row.unique, "U")];
    let marks = marks.iter().filter(|one| one.0).map(|one| one.1);
    marks.collect::<Vec<_>>().join(" ")
}

/// The type as there is room for it: PostgreSQL's long names by their short ones.
fn short<'s>(row: &Row<'s>) -> Cow<'s, str> {
    let ty = row.ty.replace("character varying", "varchar");
    let ty = ty.replace(" without time zone", "");
    let ty = match ty.strip_suffix(" with time zone") {
        None => ty,
        // Digits stand behind the word.
        Some(zoned) => match zoned.strip_prefix("timestamp") {
            Some(digits) => format!("timestamptz{digits}"),
            None => zoned.replacen("time", "timetz", 1),
        },
    };
    let mut ty = cut(&ty, LONGEST_TYPE).into_owned();
    if row.nullable {
        ty.push('?');
    }
    Cow::Owned(ty)
}

/// A column in words.
fn words(row: &Row<'_>) -> String {
    let mut words = format!("{} {}", row.name, row.ty);
    let said = [
        (row.nullable, ", may be NULL"),
        (row.primary, ", primary key"),
        (row.foreign, ", foreign key"),
        (row.unique, ", unique"),
    ];
    said.iter()
        .filter(|one| one.0)
        .for_each(|one| words.push_str(one.1));
    if let Some(comment) = row.comment {
        words.push_str(": ");
        words.push_str(comment);
    }
    words
}
