//! What is too large to be read, found before anything is read. How deep brackets may stand in one another is a limit of
//! `hcl-edit`'s own (64).

/// How large a file may be.
pub(super) const FILE: usize = 8 << 20;

/// What the keys of all objects may cost: `hcl-edit` looks every key of an object up among those before it.
const KEYS: usize = 400_000_000;

/// How many open brackets are kept apart.
const LEVELS: usize = 1_000;

/// Counts what may be keys between brackets, with no eye for what they mean. What is wrong, and where.
pub(super) fn check(text: &str) -> Result<(), (usize, String)> {
    let mut open: Vec<usize> = vec![0];
    let (mut cost, mut before, mut quoted) = (0_usize, b'\n', false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            // Brackets in texts and comments may lack their other half: a block's end sets the count right.
            b'}' if before == b'\n' => open.truncate(1),
            b'\n' => quoted = false,
            b'"' if before != b'\\' => quoted = !quoted,
            b'{' | b'[' | b'(' if !quoted && open.len() < LEVELS => open.push(0),
            b'}' | b']' | b')' if !quoted && open.len() > 1 => {
                open.pop();
            }
            b'=' | b':' if open.len() > 1 => {
                if let Some(keys) = open.last_mut() {
                    *keys += 1;
                    cost += *keys;
                }
                if cost > KEYS {
                    return Err((at, "objects have too many keys to be read".to_owned()));
                }
            }
            _ => {}
        }
        before = byte;
    }
    Ok(())
}
