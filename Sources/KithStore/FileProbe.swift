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

  static func failure(_ what: String, _ path: String) -> KithError {
    KithError(
      .configuration, what, place: path, seen: String(cString: strerror(errno)),
      allowed: "a file in a folder that exists and that this user may read and write",
      fix: "Create the folder or change its rights, or set hub.database to another file")
  }
}
