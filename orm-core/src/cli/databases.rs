//! `db create`, `db drop`, `db reset`.

use serde_json::json;

use super::args::Db;
use super::context::{Context, open};
use super::failure::{Exit, Failure};
use super::migrate;
use super::server::Place;
use crate::migrate::Run;

pub(super) fn run(context: &mut Context<'_, '_, '_>, command: &Db) -> Result<Exit, Failure> {
    let url = context.url()?;
    let place = Place::of(url.clone())?;
    let name = place.name();
    let shown = url.to_string();
    let what = format!("drop the database {shown} with all that is in it");
    match command {
        Db::Create => {
            let there = place.is_there()?;
            if there {
                context.talk.say(format!("`{name}` is there already"));
            } else {
                place.create()?;
                context.talk.say(format!("created `{name}`"));
            }
            let document = json!({ "database": shown, "created": !there });
            context.talk.give(&document);
        }
        Db::Drop => {
            let there = place.is_there()?;
            if there {
                place.check_drop()?;
                context.talk.confirm(&what)?;
                place.drop()?;
                context.talk.say(format!("dropped `{name}`"));
            } else {
                context.talk.say(format!("`{name}` is not there"));
            }
            let document = json!({ "database": shown, "dropped": there });
            context.talk.give(&document);
        }
        Db::Reset => {
            // Looked at before anything is gone.
            let migrations = context.migrations()?;
            migrations.check_texts()?;
            let there = place.is_there()?;
            if there {
                place.check_drop()?;
                context.talk.confirm(&what)?;
                place.drop()?;
                context.talk.say(format!("dropped `{name}`"));
            }
            place.create()?;
            context.talk.say(format!("created `{name}`"));
            let live = open(&url)?;
            let run = Run::default();
            let (_, ran) = migrate::watched(&mut context.talk, &run, |run| {
                live.migrate(&migrations, run)
            })?;
            let document = json!({ "database": shown, "dropped": there, "ran": ran });
            context.talk.give(&document);
        }
    }
    Ok(Exit::Done)
}
