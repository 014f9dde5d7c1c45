//! The checksum of a migration: whether a file was edited, not who did it.

/// FNV-1a of 128 bits, as hexadecimal digits (<http://www.isthe.com/chongo/tech/comp/fnv/>), over
/// the lines of a text. Blanks at the ends of lines, blank lines at the end and the kind of line
/// breaks do not count: editors and Git change them.
pub(super) fn checksum(text: &str) -> String {
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let text = lines.join("\n");
    let add = |hash: u128, byte: u8| (hash ^ u128::from(byte)).wrapping_mul(PRIME);
    let hash = text.trim_end().bytes().fold(BASIS, add);
    format!("{hash:032x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_fnv() {
        assert_eq!(checksum(""), "6c62272e07bb014262b821756295c58d");
        assert_eq!(checksum("a"), "d228cb696f1a8caf78912b704e4a8964");
    }

    #[test]
    fn line_breaks_and_blanks_at_ends_do_not_count() {
        let sum = checksum("SELECT 1;\n\n  SELECT 2;\n");
        assert_eq!(sum, checksum("SELECT 1; \r\n\r\n  SELECT 2;\t\r\n\r\n"));
        for other in [
            "SELECT 1;\nSELECT 2;\n",
            "SELECT 1;\n\n SELECT 2;",
            "SELECT 1;",
        ] {
            assert_ne!(sum, checksum(other));
        }
    }
}
