//! How large a file is once it is compressed, without keeping it.

use std::io;

use flate2::Compression;
use flate2::write::GzEncoder;

/// The compressed size of what is written.
pub(super) fn compressed(write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> io::Result<usize> {
    let mut gzip = io::BufWriter::new(GzEncoder::new(Counter(0), Compression::default()));
    write(&mut gzip)?;
    let gzip = gzip.into_inner().map_err(io::IntoInnerError::into_error)?;
    Ok(gzip.finish()?.0)
}

/// Counts what is written to it.
pub(super) struct Counter(pub(super) usize);

impl io::Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
