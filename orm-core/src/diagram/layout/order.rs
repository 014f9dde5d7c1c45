//! The order of the items in each column: few pieces cross.

use super::trunk::Grid;

/// After so many sweeps without a better order there is none to be found.
const PATIENCE: usize = 8;
const SWEEPS: usize = 48;

/// Puts the items of each column in an order. Sweeps from left to right and back put each item where
/// its neighbours are; the best of all orders is kept, and then neighbours change places where that
/// helps.
pub(super) fn order(grid: &mut Grid) {
    let mut sorter = Sorter::new(grid);
    let mut best = sorter.columns.clone();
    let mut least = sorter.crossings();
    let mut since = 0;
    for sweep in 0..SWEEPS {
        if least == 0 || since >= PATIENCE {
            break;
        }
        since += 1;
        sorter.sweep(sweep % 2 == 0);
        let found = sorter.crossings();
        if found < least {
            (least, since) = (found, 0);
            best.clone_from(&sorter.columns);
        }
    }
    sorter.columns = best;
    sorter.see();
    sorter.swap();
    grid.columns = sorter.columns;
}

/// An end of a piece, as its item sees it: where on the item it is, the item at the other end, and
/// where it is on that, in parts of their heights.
#[derive(Clone, Copy)]
struct End {
    at: f64,
    other: usize,
    there: f64,
}

struct Sorter {
    columns: Vec<Vec<usize>>,
    /// The place of each item in its column.
    places: Vec<f64>,
    /// The ends at the left of each item, and those at the right.
    ends: [Vec<Vec<End>>; 2],
    /// The pieces between each column and the next.
    pieces: Vec<Vec<[(usize, f64); 2]>>,
}

impl Sorter {
    fn new(grid: &Grid) -> Self {
        let count = grid.heights.len();
        // Two ends on one item are less apart than two items.
        let part = |(item, at): (usize, f64)| (item, at / grid.heights[item].max(1.0) * 0.9);
        let mut ends = [vec![Vec::new(); count], vec![Vec::new(); count]];
        let pieces = grid.pieces.iter().map(|pieces| {
            let ends = pieces
                .iter()
                .map(|piece| [part(piece.left), part(piece.right)]);
            ends.collect::<Vec<_>>()
        });
        let pieces: Vec<_> = pieces.collect();
        for [(left, at), (right, there)] in pieces.iter().flatten().copied() {
            ends[1][left].push(End {
                at,
                other: right,
                there,
            });
            ends[0][right].push(End {
                at: there,
                other: left,
                there: at,
            });
        }
        let mut sorter = Sorter {
            columns: grid.columns.clone(),
            places: vec![0.0; count],
            ends,
            pieces,
        };
        sorter.see();
        sorter
    }

    fn see(&mut self) {
        for column in &self.columns {
            for (at, item) in column.iter().enumerate() {
                self.places[*item] = at as f64;
            }
        }
    }

    fn sweep(&mut self, to_the_right: bool) {
        let count = self.columns.len();
        for step in 0..count {
            let column = if to_the_right { step } else { count - 1 - step };
            let keys = self.columns[column].iter();
            let mut keys: Vec<(f64, usize)> = keys
                .map(|item| (self.middle(*item, to_the_right), *item))
                .collect();
            keys.sort_by(|one, other| one.0.total_cmp(&other.0));
            self.columns[column] = keys.into_iter().map(|(_, item)| item).collect();
            for (at, item) in self.columns[column].iter().enumerate() {
                self.places[*item] = at as f64;
            }
        }
    }

    /// Where the neighbours of an item are: those behind it, or those before it if there are none.
    fn middle(&self, item: usize, to_the_right: bool) -> f64 {
        let (near, far) = (usize::from(!to_the_right), usize::from(to_the_right));
        let mut ends = &self.ends[near][item];
        if ends.is_empty() {
            ends = &self.ends[far][item];
        }
        if ends.is_empty() {
            return self.places[item];
        }
        let sum: f64 = (ends.iter())
            .map(|end| self.places[end.other] + end.there - end.at)
            .sum();
        sum / ends.len() as f64
    }

    /// How many pairs of pieces cross.
    fn crossings(&self) -> usize {
        let between = self.pieces.iter().map(|pieces| {
            let place = |(item, at): (usize, f64)| self.places[item] + at;
            let mut ends: Vec<(f64, f64)> = pieces
                .iter()
                .map(|[left, right]| (place(*left), place(*right)))
                .collect();
            ends.sort_by(|one, other| one.0.total_cmp(&other.0));
            let crossed = |(at, one): (usize, &(f64, f64))| {
                let others = ends[..at].iter();
                others
                    .filter(|other| other.0 < one.0 && other.1 > one.1)
                    .count()
            };
            ends.iter().enumerate().map(crossed).sum::<usize>()
        });
        between.sum()
    }

    /// Neighbours change places as long as that helps.
    fn swap(&mut self) {
        for _ in 0..SWEEPS {
            let mut helped = false;
            for column in 0..self.columns.len() {
                for at in 1..self.columns[column].len() {
                    let (one, other) = (self.columns[column][at - 1], self.columns[column][at]);
                    if self.crossed(other, one) < self.crossed(one, other) {
                        self.columns[column].swap(at - 1, at);
                        self.places.swap(one, other);
                        helped = true;
                    }
                }
            }
            if !helped {
                return;
            }
        }
    }

    /// How many pieces of two items cross if one is above the other.
    fn crossed(&self, above: usize, below: usize) -> usize {
        let mut all = 0;
        for ends in &self.ends {
            for one in &ends[above] {
                let place = self.places[one.other] + one.there;
                let others = ends[below].iter();
                let less = |end: &&End| self.places[end.other] + end.there < place;
                all += others.filter(less).count();
            }
        }
        all
    }
}
