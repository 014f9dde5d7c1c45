//! What is done before what: nodes that wait for each other, put into batches.
//!
//! Pure, and knows nothing of tables. Nodes of one group are sent together; groups are tried in
//! their order, and the first that has nodes which wait for nothing is next. Where all wait, one
//! edge of a circle is broken, if there is one that can be.

/// One thing to do.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) group: usize,
    pub(super) waits: Vec<Edge>,
}

/// What a node waits for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edge {
    pub(super) on: usize,
    /// Whether both may be in one batch, in this order.
    pub(super) together: bool,
    pub(super) way: Way,
}

/// How a circle is broken at an edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// It is not.
    Firm,
    /// The edge is there in case it is needed, and may be left out.
    Guess,
    /// The edge may be left out.
    Drop,
    /// The foreign key of this number of the waiting row is NULL first, and is set behind.
    SetBehind(usize),
    /// The foreign key of this number of the row that is waited for is set to NULL before.
    ClearBefore(usize),
}

/// What was broken: the foreign key of a node's row is written on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Apart {
    /// The node whose row it is.
    pub(super) of: usize,
    pub(super) foreign_key: usize,
    /// Whether it is set to NULL, before; else set, behind.
    pub(super) clears: bool,
}

/// Batches in their order, and what was broken: the nodes behind those that were given.
#[derive(Debug, Default)]
pub(super) struct Order {
    pub(super) batches: Vec<Vec<usize>>,
    pub(super) apart: Vec<Apart>,
}

/// Puts nodes in order; `apart_in` says in which group the foreign key of a node is written.
///
/// # Errors
/// The nodes of a circle that cannot be broken.
pub(super) fn order(
    mut nodes: Vec<Node>,
    apart_in: impl Fn(usize) -> usize,
) -> Result<Order, Vec<usize>> {
    let given = nodes.len();
    let mut order = Order::default();
    let mut done = vec![false; given];
    let mut left = given;
    while left > 0 {
        if let Some(batch) = next(&nodes, &done) {
            for node in &batch {
                done[*node] = true;
            }
            left -= batch.len();
            order.batches.push(batch);
            continue;
        }
        let circle = circle(&nodes, &done);
        let Some((node, nth)) = weakest(&nodes, &done, &circle) else {
            return Err(circle);
        };
        let edge = nodes[node].waits.remove(nth);
        let (of, foreign_key, clears) = match edge.way {
            Way::SetBehind(foreign_key) => (node, foreign_key, false),
            Way::ClearBefore(foreign_key) => (edge.on, foreign_key, true),
            Way::Guess | Way::Drop | Way::Firm => continue,
        };
        let apart = Apart {
            of,
            foreign_key,
            clears,
        };
        let known = order.apart.iter().position(|one| *one == apart);
        let at = given + known.unwrap_or(order.apart.len());
        let firm = |on| Edge {
            on,
            together: false,
            way: Way::Firm,
        };
        if known.is_none() {
            order.apart.push(apart);
            let waits = if clears { Vec::new() } else { vec![firm(node)] };
            nodes.push(Node {
                group: apart_in(of),
                waits,
            });
            done.push(false);
            left += 1;
        }
        match clears {
            true => nodes[node].waits.push(firm(at)),
            false => nodes[at].waits.push(firm(edge.on)),
        }
    }
    Ok(order)
}

/// The next batch: of the first group in which something waits for nothing.
fn next(nodes: &[Node], done: &[bool]) -> Option<Vec<usize>> {
    let open = || nodes.iter().enumerate().filter(|(at, _)| !done[*at]);
    let is_free = |node: &Node| node.waits.iter().all(|edge| done[edge.on]);
    let free = open().filter(|(_, node)| is_free(node));
    let group = free.map(|(_, node)| node.group).min()?;
    let mut batch = Vec::new();
    let mut taken = vec![false; nodes.len()];
    let mut rest: Vec<usize> = open()
        .filter(|(_, node)| node.group == group)
        .map(|(at, _)| at)
        .collect();
    loop {
        let before = batch.len();
        rest.retain(|at| {
            let goes = nodes[*at]
                .waits
                .iter()
                .all(|edge| done[edge.on] || edge.together && taken[edge.on]);
            if goes {
                taken[*at] = true;
                batch.push(*at);
            }
            !goes
        });
        if batch.len() == before {
            return Some(batch);
        }
    }
}

/// Nodes that wait for each other, in turn.
fn circle(nodes: &[Node], done: &[bool]) -> Vec<usize> {
    let Some(mut at) = done.iter().position(|done| !done) else {
        return Vec::new();
    };
    let mut way: Vec<usize> = Vec::new();
    loop {
        if let Some(start) = way.iter().position(|one| *one == at) {
            return way.split_off(start);
        }
        way.push(at);
        let on = nodes[at].waits.iter().find(|edge| !done[edge.on]);
        match on {
            Some(edge) => at = edge.on,
            None => return way,
        }
    }
}

