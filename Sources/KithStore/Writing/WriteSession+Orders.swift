import KithCore

extension WriteSession {
  /// The lines of an order that comes whole replace the ones it had.
  func replaceLines(_ order: EncodedBatch.Record, of id: Int64) throws {
    var stored: [String: StoredRow] = [:]
    orderSQL.lines.begin().integer(id)
    while try orderSQL.lines.step() {
      let row = StoredRow(
        id: orderSQL.lines.int64(0), hash: orderSQL.lines.int64(2), isDeleted: orderSQL.lines.int64(3) != 0)
      stored[orderSQL.lines.optionalText(1) ?? ""] = row
    }
    orderSQL.lines.reset()
    for line in view.lines[order.lines] {
      guard let known = stored.removeValue(forKey: view.string(line.key)) else {
        addLine(line, hash: line.hash, order: id)
        continue
      }
      if known.hash != line.hash || known.isDeleted { try update(known, line, hash: line.hash) }
    }
    for row in stored.values where !row.isDeleted {
      try statements(.orderLines).remove.begin().integer(row.id).integer(context.run.rawValue).run()
    }
  }

  func update(_ stored: StoredRow, _ line: EncodedBatch.Line, hash: Int64) throws {
    try statements(.orderLines).update.begin().integer(stored.id).integer(hash)
      .integer(context.run.rawValue).cells(line.cells, width: RecordTable.orderLines.contentWidth, in: view).run()
  }
}
