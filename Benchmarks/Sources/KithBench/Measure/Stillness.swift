import FoundationEssentials
import Glibc

/// What is done before every timed run so that all of them start alike.
enum Stillness {
  /// Reads the file, so that nobody pays for the disk, and waits until what the run before wrote is on the disk.
  static func prepare(_ file: URL) throws {
    sync()
    let handle = open(file.path, O_RDONLY)
    if handle < 0 { throw BenchError.unreadable(file.path, errno) }
    defer { close(handle) }
    let buffer = UnsafeMutableRawPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { buffer.deallocate() }
    while read(handle, buffer, 1 << 20) > 0 {}
  }
}
