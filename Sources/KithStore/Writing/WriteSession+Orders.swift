import KithCore

extension WriteSession {
  /// The lines of an order that comes whole replace the ones it had.
  func replaceLines(_ order: EncodedBatch.Record, of id: Int64) throws {
    var stored = try storedLines(of: id)
    for line in view.lines[order.lines] {
      guard let known = stored.removeValue(forKey: view.string(line.key)) else {
        addLine(line, hash: line.hash, order: id)
        continue
      }
      if known.hash != line.hash || known.isDeleted { try update(known, line, hash: line.hash) }
    }
    for row in stored.values where !row.isDeleted {
      try statements(.orderLines).remove.begin().integer(row.id).integer(context.run.rawValue).run()
      sums.subtract(.orderLines, row.summed)
    }
  }

  /// The lines that an order has or had, by key.
  private func storedLines(of order: Int64) throws -> [String: StoredRow] {
    var stored: [String: StoredRow] = [:]
    orderSQL.lines.begin().integer(order)
    while try orderSQL.lines.step() {
      stored[orderSQL.lines.optionalText(0) ?? ""] = StoredRow(orderSQL.lines, from: 1, of: .orderLines)
    }
    orderSQL.lines.reset()
    return stored
  }

  /// All lines of an order that is gone.
  func removeLines(of order: Int64) throws {
    for line in try storedLines(of: order).values { sums.subtract(.orderLines, line.summed) }
    try orderSQL.removeLines.begin().integer(order).integer(context.run.rawValue).run()
  }

  func update(_ stored: StoredRow, _ line: EncodedBatch.Line, hash: Int64) throws {
    try statements(.orderLines).update.begin().integer(stored.id).integer(hash)
      .integer(context.run.rawValue).cells(line.cells, width: RecordTable.orderLines.contentWidth, in: view).run()
    sums.subtract(.orderLines, stored.summed)
    sums.add(.orderLines, line.cells, in: view)
  }
}
