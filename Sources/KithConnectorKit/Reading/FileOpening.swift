import CArchive
import KithCore

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Opens files for reading, compressed or not. What a file is is told by its first bytes, never by its name alone.
public enum FileOpening {
  enum Container: Equatable { case plain, compressed, zip }

  /// Opens a file at `offset`, counted in decompressed bytes (those of a compressed file are read and thrown away).
  /// `entry` names a file in a .zip archive; nil: the first one. `name` is how errors call the file; nil: by its path.
  public static func open(
    path: String, name: String? = nil, offset: Int64 = 0, entry: String? = nil
  ) throws(KithError) -> any ByteStream {
    let descriptor = try openDescriptor(path)
    let path = name ?? path
    switch container(of: descriptor) {
    case .plain:
      return PlainFileStream(descriptor: descriptor, path: path, offset: offset)
    case .compressed:
      let stream = try ArchiveStream(descriptor: descriptor, path: path, isZip: false, entry: nil)
      try stream.skip(offset)
      return stream
    case .zip:
      let stream = try ArchiveStream(descriptor: descriptor, path: path, isZip: true, entry: entry)
      try stream.skip(offset)
      return stream
    }
  }

  /// The names of the files in a .zip archive, in its order; nil for any other file.
  public static func entries(path: String, name: String? = nil) throws(KithError) -> [String]? {
    let descriptor = try openDescriptor(path)
    guard container(of: descriptor) == .zip else {
      close(descriptor)
      return nil
    }
    return try ArchiveStream.entries(descriptor: descriptor, path: name ?? path)
  }

  /// Whether the file is compressed: offsets in it cost reading up to them.
  public static func isCompressed(path: String) throws(KithError) -> Bool {
    let descriptor = try openDescriptor(path)
    defer { close(descriptor) }
    return container(of: descriptor) != .plain
  }

  static func container(of descriptor: Int32) -> Container {
    var magic = [UInt8](repeating: 0, count: 6)
    let count = max(pread(descriptor, &magic, 6, 0), 0)
    let head = magic.prefix(count)
    if head.starts(with: [0x1F, 0x8B]) || head.starts(with: [0x28, 0xB5, 0x2F, 0xFD])
      || head.starts(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00])
    {
      return .compressed
    }
    // "BZh" and the block size: text may begin like that, but not go on with the block's magic number.
    if head.starts(with: [0x42, 0x5A, 0x68]), count == 6, (0x31...0x39).contains(head[3]),
      [0x31, 0x17].contains(head[4]), [0x41, 0x72].contains(head[5])
    {
      return .compressed
    }
    return head.starts(with: [0x50, 0x4B, 3, 4]) || head.starts(with: [0x50, 0x4B, 5, 6]) ? .zip : .plain
  }

  private static func openDescriptor(_ path: String) throws(KithError) -> Int32 {
    let descriptor = openForReading(path)
    guard descriptor >= 0 else { throw failure(errno, "Cannot open the file", path) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let code = errno
      close(descriptor)
      throw failure(code, "Cannot open the file", path)
    }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      close(descriptor)
      throw KithError(
        .configuration, "This is a folder", place: path, allowed: "a file",
        fix: "Name a file or a pattern such as \(path)/*.csv.")
    }
    return descriptor
  }

  /// An error of the operating system: what a person must mend is `configuration`, the rest passes.
  static func failure(_ code: Int32, _ what: String, _ path: String) -> KithError {
    let reason = String(cString: strerror(code))
    let mending: [Int32] = [ENOENT, EACCES, EPERM, ENOTDIR, EISDIR, ELOOP, ENAMETOOLONG]
    return KithError(
      mending.contains(code) ? .configuration : .transient, what, place: path, seen: reason,
      fix: code == ENOENT ? "Check the path and that the file is there." : nil)
  }
}

private func openForReading(_ path: String) -> Int32 { open(path, O_RDONLY | O_CLOEXEC) }

/// A file that is not compressed.
final class PlainFileStream: ByteStream {
  private let descriptor: Int32
  private let path: String
  private var next: Int64

  /// Takes the descriptor over and closes it.
  init(descriptor: Int32, path: String, offset: Int64) {
    self.descriptor = descriptor
    self.path = path
    next = offset
    _ = posix_fadvise(descriptor, off_t(offset), 0, POSIX_FADV_SEQUENTIAL)
  }

  deinit { close(descriptor) }

  var bytesRead: Int64 { next }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(KithError) -> Int {
    while true {
      let count = pread(descriptor, buffer.baseAddress, buffer.count, off_t(next))
      if count >= 0 {
        next += Int64(count)
        return count
      }
      if errno != EINTR { throw FileOpening.failure(errno, "Cannot read the file", path) }
    }
  }
}
