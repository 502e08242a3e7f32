import Foundation
import KithCore

/// A folder of REST manifests: `NAME.yml`, or `NAME/NAME.yml` with its README and fixtures beside it.
public struct ManifestFolder: Sendable {
  public struct Entry: Sendable {
    /// The connector's name, as its file says.
    public let name: String
    /// The manifest's file.
    public let path: String

    /// Reads the manifest. A file that cannot be read, or that calls itself otherwise, is a problem of the connector.
    public func connector() -> RESTConnector {
      let text = FileManager.default.contents(atPath: path).flatMap { String(validating: $0, as: UTF8.self) }
      return RESTConnector(manifest: text ?? "", name: "\(name).yml", expecting: name)
    }
  }

  public let entries: [Entry]

  /// Throws a `configuration` error when there is no such folder.
  public init(_ folder: String) throws(KithError) {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw KithError(
        .configuration, "the folder of connectors cannot be read", seen: folder,
        fix: "Make it, or name another one under hub: connectors.")
    }
    var entries: [Entry] = []
    for file in names.sorted() where !file.hasPrefix(".") {
      if file.hasSuffix(".yml") {
        entries.append(Entry(name: String(file.dropLast(4)), path: "\(folder)/\(file)"))
      } else if FileManager.default.fileExists(atPath: "\(folder)/\(file)/\(file).yml") {
        entries.append(Entry(name: file, path: "\(folder)/\(file)/\(file).yml"))
      }
    }
    self.entries = entries
  }
}