/// The edge of a circle that is broken with the least to do.
fn weakest(nodes: &[Node], done: &[bool], circle: &[usize]) -> Option<(usize, usize)> {
    let mut found: Option<(u8, usize, usize)> = None;
    for (place, node) in circle.iter().enumerate() {
        let follower = circle[(place + 1) % circle.len()];
        for (nth, edge) in nodes[*node].waits.iter().enumerate() {
            if done[edge.on] || edge.on != follower {
                continue;
            }
            let weight = match edge.way {
                Way::Guess => 0,
                Way::Drop => 1,
                Way::SetBehind(_) | Way::ClearBefore(_) => 2,
                Way::Firm => continue,
            };
            if found.is_none_or(|(least, ..)| weight < least) {
                found = Some((weight, *node, nth));
            }
        }
    }
    found.map(|(_, node, nth)| (node, nth))
}

#[cfg(test)]
mod tests {
    use super::{Apart, Edge, Node, Order, Way, order};

    fn node(group: usize, waits: &[(usize, bool, Way)]) -> Node {
        let edge = |(on, together, way): &(usize, bool, Way)| Edge {
            on: *on,
            together: *together,
            way: *way,
        };
        Node {
            group,
            waits: waits.iter().map(edge).collect(),
        }
    }

    fn ordered(nodes: Vec<Node>) -> Result<Order, Vec<usize>> {
        order(nodes, |_| 9)
    }

    #[test]
    fn groups_go_in_their_order_and_whole() {
        let nodes = vec![
            node(1, &[(2, false, Way::Firm)]),
            node(2, &[]),
            node(0, &[]),
            node(1, &[]),
        ];
        assert_eq!(
            ordered(nodes).unwrap().batches,
            [vec![2], vec![0, 3], vec![1]]
        );
    }

    #[test]
    fn a_group_is_sent_again_for_those_that_waited() {
        let nodes = vec![
            node(0, &[(1, false, Way::Firm)]),
            node(0, &[]),
            node(0, &[(3, false, Way::Firm)]),
            node(5, &[]),
        ];
        let batches = ordered(nodes).unwrap().batches;
        assert_eq!(batches, [vec![1], vec![0], vec![3], vec![2]]);
    }

    #[test]
    fn rows_that_may_be_together_are_sorted_in_one_batch() {
        let nodes = vec![
            node(0, &[(1, true, Way::Firm)]),
            node(0, &[(2, true, Way::Firm)]),
            node(0, &[]),
        ];
        assert_eq!(ordered(nodes).unwrap().batches, [vec![2, 1, 0]]);
    }

    #[test]
    fn a_circle_is_broken_where_it_costs_least() {
        let nodes = vec![
            node(0, &[(1, false, Way::SetBehind(3))]),
            node(1, &[(0, false, Way::Drop)]),
        ];
        let order = ordered(nodes).unwrap();
        assert_eq!(order.batches, [vec![1], vec![0]]);
        assert_eq!(order.apart, []);
    }

    #[test]
    fn what_was_only_guessed_is_left_out_first() {
        let nodes = vec![
            node(0, &[(1, false, Way::Drop)]),
            node(1, &[(2, false, Way::Guess)]),
            node(0, &[(0, false, Way::Firm)]),
        ];
        assert_eq!(ordered(nodes).unwrap().batches, [vec![1], vec![0], vec![2]]);
    }

    #[test]
    fn what_is_set_behind_waits_for_both() {
        let nodes = vec![
            node(1, &[(1, false, Way::SetBehind(3))]),
            node(0, &[(0, false, Way::Firm)]),
        ];
        let order = ordered(nodes).unwrap();
        assert_eq!(order.batches, [vec![0], vec![1], vec![2]]);
        let apart = Apart {
            of: 0,
            foreign_key: 3,
            clears: false,
        };
        assert_eq!(order.apart, [apart]);
    }

    #[test]
    fn what_is_cleared_goes_before_the_row_that_waits() {
        let nodes = vec![
            node(0, &[(1, false, Way::ClearBefore(2))]),
            node(0, &[(0, false, Way::Firm)]),
        ];
        let order = ordered(nodes).unwrap();
        assert_eq!(order.batches, [vec![2], vec![0], vec![1]]);
        assert_eq!((order.apart[0].of, order.apart[0].clears), (1, true));
    }

    #[test]
    fn a_circle_that_holds_is_told() {
        let nodes = vec![
            node(0, &[]),
            node(0, &[(2, false, Way::Firm)]),
            node(0, &[(3, false, Way::Firm)]),
            node(0, &[(1, false, Way::Firm)]),
            node(0, &[(1, false, Way::Drop)]),
        ];
        assert_eq!(ordered(nodes).unwrap_err(), [1, 2, 3]);
    }
}
