import KithCore

extension WriteSession {
  /// Puts rejects aside. A fault that is known already (same place, same bytes) keeps its entry, so that reading a
  /// broken file again does not fill the quarantine.
  func writeRejects(_ batch: EncodedBatch) throws {
    counts.read += batch.rejects.count + batch.quarantineUpdates.count
    counts.quarantined += batch.rejects.count + batch.quarantineUpdates.count
    if !batch.rejects.isEmpty { try insertRejects(batch.rejects) }
    for update in batch.quarantineUpdates {
      try db.execute(
        sql: "UPDATE quarantine SET code = ?, reason = ?, run_id = ? WHERE quarantine_id = ?",
        arguments: [update.reject.code, update.reject.reason, context.run.rawValue, update.id])
    }
    for id in batch.resolvedQuarantine {
      try db.execute(
        sql: """
          UPDATE quarantine SET status = 'replayed', resolved_at = ?, replayed_run_id = ?
          WHERE quarantine_id = ? AND status <> 'replayed'
          """, arguments: [now.sqlText, context.run.rawValue, id])
    }
  }

  /// Of a message that has been read nothing is kept that was in it.
  func markDeliveries(_ batch: EncodedBatch) throws {
    for key in batch.readDeliveries {
      try db.execute(
        sql: """
          UPDATE webhook_deliveries SET status = 'read', body = NULL, topic = NULL, run_id = ?
          WHERE source = ? AND delivery_key = ?
          """, arguments: [context.run.rawValue, context.source, key])
    }
  }

  private func insertRejects(_ rejects: [Reject]) throws {
    // An entry that a person discarded stays discarded; one that was replayed waits again.
    let insert = try FastStatement(
      """
      INSERT INTO quarantine (
        quarantine_id, stream_id, run_id, code, reason, place, raw, context, status, created_at, reject_hash)
      VALUES (\(HubStore.nextNumber("quarantine")), ?1, ?2, ?3, ?4, ?5, ?6, ?7, 'waiting', ?8, ?9)
      ON CONFLICT (stream_id, reject_hash) DO UPDATE SET run_id = excluded.run_id, code = excluded.code,
        reason = excluded.reason, context = excluded.context,
        status = CASE quarantine.status WHEN 'discarded' THEN quarantine.status ELSE 'waiting' END,
        resolved_at = CASE quarantine.status WHEN 'discarded' THEN quarantine.resolved_at END
      """, in: db, arena: arena)
    for reject in rejects {
      var hash = ContentHash()
      hash.combine(reject.place)
      reject.raw.withUnsafeBytes { hash.combine($0) }
      try insert.begin().integer(context.streamID).integer(context.run.rawValue).text(reject.code).text(reject.reason)
        .text(reject.place).blob(reject.raw).text(reject.context).time(now).integer(hash.value).run()
    }
  }
}
