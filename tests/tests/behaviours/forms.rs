//! Diesel's own derives on structs beside the model: parts of rows, insert forms, changes.

/// The same structs in both forms. `table_name` finds the tables that are in scope there.
macro_rules! forms_of_diesel {
    () => {
        /// A part of a person.
        #[derive(Queryable, Selectable, Debug, Clone, PartialEq)]
        #[diesel(table_name = people)]
        pub(crate) struct Name {
            pub(crate) id: i64,
            pub(crate) name: String,
        }

        /// A row of a join, as one struct.
        #[derive(Queryable, Selectable, Debug, Clone, PartialEq)]
        #[diesel(table_name = orders)]
        pub(crate) struct OrderOfPerson {
            pub(crate) total: i32,
            #[diesel(embed)]
            pub(crate) person: Name,
            #[diesel(select_expression = people::age + 1_i32)]
            pub(crate) next_age: i32,
        }

        #[derive(Insertable, Debug, Clone)]
        #[diesel(table_name = people)]
        pub(crate) struct PersonForm<'a> {
            pub(crate) name: &'a str,
            pub(crate) age: i32,
            pub(crate) email: Option<&'a str>,
        }

        /// Whole rows, as Diesel's COPY takes them.
        #[cfg(feature = "postgres")]
        #[derive(Insertable, Debug, Clone)]
        #[diesel(table_name = products, treat_none_as_default_value = false)]
        pub(crate) struct Capped<'a> {
            pub(crate) id: i64,
            pub(crate) name: &'a str,
            pub(crate) price: f64,
        }

        #[derive(AsChangeset, Debug, Clone)]
        #[diesel(table_name = people)]
        pub(crate) struct PersonChange<'a> {
            pub(crate) name: Option<&'a str>,
            pub(crate) age: Option<i32>,
            pub(crate) email: Option<Option<&'a str>>,
        }

        #[derive(AsChangeset, Identifiable, Debug, Clone)]
        #[diesel(table_name = people, treat_none_as_null = true)]
        pub(crate) struct PersonEmail<'a> {
            pub(crate) id: i64,
            pub(crate) email: Option<&'a str>,
        }

        #[derive(QueryableByName, Debug, Clone, PartialEq)]
        #[diesel(table_name = people)]
        pub(crate) struct RawName {
            pub(crate) id: i64,
            pub(crate) name: String,
        }
    };
}
