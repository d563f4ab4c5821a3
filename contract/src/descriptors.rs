//! The file descriptors of the process. A test that counts them needs its own binary.

/// Returns the number of open file descriptors.
#[cfg(target_os = "linux")]
pub fn descriptors() -> usize {
    let open = std::fs::read_dir("/proc/self/fd").expect("linux has it");
    open.count()
}
