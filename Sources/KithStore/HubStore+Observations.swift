import KithCore

/// When the people whom records name were last met.
///
/// Nearly every batch of orders or events meets people who are scattered over the whole table of profiles, whose rows
/// are wide: to write the time into each would rewrite most of the table with every batch. So it is kept in the queue of
/// those to refresh, which is narrow and written anyway, and reaches the profiles once per stream, in their order.
extension HubStore {
  /// The newest time of a profile, which the queue may know before its row does.
  static func observedAt(_ dialect: SQLDialect) -> String {
    """
    \(dialect.greatest(
      "observed_at",
      "COALESCE((SELECT q.observed_at FROM refresh_queue q WHERE q.profile_id = profiles.profile_id), observed_at)"))
    """
  }

  static let queueObservation = """
    INSERT INTO refresh_queue (profile_id, observed_at) VALUES (?1, ?2)
    ON CONFLICT (profile_id) DO UPDATE SET observed_at = excluded.observed_at
    WHERE refresh_queue.observed_at IS NULL OR refresh_queue.observed_at < excluded.observed_at
    """

  /// Brings what the queue knows into the profiles. To be called wherever profiles are taken for complete: a run that
  /// was killed may have left some of it.
  static func settleObservations(in db: StoreConnection) throws {
    guard try Int.fetchOne(db, sql: "SELECT 1 FROM refresh_queue WHERE observed_at IS NOT NULL LIMIT 1") != nil else {
      return
    }
    try db.execute(
      sql: """
        UPDATE profiles SET observed_at = q.observed_at FROM refresh_queue q
        WHERE profiles.profile_id = q.profile_id AND q.observed_at > profiles.observed_at;
        UPDATE refresh_queue SET observed_at = NULL WHERE observed_at IS NOT NULL;
        """)
  }
}
