//! The measuring loop: all sides in turns, medians and quartiles.

use std::time::Instant;

/// How long one side runs in one round.
const ROUND: f64 = 0.05;
const ROUNDS: usize = 75;

/// One side's work; the argument counts the runs.
pub(crate) type Run<'w> = Box<dyn Fn(usize) + 'w>;

/// What is measured: the session's side first, then hand-written ones.
pub(crate) struct Operation<'w> {
    pub(crate) name: &'static str,
    pub(crate) sides: Vec<(&'static str, Run<'w>)>,
    /// Makes the tables again what they were.
    pub(crate) reset: Run<'w>,
}

impl Operation<'_> {
    /// Runs all sides in turns and prints what they took.
    pub(crate) fn measure(&self, briefly: bool) {
        if briefly {
            self.sides.iter().for_each(|(_, run)| run(0));
            (self.reset)(0);
            println!("  {:<16} ran", self.name);
            return;
        }
        let first = &self.sides[0].1;
        first(0);
        let started = Instant::now();
        first(1);
        let times = (ROUND / started.elapsed().as_secs_f64().max(1e-7)).clamp(1.0, 1e5) as usize;
        let mut taken: Vec<Vec<f64>> = self.sides.iter().map(|_| Vec::new()).collect();
        let mut nth = 2;
        for round in 0..=ROUNDS {
            for turn in 0..self.sides.len() {
                let side = (round + turn) % self.sides.len();
                let run = &self.sides[side].1;
                let started = Instant::now();
                (0..times).for_each(|time| run(nth + time));
                let each = started.elapsed().as_secs_f64() / times as f64;
                nth += times;
                (self.reset)(0);
                // The first round warms up.
                if round > 0 {
                    taken[side].push(each);
                }
            }
        }
        self.print(&taken);
    }

    fn print(&self, taken: &[Vec<f64>]) {
        for ((name, _), seconds) in self.sides.iter().zip(taken) {
            let [low, middle, high] = quartiles(seconds.clone()).map(|s| s * 1e6);
            print!(
                "  {:<16} {name:<12} {middle:>10.2} µs ({low:.2} to {high:.2})",
                self.name
            );
            let ratios: Vec<f64> = taken[0].iter().zip(seconds).map(|(a, b)| a / b).collect();
            let [low, middle, high] = quartiles(ratios);
            if seconds != &taken[0] {
                print!("   session / {name} {middle:.3} ({low:.3} to {high:.3})");
            }
            println!();
        }
    }
}

pub(crate) fn quartiles(mut values: Vec<f64>) -> [f64; 3] {
    values.sort_by(f64::total_cmp);
    [1, 2, 3].map(|quarter| values[(values.len() - 1) * quarter / 4])
}
