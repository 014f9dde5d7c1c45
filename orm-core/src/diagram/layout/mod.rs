//! Where boxes stand, and how lines run between them.
//!
//! Boxes stand in columns, parents left of their children; lines leave a box at its sides, run up
//! and down between columns only, and pass a column in lanes that are kept free. So no line runs
//! through a box. Lines to the same key of a parent are one trunk with branches.
//!
//! Stages, for what hangs together: `columns` finds the column of each box, `trunk` what runs from
//! column to column, `order` an order with few crossings in each, `place` the heights, `route` the
//! lines. `pack` puts the parts beside each other.

mod columns;
mod order;
mod pack;
mod place;
mod route;
mod trunk;

/// A box.
#[derive(Clone, Copy)]
pub(super) struct Node {
    pub(super) width: f64,
    pub(super) height: f64,
}

/// A line from a child to its parent. Both ends are so far below the upper edge of their boxes.
#[derive(Clone, Copy)]
pub(super) struct Link {
    pub(super) child: usize,
    pub(super) child_at: f64,
    pub(super) parent: usize,
    pub(super) parent_at: f64,
    /// Lines that end in another way do not join.
    pub(super) optional: bool,
}

pub(super) type Point = (f64, f64);

/// What was found.
#[derive(Default)]
pub(super) struct Layout {
    pub(super) width: f64,
    pub(super) height: f64,
    /// The upper left corner of each box.
    pub(super) corners: Vec<Point>,
    /// The corners of each line, from the child to the parent.
    pub(super) lines: Vec<Vec<Point>>,
}

/// Between two boxes of a column.
const GAP: f64 = 28.0;
/// How much wider than high a picture is.
const ASPECT: f64 = 1.5;

/// Places for all boxes, and ways for all lines.
pub(super) fn layout(nodes: &[Node], links: &[Link]) -> Layout {
    let parts = parts(nodes.len(), links);
    let drawn: Vec<Layout> = parts.iter().map(|part| part.draw(nodes, links)).collect();
    let sizes: Vec<Point> = drawn.iter().map(|one| (one.width, one.height)).collect();
    let (places, (width, height)) = pack::pack(&sizes);
    let mut all = Layout {
        width,
        height,
        corners: vec![(0.0, 0.0); nodes.len()],
        lines: vec![Vec::new(); links.len()],
    };
    for ((part, drawn), (dx, dy)) in parts.iter().zip(drawn).zip(places) {
        let moved = |(x, y): Point| (x + dx, y + dy);
        for (node, corner) in part.nodes.iter().zip(drawn.corners) {
            all.corners[*node] = moved(corner);
        }
        for (link, line) in part.links.iter().zip(drawn.lines) {
            all.lines[*link] = line.into_iter().map(moved).collect();
        }
    }
    all
}

/// Boxes that hang together.
struct Part {
    nodes: Vec<usize>,
    links: Vec<usize>,
}

fn parts(count: usize, links: &[Link]) -> Vec<Part> {
    let mut group: Vec<usize> = (0..count).collect();
    for link in links {
        let (one, other) = (group[link.parent], group[link.child]);
        for place in &mut group {
            if *place == one.max(other) {
                *place = one.min(other);
            }
        }
    }
    let firsts = (0..count).filter(|node| group[*node] == *node);
    let part = |first: usize| Part {
        nodes: (0..count).filter(|node| group[*node] == first).collect(),
        links: (0..links.len())
            .filter(|link| group[links[*link].parent] == first)
            .collect(),
    };
    firsts.map(part).collect()
}

impl Part {
    fn draw(&self, nodes: &[Node], links: &[Link]) -> Layout {
        let own = |node: usize| self.nodes.binary_search(&node).unwrap_or_default();
        let links: Vec<Link> = (self.links.iter().map(|link| links[*link]))
            .map(|link| Link {
                parent: own(link.parent),
                child: own(link.child),
                ..link
            })
            .collect();
        let nodes: Vec<Node> = self.nodes.iter().map(|node| nodes[*node]).collect();
        let columns = columns::columns(&nodes, &links);
        let mut grid = trunk::Grid::new(&nodes, &links, &columns);
        order::order(&mut grid);
        let tops = place::place(&grid);
        route::route(&nodes, &links, &grid, tops)
    }
}
