//! Parts beside each other, in a picture of a good shape.

use super::{ASPECT, GAP, Point};

/// A corner for each part, and the size of the whole.
///
/// Each part, the highest first, goes where its upper edge is highest, above what is there already.
pub(super) fn pack(sizes: &[Point]) -> (Vec<Point>, Point) {
    let area: f64 = sizes.iter().map(|(w, h)| (w + GAP) * (h + GAP)).sum();
    let widest = sizes.iter().map(|size| size.0).fold(0.0, f64::max);
    let whole = widest.max((area * ASPECT).sqrt());
    let mut ordered: Vec<usize> = (0..sizes.len()).collect();
    ordered.sort_by(|one, other| sizes[*other].1.total_cmp(&sizes[*one].1));

    // Where the parts so far end, from left to right: from here on, so far down.
    let mut line: Vec<Point> = vec![(0.0, 0.0)];
    let mut corners = vec![(0.0, 0.0); sizes.len()];
    let mut size: Point = (0.0, 0.0);
    for part in ordered {
        let (width, height) = sizes[part];
        let under = |x: f64| {
            let covers = |(at, (from, _)): (usize, &Point)| {
                let end = line.get(at + 1).map_or(f64::INFINITY, |next| next.0);
                *from < x + width + GAP && end > x
            };
            let steps = line.iter().enumerate().filter(|step| covers(*step));
            steps.map(|(_, step)| step.1).fold(0.0, f64::max)
        };
        let places = line.iter().map(|(x, _)| (*x, under(*x)));
        let fits = places.filter(|(x, _)| *x == 0.0 || x + width <= whole);
        let least = fits.min_by(|one, other| one.1.total_cmp(&other.1));
        let (x, y) = least.unwrap_or_default();
        corners[part] = (x, y);
        size = (size.0.max(x + width), size.1.max(y + height));

        let end = x + width + GAP;
        let rest = line
            .iter()
            .rev()
            .find(|step| step.0 <= end)
            .map(|step| step.1);
        line.retain(|step| step.0 < x || step.0 > end);
        line.push((x, y + height + GAP));
        line.extend(rest.map(|rest| (end, rest)));
        line.sort_by(|one, other| one.0.total_cmp(&other.0));
    }
    (corners, size)
}
