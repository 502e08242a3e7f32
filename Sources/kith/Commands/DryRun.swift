import Foundation
import KithCore
import KithEngine
import KithStore

/// A dry run works on a copy of the database, so that it tells exactly what a real run would do.
enum DryRun {
  static func remove(_ location: HubLocation) {
    guard case .file(let path) = location else { return }
    // Best effort: what stays behind lies in the system's folder for temporary files.
    try? FileManager.default.removeItem(at: URL(fileURLWithPath: path).deletingLastPathComponent())
  }
}

extension HubOptions {
  /// A hub on a copy of the database in a temporary folder.
  func dryHub() throws -> Hub {
    var configuration = try configuration()
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kith-dry-run-\(UUID().uuidString)")
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw KithError(.transient, "no temporary folder can be made for the dry run", seen: folder.path)
    }
    let copy = folder.appendingPathComponent("kith.sqlite").path
    var isThere = true
    if case .file(let path) = configuration.hub.database { isThere = FileManager.default.fileExists(atPath: path) }
    if isThere { try HubStore(configuration.hub.database, memory: configuration.hub.memory).copy(to: copy) }
    configuration.hub.database = .file(copy)
    return try Hub(configuration: configuration, connectors: Registry.catalogue, time: SystemTime())
  }
}
