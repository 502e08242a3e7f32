import Foundation
import GRDB
import KithCore

extension HubStore {
  /// Writes what BI tools read into a SQLite file of its own: real tables with types, primary and foreign keys, facts
  /// among them, as all were at one moment. The file has its name when it is complete; who has an earlier one open keeps
  /// reading that.
  ///
  /// - Parameter hasContacts: without them as the roles of BI tools see it by default.
  /// - Returns: rows by table.
  public func writeBISnapshot(to path: String, hasContacts: Bool) throws(KithError) -> [(table: String, rows: Int)] {
    let part = path + ".part"
    try? FileManager.default.removeItem(atPath: part)
    defer { try? FileManager.default.removeItem(atPath: part) }
    let tables = BIDescription(hasContacts: hasContacts, ofFile: true).tables
    let (source, copy) = try fileToRead()
    defer { if let copy { try? FileManager.default.removeItem(atPath: copy) } }
    let rows = try StoreErrors.mapping(path) {
      var configuration = GRDB.Configuration()
      configuration.foreignKeysEnabled = false
      configuration.prepareDatabase { db in
        // A file that is thrown away when something goes wrong needs no journal.
        try db.execute(sql: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA page_size = 8192")
        // The hub is only read, and its WAL is left to its writer.
        try db.execute(sql: "PRAGMA wal_autocheckpoint = 0")
        try db.execute(sql: "ATTACH DATABASE ? AS hub", arguments: [source])
      }
      let queue = try DatabaseQueue(path: part, configuration: configuration)
      let rows = try queue.write { db in
        var rows: [(table: String, rows: Int)] = []
        for table in tables {
          let statements = BISnapshot.create(table, among: tables)
          try db.execute(sql: statements[0])
          rows.append((table.name, try BISnapshot.fill(table, db)))
          // Indexes are built faster after the rows.
          for statement in statements.dropFirst() { try db.execute(sql: statement) }
        }
        try BISnapshot.prune(tables, db)
        return rows
      }
      try queue.close()
      return rows
    }
    try BISnapshot.finish(part, as: path)
    return rows
  }
}

extension HubStore {
  /// The hub's file; a hub that is in none is copied into one, which is to be removed afterwards.
  private func fileToRead() throws(KithError) -> (path: String, copy: String?) {
    if case .file(let path) = location { return (path, nil) }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kith-snapshot-\(UUID().uuidString)")
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw KithError(.transient, "no temporary folder can be made for the copy", seen: folder.path)
    }
    let copy = folder.appendingPathComponent("kith.sqlite").path
    try self.copy(to: copy)
    return (copy, folder.path)
  }
}

/// The tables of such a file.
private enum BISnapshot {
  static func create(_ table: BIDescription.Table, among tables: [BIDescription.Table]) -> [String] {
    var lines = table.columns.map { "\($0.name) \($0.type.rawValue)" + ($0.isNullable ? "" : " NOT NULL") }
    lines.append("PRIMARY KEY (\(table.primaryKey.joined(separator: ", ")))")
    var indexes: [String] = []
    for column in table.columns {
      guard let reference = column.reference else { continue }
      let fact = Schema.views.first { $0.table == reference.table }?.name
      guard let target = tables.first(where: { $0.name == fact ?? reference.table }), target.name != table.name else {
        continue
      }
      lines.append("FOREIGN KEY (\(column.name)) REFERENCES \(target.name) (\(reference.column))")
      if !table.primaryKey.contains(column.name) {
        indexes.append("CREATE INDEX \(table.name)_by_\(column.name) ON \(table.name) (\(column.name))")
      }
    }
    return ["CREATE TABLE \(table.name) (\(lines.joined(separator: ", ")))"] + indexes
  }

  static func fill(_ table: BIDescription.Table, _ db: Database) throws -> Int {
    let columns = table.columns.map(\.name).joined(separator: ", ")
    let key = table.primaryKey.joined(separator: ", ")
    try db.execute(sql: "INSERT INTO main.\(table.name) SELECT \(columns) FROM hub.\(table.name) ORDER BY \(key)")
    return db.changesCount
  }

  /// What the dictionary says of what is not here goes.
  static func prune(_ tables: [BIDescription.Table], _ db: Database) throws {
    for table in tables {
      let names = table.columns.map { "'\($0.name)'" }.joined(separator: ", ")
      try db.execute(
        sql: """
          DELETE FROM main.data_dictionary
          WHERE table_name = '\(table.name)' AND column_name <> '' AND column_name NOT IN (\(names))
          """)
    }
    let names = tables.map { "'\($0.name)'" }.joined(separator: ", ")
    try db.execute(sql: "DELETE FROM main.data_dictionary WHERE table_name NOT IN (\(names))")
    try db.execute(sql: "UPDATE main.data_dictionary SET type = 'table' WHERE column_name = ''")
  }

  static func finish(_ part: String, as path: String) throws(KithError) {
    let descriptor = open(part, O_RDONLY)
    defer { close(descriptor) }
    guard descriptor >= 0, fsync(descriptor) == 0, rename(part, path) == 0 else {
      throw StoreErrors.diskFailed(path, seen: String(cString: strerror(errno)))
    }
  }
}
