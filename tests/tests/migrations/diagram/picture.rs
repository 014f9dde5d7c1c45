//! A picture, read back from its text.

use orm_core::snapshot::Snapshot;
use roxmltree::{Document, Node};

/// Boxes and lines, where they are seen.
pub(crate) struct Picture {
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) boxes: Vec<Box>,
    pub(crate) lines: Vec<Line>,
    /// For each end of a key of several columns, how far down it touches rows.
    pub(crate) joins: Vec<Vec<f64>>,
    pub(crate) texts: Vec<String>,
}

pub(crate) struct Box {
    pub(crate) class: String,
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
    /// The middles of the texts in it.
    texts: Vec<(String, f64)>,
}

pub(crate) struct Line {
    pub(crate) title: String,
    /// From child to parent.
    points: Vec<(f64, f64)>,
    pub(crate) rings: usize,
}

/// As it stands between the quotes of Mermaid.
pub(crate) fn mermaid_name(name: &str) -> String {
    name.replace('"', "＂")
}

fn number(node: Node<'_, '_>, name: &str) -> f64 {
    let text = node.attribute(name).unwrap_or_default();
    text.parse().unwrap_or_else(|_| panic!("{name}={text:?}"))
}

fn whole_text(node: Node<'_, '_>) -> String {
    node.descendants()
        .filter(Node::is_text)
        .filter_map(|one| one.text())
        .collect()
}

/// The points that a path names; the corner of a bend is the point that it is pulled to.
fn points(path: &str) -> Vec<(f64, f64)> {
    let numbers = path.split(|one: char| one.is_ascii_alphabetic() || one == ' ');
    let numbers = numbers.filter(|part| !part.is_empty());
    let numbers: Vec<f64> = numbers.map(|one| one.parse().expect(path)).collect();
    numbers.chunks(2).map(|pair| (pair[0], pair[1])).collect()
}

impl Picture {
    pub(crate) fn read(svg: &str) -> Self {
        let document = Document::parse(svg).unwrap_or_else(|error| panic!("{error}\n{svg}"));
        let root = document.root_element();
        let class = |node: &Node<'_, '_>| node.attribute("class").unwrap_or_default().to_owned();
        let of = |wanted: &'static str| {
            let all = root.descendants();
            all.filter(move |node| class(node).split(' ').next() == Some(wanted))
        };
        let line = |group: Node<'_, '_>| {
            let mut children = group.children();
            let way = children
                .find(|node| class(node).starts_with("way"))
                .expect("a way");
            let title = group.first_element_child().map(whole_text);
            Line {
                title: title.unwrap_or_default(),
                points: points(way.attribute("d").unwrap_or_default()),
                rings: group
                    .children()
                    .filter(|node| node.has_tag_name("circle"))
                    .count(),
            }
        };
        let join = |path: Node<'_, '_>| {
            let path = path.attribute("d").unwrap_or_default();
            let ticks = path.split('M').skip(2);
            let y = |tick: &str| tick.split([' ', 'H']).nth(1).map(str::to_owned);
            let ys = ticks.filter_map(y);
            ys.map(|y| y.parse().expect("a number")).collect()
        };
        let texts = root.descendants().filter(|node| node.has_tag_name("text"));
        Picture {
            width: number(root, "width"),
            height: number(root, "height"),
            boxes: of("table")
                .map(|group| Box::read(group, class(&group)))
                .collect(),
            lines: of("line").map(line).collect(),
            joins: of("join").map(join).collect(),
            texts: texts.map(whole_text).collect(),
        }
    }

    #[track_caller]
    pub(crate) fn has_all_of(&self, snapshot: &Snapshot) {
        let views = snapshot
            .views
            .iter()
            .map(|view| (view.name.to_string(), Vec::new()));
        let tables = snapshot.tables.iter().map(|table| {
            let columns = table.columns.iter().map(|column| column.name.clone());
            (table.name.to_string(), columns.collect())
        });
        let expected: Vec<(String, Vec<String>)> = tables.chain(views).collect();
        assert_eq!(self.boxes.len(), expected.len());
        for (found, (name, columns)) in self.boxes.iter().zip(&expected) {
            for text in std::iter::once(name).chain(columns) {
                found.middle(text);
            }
            assert!(found.left >= 0.0 && found.top >= 0.0);
            assert!(found.right <= self.width && found.bottom <= self.height);
        }
    }

    #[track_caller]
    pub(crate) fn boxes_stand_apart(&self) {
        for (nth, one) in self.boxes.iter().enumerate() {
            for other in &self.boxes[..nth] {
                let apart = one.right + 20.0 <= other.left
                    || other.right + 20.0 <= one.left
                    || one.bottom + 20.0 <= other.top
                    || other.bottom + 20.0 <= one.top;
                assert!(apart, "{:?} and {:?}", one.texts[0], other.texts[0]);
            }
        }
    }

    /// Lines are in the order of the keys.
    #[track_caller]
    pub(crate) fn lines_end_at_their_rows(&self, snapshot: &Snapshot) {
        let mut lines = self.lines.iter();
        for (table, child) in snapshot.tables.iter().zip(&self.boxes) {
            for key in &table.foreign_keys {
                let line = lines.next().expect("a line for each key");
                let mut parents = snapshot.tables.iter();
                let parent = parents
                    .position(|one| one.name == key.parent)
                    .expect("its parent");
                let (first, last) = (line.points[0], line.points[line.points.len() - 1]);
                child.is_touched(first, &key.columns[0], &line.title);
                self.boxes[parent].is_touched(last, &key.parent_columns[0], &line.title);
            }
        }
        assert!(lines.next().is_none());
    }

    #[track_caller]
    pub(crate) fn no_line_runs_through_a_box(&self) {
        for line in &self.lines {
            for (one, other) in line.pieces() {
                assert!(
                    one.0 == other.0 || one.1 == other.1,
                    "{}: no right angle",
                    line.title
                );
                let (left, right) = (one.0.min(other.0), one.0.max(other.0));
                let (top, bottom) = (one.1.min(other.1), one.1.max(other.1));
                let inside = |each: &&Box| {
                    right > each.left && left < each.right && bottom > each.top && top < each.bottom
                };
                let through = self.boxes.iter().find(inside);
                let through = through.map(|one| &one.texts[0]);
                assert!(through.is_none(), "{} runs through {through:?}", line.title);
            }
        }
    }

    /// Lines to the same key may join; others only cross.
    #[track_caller]
    pub(crate) fn no_line_runs_upon_another(&self, snapshot: &Snapshot) {
        let keys = snapshot.tables.iter().flat_map(|table| &table.foreign_keys);
        let parents: Vec<_> = keys.map(|key| (&key.parent, &key.parent_columns)).collect();
        for (nth, one) in self.lines.iter().enumerate() {
            for (other, parent) in self.lines.iter().zip(&parents).take(nth) {
                if *parent == parents[nth] {
                    continue;
                }
                for (a, b) in one.pieces() {
                    for (c, d) in other.pieces() {
                        let upon = shared(
                            (a.0, b.0),
                            (c.0, d.0),
                            a.1 == b.1 && c.1 == d.1 && a.1 == c.1,
                        ) || shared(
                            (a.1, b.1),
                            (c.1, d.1),
                            a.0 == b.0 && c.0 == d.0 && a.0 == c.0,
                        );
                        assert!(
                            !upon,
                            "{} runs upon {}: {a:?} {b:?}",
                            one.title, other.title
                        );
                    }
                }
            }
        }
    }
}

