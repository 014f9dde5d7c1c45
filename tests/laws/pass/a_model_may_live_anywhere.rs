#![deny(warnings)]
#![allow(dead_code)]

use orm_core::prelude::*;

mod one {
    use orm_core::prelude::*;

    #[derive(Model, Debug)]
    pub(crate) struct Thing {
        pub(crate) id: i64,
        secret: String,
    }

    pub(crate) mod deeper {
        use orm_core::prelude::*;

        #[derive(Model, Debug)]
        pub(super) struct Inner {
            #[model(generated)]
            pub(super) id: i64,
            #[model(belongs_to = super::Thing)]
            pub(in super::super) thing_id: i64,
        }

        #[derive(Model, Debug)]
        pub(in crate::one) struct Path {
            id: i64,
        }
    }

    pub(crate) fn inner() {
        let _ = deeper::Inner::query().filter(deeper::inners::thing_id.eq(1));
        let _ = deeper::NewInner { thing_id: 1 };
        let _ = deeper::Path::query();
    }
}

mod other {
    use orm_core::prelude::*;

    #[derive(Model, Debug)]
    pub(crate) struct Thing {
        pub(crate) id: i64,
        #[model(belongs_to = super::one::Thing)]
        pub(crate) other_id: i64,
    }
}

fn main() {
    #[derive(Model, Debug)]
    struct Local {
        #[model(generated)]
        id: i64,
        #[model(belongs_to = Local)]
        parent_id: Option<i64>,
    }

    one::inner();
    let engine = Engine::<SqliteConnection>::open(":memory:").unwrap();
    engine.create_all(schema![Local]).unwrap();
    let mut session = engine.session().unwrap();
    let row = session.insert(NewLocal {}).unwrap();
    let _ = session.get::<Local>(row.id).unwrap();
    let _ = one::things::table.inner_join(other::things::table);
    let _ = one::NewThing { id: 1, secret: String::new() };
}
