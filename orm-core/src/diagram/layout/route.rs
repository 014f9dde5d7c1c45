//! The lines: between two columns each trunk runs up and down at a place of its own.

use super::place::nudge;
use super::trunk::Grid;
use super::{Layout, Link, Node, Point};

/// Between a column and the first place beside it: there the ends of the lines are drawn.
const END: f64 = 24.0;
/// Between two places.
const APART: f64 = 9.0;
/// What a line keeps from another that runs at the same place.
const CLEAR: f64 = 6.0;

/// Lines that are so near to each other seem to be one.
const NEAR: f64 = 3.0;
/// How often lines that lie upon each other give way.
const TRIES: usize = 40;

pub(super) fn route(nodes: &[Node], links: &[Link], grid: &Grid, mut tops: Vec<f64>) -> Layout {
    let count = grid.columns.len();
    let channels = |tops: &[f64]| -> Vec<Channel> {
        (0..count).map(|at| Channel::new(grid, tops, at)).collect()
    };
    let mut all = channels(&tops);
    for _ in 0..TRIES {
        let upon = all.iter().enumerate();
        let upon = upon.flat_map(|(at, channel)| channel.upon().into_iter().map(move |y| (at, y)));
        let moved = upon.filter(|(at, upon)| give_way(grid, &mut tops, *at, *upon));
        if moved.count() == 0 {
            break;
        }
        all = channels(&tops);
    }
    let least = tops.iter().copied().fold(f64::INFINITY, f64::min);
    tops.iter_mut().for_each(|top| *top -= least);
    let (channels, tops) = (channels(&tops), &tops[..]);
    let mut lefts = Vec::with_capacity(count);
    let mut rights = Vec::with_capacity(count);
    let mut x = 0.0;
    for (column, channel) in grid.columns.iter().zip(&channels) {
        lefts.push(x);
        let boxes = column.iter().filter_map(|item| nodes.get(*item));
        x += boxes.map(|node| node.width).fold(0.0, f64::max);
        rights.push(x);
        x += channel.width(lefts.len() == count);
    }
    let picture = Picture {
        nodes,
        links,
        grid,
        tops,
        channels: &channels,
        lefts,
        rights,
    };
    let bottoms = grid
        .heights
        .iter()
        .zip(tops)
        .map(|(height, top)| height + top);
    Layout {
        width: x,
        height: bottoms.fold(0.0, f64::max),
        corners: (0..nodes.len())
            .map(|node| (picture.lefts[grid.column[node]], tops[node]))
            .collect(),
        lines: (0..links.len()).map(|link| picture.line(link)).collect(),
    }
}

/// Moves an end of one of two runs that lie upon each other; false if there is no room.
fn give_way(grid: &Grid, tops: &mut [f64], at: usize, [one, other]: [(usize, f64); 2]) -> bool {
    let meets = |end: (usize, f64), y: f64| (tops[end.0] + end.1 - y).abs() < 0.1;
    let pieces = grid.pieces[at].iter();
    let items = pieces.filter_map(|piece| match (piece.trunk, piece.left, piece.right) {
        (trunk, _, right) if trunk == one.0 && meets(right, one.1) => Some(right.0),
        (trunk, left, _) if trunk == other.0 && meets(left, other.1) => Some(left.0),
        _ => None,
    });
    let mut items: Vec<usize> = items.collect();
    items.sort_by_key(|item| *item < grid.boxes);
    items.iter().any(|item| nudge(grid, *item, tops))
}

/// What is between a column and the next.
struct Channel {
    runs: Vec<Run>,
    places: usize,
}

/// A trunk between two columns: where it comes in from the left and from the right.
struct Run {
    trunk: usize,
    lefts: Vec<f64>,
    rights: Vec<f64>,
    top: f64,
    bottom: f64,
    /// Where it runs up and down; none if it is straight.
    place: Option<usize>,
}

impl Channel {
    fn new(grid: &Grid, tops: &[f64], at: usize) -> Self {
        let mut runs: Vec<Run> = Vec::new();
        let mut ends = |trunk: usize, lefts: &[f64], rights: &[f64]| {
            let known = runs.iter().position(|run| run.trunk == trunk);
            let known = known.unwrap_or_else(|| {
                runs.push(Run::new(trunk));
                runs.len() - 1
            });
            let run = &mut runs[known];
            run.lefts.extend(lefts);
            run.rights.extend(rights);
        };
        for piece in &grid.pieces[at] {
            let y = |(item, at): (usize, f64)| tops[item] + at;
            ends(piece.trunk, &[y(piece.left)], &[y(piece.right)]);
        }
        for one in &grid.loops[at] {
            ends(one.trunk, &one.ends.map(|at| tops[one.node] + at), &[]);
        }
        runs.iter_mut().for_each(Run::measure);
        let places = settle(&mut runs);
        Channel { runs, places }
    }

    /// Where a run from the right lies upon one from the left: the trunks, and how far down.
    fn upon(&self) -> Vec<[(usize, f64); 2]> {
        let mut all = Vec::new();
        for one in &self.runs {
            for other in self.runs.iter().filter(|other| one.place < other.place) {
                for y in &one.rights {
                    let upon = other.lefts.iter().find(|left| (y - *left).abs() < NEAR);
                    all.extend(upon.map(|left| [(one.trunk, *y), (other.trunk, *left)]));
                }
            }
        }
        all
    }

