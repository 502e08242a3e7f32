import KithCore

/// A value of a record that a sum is made of.
enum SumValue: Sendable, Equatable {
  case none
  case text(String)
  case number(Double)

  var text: String { if case .text(let text) = self { text } else { "" } }
  var number: Double? { if case .number(let number) = self { number } else { nil } }
  var day: String { String(text.prefix(10)) }
}

/// What one transaction adds to the tables of sums and takes away from them, by group: written once at its end.
final class SumChanges {
  private struct Group {
    let names: [String]
    var parts: [Int64]
  }

  private let source: String
  private let touchpointPlaces = RecordTable.touchpoints.usedPlaces
  private var groups = [[KeyHash: Group]](repeating: [:], count: RecordTable.allCases.count)

  init(source: String) { self.source = source }

  // MARK: records

  /// A record is there now.
  func add(_ table: RecordTable, _ cells: EncodedBatch.Slice, in view: BatchView) {
    if table == .touchpoints { return addTouchpoint(cells, in: view) }
    let places = table.usedPlaces
    if places.isEmpty { return }
    var values = [SumValue](repeating: .none, count: places.count)
    for cell in view.cells[cells] {
      guard let index = places.firstIndex(of: cell.column) else { continue }
      values[index] = view.sumValue(cell)
    }
    change(table, values, sign: 1)
  }

  /// A record is there now, its columns put by `columns`.
  func add(_ table: RecordTable, _ columns: (inout CollectedColumns) -> Void) {
    var collected = CollectedColumns()
    columns(&collected)
    change(table, table.usedPlaces.map { collected.values[Int($0)] }, sign: 1)
  }

  /// A record that was there is so no more; nil for one that was not.
  func subtract(_ table: RecordTable, _ values: [SumValue]?) {
    if let values { change(table, values, sign: -1) }
  }

  private func change(_ table: RecordTable, _ values: [SumValue], sign: Int64) {
    guard let (names, parts) = table.sums(of: values, source: source) else { return }
    var hash = PartsHash()
    for (place, name) in names.enumerated() where place != Self.sourcePlace { hash.combine(name) }
    add(to: hash.key, of: table) {
      Group(names: names, parts: [Int64](repeating: 0, count: parts.count))
    } _: { sums in
      for index in parts.indices { sums[index] += parts[index] * sign }
    }
  }

  /// The source is the same for all groups of a transaction.
  private static let sourcePlace = 1

  @inline(__always)
  private func add(
    to key: KeyHash, of table: RecordTable, new: () -> Group, _ body: (UnsafeMutableBufferPointer<Int64>) -> Void
  ) {
    groups[table.rawValue][key, default: new()].parts.withUnsafeMutableBufferPointer { body($0) }
  }

  /// Most of what comes are touchpoints: their texts are made once per group.
  private func addTouchpoint(_ cells: EncodedBatch.Slice, in view: BatchView) {
    let places = touchpointPlaces
    var texts = (day: EncodedBatch.Text.none, channel: EncodedBatch.Text.none, type: EncodedBatch.Text.none)
    var valence: Double?
    for cell in view.cells[cells] {
      let text = EncodedBatch.Text(offset: UInt32(truncatingIfNeeded: cell.value), count: cell.count)
      switch cell.column {
      case places[0]: texts.day = EncodedBatch.Text(offset: text.offset, count: min(10, text.count))
      case places[1]: texts.channel = text
      case places[2]: texts.type = text
      case places[3]: valence = view.sumValue(cell).number
      default: break
      }
    }
    var hash = PartsHash()
    hash.combine(view.raw(texts.day))
    hash.combine(view.raw(texts.channel))
    hash.combine(view.raw(texts.type))
    let parts = valence.map { SumScale.millionths.parts($0) } ?? 0
    add(to: hash.key, of: .touchpoints) {
      let names = [view.string(texts.day), source, view.string(texts.channel), view.string(texts.type)]
      return Group(names: names, parts: [0, 0, 0])
    } _: { sums in
      sums[0] += 1
      sums[1] += valence == nil ? 0 : 1
      sums[2] += parts
    }
  }

  // MARK: the tables

  /// Brings it into the tables; groups of which nothing is left go.
  func flush(into db: StoreConnection, arena: BindArena) throws {
    for specification in SumSpecification.all {
      let changed = groups[specification.records.rawValue].values.filter { $0.parts.contains { $0 != 0 } }
      groups[specification.records.rawValue].removeAll()
      if changed.isEmpty { continue }
      let insert = try BulkInsert(
        into: specification.table, specification.columns, rows: 32, ending: specification.merge, in: db, arena: arena)
      try insert.insert(
        changed,
        { group, row in
          for name in group.names { row.text(name) }
          for (column, parts) in zip(specification.sums, group.parts) {
            if column.scale == .whole { row.integer(parts) } else { row.real(column.scale.value(parts)) }
          }
        })
      try removeEmpty(specification, days: changed.filter { $0.parts[0] < 0 }.map { $0.names[0] }, in: db)
    }
  }

  private func removeEmpty(_ specification: SumSpecification, days: [String], in db: StoreConnection) throws {
    guard let first = days.min(), let last = days.max() else { return }
    try db.execute(
      sql: """
        DELETE FROM \(specification.table) WHERE \(specification.sums[0].name) = 0
          AND \(specification.groups[0].name) BETWEEN ? AND ?
        """, arguments: [first, last])
  }
}

/// Takes the columns of a row that is not in a batch.
struct CollectedColumns: ColumnWriter {
  private(set) var values: [SumValue] = []

  mutating func put(_ text: String?) { values.append(text.map(SumValue.text) ?? .none) }
  mutating func put(_ number: Int64?) { values.append(number.map { .number(Double($0)) } ?? .none) }
  mutating func put(_ number: Double?) { values.append(number.map(SumValue.number) ?? .none) }
  mutating func put(_ time: Timestamp?) { values.append(time.map { .text($0.sqlText) } ?? .none) }
}

/// The hash of several texts, one after the other.
private struct PartsHash {
  private var high = ContentHash()
  private var low = ContentHash(seed: 0x6b69_7468)

  mutating func combine(_ text: UnsafeRawBufferPointer) {
    high.combine(text)
    low.combine(text)
  }

  mutating func combine(_ text: String) {
    high.combine(text)
    low.combine(text)
  }

  var key: KeyHash { KeyHash(high, low) }
}

extension BatchView {
  fileprivate func raw(_ text: EncodedBatch.Text) -> UnsafeRawBufferPointer {
    if text.isNone { return UnsafeRawBufferPointer(start: nil, count: 0) }
    return UnsafeRawBufferPointer(start: address(text.offset), count: Int(text.count))
  }

  @inline(__always)
  fileprivate func sumValue(_ cell: EncodedBatch.Cell) -> SumValue {
    switch cell.kind {
    case .integer: .number(Double(cell.value))
    case .real: .number(Double(bitPattern: UInt64(bitPattern: cell.value)))
    case .text: .text(string(EncodedBatch.Text(offset: UInt32(truncatingIfNeeded: cell.value), count: cell.count)))
    }
  }
}
