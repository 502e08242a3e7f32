import KithCore

/// Puts normalised records into the flat memory of an `EncodedBatch`. Runs on the reading side, record by record, so
/// that a record's own memory is given back where it was taken.
public struct BatchEncoder: Sendable {
  let money: MoneySettings
  var batch = EncodedBatch()
  /// The column that the next value belongs to.
  private var column: UInt16 = 0
  /// Where the records of the batch are, by key.
  private var places: [KeyHash: Int] = [:]

  public init(money: MoneySettings) { self.money = money }

  /// All of a batch at once.
  public mutating func encode(_ given: StoreBatch) -> EncodedBatch {
    for record in given.records { add(record) }
    var result = finish(
      rejects: given.rejects, checkpoint: given.checkpoint, snapshot: given.snapshot, wholeDays: given.wholeDays)
    result.resolvedQuarantine = given.resolvedQuarantine
    result.quarantineUpdates = given.quarantineUpdates
    result.readDeliveries = given.readDeliveries
    return result
  }

  /// The batch of all records added so far; the encoder is empty afterwards.
  public mutating func finish(
    rejects: [Reject], checkpoint: Checkpoint?, snapshot: Batch.Snapshot, wholeDays: [ClosedRange<CalendarDate>] = []
  ) -> EncodedBatch {
    batch.rejects = rejects
    batch.checkpoint = checkpoint
    batch.snapshot = snapshot
    batch.wholeDays = wholeDays
    var empty = EncodedBatch()
    // The next batch is likely to be as large.
    empty.bytes.reserveCapacity(batch.bytes.count)
    empty.cells.reserveCapacity(batch.cells.count)
    empty.records.reserveCapacity(batch.records.count)
    empty.persons.reserveCapacity(batch.persons.count)
    empty.identifiers.reserveCapacity(batch.identifiers.count)
    swap(&empty, &batch)
    places.removeAll(keepingCapacity: true)
    return empty
  }

  /// How many records were added, and how many of them are not stored just like that.
  public var recordCount: Int { batch.unchanged.count + batch.records.count }
  public var changeCount: Int { batch.records.count }
  /// Bytes of their texts.
  public var byteCount: Int { batch.bytes.count }

  /// A record that is stored just like that.
  public mutating func addUnchanged(_ row: StoredVersions.Row) { batch.unchanged.append(row) }

  public mutating func add(_ record: CanonicalRecord) {
    switch record.record {
    case .profile(let profile): addProfile(profile, record)
    case .touchpoint(let touchpoint):
      add(record, to: .touchpoints, key: touchpoint.key, at: touchpoint.occurredAt) {
        $0.putColumns(of: touchpoint, origin: "touchpoint")
      }
    case .order(let order): addOrder(order, record)
    case .product(let product):
      add(record, to: .products, key: product.key, at: Timestamp(microseconds: 0)) {
        $0.putColumns(of: product, money: $0.money)
      }
    case .response(let response):
      add(record, to: .responses, key: response.key, at: response.respondedAt) { $0.putColumns(of: response) }
      addDerived(record.touchpoint, origin: "response", key: response.key)
    case .ticket(let ticket):
      add(record, to: .tickets, key: ticket.key, at: ticket.createdAt) { $0.putColumns(of: ticket) }
      addDerived(record.touchpoint, origin: "ticket", key: ticket.key)
    case .traffic(let traffic):
      add(record, to: .traffic, key: traffic.key, at: Timestamp(traffic.date)) { $0.putColumns(of: traffic) }
    case .orderLine(let row):
      addTyped(record, to: row.line == nil ? .orders : .orderLines, key: row.order.key, at: row.order.placedAt)
    case .deletion(let deletion):
      addTyped(record, to: RecordTable(deletion.kind), key: deletion.key, at: Timestamp(microseconds: 0))
    }
  }

  private mutating func add(
    _ record: CanonicalRecord, to table: RecordTable, key: String, at time: Timestamp,
    _ columns: (inout BatchEncoder) -> Void
  ) {
    var row = EncodedBatch.Record(table: table, key: text(key), hash: record.hash, at: time)
    if let person = record.person { row.person = add(person) }
    row.cells = cells(columns)
    append(row)
  }

  private mutating func addProfile(_ profile: Profile, _ record: CanonicalRecord) {
    let person = record.person ?? CanonicalProfile(key: profile.key, kind: profile.kind)
    var row = EncodedBatch.Record(
      table: .profiles, key: .none, hash: record.hash, at: Timestamp(microseconds: 0))
    row.person = add(person, isListed: true)
    row.key = batch.persons[Int(row.person)].key
    append(row)
  }

  private mutating func addOrder(_ order: Order, _ record: CanonicalRecord) {
    var row = EncodedBatch.Record(table: .orders, key: text(order.key), hash: record.hash, at: order.placedAt)
    if let person = record.person { row.person = add(person) }
    let header = OrderHeader(order, baseCurrency: money.baseCurrency)
    let totals = OrderTotals(
      placedAt: order.placedAt, total: header.deliveredTotal ?? OrderLine.sum(order.lines),
      lineCount: Int64(order.lines.count))
    row.cells = cells { $0.putColumns(of: header, totals, HeaderOrigin(), money: $0.money) }
    row.lines = add(order.lines, of: order)
    append(row)
    addDerived(
      record.touchpoint ?? header.touchpoint(key: order.key, at: order.placedAt), origin: "order", key: order.key)
  }