    fn width(&self, is_last: bool) -> f64 {
        match (self.places, is_last) {
            (0, true) => 0.0,
            (places, true) => END + APART * places as f64,
            (places, false) => 2.0 * END + APART * places.saturating_sub(1) as f64,
        }
    }
}

impl Run {
    fn new(trunk: usize) -> Self {
        Run {
            trunk,
            lefts: Vec::new(),
            rights: Vec::new(),
            top: f64::INFINITY,
            bottom: f64::NEG_INFINITY,
            place: None,
        }
    }

    fn measure(&mut self) {
        for ends in [&mut self.lefts, &mut self.rights] {
            ends.sort_by(f64::total_cmp);
            ends.dedup();
            for y in ends {
                self.top = self.top.min(*y);
                self.bottom = self.bottom.max(*y);
            }
        }
    }

    fn is_straight(&self) -> bool {
        self.bottom - self.top < 0.5
    }

    fn meets(&self, other: &Run) -> bool {
        self.top < other.bottom + CLEAR && other.top < self.bottom + CLEAR
    }

    /// How bad it is if this one runs left of another: what they cross, and most of all where one
    /// would run upon the other.
    fn left_of(&self, other: &Run) -> usize {
        let crosses = |run: &Run, y: f64| usize::from(run.top < y && y < run.bottom);
        let above = other.lefts.iter().map(|y| crosses(self, *y));
        let below = self.rights.iter().map(|y| crosses(other, *y));
        let upon = |y: &f64| other.lefts.iter().any(|other| (y - other).abs() < NEAR);
        let upon = self.rights.iter().filter(|y| upon(y)).count();
        above.chain(below).sum::<usize>() + 1000 * upon
    }
}

/// Gives each run a place, and how many places there are. They are put in an order with few
/// crossings; those that do not meet may share a place.
fn settle(runs: &mut [Run]) -> usize {
    let mut order: Vec<usize> = (0..runs.len())
        .filter(|at| !runs[*at].is_straight())
        .collect();
    let middle = |at: &usize| runs[*at].top + runs[*at].bottom;
    order.sort_by(|one, other| middle(other).total_cmp(&middle(one)));
    for _ in 0..order.len() {
        let mut helped = false;
        for at in 1..order.len() {
            let (one, other) = (&runs[order[at - 1]], &runs[order[at]]);
            if other.left_of(one) < one.left_of(other) {
                order.swap(at - 1, at);
                helped = true;
            }
        }
        if !helped {
            break;
        }
    }
    let mut places = 0;
    for (nth, at) in order.iter().enumerate() {
        let before = order[..nth].iter().map(|other| &runs[*other]);
        let met = before.filter(|other| other.meets(&runs[*at]));
        let place = met.filter_map(|other| other.place).max();
        let place = place.map_or(0, |place| place + 1);
        runs[*at].place = Some(place);
        places = places.max(place + 1);
    }
    places
}

struct Picture<'p> {
    nodes: &'p [Node],
    links: &'p [Link],
    grid: &'p Grid,
    tops: &'p [f64],
    channels: &'p [Channel],
    lefts: Vec<f64>,
    rights: Vec<f64>,
}

impl Picture<'_> {
    /// The corners of a line, from the child to the parent.
    fn line(&self, link: usize) -> Vec<Point> {
        let Link { child, parent, .. } = self.links[link];
        let (grid, trunk) = (self.grid, self.grid.trunk[link]);
        let (start, end) = (grid.column[child], grid.column[parent]);
        let right_of = |node: usize| self.lefts[grid.column[node]] + self.nodes[node].width;
        let mut y = self.tops[child] + grid.child_at[link];
        let mut points = Vec::new();
        if end < start {
            points.push((self.lefts[start], y));
            for channel in (end..start).rev() {
                self.turn(&mut points, channel, trunk, &mut y, channel);
            }
            points.push((right_of(parent), y));
        } else {
            points.push((right_of(child), y));
            for channel in start..end {
                self.turn(&mut points, channel, trunk, &mut y, channel + 1);
            }
            if start == end {
                self.turn(&mut points, start, trunk, &mut y, start);
                points.push((right_of(parent), y));
            } else {
                points.push((self.lefts[end], y));
            }
        }
        points
    }

    /// Goes to where the trunk of a line is in a column.
    fn turn(&self, points: &mut Vec<Point>, channel: usize, trunk: usize, y: &mut f64, to: usize) {
        let (item, at) = self.grid.carrier(trunk, to);
        let goal = self.tops[item] + at;
        let mut runs = self.channels[channel].runs.iter();
        let place = runs
            .find(|run| run.trunk == trunk)
            .and_then(|run| run.place);
        if let Some(place) = place
            && *y != goal
        {
            let x = self.rights[channel] + END + APART * place as f64;
            points.extend([(x, *y), (x, goal)]);
        }
        *y = goal;
    }
}
