/// One thing that must hold in every hub, as a query for what breaks it: one text for each row concerned.
struct VerifyCheck {
  let what: String
  let sql: String

  static let all: [VerifyCheck] = runs + checkpoints + streams + references + records

  private static let sum = "inserted + updated + unchanged + deleted + quarantined + suppressed"

  private static let runs = [
    VerifyCheck(
      what: "a run's counts do not add up",
      sql: "SELECT 'run ' || run_id FROM runs WHERE status <> 'running' AND read <> \(sum)"),
    VerifyCheck(
      what: "a stream's counts do not add up",
      sql: "SELECT 'run ' || run_id || ', stream ' || stream_id FROM run_streams WHERE read <> \(sum)"),
    VerifyCheck(
      what: "a run read more or less than its streams",
      sql: """
        SELECT 'run ' || run_id FROM runs r WHERE status <> 'running'
          AND read <> (SELECT COALESCE(SUM(s.read), 0) FROM run_streams s WHERE s.run_id = r.run_id)
        """),
  ]

  private static let checkpoints = [
    VerifyCheck(
      what: "a checkpoint names a run that never was",
      sql: "SELECT 'stream ' || stream_id FROM checkpoints WHERE run_id NOT IN (SELECT run_id FROM runs)"),
    VerifyCheck(
      what: "a checkpoint is ahead of what its run has stored",
      sql: """
        SELECT 'stream ' || stream_id FROM checkpoints c WHERE read > (
          SELECT COALESCE(SUM(s.read), 0) FROM run_streams s WHERE s.run_id = c.run_id AND s.stream_id = c.stream_id)
        """),
  ]

  private static let streams = [
    VerifyCheck(
      what: "a stream has more or fewer rows than its runs inserted",
      sql: """
        SELECT s.name || '/' || st.name || ': ' || COALESCE(have.n, 0) || ' rows, ' || COALESCE(said.n, 0) || ' inserted'
        FROM streams st JOIN sources s USING (source_id)
        LEFT JOIN (SELECT stream_id, SUM(inserted) AS n FROM run_streams GROUP BY stream_id) AS said USING (stream_id)
        LEFT JOIN (\(StreamRecords.counts(.all))) AS have USING (stream_id)
        WHERE COALESCE(have.n, 0) <> COALESCE(said.n, 0)
        """)
  ]

  private static let references: [VerifyCheck] = [
    ("matches", "left_profile_id", "profiles"), ("matches", "right_profile_id", "profiles"),
    ("profiles", "stream_id", "streams"), ("profiles", "customer_id", "customers"),
    ("identifiers", "profile_id", "profiles"), ("consents", "profile_id", "profiles"),
    ("profile_traits", "profile_id", "profiles"), ("touchpoints", "profile_id", "profiles"),
    ("orders", "profile_id", "profiles"), ("survey_responses", "profile_id", "profiles"),
    ("tickets", "profile_id", "profiles"), ("traffic", "stream_id", "streams"), ("order_lines", "order_id", "orders"),
    ("customer_attributes", "customer_id", "customers"), ("customer_channels", "customer_id", "customers"),
    ("customer_attributes", "profile_id", "profiles"),
  ].map { table, column, target in
    let key = Schema.table(target)?.primaryKey.first ?? column
    return VerifyCheck(
      what: "\(table).\(column) names a row of \(target) that is not there",
      sql: """
        SELECT '\(column) ' || \(column) FROM \(table) t WHERE \(column) IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM \(target) o WHERE o.\(key) = t.\(column))
        """)
  }

  private static let derivedFrom = [("orders", "order"), ("survey_responses", "response"), ("tickets", "ticket")]

  private static let records =
    [
      VerifyCheck(
        what: "an order does not have the lines that it counts",
        sql: """
          SELECT 'order ' || key FROM orders o WHERE NOT is_deleted AND line_count <>
            (SELECT COUNT(*) FROM order_lines l WHERE l.order_id = o.order_id AND NOT l.is_deleted)
          """),
      VerifyCheck(
        what: "traffic counts less than nothing",
        sql: """
          SELECT 'traffic ' || key FROM traffic WHERE visitors < 0 OR visits < 0 OR page_views < 0 OR conversions < 0
          """),
    ]
    + derivedFrom.map { table, origin in
      VerifyCheck(
        what: "a row of \(table) has no touchpoint",
        sql: """
          SELECT '\(origin) ' || key FROM \(table) r WHERE NOT is_deleted AND NOT EXISTS (
            SELECT 1 FROM touchpoints t
            WHERE t.stream_id = r.stream_id AND t.key = '\(origin):' || r.key AND NOT t.is_deleted)
          """)
    }
    + derivedFrom.map { table, origin in
      VerifyCheck(
        what: "a touchpoint comes from a row of \(table) that is not there",
        sql: """
          SELECT 'touchpoint ' || key FROM touchpoints t WHERE origin = '\(origin)' AND NOT is_deleted AND NOT EXISTS (
            SELECT 1 FROM \(table) r
            WHERE r.stream_id = t.stream_id AND r.key = SUBSTR(t.key, \(origin.utf8.count + 2)) AND NOT r.is_deleted)
          """)
    }
    + [
      VerifyCheck(
        what: "a customer has no profile",
        sql: """
          SELECT 'customer ' || customer_id FROM customers c WHERE NOT EXISTS (
            SELECT 1 FROM profiles p WHERE p.customer_id = c.customer_id AND NOT p.is_deleted)
          """)
    ]
}
