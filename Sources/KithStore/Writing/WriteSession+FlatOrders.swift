import KithCore

/// An order that a flat export delivers row by row, while a batch is under way.
struct FlatOrderState {
  var id: Int64
  var profile: Int64?
  var oldProfile: Int64?
  var isDeleted: Bool
  /// Hash of the order's own row, without a line.
  var rowHash: Int64
  var header: OrderHeader
  var origin: HeaderOrigin
  /// What the stored order adds to sums; nil for one that is new or deleted.
  var summed: [SumValue]?
  /// Whether the order must be put together again at the end of the batch.
  var isTouched = false
}

// A row of a flat export repeats the order's columns. Which row describes the order must not depend on the order of
// arrival: it is the one that tells most (a person counts more than all else), then the newest, then the one with the
// greater hash. A row that is delivered anew replaces what it said itself.
extension WriteSession {
  func writeFlatLine(_ row: FlatOrderLine, _ record: EncodedBatch.Record) throws {
    let isNew = try flatOrders[row.order.key] == nil && loadFlatOrder(row.order.key) == nil
    if isNew { try insertFlatOrder(row, record) }
    guard var state = flatOrders[row.order.key] else {
      throw KithError(.bug, "an order is both there and not there", place: "orders", seen: row.order.key)
    }
    if !isNew, row.line == nil || !state.isDeleted { _ = memory.seen[RecordTable.orders.rawValue].insert(state.id) }
    let hasChanged =
      if row.line != nil {
        try writeFlatLine(view.lines[Int(record.lines.start)], state, record.hash, isNew: isNew)
      } else {
        writeFlatRow(row.order, &state, record.hash, isNew: isNew)
      }
    guard hasChanged else { return }
    state.isTouched = true
    _ = memory.seen[RecordTable.orders.rawValue].insert(state.id)
    let profile = isNew ? state.profile : try profileID(of: view.person(of: record), at: record.at)
    adopt(row, profile: profile, into: &state)
    flatOrders[row.order.key] = state
  }

  /// The line itself; false when it is as it was.
  private func writeFlatLine(
    _ line: EncodedBatch.Line, _ state: FlatOrderState, _ hash: Int64, isNew: Bool
  ) throws -> Bool {
    guard !isNew, let stored = try statements(.orderLines).row(state.id, line.key, in: view) else {
      counts.inserted += 1
      addLine(line, hash: hash, order: state.id)
      return true
    }
    see(stored.id, in: .orderLines)
    if stored.hash == hash, !stored.isDeleted {
      counts.unchanged += 1
      return false
    }
    counts.updated += 1
    try update(stored, line, hash: hash)
    return true
  }

  /// The order's own row, without a line; false when it is as it was.
  private func writeFlatRow(_ order: Order, _ state: inout FlatOrderState, _ hash: Int64, isNew: Bool) -> Bool {
    let isKnown = !isNew && state.origin.rowAt != nil
    if isKnown, state.rowHash == hash, !state.isDeleted {
      counts.unchanged += 1
      return false
    }
    if isKnown { counts.updated += 1 } else { counts.inserted += 1 }
    state.rowHash = hash
    state.origin.rowAt = order.placedAt
    return true
  }

  /// Lets a row describe the order if it outranks the one that does, or is that one.
  private func adopt(_ row: FlatOrderLine, profile: Int64?, into state: inout FlatOrderState) {
    let header = OrderHeader(row.order, baseCurrency: context.money.baseCurrency)
    let line = row.line?.key ?? ""
    let rank = header.fullness + (profile == nil ? 0 : 100)
    let time = Timestamp(seconds: row.order.placedAt.seconds)
    let hash = header.hash
    let mine = (rank, time, hash)
    let other = (state.origin.rank ?? -1, state.origin.at ?? Timestamp(microseconds: .min), state.origin.hash ?? .min)
    if mine == other {
      // Both say the same: the smaller key speaks, whichever came first.
      if line < state.origin.line ?? "" { state.origin.line = line }
      return
    }
    guard mine > other || state.origin.line == line else { return }
    state.header = header
    state.profile = profile
    state.origin.line = line
    state.origin.rank = rank
    state.origin.at = time
    state.origin.hash = hash
  }

