import Foundation
import KithCore
import KithIdentity
import KithStore

/// Identity's index of all profiles, kept beside the database so that a sync that changes little does not read everybody.
/// It derives from the profiles and may be removed at any time; what does not fit the database is not used.
public struct IdentityIndexFile {
  public let path: String

  /// A hub of fewer profiles is read faster than it is worth keeping.
  public static let worthKeeping = 20_000

  /// Beside a file; for a hub in PostgreSQL among the caches of this machine's user. Nil for one in memory, which leaves
  /// nothing behind.
  public init?(_ location: HubLocation) {
    switch location {
    case .file(let path): self.path = path + ".identity"
    case .postgres(let url):
      let caches = FileManager.default.urls(for: .cachesDirectory, in: .userDomainMask).first
      let folder = caches ?? FileManager.default.temporaryDirectory
      path = folder.appendingPathComponent("kith").appendingPathComponent(url.fileName + ".identity").path
    case .memory: return nil
    }
  }

  private static let mark = UInt64(littleEndian: 0x3158_4449_4854_494b)

  /// The kept index; nil when there is none that fits.
  func load(token: UInt64) -> ProfileIndex? {
    guard let mapping = Mapping(path: path), mapping.bytes.count > 16 else { return nil }
    guard mapping.bytes.load(as: UInt64.self) == Self.mark,
      mapping.bytes.load(fromByteOffset: 8, as: UInt64.self) == token
    else { return nil }
    let archive = UnsafeMutableRawBufferPointer(rebasing: mapping.bytes[16...])
    return ProfileIndex(archive: archive, owner: mapping)
  }

  /// Keeps an index, in place of the one before; it counts from the moment that the database knows the token.
  func save(_ index: ProfileIndex, token: UInt64) throws(KithError) {
    let draft = path + ".part"
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    if !FileManager.default.fileExists(atPath: folder) {
      // What cannot be made is told when the file cannot be opened.
      try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }
    guard let file = fopen(draft, "w") else { throw failure(draft) }
    // What a failed attempt leaves is no index and is written over by the next.
    var isClosed = false
    defer { if !isClosed { fclose(file) } }
    chmod(draft, 0o600)
    do {
      try [Self.mark, token].withUnsafeBytes { try Self.write($0, to: file) }
      try index.archive { try Self.write($0, to: file) }
    } catch {
      throw failure(draft)
    }
    // The database must not know an index that a power cut tears.
    guard fflush(file) == 0, fsync(fileno(file)) == 0 else { throw failure(draft) }
    isClosed = true
    guard fclose(file) == 0, rename(draft, path) == 0 else { throw failure(draft) }
  }

  private struct Refused: Error {}

  private static func write(_ bytes: UnsafeRawBufferPointer, to file: UnsafeMutablePointer<FILE>) throws {
    guard !bytes.isEmpty else { return }
    if fwrite(bytes.baseAddress, 1, bytes.count, file) != bytes.count { throw Refused() }
  }

  private func failure(_ draft: String) -> KithError {
    let reason = String(cString: strerror(errno))
    unlink(draft)
    return KithError(
      .transient, "identity's index could not be kept", place: path, seen: reason,
      fix: "Nothing is lost: the next sync reads all profiles and tries again. Make room on the disk.")
  }
}

/// A file in memory. What is written to the memory never reaches the file.
private final class Mapping {
  let bytes: UnsafeMutableRawBufferPointer

  init?(path: String) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_size > 0 else { return nil }
    let size = Int(status.st_size)
    guard let start = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
      return nil
    }
    bytes = UnsafeMutableRawBufferPointer(start: start, count: size)
  }

  deinit { munmap(bytes.baseAddress, bytes.count) }
}
