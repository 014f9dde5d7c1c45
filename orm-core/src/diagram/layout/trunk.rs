//! What runs from column to column: trunks of lines that end at the same key.

use std::collections::BTreeMap;

use super::{Link, Node};

/// Between two ends at the same row.
const APART: f64 = 10.0;

/// All lines to the same key of a parent that end in the same way and leave it at the same side.
pub(super) struct Trunk {
    pub(super) parent: usize,
    /// Its end, below the upper edge of the parent.
    pub(super) at: f64,
    /// Whether it leaves at the right; children in a circle of keys may stand at the left.
    pub(super) right: bool,
    /// Its lane in each column that it passes.
    lanes: BTreeMap<usize, usize>,
}

/// A piece of a trunk between two neighbouring columns: from an item to an item, each so far below
/// its upper edge.
#[derive(Clone, Copy)]
pub(super) struct Piece {
    pub(super) trunk: usize,
    pub(super) left: (usize, f64),
    pub(super) right: (usize, f64),
}

/// A line that begins and ends at the right of one box.
pub(super) struct Loop {
    pub(super) trunk: usize,
    pub(super) node: usize,
    pub(super) ends: [f64; 2],
}

/// Items, boxes first and then lanes, in columns.
pub(super) struct Grid {
    /// The items of each column, from above.
    pub(super) columns: Vec<Vec<usize>>,
    pub(super) column: Vec<usize>,
    pub(super) heights: Vec<f64>,
    /// How many of the items are boxes.
    pub(super) boxes: usize,
    /// What is between each column and the next one.
    pub(super) pieces: Vec<Vec<Piece>>,
    pub(super) loops: Vec<Vec<Loop>>,
    pub(super) trunks: Vec<Trunk>,
    /// The trunk of each link.
    pub(super) trunk: Vec<usize>,
    /// The end of each link at its child.
    pub(super) child_at: Vec<f64>,
}

impl Grid {
    pub(super) fn new(nodes: &[Node], links: &[Link], column: &[usize]) -> Self {
        let count = column.iter().max().map_or(0, |last| last + 1);
        let mut grid = Grid {
            columns: vec![Vec::new(); count],
            column: column.to_vec(),
            heights: nodes.iter().map(|node| node.height).collect(),
            boxes: nodes.len(),
            pieces: vec![Vec::new(); count],
            loops: (0..count).map(|_| Vec::new()).collect(),
            trunks: Vec::new(),
            trunk: Vec::new(),
            child_at: links.iter().map(|link| link.child_at).collect(),
        };
        for (node, column) in column.iter().enumerate() {
            grid.columns[*column].push(node);
        }
        grid.join(links);
        grid.spread(links);
        grid.lay(links);
        grid
    }

    /// Joins links to trunks.
    fn join(&mut self, links: &[Link]) {
        let mut known = BTreeMap::new();
        for link in links {
            let right = self.column[link.child] >= self.column[link.parent];
            let key = (link.parent, link.parent_at.to_bits(), link.optional, right);
            let trunk = *known.entry(key).or_insert_with(|| {
                self.trunks.push(Trunk {
                    parent: link.parent,
                    at: link.parent_at,
                    right,
                    lanes: BTreeMap::new(),
                });
                self.trunks.len() - 1
            });
            self.trunk.push(trunk);
        }
    }

    /// Ends at the same row and side of a box stand beside each other.
    fn spread(&mut self, links: &[Link]) {
        let mut ends: BTreeMap<(usize, bool, u64), Vec<&mut f64>> = BTreeMap::new();
        for trunk in &mut self.trunks {
            let place = (trunk.parent, trunk.right, trunk.at.to_bits());
            ends.entry(place).or_default().push(&mut trunk.at);
        }
        for (link, at) in links.iter().zip(&mut self.child_at) {
            // A box that is its own parent has both ends at the right.
            let right = self.column[link.child] <= self.column[link.parent];
            let place = (link.child, right, at.to_bits());
            ends.entry(place).or_default().push(at);
        }
        for ends in ends.values_mut() {
            // Half pixels: what is not straight then differs by as much.
            let step = ((36.0 / ends.len() as f64).floor() / 2.0).clamp(0.5, APART);
            let middle = (ends.len() - 1) as f64 / 2.0;
            for (nth, end) in ends.iter_mut().enumerate() {
                **end += (step * (nth as f64 - middle) * 2.0).round() / 2.0;
            }
        }
    }

    /// Lays the trunks through the columns.
    fn lay(&mut self, links: &[Link]) {
        for trunk in 0..self.trunks.len() {
            let own = (0..links.len()).filter(|link| self.trunk[*link] == trunk);
            let own: Vec<usize> = own.collect();
            let Trunk {
                parent, at, right, ..
            } = self.trunks[trunk];
            let start = self.column[parent];
            let ends = own.iter().map(|link| self.column[links[*link].child]);
            let far = ends.max_by_key(|end| end.abs_diff(start)).unwrap_or(start);
            let mut from = (parent, at);
            for step in 1..=far.abs_diff(start) {
                let column = if right { start + step } else { start - step };
                let mut to: Vec<(usize, f64)> = (own.iter())
                    .filter(|link| self.column[links[**link].child] == column)
                    .map(|link| (links[*link].child, self.child_at[*link]))
                    .collect();
                let lane = (column != far).then(|| self.lane(trunk, column));
                to.extend(lane.map(|lane| (lane, 0.0)));
                for to in to {
                    let (left, right) = if right { (from, to) } else { (to, from) };
                    let between = self.column[left.0];
                    self.pieces[between].push(Piece { trunk, left, right });
                }
                from = lane.map_or(from, |lane| (lane, 0.0));
            }
            for link in own {
                if links[link].child == parent {
                    self.loops[start].push(Loop {
                        trunk,
                        node: parent,
                        ends: [at, self.child_at[link]],
                    });
                }
            }
        }
    }

    fn lane(&mut self, trunk: usize, column: usize) -> usize {
        let lane = self.heights.len();
        self.heights.push(0.0);
        self.column.push(column);
        self.columns[column].push(lane);
        self.trunks[trunk].lanes.insert(column, lane);
        lane
    }

    /// The item of a trunk in a column, and where on it: a lane, or its parent.
    pub(super) fn carrier(&self, trunk: usize, column: usize) -> (usize, f64) {
        let trunk = &self.trunks[trunk];
        let lane = trunk.lanes.get(&column).map(|lane| (*lane, 0.0));
        lane.unwrap_or((trunk.parent, trunk.at))
    }
}
