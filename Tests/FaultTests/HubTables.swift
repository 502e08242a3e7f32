import GRDB

/// All tables of a hub as text that can be compared: published ones and bookkeeping alike. What may differ between an
/// undisturbed run and one that was not is left out, each with its reason.
struct HubTables: Equatable {
  enum Numbers {
    /// Rows were stored in the same order, so they have the same numbers.
    case compared
    /// Rows may have come in another order: they are told by the keys of their sources.
    case left
  }

  let lines: [String]

  /// Columns that may differ, in all tables or one.
  private static let leftOut: [(table: String?, columns: Set<String>, reason: String)] = [
    (nil, ["run_id", "replayed_run_id"], "runs that died have taken numbers"),
    ("customers", ["created_at", "updated_at"], "the time of the run"),
    ("profiles", ["deleted_at"], "the time of the run"),
    ("checkpoints", ["updated_at"], "the time of the run"),
    ("checkpoints", ["read", "seal"], "how much a run read depends on where the one before died"),
    ("quarantine", ["created_at", "resolved_at"], "the time of the run"),
    ("customer_lineage", ["occurred_at"], "the time of the run"),
    ("identity_models", ["model_id", "learned_at"], "runs that learn take a number, and the time"),
    ("touchpoints", ["touchpoint_id"], "the orders of one batch are stored in any order"),
  ]

  /// Tables that are summed up below.
  private static let summed: Set<String> = ["runs", "run_streams"]

  /// Tables of what runs noticed on their way: where each began and ended, and which records' fields it looked at, depends
  /// on where the one before died.
  private static let ofTheWay: Set<String> = ["run_checkpoints", "stream_fields", "field_changes"]

  /// A run that died has read, found unchanged and put aside records that the next one reads again. What it inserted,
  /// updated and deleted stands, and happens once.
  private static let sums = ["run_streams", "runs"].map { table in
    let name = table == "runs" ? "t.source" : "s.name || '/' || st.name"
    let join = table == "runs" ? "" : "JOIN streams st USING (stream_id) JOIN sources s USING (source_id)"
    return """
      SELECT '\(table) ' || \(name) || ': ' || SUM(inserted) || ' inserted, ' || SUM(updated) || ' updated, '
        || SUM(deleted) || ' deleted' FROM \(table) t \(join) GROUP BY \(name) ORDER BY 1
      """
  }

  init(of database: String, numbers: Numbers = .compared) throws {
    var configuration = Configuration()
    configuration.readonly = true
    let queue = try DatabaseQueue(path: database, configuration: configuration)
    lines = try queue.read { db in
      var lines = try String.fetchAll(db, sql: "PRAGMA integrity_check")
      let tables = try String.fetchAll(
        db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name")
      for table in tables where !Self.summed.contains(table) && !Self.ofTheWay.contains(table) {
        if numbers == .left, HubKeys.leftOut.contains(table) { continue }
        let columns = try db.columns(in: table).map(\.name).filter { column in
          !Self.leftOut.contains { ($0.table ?? table) == table && $0.columns.contains(column) }
        }
        let shown = numbers == .compared ? columns.map { ($0, $0) } : HubKeys.columns(columns, of: table)
        guard !shown.isEmpty else { continue }
        let text = shown.map { "'\($0.0)=' || quote(\(Self.value($0.1, $0.0)))" }.joined(separator: " || ' ' || ")
        lines += try String.fetchAll(db, sql: "SELECT '\(table): ' || \(text) FROM \(table) AS t ORDER BY 1")
      }
      for sum in Self.sums { lines += try String.fetchAll(db, sql: sum) }
      lines += try String.fetchAll(
        db, sql: "SELECT type || ' ' || name || ' ' || IFNULL(sql, '') FROM sqlite_master ORDER BY 1")
      return lines
    }
  }

  /// A checkpoint knows each file's inode, which is another one in every folder.
  private static func value(_ expression: String, _ column: String) -> String {
    guard column == "checkpoint" else { return expression }
    return "(SELECT json_group_array(json_remove(f.value, '$.i')) || json_extract(t.checkpoint, '$.dialects') "
      + "|| IFNULL(json_extract(t.checkpoint, '$.snapshot'), '') "
      + "FROM (SELECT value FROM json_each(t.checkpoint, '$.files') ORDER BY key) AS f)"
  }

  /// The first lines that differ; nil when all are the same.
  func difference(from expected: HubTables) -> String? {
    if self == expected { return nil }
    let (missing, added) = (expected.lines(without: self), lines(without: expected))
    let texts = [missing, added].map { $0.prefix(2).map { String($0.prefix(400)) }.joined(separator: " | ") }
    return "the tables differ from an undisturbed run's; \(missing.count) lines are missing: \(texts[0]); "
      + "\(added.count) are too many: \(texts[1])"
  }

  private func lines(without other: HubTables) -> [String] {
    var counts = Dictionary(other.lines.map { ($0, 1) }, uniquingKeysWith: +)
    return lines.filter { line in
      guard let count = counts[line], count > 0 else { return true }
      counts[line] = count - 1
      return false
    }
  }
}

/// How rows are told apart when their numbers depend on the order of arrival.
enum HubKeys {
  private static let profile =
    "(SELECT s.name || '/' || st.name || '/' || p.key FROM profiles p JOIN streams st USING (stream_id) "
    + "JOIN sources s ON s.source_id = st.source_id WHERE p.profile_id = "

