//! The column of each box: right of those of its parents, where no circle forbids it.

use super::{ASPECT, GAP, Link, Node};

/// Between two columns, about.
const CHANNEL: f64 = 90.0;
/// A column that is not higher is never cut in two.
const LOW: f64 = 560.0;

/// Columns from 0, none of them empty.
pub(super) fn columns(nodes: &[Node], links: &[Link]) -> Vec<usize> {
    let sequence = sequence(nodes.len(), links);
    let mut rank = vec![0; nodes.len()];
    for (at, node) in sequence.iter().enumerate() {
        rank[*node] = at;
    }
    let mut before: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    let mut behind = before.clone();
    for link in links.iter().filter(|link| link.parent != link.child) {
        let (mut one, mut other) = (link.parent, link.child);
        if rank[one] > rank[other] {
            (one, other) = (other, one);
        }
        before[other].push(one);
        behind[one].push(other);
    }
    let mut level = vec![0; nodes.len()];
    for node in &sequence {
        let levels = before[*node].iter().map(|one| level[*one] + 1);
        level[*node] = levels.max().unwrap_or(0);
    }
    let mut ordered = sequence;
    ordered.sort_by_key(|node| (level[*node], rank[*node]));

    let mut fill = Fill::new(nodes);
    let mut column = vec![0; nodes.len()];
    for node in &ordered {
        let least = before[*node].iter().map(|one| column[*one] + 1).max();
        column[*node] = fill.first(*node, least.unwrap_or(0)..usize::MAX);
    }
    // What has more children than parents stands next to its children.
    for node in ordered.iter().rev() {
        let Some(end) = behind[*node].iter().map(|one| column[*one]).min() else {
            continue;
        };
        if behind[*node].len() > before[*node].len() && end > column[*node] + 1 {
            fill.leave(*node, column[*node]);
            column[*node] = fill.last(*node, column[*node]..end);
        }
    }
    let mut used = column.clone();
    used.sort_unstable();
    used.dedup();
    let place = |one: usize| used.partition_point(|other| *other < one);
    column.into_iter().map(place).collect()
}

/// How full each column is.
struct Fill<'n> {
    nodes: &'n [Node],
    most: f64,
    heights: Vec<f64>,
}

impl<'n> Fill<'n> {
    fn new(nodes: &'n [Node]) -> Self {
        let area = |node: &Node| (node.width + CHANNEL) * (node.height + GAP);
        let area: f64 = nodes.iter().map(area).sum();
        Fill {
            nodes,
            most: (area / ASPECT).sqrt().max(LOW),
            heights: Vec::new(),
        }
    }

    fn takes(&mut self, node: usize, column: usize) -> bool {
        if self.heights.len() <= column {
            self.heights.resize(column + 1, 0.0);
        }
        let height = &mut self.heights[column];
        let added = *height + self.nodes[node].height + GAP;
        let takes = *height == 0.0 || added <= self.most;
        if takes {
            *height = added;
        }
        takes
    }

    fn leave(&mut self, node: usize, column: usize) {
        self.heights[column] -= self.nodes[node].height + GAP;
    }

    fn first(&mut self, node: usize, mut within: std::ops::Range<usize>) -> usize {
        let start = within.start;
        within.find(|one| self.takes(node, *one)).unwrap_or(start)
    }

    fn last(&mut self, node: usize, within: std::ops::Range<usize>) -> usize {
        let start = within.start;
        let found = within.rev().find(|one| self.takes(node, *one));
        found.unwrap_or(start)
    }
}

/// An order in which few parents stand behind their children: what has no parents left goes to the
/// front, what has no children left to the end, and of a circle first what has the most children.
fn sequence(count: usize, links: &[Link]) -> Vec<usize> {
    let mut left: Vec<usize> = (0..count).collect();
    let (mut front, mut end) = (Vec::new(), Vec::new());
    while !left.is_empty() {
        let is_left = |node: usize| left.binary_search(&node).is_ok();
        let (mut children, mut parents) = (vec![0_i64; count], vec![0_i64; count]);
        for link in links.iter().filter(|link| link.parent != link.child) {
            if is_left(link.parent) && is_left(link.child) {
                children[link.parent] += 1;
                parents[link.child] += 1;
            }
        }
        let size = left.len();
        front.extend(left.iter().filter(|one| parents[**one] == 0));
        let is_last = |node: usize| children[node] == 0 && parents[node] > 0;
        end.extend(left.iter().rev().filter(|one| is_last(**one)));
        left.retain(|node| parents[*node] > 0 && children[*node] > 0);
        if left.len() == size {
            let most = |node: &&usize| (children[**node] - parents[**node], -(**node as i64));
            if let Some(node) = left.iter().max_by_key(most).copied() {
                front.push(node);
                left.retain(|one| *one != node);
            }
        }
    }
    front.extend(end.iter().rev());
    front
}
