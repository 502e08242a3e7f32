/// The records that streams have delivered, counted in the tables that they went to.
enum StreamRecords {
  enum Which {
    /// All that were ever inserted: rows are marked deleted and never taken away.
    case all
    /// Those that are still there at their source.
    case live
  }

  /// `stream_id` and `n`, the number of its records. Persons that were only met in records, and the touchpoints that
  /// orders, answers and tickets are, are no records of their own; of orders that came row by row the rows are.
  ///
  /// By the index that SQLite likes to group them by, each would be looked up alone, which takes seven times as long.
  static func counts(_ which: Which) -> String {
    let parts = [
      ("profiles", "is_listed"), ("touchpoints", "origin = 'touchpoint'"),
      ("orders", "(header_line IS NULL OR row_at IS NOT NULL)"), ("products", "TRUE"), ("survey_responses", "TRUE"),
      ("tickets", "TRUE"), ("traffic", "TRUE"),
    ].map { table, condition in
      """
      SELECT stream_id, COUNT(*) AS n FROM \(table) NOT INDEXED
      WHERE \(condition)\(live(which, "is_deleted")) GROUP BY stream_id
      """
    }
    let lines = """
      SELECT o.stream_id, COUNT(*) FROM order_lines l JOIN orders o USING (order_id)
      WHERE o.header_line IS NOT NULL\(live(which, "l.is_deleted")) GROUP BY o.stream_id
      """
    return """
      SELECT stream_id, SUM(n) AS n FROM (\((parts + [lines]).joined(separator: " UNION ALL "))) AS counted GROUP BY stream_id
      """
  }

  private static func live(_ which: Which, _ column: String) -> String {
    switch which {
    case .all: ""
    case .live: " AND NOT \(column)"
    }
  }
}
