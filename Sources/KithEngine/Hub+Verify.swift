import Foundation
import KithCore
import KithStore

extension Hub {
  /// What `verify` found.
  public struct Verification: Sendable {
    public var problems: [Inconsistency]
    /// Profiles that wait for identity. While there are any, the customers are not meant to agree with a rebuild, and
    /// are not compared with one.
    public var waiting: Int
  }

  /// Looks for everything that cannot be so in this hub, and changes nothing. The customers are rebuilt from their
  /// profiles and decisions in a copy of one snapshot, which needs as much room again for the time being.
  public func verify() throws(KithError) -> Verification {
    var result = Verification(problems: try store.verify(), waiting: 0)
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
    let rebuilt = try HubStore(path: copy, memory: configuration.hub.memory)
    result.waiting = try rebuilt.profilesWaiting()
    if result.waiting == 0 {
      try rebuilt.rememberCustomers()
      _ = try IdentityResolver(store: rebuilt, configuration: configuration, time: time).resolve(
        everything: true, learning: .never)
      let changed = try rebuilt.customersThatChanged()
      if let first = changed.first {
        result.problems.append(
          Inconsistency(
            what: "a customer differs from the one rebuilt from its profiles and decisions", count: changed.count,
            example: "customer \(first)",
            fix: "Run `kith resolve --full`, as after a change of identity, survivorship or trust in connectors.yml."))
      }
    }
    try rebuilt.close()
    return result
  }
}
