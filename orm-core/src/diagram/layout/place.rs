//! How far down each item stands: near its neighbours, in the order of its column.

use super::GAP;
use super::trunk::Grid;

const SWEEPS: usize = 14;
/// How much higher than its highest column a part may be.
const SLACK: f64 = 40.0;
/// Between two lanes.
const LANES: f64 = 10.0;
/// Between a lane and a box.
const PASSING: f64 = 16.0;
/// How much less may be between two items, where else lines would lie upon each other.
const CLOSER: f64 = 6.0;
/// A bend that is not higher is made straight, if there is room.
const SMALL: f64 = 14.0;

/// The upper edge of each item, in whole pixels.
pub(super) fn place(grid: &Grid) -> Vec<f64> {
    let mut tops = vec![0.0; grid.heights.len()];
    for column in &grid.columns {
        let mut at = 0.0;
        for (nth, item) in column.iter().enumerate() {
            if nth > 0 {
                at += apart(grid, column[nth - 1], *item);
            }
            tops[*item] = at;
        }
    }
    let bottom = |column: &Vec<usize>| column.last().map(|item| tops[*item] + grid.heights[*item]);
    let bottoms = grid.columns.iter().filter_map(bottom);
    let room = bottoms.fold(0.0, f64::max) + SLACK;
    let ends = ends(grid);
    for sweep in 0..SWEEPS {
        let last = grid.columns.len();
        for step in 0..last {
            let column = if sweep % 2 == 0 {
                step
            } else {
                last - 1 - step
            };
            // First what is before, in the end what is on both sides.
            let sides = match (sweep + 2 < SWEEPS, sweep % 2 == 0) {
                (true, true) => 0..1,
                (true, false) => 1..2,
                (false, _) => 0..2,
            };
            let wish = |item: usize| wish(&ends[item][sides.clone()], &tops);
            let wished: Vec<Option<f64>> = grid.columns[column]
                .iter()
                .map(|item| wish(*item))
                .collect();
            settle(grid, &grid.columns[column], &wished, room, &mut tops);
        }
    }
    straighten(grid, &ends, &mut tops);
    tops
}

/// From the upper edge of an item to that of the next.
fn apart(grid: &Grid, above: usize, below: usize) -> f64 {
    let is_box = |item: usize| item < grid.boxes;
    grid.heights[above]
        + match (is_box(above), is_box(below)) {
            (true, true) => GAP,
            (false, false) => LANES,
            _ => PASSING,
        }
}

/// For each item its ends at the left and at the right: the other item, and how far that one's upper
/// edge is above this one's where the piece is straight.
type Ends = Vec<[Vec<(usize, f64)>; 2]>;

fn ends(grid: &Grid) -> Ends {
    let mut ends: Ends = vec![[Vec::new(), Vec::new()]; grid.heights.len()];
    for piece in grid.pieces.iter().flatten() {
        let ((left, at), (right, there)) = (piece.left, piece.right);
        ends[left][1].push((right, there - at));
        ends[right][0].push((left, at - there));
    }
    ends
}

/// Where an item would stand if it were alone: in the middle of its neighbours.
fn wish(sides: &[Vec<(usize, f64)>], tops: &[f64]) -> Option<f64> {
    let ends = sides.iter().flatten();
    let mut tops: Vec<f64> = ends.map(|(item, by)| tops[*item] + by).collect();
    tops.sort_by(f64::total_cmp);
    let count = tops.len();
    (count > 0).then(|| (tops[(count - 1) / 2] + tops[count / 2]) / 2.0)
}

/// Puts the items of a column where they wish to be, as far as their order, what must be between
/// them and the height of the whole allow: the sum of the squares of what is amiss is the least.
fn settle(grid: &Grid, column: &[usize], wished: &[Option<f64>], room: f64, tops: &mut [f64]) {
    // Without the gaps, tops must only not fall: runs of items that push each other share one.
    struct Run {
        sum: f64,
        weight: f64,
        count: usize,
    }
    let mut gaps = Vec::with_capacity(column.len());
    let mut runs: Vec<Run> = Vec::new();
    let mut gap = 0.0;
    for (nth, item) in column.iter().enumerate() {
        if nth > 0 {
            gap += apart(grid, column[nth - 1], *item);
        }
        gaps.push(gap);
        // What has no wish stays, if nothing pushes it.
        let (wish, weight) = match wished[nth] {
            Some(wish) if *item >= grid.boxes => (wish, 2.0),
            Some(wish) => (wish, 1.0),
            None => (tops[*item], 0.01),
        };
        runs.push(Run {
            sum: (wish - gap) * weight,
            weight,
            count: 1,
        });
        while let [.., above, below] = runs.as_mut_slice()
            && above.sum / above.weight > below.sum / below.weight
        {
            above.sum += below.sum;
            above.weight += below.weight;
            above.count += below.count;
            runs.pop();
        }
    }
    let last = column.last().map_or(0.0, |last| grid.heights[*last]);
    let lowest = (room - gap - last).max(0.0);
    let mut items = column.iter().zip(gaps);
    for run in runs {
        let top = (run.sum / run.weight).clamp(0.0, lowest).round();
        for (item, gap) in items.by_ref().take(run.count) {
            tops[*item] = top + gap;
        }
    }
}

/// Moves an item a little, closer to another than it would stand otherwise; false if there is no
/// room.
pub(super) fn nudge(grid: &Grid, item: usize, tops: &mut [f64]) -> bool {
    let column = &grid.columns[grid.column[item]];
    let nth = column
        .iter()
        .position(|one| *one == item)
        .unwrap_or_default();
    let fits = |top: f64| {
        let above = nth.checked_sub(1).map(|above| column[above]);
        let below = column.get(nth + 1);
        above.is_none_or(|one| tops[one] + apart(grid, one, item) - CLOSER <= top)
            && below.is_none_or(|one| top + apart(grid, item, *one) - CLOSER <= tops[*one])
    };
    let steps = [4.0, -4.0, 7.0, -7.0];
    let top = steps
        .map(|step| tops[item] + step)
        .into_iter()
        .find(|top| fits(*top));
    if let Some(top) = top {
        tops[item] = top;
    }
    top.is_some()
}

/// Moves items a little, so that a piece of theirs has no bend.
fn straighten(grid: &Grid, ends: &Ends, tops: &mut [f64]) {
    for column in &grid.columns {
        for (nth, item) in column.iter().enumerate() {
            let all = ends[*item].iter().flatten();
            let bend = |(other, by): &(usize, f64)| tops[*other] + by - tops[*item];
            let least = all
                .map(bend)
                .min_by(|one, other| one.abs().total_cmp(&other.abs()));
            let Some(least) = least.filter(|bend| bend.abs() <= SMALL && *bend != 0.0) else {
                continue;
            };
            let top = tops[*item] + least;
            let above = nth.checked_sub(1).map(|above| column[above]);
            let fits_above = above.is_none_or(|one| tops[one] + apart(grid, one, *item) <= top);
            let below = column.get(nth + 1);
            let fits_below = below.is_none_or(|one| top + apart(grid, *item, *one) <= tops[*one]);
            if fits_above && fits_below {
                tops[*item] = top;
            }
        }
    }
}