  /// Customers that were made before a source came in have another history.
  static let leftOut: Set<String> = ["customer_lineage", "hub_settings"]

  /// A row's own number, and what follows from the order of numbers.
  private static let numbers: [String: Set<String>] = [
    "streams": ["stream_id"], "sources": ["source_id"], "profiles": ["profile_id"], "touchpoints": ["touchpoint_id"],
    "orders": ["order_id"], "order_lines": ["order_line_id"], "products": ["product_id"],
    "survey_responses": ["response_id"], "tickets": ["ticket_id"], "traffic": ["traffic_id"],
    // Of profiles that say just the same the one of the lowest number stands for all.
    "matches": ["match_id", "left_profile_id", "right_profile_id"],
    "quarantine": ["quarantine_id"],
    // Of values that are equally good the one of the lower profile is taken.
    "customer_attributes": ["profile_id"],
  ]

  /// The columns with the expressions that stand for them.
  static func columns(_ columns: [String], of table: String) -> [(String, String)] {
    columns.filter { !(numbers[table]?.contains($0) ?? false) }.map { ($0, expression($0, table)) }
  }

  private static func expression(_ column: String, _ table: String) -> String {
    let (left, right) = (profile + "t.left_profile_id)", profile + "t.right_profile_id)")
    switch column {
    // That of a touchpoint made from another record holds the profile's number.
    case "hash": return table == "touchpoints" ? "iif(t.origin = 'touchpoint', t.hash, 0)" : "t.hash"
    case "profile_id": return profile + "t.profile_id)"
    // Which of the two is left depends on their numbers.
    case "left_profile_id": return "min(\(left), \(right))"
    case "right_profile_id": return "max(\(left), \(right))"
    case "customer_id", "other_customer_id":
      return "(SELECT MIN(s.name || '/' || st.name || '/' || p.key) FROM profiles p JOIN streams st USING (stream_id) "
        + "JOIN sources s ON s.source_id = st.source_id WHERE p.customer_id = t.\(column))"
    case "stream_id":
      return "(SELECT s.name || '/' || st.name FROM streams st JOIN sources s USING (source_id) "
        + "WHERE st.stream_id = t.stream_id)"
    case "source_id": return "(SELECT name FROM sources s WHERE s.source_id = t.source_id)"
    case "order_id":
      return "(SELECT s.name || '/' || st.name || '/' || o.key FROM orders o JOIN streams st USING (stream_id) "
        + "JOIN sources s USING (source_id) WHERE o.order_id = t.order_id)"
    default: return "t." + column
    }
  }
}
