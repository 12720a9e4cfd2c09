//! In: record batches of answers. Out: their bytes in a format, and where they go: a file that appears only when it is whole, or a stream. Never here: what answers say.

use super::Format;
use arrow_array::RecordBatch;
use arrow_json::writer::{LineDelimited, WriterBuilder as JsonBuilder};
use arrow_schema::SchemaRef;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::basic::Compression;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use std::error::Error;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::NamedTempFile;

/// Why something could not be written.
pub(super) type Unwritten = Box<dyn Error + Send + Sync>;

/// Where answers go.
#[derive(Debug)]
pub struct Target {
    to: To,
}

enum To {
    /// A new file beside the one that it becomes.
    File(Box<NamedTempFile>, PathBuf),
    /// A stream, or a device.
    Stream(Box<dyn Write + Send>),
}

impl std::fmt::Debug for To {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            To::File(_, path) => f.debug_tuple("File").field(path).finish(),
            To::Stream(_) => f.write_str("Stream"),
        }
    }
}

impl Target {
    /// A stream: what is written cannot be taken back.
    pub fn stream(to: Box<dyn Write + Send>) -> Target {
        Target { to: To::Stream(to) }
    }

    /// A file, which keeps its old content, or does not exist, until everything is written.
    ///
    /// # Errors
    /// The folder does not exist or cannot be written to.
    pub fn file(path: &Path) -> io::Result<Target> {
        // A link stays a link: what it points to is replaced.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let there = fs::metadata(&path).ok();
        match there.as_ref().map(fs::Metadata::file_type) {
            Some(kind) if kind.is_dir() => return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder")),
            // Renaming over a device or pipe would remove it.
            Some(kind) if !kind.is_file() => return Ok(Target::stream(Box::new(fs::OpenOptions::new().write(true).open(&path)?))),
            _ => {}
        }
        if there.as_ref().is_some_and(|m| m.permissions().readonly()) {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is there already and must not be changed"));
        }
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut builder = tempfile::Builder::new();
        builder.prefix(".polc-").suffix(".part");
        let rights = there.map_or_else(usual_rights, |m| Some(m.permissions()));
        if let Some(rights) = rights {
            builder.permissions(rights);
        }
        Ok(Target { to: To::File(Box::new(builder.tempfile_in(folder)?), path) })
    }

    /// The unfinished file, to be removed should the program be ended.
    pub fn unfinished(&self) -> Option<&Path> {
        match &self.to {
            To::File(file, _) => Some(file.path()),
            To::Stream(_) => None,
        }
    }

    /// Makes what was written appear under its name.
    fn finish(self) -> io::Result<()> {
        match self.to {
            To::Stream(mut to) => to.flush(),
            To::File(file, path) => {
                file.as_file().sync_all()?;
                file.persist(&path).map_err(|e| e.error)?;
                // The name is safe only when its folder is; where folders cannot be opened, the system sees to it.
                let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
                match File::open(folder) {
                    Ok(folder) if cfg!(unix) => folder.sync_all(),
                    _ => Ok(()),
                }
            }
        }
    }
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.to {
            To::File(file, _) => file.as_file_mut().write(bytes),
            To::Stream(to) => to.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.to {
            To::File(file, _) => file.as_file_mut().flush(),
            To::Stream(to) => to.flush(),
        }
    }
}

/// The rights of a new file, less what the user's mask takes away.
fn usual_rights() -> Option<fs::Permissions> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        Some(fs::Permissions::from_mode(0o666))
    }
    #[cfg(not(unix))]
    {
        None
    }
}

/// A chunk as it will stand in the file.
pub(super) enum Piece {
    Text(Vec<u8>),
    Group(Vec<ArrowColumnChunk>),
}

/// What turns batches into bytes; shared by all threads.
pub(super) struct Encoder {
    format: Format,
    groups: Option<ArrowRowGroupWriterFactory>,
}

/// What writes pieces, in their order.
pub(super) struct Sink {
    to: Option<To2>,
}

enum To2 {
    Text(BufWriter<Target>),
    Parquet(Box<SerializedFileWriter<Target>>),
}

/// What writes a table of this schema; `about` goes into the metadata of formats that have some.
pub(super) fn open(target: Target, format: Format, schema: &SchemaRef, about: &[(String, String)]) -> Result<(Encoder, Sink), Unwritten> {
    if format != Format::Parquet {
        let mut to = BufWriter::new(target);
        if format == Format::Csv {
            // A batch without rows writes the names of its columns.
            arrow_csv::Writer::new(&mut to).write(&RecordBatch::new_empty(Arc::clone(schema)))?;
        }
        return Ok((Encoder { format, groups: None }, Sink { to: Some(To2::Text(to)) }));
    }
    let metadata = about.iter().map(|(key, value)| KeyValue::new(key.clone(), value.clone())).collect();
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_key_value_metadata(Some(metadata))
        .set_created_by(format!("polc {}", env!("CARGO_PKG_VERSION")))
        .build();
    let (writer, groups) = ArrowWriter::try_new(target, Arc::clone(schema), Some(properties))?.into_serialized_writer()?;
    Ok((Encoder { format, groups: Some(groups) }, Sink { to: Some(To2::Parquet(Box::new(writer))) }))
}

impl Encoder {
    /// The bytes of a chunk, by its number.
    pub fn encode(&self, number: usize, batch: &RecordBatch) -> Result<Piece, Unwritten> {
        if let Some(groups) = &self.groups {
            let mut writers = groups.create_column_writers(number)?.into_iter();
            let mut done = Vec::new();
            for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
                for leaf in compute_leaves(field, column)? {
                    let mut writer = writers.next().ok_or("a column has no writer")?;
                    writer.write(&leaf)?;
                    done.push(writer.close()?);
                }
            }
            return Ok(Piece::Group(done));
        }
        let mut bytes = Vec::new();
        if self.format == Format::Csv {
            arrow_csv::WriterBuilder::new().with_header(false).build(&mut bytes).write(batch)?;
        } else {
            let mut lines = JsonBuilder::new().with_explicit_nulls(true).build::<_, LineDelimited>(&mut bytes);
            lines.write(batch)?;
            lines.finish()?;
        }
        Ok(Piece::Text(bytes))
    }
}

impl Sink {
    /// Writes the next piece.
    pub fn put(&mut self, piece: Piece) -> Result<(), Unwritten> {
        match (&mut self.to, piece) {
            (Some(To2::Text(to)), Piece::Text(bytes)) => to.write_all(&bytes)?,
            (Some(To2::Parquet(file)), Piece::Group(columns)) => {
                let mut group = file.next_row_group()?;
                for column in columns {
                    column.append_to_row_group(&mut group)?;
                }
                group.close()?;
            }
            _ => return Err("the piece is of another format".into()),
        }
        Ok(())
    }

    /// Makes everything appear.
    pub fn finish(mut self) -> Result<(), Unwritten> {
        let target = match self.to.take() {
            Some(To2::Text(to)) => to.into_inner().map_err(|e| e.into_error())?,
            Some(To2::Parquet(file)) => file.into_inner()?,
            None => return Ok(()),
        };
        Ok(target.finish()?)
    }
}
