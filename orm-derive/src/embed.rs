//! `embed_migrations!`: the files of a folder of migrations, in the program.
//!
//! Which folders are migrations is decided as `Migrations::read` does, so that what is embedded is
//! what would be read; what the files say is looked at there, when the program runs.

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::TokenStream;
use quote::quote;
use syn::LitStr;

pub(crate) fn expand(given: &LitStr) -> TokenStream {
    let root = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    let folder = Path::new(&root).join(given.value());
    match embedded(&folder) {
        Ok(code) => code,
        Err(message) => syn::Error::new(given.span(), message).to_compile_error(),
    }
}

fn embedded(folder: &Path) -> Result<TokenStream, String> {
    let mut files = Vec::new();
    for path in folders(folder)? {
        let up = path.join("up.sql");
        if up.is_file() {
            files.push(one(&path)?);
            continue;
        }
        if folders(&path)?
            .iter()
            .any(|below| below.join("up.sql").is_file())
        {
            return Err(format!(
                "`{}` is no folder of migrations but holds some: name one of them, such as `{}`",
                folder.display(),
                path.display()
            ));
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let half = ["down.sql", "metadata.toml"].map(|file| path.join(file).exists());
        if half.contains(&true) || name.starts_with(|first: char| first.is_ascii_digit()) {
            return Err(format!("`{}` has no `up.sql`", path.display()));
        }
    }
    Ok(quote!(::orm_core::migrate::EmbeddedMigrations::new(&[#(#files),*])))
}

fn one(path: &Path) -> Result<TokenStream, String> {
    let name = path.file_name().and_then(|name| name.to_str());
    let name = name.ok_or_else(|| format!("`{}` has a name that is no UTF-8", path.display()))?;
    let text = |file: &str| -> Result<Option<TokenStream>, String> {
        let file = path.join(file);
        if !file.is_file() {
            return Ok(None);
        }
        // By the compiler, which then compiles anew when the file is changed.
        let file = file.to_str();
        let file = file.ok_or_else(|| format!("`{}` is no UTF-8", path.display()))?;
        Ok(Some(quote!(::core::include_str!(#file))))
    };
    let option = |text: Option<TokenStream>| match text {
        Some(text) => quote!(::core::option::Option::Some(#text)),
        None => quote!(::core::option::Option::None),
    };
    let up = text("up.sql")?;
    let (down, metadata) = (option(text("down.sql")?), option(text("metadata.toml")?));
    Ok(quote!((#name, #up, #down, #metadata)))
}

/// The folders in a folder that are not hidden, by their names.
fn folders(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let unread = |error| format!("`{}` cannot be read: {error}", folder.display());
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(unread)? {
        let entry = entry.map_err(unread)?;
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if !hidden && entry.path().is_dir() {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}
