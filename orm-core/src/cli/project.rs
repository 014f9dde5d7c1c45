//! What the project around says: `diesel.toml`, and which folders are there.

use std::fs;
use std::path::{Path, PathBuf};

use super::failure::Failure;

/// The folder of migrations of a project: that of `diesel.toml`, here or above; else
/// `migrations/<backend>` if it is there, else `migrations`.
pub(super) fn folder(here: &Path, backend: Option<&str>) -> Result<PathBuf, Failure> {
    let unread = |error| Failure::file(here, "cannot be read", &error);
    let whole = here.canonicalize().map_err(unread)?;
    for above in whole.ancestors() {
        let file = above.join("diesel.toml");
        if let Ok(text) = fs::read_to_string(&file)
            && let Some(folder) = named(&text)
        {
            // Here it is shown as short as it was written.
            return Ok(match above == whole {
                true => PathBuf::from(folder),
                false => above.join(folder),
            });
        }
    }
    let all = PathBuf::from("migrations");
    let own = backend.map(|backend| all.join(backend));
    Ok(own.filter(|own| here.join(own).is_dir()).unwrap_or(all))
}

/// `dir` of `[migrations_directory]`.
fn named(toml: &str) -> Option<String> {
    let mut inside = false;
    for line in toml.lines().map(str::trim) {
        if line.starts_with('[') {
            inside = line.split('#').next().map(str::trim) == Some("[migrations_directory]");
        } else if let Some((key, value)) = line.split_once('=')
            && inside
            && key.trim() == "dir"
        {
            let value = value.trim();
            let quote = value.chars().next().filter(|c| "'\"".contains(*c))?;
            return value[1..].split(quote).next().map(str::to_owned);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn the_folder_is_read_from_its_section() {
        let text =
            "[print_schema]\ndir = \"no\"\n[migrations_directory] # here\n dir = \"db\" # so\n";
        assert_eq!(named(text).as_deref(), Some("db"));
        assert_eq!(
            named("[migrations_directory]\ndir='a b'").as_deref(),
            Some("a b")
        );
        for none in [
            "",
            "dir = \"db\"",
            "[migrations_directory]\n# dir = \"db\"",
            "[migrations_directory]\ndir = 1",
        ] {
            assert_eq!(named(none), None, "{none}");
        }
    }
}
