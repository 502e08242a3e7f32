import Foundation
import KithCore

/// Where a PostgreSQL hub is: `postgres://user@host:5432/database?schema=kith&sslmode=verify-full`. What is not said
/// comes from libpq's environment (PGHOST, PGPASSWORD, PGPASSFILE, PGSSLMODE …).
public struct PostgresURL: Sendable, Equatable {
  /// For libpq, without the schema.
  let connection: String
  /// The schema that the tables stand in.
  public let schema: String
  /// For people: without password and options.
  public let description: String

  static let defaultSchema = "kith"

  private static let defaults = [
    URLQueryItem(name: "connect_timeout", value: "15"), URLQueryItem(name: "client_encoding", value: "UTF8"),
    URLQueryItem(name: "fallback_application_name", value: "kith"),
  ]

  /// - Parameter isPublic: whether others may see the text, as arguments in the list of processes: then it must not hold
  ///   a password.
  public init(_ text: String, isPublic: Bool) throws(KithError) {
    guard var parts = URLComponents(string: text), ["postgres", "postgresql"].contains(parts.scheme) else {
      throw KithError(
        .configuration, "this is no PostgreSQL database",
        seen: text.contains("@") ? String(text.prefix { $0 != ":" }) + ":…" : text,
        allowed: "postgres://USER@HOST/DATABASE, with ?schema=NAME for another schema than \(PostgresURL.defaultSchema)"
      )
    }
    let options = parts.queryItems ?? []
    if isPublic, parts.password != nil || options.contains(where: { $0.name == "password" }) {
      throw KithError(
        .configuration,
        "a password may stand neither in an argument, which everybody on this machine sees, nor in "
          + "connectors.yml",
        fix:
          "Leave it out and set PGPASSWORD, or write it into ~/.pgpass; or keep the URL elsewhere: env:NAME, file:PATH."
      )
    }
    let schema = options.last { $0.name == "schema" }?.value ?? PostgresURL.defaultSchema
    guard PostgresURL.isName(schema) else {
      throw KithError(
        .configuration, "the schema is no name", seen: schema,
        allowed: "up to 50 of a-z, 0-9 and _, beginning with a letter")
    }
    self.schema = schema
    let others = options.filter { $0.name != "schema" }
    parts.queryItems = others + PostgresURL.defaults.filter { item in !others.contains { $0.name == item.name } }
    connection = parts.string ?? text
    let database = parts.path.drop { $0 == "/" }
    description = "\(parts.host ?? "")\(parts.port.map { ":\($0)" } ?? "")/\(database), schema \(schema)"
  }

  /// A name for files that belong to this hub.
  public var fileName: String { LockFolder.fileName(description) }

  /// Whether a name can stand in SQL as it is.
  static func isName(_ name: String) -> Bool {
    guard let first = name.utf8.first, (0x61...0x7A).contains(first), name.utf8.count <= 50 else { return false }
    return name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
  }
}
