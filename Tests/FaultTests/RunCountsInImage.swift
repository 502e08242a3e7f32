import Foundation
import GRDB
import KithTesting

/// What the newest run of each stream has read, as a hub's files tell it. Opening recovers the database as the program's
/// next start would, so it is done on a copy.
struct RunCountsInImage {
  /// All runs together.
  private(set) var total = 0
  /// The newest run, by `source/stream`.
  private(set) var streams: [String: Int] = [:]

  init(_ image: DiskImage) throws {
    guard image.files["kith.sqlite"] != nil else { return }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kith-image-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try image.write(to: folder)
    let queue = try DatabaseQueue(path: folder.appendingPathComponent("kith.sqlite").path)
    defer { try? queue.close() }
    (total, streams) = try queue.read { db in
      guard try db.tableExists("run_streams") else { return (0, [:]) }
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT s.name || '/' || st.name, t.read FROM run_streams t JOIN streams st USING (stream_id)
          JOIN sources s USING (source_id)
          WHERE run_id = (SELECT MAX(run_id) FROM run_streams o WHERE o.stream_id = t.stream_id)
          """)
      return (
        try Int.fetchOne(db, sql: "SELECT IFNULL(SUM(read), 0) FROM run_streams") ?? 0,
        Dictionary(uniqueKeysWithValues: rows.map { ($0[0], $0[1]) })
      )
    }
  }
}