/// Whether two pieces of one line have more than an end in common.
fn shared(one: (f64, f64), other: (f64, f64), on_one_line: bool) -> bool {
    let begin = one.0.min(one.1).max(other.0.min(other.1));
    let end = one.0.max(one.1).min(other.0.max(other.1));
    on_one_line && end - begin > 1.0
}

impl Box {
    fn read(group: Node<'_, '_>, class: String) -> Self {
        let place = group.attribute("transform").unwrap_or_default();
        let place = place.trim_start_matches("translate(").trim_end_matches(')');
        let (left, top) = place.split_once(' ').expect("two numbers");
        let (left, top): (f64, f64) = (left.parse().expect(left), top.parse().expect(top));
        let all = group.descendants();
        let rect = all
            .clone()
            .find(|node| node.has_tag_name("rect"))
            .expect("a box");
        let texts = all.filter(|node| node.has_tag_name("text"));
        Box {
            class,
            left,
            top,
            right: left + number(rect, "width"),
            bottom: top + number(rect, "height"),
            // Text stands on its line, which is below its middle.
            texts: texts
                .map(|node| (whole_text(node), top + number(node, "y") - 4.0))
                .collect(),
        }
    }

    /// How far down the middle of a text is.
    #[track_caller]
    pub(crate) fn middle(&self, text: &str) -> f64 {
        let found = self.texts.iter().find(|one| one.0 == text);
        found
            .unwrap_or_else(|| panic!("no {text:?} in {:?}", self.texts))
            .1
    }

    #[track_caller]
    fn is_touched(&self, (x, y): (f64, f64), column: &str, title: &str) {
        assert!(
            x == self.left || x == self.right,
            "{title} ends beside {:?}",
            self.texts[0]
        );
        let off = y - self.middle(column);
        assert!(off.abs() <= 10.0, "{title} ends {off} beside {column}");
    }
}

impl Line {
    fn pieces(&self) -> impl Iterator<Item = ((f64, f64), (f64, f64))> + '_ {
        self.points.windows(2).map(|pair| (pair[0], pair[1]))
    }
}