  private mutating func add(_ lines: [OrderLine], of order: Order) -> EncodedBatch.Slice {
    let start = UInt32(batch.lines.count)
    for line in lines {
      let key = text(line.key)
      let cells = cells { $0.putColumns(of: line, order: order) }
      batch.lines.append(EncodedBatch.Line(key: key, hash: line.contentHash, cells: cells))
    }
    return EncodedBatch.Slice(start: start, count: UInt32(lines.count))
  }

  private mutating func addTyped(_ record: CanonicalRecord, to table: RecordTable, key: String, at time: Timestamp) {
    var row = EncodedBatch.Record(table: table, key: text(key), hash: record.hash, at: time)
    if let person = record.person { row.person = add(person) }
    row.typed = Int32(batch.typed.count)
    if case .orderLine(let flat) = record.record, let line = flat.line { row.lines = add([line], of: flat.order) }
    var kept = record
    kept.person = nil
    batch.typed.append(kept)
    if case .orderLine(let flat) = record.record { append(row, line: flat.line?.key) } else { append(row) }
  }

  /// Of records with the same key the last one counts; rows of a flat order have the key of their line besides.
  private mutating func append(_ row: EncodedBatch.Record, line: String? = nil) {
    let key = batch.bytes.withUnsafeBytes { bytes in
      KeyHash(
        UnsafeRawBufferPointer(rebasing: bytes[Int(row.key.offset)..<Int(row.key.offset + row.key.count)]), part: line,
        seed: UInt64(row.table.rawValue))
    }
    if let earlier = places.updateValue(batch.records.count, forKey: key) { batch.records[earlier].isReplaced = true }
    batch.records.append(row)
  }

  /// Its key tells its origin: `order:4711`.
  private mutating func addDerived(_ touchpoint: Touchpoint?, origin: String, key: String) {
    guard let touchpoint else { return }
    let place = text(origin)
    batch.bytes.append(0x3A)
    let end = text(key)
    let whole = EncodedBatch.Text(offset: place.offset, count: place.count + 1 + end.count)
    let derived = EncodedBatch.Derived(
      key: whole, hash: touchpoint.derivedHash,
      cells: cells { $0.putColumns(of: touchpoint, origin: origin) })
    batch.records[batch.records.count - 1].derived = Int32(batch.derived.count)
    batch.derived.append(derived)
  }
}

extension BatchEncoder: ColumnWriter {
  mutating func put(_ value: String?) {
    if let value {
      let text = text(value)
      append(Int64(text.offset), count: text.count, .text)
    }
    column += 1
  }

  mutating func put(_ number: Int64?) {
    if let number { append(number, count: 0, .integer) }
    column += 1
  }

  mutating func put(_ number: Double?) {
    if let number { append(Int64(bitPattern: number.bitPattern), count: 0, .real) }
    column += 1
  }

  mutating func put(_ time: Timestamp?) {
    if let time {
      let start = batch.bytes.count
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 19) { buffer in
        time.writeSQLText(into: buffer)
        batch.bytes.append(contentsOf: UnsafeBufferPointer(buffer))
      }
      append(Int64(start), count: 19, .text)
    }
    column += 1
  }

  mutating func append(_ value: String, _ column: UInt16) {
    let text = text(value)
    batch.cells.append(
      EncodedBatch.Cell(value: Int64(text.offset), count: text.count, column: column, kind: .text))
  }

  private mutating func append(_ value: Int64, count: UInt32, _ kind: EncodedBatch.Cell.Kind) {
    batch.cells.append(EncodedBatch.Cell(value: value, count: count, column: column, kind: kind))
  }

  /// The cells of one row.
  mutating func cells(_ body: (inout BatchEncoder) -> Void) -> EncodedBatch.Slice {
    let start = UInt32(batch.cells.count)
    column = 0
    body(&self)
    return EncodedBatch.Slice(start: start, count: UInt32(batch.cells.count) - start)
  }

  /// Keeps a text. A batch holds some megabytes, a record at most a quarter of a gigabyte: its places fit 32 bits.
  mutating func text(_ value: String) -> EncodedBatch.Text {
    var value = value
    let offset = UInt32(batch.bytes.count)
    let count = value.withUTF8 { bytes in
      batch.bytes.append(contentsOf: bytes)
      return UInt32(bytes.count)
    }
    return EncodedBatch.Text(offset: offset, count: count)
  }

  mutating func text(_ value: String?) -> EncodedBatch.Text { value.map { text($0) } ?? .none }
}

extension Touchpoint {
  /// Of what is stored of it, but for the profile.
  var derivedHash: Int64 {
    var hash = ContentHash()
    for text in [type, channel.rawValue, subject, campaign, location, referrer, sessionID] {
      hash.combine(text ?? "\u{0}")
    }
    hash.combine(occurredAt.microseconds)
    hash.combine(Int64(bitPattern: (valence ?? 2).bitPattern))
    hash.combine(Int64(bitPattern: (durationSeconds ?? -1).bitPattern))
    return hash.value
  }
}

extension OrderHeader {
  func touchpoint(key: String, at time: Timestamp) -> Touchpoint {
    let (type, valence) = TouchpointDefaults.orderTouchpoint(kind: kind, status: status)
    return Touchpoint(key: key, channel: channel, type: type, occurredAt: time, valence: valence, campaign: campaign)
  }
}
