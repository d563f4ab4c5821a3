//! Files that only their owner can read.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use ockam_core::{Error, ErrorContext, ErrorKind, Result};
use zeroize::Zeroizing;

use crate::refused::{invalid, refused};

/// Returns the options of files that are opened here: symbolic links are not followed, and a file that is
/// created can be read by its owner only.
fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        // Not blocking, so that a pipe in the place of the file is found out and not waited for.
        let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
        options.mode(0o600).custom_flags(flags.bits() as i32);
    }
    #[cfg(windows)]
    {
        use std::os::windows::fs::OpenOptionsExt;
        /// A link is opened, and not what it leads to.
        const FILE_FLAG_OPEN_REPARSE_POINT: u32 = 0x0020_0000;
        options.custom_flags(FILE_FLAG_OPEN_REPARSE_POINT);
    }
    options
}

/// Opens a file to read and write, and creates it if there is none.
pub(crate) fn open_or_create(path: &Path) -> Result<File> {
    let opened = options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path);
    let file = opened.context(format!("opening {}", path.display()))?;
    check(&file, path)?;
    Ok(file)
}

/// Reads a file, unless there is none.
pub(crate) fn read(path: &Path, max_bytes: u64) -> Result<Option<Zeroizing<Vec<u8>>>> {
    let file = match options().read(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).context(format!("opening {}", path.display())),
    };
    let length = check(&file, path)?;
    if length > max_bytes {
        return Err(invalid(format!(
            "{} has more than {max_bytes} bytes",
            path.display()
        )));
    }
    // Of the whole length from the beginning: a buffer that grows leaves copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(length as usize + 1));
    let read = file.take(max_bytes).read_to_end(&mut bytes);
    read.context(format!("reading {}", path.display()))?;
    Ok(Some(bytes))
}

/// Checks that a file is one, and that nobody but its owner can read it. Returns its length.
fn check(file: &File, path: &Path) -> Result<u64> {
    let name = path.display();
    let metadata = file.metadata().context(format!("looking at {name}"))?;
    if !metadata.is_file() {
        return Err(invalid(format!("{name} is no regular file")));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = metadata.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            let why = format!("others can reach {name}, whose mode is {mode:o}: make it 600");
            return Err(refused(why));
        }
    }
    Ok(metadata.len())
}

/// Puts bytes in the place of a file, all of them or none, and has them on the disk when it returns.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    let new = beside(path, "new");
    let write = || {
        // Left by a program that ended while it wrote. Nobody else writes: the lock is held.
        match fs::remove_file(&new) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = options().write(true).create_new(true).open(&new)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&new, path)
    };
    write().context(format!("writing {}", path.display()))?;
    sync_folder(path)
}

/// Has the name of a file on the disk.
pub(crate) fn sync_folder(path: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let synced = File::open(folder).and_then(|folder| folder.sync_all());
        synced.context(format!("writing the folder {}", folder.display()))?;
    }
    let _ = path;
    Ok(())
}

/// Returns the path of a file beside another one, with one more ending.
pub(crate) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

/// A lock, which this process holds until it is dropped. The file stays.
pub(crate) struct FileLock {
    _file: File,
}

impl FileLock {
    /// Takes the lock of a file, which is another file beside it.
    pub(crate) fn take(path: &Path) -> Result<Self> {
        let lock = beside(path, "lock");
        let taken = || {
            let why = format!(
                "{} is in use by another process, or twice by this one",
                path.display()
            );
            Error::new(ErrorKind::Denied, why)
        };
        #[cfg(unix)]
        {
            use rustix::fs::{FlockOperation, flock};
            let file = open_or_create(&lock)?;
            match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => Ok(Self { _file: file }),
                Err(rustix::io::Errno::WOULDBLOCK) => Err(taken()),
                Err(error) => {
                    Err(io::Error::from(error)).context(format!("locking {}", lock.display()))
                }
            }
        }
        #[cfg(not(unix))]
        {
            let mut options = options();
            #[cfg(windows)]
            {
                use std::os::windows::fs::OpenOptionsExt;
                // Nobody else can open it while this is open.
                options.share_mode(0);
            }
            let opened = options
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(&lock);
            opened.map(|file| Self { _file: file }).map_err(|_| taken())
        }
    }
}
