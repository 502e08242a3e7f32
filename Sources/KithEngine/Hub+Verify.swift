import Foundation
import KithCore
import KithStore

extension Hub {
  /// Everything that cannot be so in this hub; empty when it is sound. The customers are rebuilt from their profiles and
  /// decisions in a copy, which needs as much room again for the time being.
  public func verify() throws(KithError) -> [Inconsistency] {
    var found = try store.verify()
    let queue = try store.identityQueue()
    // Profiles that wait for identity are no damage: the table is not yet meant to agree with them.
    guard queue.profiles == 0, queue.refreshes == 0 else { return found }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kith-verify-\(UUID().uuidString)")
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw KithError(.transient, "no temporary folder can be made for the rebuild", seen: folder.path)
    }
    // Best effort: what stays behind lies in the system's folder for temporary files.
    defer { try? FileManager.default.removeItem(at: folder) }
    let copy = folder.appendingPathComponent("rebuild.sqlite").path
    try store.copy(to: copy)
    let rebuilt = try HubStore(path: copy)
    _ = try IdentityResolver(store: rebuilt, configuration: configuration, time: time).resolve(everything: true)
    try rebuilt.close()
    let differing = try store.differingCustomers(from: copy)
    if let first = differing.first {
      found.append(
        Inconsistency(
          what: "a customer differs from the one rebuilt from its profiles and decisions", count: differing.count,
          example: first))
    }
    return found
  }
}
