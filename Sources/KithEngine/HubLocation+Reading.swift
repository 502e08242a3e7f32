import Foundation
import KithCore
import KithStore

extension HubLocation {
  /// What people write for a hub's database: a file, `memory`, `postgres://USER@HOST/DATABASE?schema=NAME`, or `env:NAME`
  /// or `file:PATH` for such a URL that is kept elsewhere, with its password.
  ///
  /// - Parameter base: the folder that relative paths start from.
  public init(_ text: String, base: String, environment: [String: String]) throws(KithError) {
    if text.contains("://") {
      self = .postgres(try PostgresURL(text, isPublic: true))
    } else if text.hasPrefix("env:") {
      let name = String(text.dropFirst(4))
      guard let value = environment[name], !value.isEmpty else {
        throw KithError(
          .configuration, "the variable with the database's URL is not set", seen: name,
          fix: "export \(name)=postgres://…")
      }
      self = .postgres(try PostgresURL(value, isPublic: false))
    } else if text.hasPrefix("file:") {
      let path = absolutePath(String(text.dropFirst(5)), base)
      guard let data = FileManager.default.contents(atPath: path) else {
        throw KithError(.configuration, "the file with the database's URL cannot be read", seen: path)
      }
      let value = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
      self = .postgres(try PostgresURL(value, isPublic: false))
    } else if text == "memory" {
      self = .memory(name: "kith")
    } else {
      self = .file(absolutePath(text, base))
    }
  }
}
