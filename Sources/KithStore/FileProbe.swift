import KithCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The few questions to the file system that the store asks.
enum FileProbe {
  /// The file's size in bytes, nil when there is no such file.
  static func size(of path: String) -> Int64? {
    var status = stat()
    return stat(path, &status) == 0 ? Int64(status.st_size) : nil
  }

  /// The first bytes of a file; nil when there is none.
  static func head(of path: String, count: Int) throws(KithError) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw failure("the database cannot be opened", path)
    }
    defer { _ = Self.close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: count)
    let length = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, count) }
    if length < 0 { throw failure("the database cannot be read", path) }
    return Array(bytes.prefix(length))
  }

  static func close(_ descriptor: CInt) -> CInt {
    #if canImport(Glibc)
      Glibc.close(descriptor)
    #else
      Darwin.close(descriptor)
    #endif
  }

  /// Why no file can be made beside `path` now, as an error number; nil when one can.
  static func obstacle(beside path: String) -> CInt? {
    let probe = path + "-probe"
    #if canImport(Glibc)
      let descriptor = Glibc.open(probe, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    #else
      let descriptor = Darwin.open(probe, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    #endif
    guard descriptor >= 0 else { return errno }
    defer {
      _ = close(descriptor)
      _ = unlink(probe)
    }
    var byte: UInt8 = 0
    return write(descriptor, &byte, 1) == 1 ? nil : errno
  }

  /// The error for what has just failed with `errno`.
  static func failure(_ what: String, _ path: String) -> KithError {
    let number = errno
    let seen = String(cString: strerror(number))
    switch number {
    case ENOSPC, EDQUOT: return StoreErrors.diskFull(path, seen: seen)
    case EIO: return StoreErrors.diskFailed(path, seen: seen)
    default:
      return KithError(
        .configuration, what, place: path, seen: seen,
        allowed: "a file in a folder that exists and that this user may read and write",
        fix: "Create the folder or change its rights, or set hub.database to another file")
    }
  }
}
