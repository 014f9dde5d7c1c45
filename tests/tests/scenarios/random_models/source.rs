//! The source of random models, and of the program that fills them.

use std::fmt::Write as _;

use orm_tests::random::Random;

/// Names that a user may have, everyday types among them.
const MODELS: &[&str] = &[
    "Order",
    "Filter",
    "Select",
    "Group",
    "Table",
    "Result",
    "Option",
    "String",
    "Vec",
    "Box",
    "Some",
    "Query",
    "Model",
    "Column",
    "Größe",
    "HTTPRequest",
    "Category",
    "Bus",
    "Λόγος",
    "Self_",
];
const FIELDS: &[&str] = &[
    "r#type", "table", "filter", "eq", "self_", "name", "größe", "r#match", "select", "order",
    "count", "value", "load", "key", "insert", "columns", "dsl", "field", "star", "limit", "r#fn",
];

/// A type, a random value of it as an expression, and whether an index takes it.
struct Kind {
    ty: &'static str,
    value: fn(&mut Random) -> std::string::String,
    indexed: bool,
}

const KINDS: &[Kind] = &[
    Kind {
        ty: "bool",
        value: |r| r.one_in(2).to_string(),
        indexed: true,
    },
    Kind {
        ty: "i8",
        value: |r| (r.bits() as i8).to_string(),
        indexed: true,
    },
    Kind {
        ty: "i16",
        value: |r| (r.bits() as i16).to_string(),
        indexed: true,
    },
    Kind {
        ty: "i32",
        value: |r| (r.bits() as i32).to_string(),
        indexed: true,
    },
    Kind {
        ty: "i64",
        value: |r| (r.bits() as i64).to_string(),
        indexed: true,
    },
    Kind {
        ty: "u8",
        value: |r| (r.bits() as u8).to_string(),
        indexed: true,
    },
    Kind {
        ty: "u16",
        value: |r| (r.bits() as u16).to_string(),
        indexed: true,
    },
    Kind {
        ty: "u32",
        value: |r| (r.bits() as u32).to_string(),
        indexed: true,
    },
    Kind {
        ty: "u64",
        value: |r| (r.bits() >> 1).to_string(),
        indexed: true,
    },
    Kind {
        ty: "f64",
        value: |r| format!("{}.25_f64", r.bits() as i32),
        indexed: false,
    },
    Kind {
        ty: "::std::string::String",
        value: text,
        indexed: true,
    },
    Kind {
        ty: "::std::vec::Vec<u8>",
        value: |r| format!("::std::vec![{}, 0, 255]", r.bits() as u8),
        indexed: false,
    },
    Kind {
        ty: "NaiveDate",
        value: |r| format!("day({})", r.below(40_000)),
        indexed: true,
    },
    Kind {
        ty: "NaiveDateTime",
        value: |r| format!("time({})", r.below(4_000_000_000)),
        indexed: true,
    },
    Kind {
        ty: "DateTime<Utc>",
        value: |r| format!("time({}).and_utc()", r.below(4_000_000_000)),
        indexed: true,
    },
    Kind {
        ty: "Uuid",
        value: |r| format!("Uuid::from_u64_pair({}, {})", r.bits(), r.bits()),
        indexed: true,
    },
    Kind {
        ty: "Json",
        value: |r| format!("json({})", r.bits() as i32),
        indexed: false,
    },
    Kind {
        ty: "Decimal",
        value: |r| format!("Decimal::from({})", r.bits() as i32),
        indexed: false,
    },
];

fn text(random: &mut Random) -> std::string::String {
    let pieces = [
        "", "a", "O'Neil", "\\\\", "ä", "€", "\\\"", "%_", "\\n", "𝄞", " b ",
    ];
    let picked: Vec<&str> = (0..3).map(|_| *random.pick(&pieces)).collect();
    format!(
        "\"{}{}\".to_owned()",
        picked.concat(),
        random.below(1_000_000)
    )
}

struct Field {
    name: &'static str,
    kind: &'static Kind,
    optional: bool,
}

