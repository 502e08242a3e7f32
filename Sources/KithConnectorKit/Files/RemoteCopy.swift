import Foundation
import KithCore

/// A file of a server, copied to this machine for as long as somebody reads it. The copy has no name on Linux, so that
/// nothing of it is left however the program ends; elsewhere its name goes with the copy.
final class RemoteCopy: Sendable, Hashable {
  let descriptor: Int32
  let path: String

  /// An empty one, in the folder that TMPDIR names.
  init() throws(KithError) {
    let folder = FileManager.default.temporaryDirectory.path
    let name = "\(folder)/kith-\(UUID().uuidString)"
    descriptor = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw KithError(
        .transient, "no temporary file can be made", place: folder, seen: String(cString: strerror(errno)),
        fix: "Make room there, or set TMPDIR to another folder.")
    }
    #if os(Linux)
      unlink(name)
      path = "/proc/self/fd/\(descriptor)"
    #else
      path = name
    #endif
  }

  deinit {
    close(descriptor)
    #if !os(Linux)
      unlink(path)
    #endif
  }

  static func == (left: RemoteCopy, right: RemoteCopy) -> Bool { left === right }

  func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
