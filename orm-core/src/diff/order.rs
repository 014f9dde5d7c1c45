//! The order in which steps are done.

use super::Step;

/// The phases of a plan. What leans on something goes before it is altered, and comes back behind.
#[derive(Default)]
pub(super) struct Phases {
    pub(super) schemas: Vec<Step>,
    pub(super) enums: Vec<Step>,
    pub(super) renames: Vec<Step>,
    pub(super) drop_views: Vec<Step>,
    pub(super) drop_keys: Vec<Step>,
    pub(super) drop_parts: Vec<Step>,
    pub(super) remade_enums: Vec<Step>,
    pub(super) create_tables: Vec<Step>,
    pub(super) alter_tables: Vec<Step>,
    pub(super) cut_enums: Vec<Step>,
    pub(super) add_parts: Vec<Step>,
    pub(super) add_keys: Vec<Step>,
    pub(super) drop_tables: Vec<Step>,
    pub(super) drop_enums: Vec<Step>,
    pub(super) create_views: Vec<Step>,
}

impl Phases {
    pub(super) fn steps(self) -> Vec<Step> {
        [
            self.schemas,
            self.drop_views,
            self.enums,
            self.renames,
            self.drop_keys,
            self.drop_parts,
            self.remade_enums,
            self.create_tables,
            self.alter_tables,
            self.cut_enums,
            self.add_parts,
            self.add_keys,
            self.drop_tables,
            self.drop_enums,
            self.create_views,
        ]
        .concat()
    }
}