struct Model {
    name: std::string::String,
    fields: Vec<Field>,
    /// Attributes of the key, and the type; none if it is made of the first two fields.
    key: Option<(&'static str, &'static str)>,
    parent: Option<usize>,
}

/// A library of models, and a program that holds them against a database.
pub(super) fn write(seed: u64, count: usize, connections: &[&str]) -> (String, String) {
    let mut random = Random(seed);
    let mut models: Vec<Model> = Vec::new();
    for nth in 0..count {
        let model = model(&mut random, nth, &models);
        models.push(model);
    }
    let mut library = String::from(
        "#![deny(warnings)]\n#![allow(uncommon_codepoints, mixed_script_confusables)]\n\nuse orm_core::prelude::*;\n",
    );
    for (nth, model) in models.iter().enumerate() {
        library.push_str(&declared(&mut random, nth, model, &models));
    }
    let mut program = String::from(
        "#![allow(uncommon_codepoints, mixed_script_confusables, unused_variables, clippy::all)]\n\
         use orm_core::prelude::*;\n\
         fn day(n: i64) -> NaiveDate { time(n * 86_400).date() }\n\
         fn time(n: i64) -> NaiveDateTime { DateTime::from_timestamp(n, 250_000_000).unwrap().naive_utc() }\n\
         fn json(n: i32) -> Json { orm_core::serde_json::json!({\"n\": n, \"list\": [null, \"x\"]}) }\n\
         macro_rules! hold { ($connection:ty, $url:expr) => {{\n\
         let engine = Engine::<$connection>::open($url).expect(\"the database\");\n",
    );
    let names: Vec<String> = models
        .iter()
        .map(|model| format!("generated::{}", model.name))
        .collect();
    let _ = writeln!(program, "let tables = schema![{}];", names.join(", "));
    program.push_str("engine.create_all(tables).expect(\"tables\");\nlet mut session = engine.session().expect(\"a session\");\n");
    for (nth, model) in models.iter().enumerate() {
        program.push_str(&filled(&mut random, nth, model));
    }
    program.push_str("drop(session);\nengine.drop_all(tables).expect(\"dropped\");\n}} }\n");
    program.push_str("fn main() {\nlet url = std::env::args().nth(1).expect(\"a URL\");\n");
    for connection in connections {
        let scheme = match *connection {
            "PgConnection" => "postgres",
            "MysqlConnection" => "mysql",
            _ => "sqlite",
        };
        let _ = writeln!(
            program,
            "if url.starts_with(\"{scheme}\") {{ hold!({connection}, url.as_str()); }}"
        );
    }
    let _ = writeln!(program, "println!(\"{count} models hold\");\n}}");
    (library, program)
}

fn model(random: &mut Random, nth: usize, before: &[Model]) -> Model {
    let name = match MODELS.get(nth) {
        Some(name) => (*name).to_owned(),
        None => format!("Model{nth}"),
    };
    let key = match random.below(6) {
        0 => Some(("#[model(generated)]", "i64")),
        1 => Some(("#[model(generated)]", "i32")),
        2 => Some(("#[model(generated = time_id)]", "i64")),
        3 => Some(("#[model(generated = uuid_v7)]", "Uuid")),
        4 => Some(("#[model(key)]", "::std::string::String")),
        _ => None,
    };
    let mut names = FIELDS.to_vec();
    let mut fields = Vec::new();
    for position in 0..random.below(7) + 2 {
        let kind = random.pick(KINDS);
        let of_key = key.is_none() && position < 2;
        fields.push(Field {
            name: names.swap_remove(random.below(names.len())),
            kind: if of_key { &KINDS[3 + position] } else { kind },
            optional: !of_key && random.one_in(3),
        });
    }
    let parents: Vec<usize> = (0..nth).filter(|one| before[*one].key.is_some()).collect();
    let parent = (random.one_in(2) && !parents.is_empty()).then(|| *random.pick(&parents));
    Model {
        name,
        fields,
        key,
        parent,
    }
}