  private func insertFlatOrder(_ row: FlatOrderLine, _ record: EncodedBatch.Record) throws {
    let order = row.order
    let profile = try profileID(of: view.person(of: record), at: record.at)
    let header = OrderHeader(order, baseCurrency: context.money.baseCurrency)
    let origin = HeaderOrigin(
      line: row.line?.key ?? "", rank: header.fullness + (profile == nil ? 0 : 100),
      at: Timestamp(seconds: order.placedAt.seconds), hash: header.hash)
    let id = takeID(.orders)
    try statements(.orders).insert.insert([order]) { order, statement in
      statement.integer(id).integer(context.streamID).text(order.key).integer(0).integer(context.run.rawValue)
        .integer(profile)
      let totals = OrderTotals(placedAt: order.placedAt, total: nil, lineCount: 0)
      statement.columns { $0.putColumns(of: header, totals, origin, money: context.money) }
    }
    flatOrders[order.key] = FlatOrderState(
      id: id, profile: profile, oldProfile: profile, isDeleted: false, rowHash: 0, header: header,
      origin: origin)
  }

  func loadFlatOrder(_ key: String) throws -> FlatOrderState? {
    let find = orderSQL.flatOrder
    find.begin().integer(context.streamID).text(key)
    defer { find.reset() }
    guard try find.step() else { return nil }
    let origin = HeaderOrigin(
      line: find.optionalText(4), rank: find.optionalInt64(5),
      at: find.optionalText(6).flatMap(Timestamp.init(sqlText:)), hash: find.optionalInt64(7),
      rowAt: find.optionalText(8).flatMap(Timestamp.init(sqlText:)))
    let isDeleted = find.int64(2) != 0
    let state = FlatOrderState(
      id: find.int64(0), profile: find.optionalInt64(1), oldProfile: find.optionalInt64(1), isDeleted: isDeleted,
      rowHash: find.int64(3), header: OrderHeader(stored: find), origin: origin,
      summed: isDeleted ? nil : RecordTable.orders.usedValues(find, from: 20))
    flatOrders[key] = state
    return state
  }

  /// Puts the orders of the batch together: when they were placed, what they cost, and their touchpoint.
  func flushFlatOrders() throws {
    if flatOrders.isEmpty { return }
    try flush(.orderLines)
    for (key, state) in flatOrders.sorted(by: { $0.value.id < $1.value.id }) where state.isTouched {
      let totals = try flatTotals(state)
      let update = statements(.orders).update
      update.begin().integer(state.id).integer(state.rowHash).integer(context.run.rawValue)
        .integer(state.profile)
      update.columns { $0.putColumns(of: state.header, totals, state.origin, money: context.money) }
      try update.run()
      sums.subtract(.orders, state.summed)
      sums.add(.orders) { $0.putColumns(of: state.header, totals, state.origin, money: context.money) }
      try putTouchpoint(of: state, key: key, at: totals.placedAt)
      for profile in Set([state.profile, state.oldProfile]) {
        if let profile { toRefresh.append(profile) }
      }
    }
    flatOrders.removeAll()
  }

  /// The touchpoint that the order is.
  private func putTouchpoint(of state: FlatOrderState, key: String, at time: Timestamp) throws {
    let touchpoint = state.header.touchpoint(key: key, at: time)
    let key = "order:" + key
    let hash = Self.hash(touchpoint.derivedHash, state.profile)
    try indexTouchpoints()
    let statements = statements(.touchpoints)
    if let stored = try statements.row(context.streamID, key) {
      if stored.hash == hash, !stored.isDeleted { return }
      statements.update.begin().integer(stored.id).integer(hash).integer(context.run.rawValue)
        .integer(state.profile)
      statements.update.columns { $0.putColumns(of: touchpoint, origin: "order") }
      sums.subtract(.touchpoints, stored.summed)
      sums.add(.touchpoints) { $0.putColumns(of: touchpoint, origin: "order") }
      return try statements.update.run()
    }
    let id = takeID(.touchpoints)
    try statements.insert.insert([key]) { key, statement in
      statement.integer(id).integer(context.streamID).text(key).integer(hash).integer(context.run.rawValue)
        .integer(state.profile)
      statement.columns { $0.putColumns(of: touchpoint, origin: "order") }
    }
    sums.add(.touchpoints) { $0.putColumns(of: touchpoint, origin: "order") }
    _ = memory.seen[RecordTable.touchpoints.rawValue].insert(id)
  }

  func flatTotals(_ state: FlatOrderState) throws -> OrderTotals {
    let find = orderSQL.lineTotals
    find.begin().integer(state.id)
    defer { find.reset() }
    guard try find.step() else {
      throw KithError(.bug, "a sum returned no row", place: "order_lines")
    }
    let earliest = [find.optionalText(2).flatMap(Timestamp.init(sqlText:)), state.origin.rowAt].compactMap(\.self).min()
    return OrderTotals(
      placedAt: earliest ?? state.origin.at ?? now, total: state.header.deliveredTotal ?? find.optionalDouble(1),
      lineCount: find.int64(0))
  }
}
