import KithCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Advisory locks beside the database, in the folder `<database>.locks`. The kernel releases them when a process dies,
/// however it dies, so no lease outlives its owner.
struct LockFolder: Sendable {
  let path: String

  init(database: String) { path = database + ".locks" }

  /// Opens the lock file `name`, creating it.
  func open(_ name: String) throws(KithError) -> CInt {
    if mkdir(path, 0o755) != 0, errno != EEXIST {
      throw FileProbe.failure("the folder of locks cannot be created", path)
    }
    let file = path + "/" + LockFolder.fileName(name)
    #if canImport(Glibc)
      let descriptor = Glibc.open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    #else
      let descriptor = Darwin.open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    #endif
    if descriptor < 0 { throw FileProbe.failure("a lock file cannot be opened", file) }
    return descriptor
  }

  /// Letters, digits, `-` and `_` as they are, all other bytes as %XX: different names never share a file.
  static func fileName(_ name: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in name.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: bytes.append(byte)
      default: bytes += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// The right to run a source, held by one process at a time; given back when nobody holds this value any more.
public final class SourceLease: Sendable {
  public let source: String
  private let release: @Sendable () -> Void

  init(source: String, release: @escaping @Sendable () -> Void) {
    self.source = source
    self.release = release
  }

  deinit { release() }
}

extension LockFolder {
  func lease(source: String) throws(KithError) -> SourceLease? {
    let descriptor = try open("source-" + source)
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      _ = FileProbe.close(descriptor)
      return nil
    }
    return SourceLease(source: source) { _ = FileProbe.close(descriptor) }
  }
}

extension SourceLease {
  public static func isTaken(_ source: String) -> KithError {
    KithError(
      .transient, "another run of this source is under way", place: source,
      fix: "Wait until it has ended; `kith runs` shows it")
  }
}

/// Keeps checkpoints apart from the writes of every other process: writers share the gate, a checkpoint has it alone.
final class WriteGate: Sendable {
  private let descriptor: CInt

  init(_ locks: LockFolder) throws(KithError) {
    descriptor = try locks.open("gate")
  }

  deinit { _ = FileProbe.close(descriptor) }

  func shared<T>(_ body: () throws -> T) rethrows -> T {
    while flock(descriptor, LOCK_SH) != 0, errno == EINTR {}
    defer { flock(descriptor, LOCK_UN) }
    return try body()
  }

  func exclusiveIfFree(_ body: () throws -> Void) rethrows {
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return }
    defer { flock(descriptor, LOCK_UN) }
    try body()
  }
}