fn declared(random: &mut Random, nth: usize, model: &Model, models: &[Model]) -> String {
    let bare = |name: &str| name.trim_start_matches("r#").to_owned();
    let mut code = format!(
        "\n#[derive(Model, Debug, Clone, PartialEq)]\n#[model(table = \"random_{nth}\")]\n"
    );
    if model.key.is_none() {
        let _ = writeln!(
            code,
            "#[model(key({}, {}))]",
            model.fields[0].name, model.fields[1].name
        );
    }
    let indexed: Vec<&Field> = model
        .fields
        .iter()
        .filter(|field| field.kind.indexed)
        .collect();
    if indexed.len() > 1 && random.one_in(2) {
        let desc = if random.one_in(2) { ".desc()" } else { "" };
        let _ = writeln!(
            code,
            "#[model(index({}, {}{desc}, name = \"random_{nth}_two\"))]",
            indexed[0].name, indexed[1].name
        );
    }
    let _ = writeln!(code, "pub struct {} {{", model.name);
    if let Some((attribute, ty)) = model.key {
        let _ = writeln!(code, "    {attribute}\n    pub id: {ty},");
    }
    for field in &model.fields {
        if random.one_in(4) {
            let _ = writeln!(
                code,
                "    #[model(column = \"{} {nth}\")]",
                bare(field.name)
            );
        }
        let ty = field.kind.ty;
        if field.optional {
            let _ = writeln!(code, "    pub {}: ::std::option::Option<{ty}>,", field.name);
        } else {
            let _ = writeln!(code, "    pub {}: {ty},", field.name);
        }
    }
    if let Some(parent) = model.parent {
        let (_, ty) = models[parent].key.expect("a parent has one key");
        let _ = writeln!(
            code,
            "    #[model(belongs_to = {}, index)]\n    pub parent_id: ::std::option::Option<{ty}>,",
            models[parent].name
        );
    }
    code.push_str("}\n");
    code
}

/// Rows in, the same rows out; one changed, one gone.
fn filled(random: &mut Random, nth: usize, model: &Model) -> String {
    let name = &model.name;
    let given_key = matches!(model.key, Some(("#[model(key)]", _)));
    let mut code = String::from("{\n");
    for row in 0..3 {
        let mut literal = String::new();
        let mut setters = String::new();
        let mut checks = String::new();
        if given_key {
            let _ = write!(literal, "id: \"key {row}\".to_owned(), ");
        }
        for (position, field) in model.fields.iter().enumerate() {
            let value = match (&model.key, position) {
                (None, 0) => row.to_string(),
                _ => (field.kind.value)(random),
            };
            let _ = writeln!(checks, "let value: {} = {value};", field.kind.ty);
            if field.optional {
                if random.one_in(3) {
                    let _ = writeln!(
                        checks,
                        "assert_eq!(made.{}, ::std::option::Option::None);",
                        field.name
                    );
                    continue;
                }
                let _ = write!(setters, ".{}({value})", field.name);
                let _ = writeln!(
                    checks,
                    "assert_eq!(made.{}, ::std::option::Option::Some(value));",
                    field.name
                );
            } else {
                let _ = write!(literal, "{}: {value}, ", field.name);
                let _ = writeln!(checks, "assert_eq!(made.{}, value);", field.name);
            }
        }
        let _ = writeln!(
            code,
            "let form = generated::New{name} {{ {literal} }}{setters};\n\
             let made = session.insert(form).expect(\"{name}\");\n{checks}\
             let read = session.get::<generated::{name}>(made.key()).expect(\"{name}\");\n\
             assert_eq!(read.as_ref(), ::std::option::Option::Some(&made), \"random_{nth}\");"
        );
    }
    let _ = writeln!(
        code,
        "assert_eq!(generated::{name}::query().count(&mut session).expect(\"a count\"), 3);\n\
         assert!(session.delete(&made).expect(\"deleted\"));\n\
         let again = session.insert(made.clone()).expect(\"again\");\n\
         assert_eq!(again, made);\n}}"
    );
    code
}
