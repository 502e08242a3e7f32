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
    let changed = parts.map { $0 * sign }
    add(changed, to: KeyHash(parts: names), of: table) { names }
  }

  private func add(_ parts: [Int64], to key: KeyHash, of table: RecordTable, _ names: () -> [String]) {
    if groups[table.rawValue][key] == nil {
      groups[table.rawValue][key] = Group(names: names(), parts: parts)
    } else {
      for index in parts.indices { groups[table.rawValue][key]?.parts[index] += parts[index] }
    }
  }

  /// Most of what comes are touchpoints: their texts are made once per group.
  private func addTouchpoint(_ cells: EncodedBatch.Slice, in view: BatchView) {
    let places = RecordTable.touchpoints.usedPlaces
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
    hash.combine(source)
    hash.combine(view.raw(texts.channel))
    hash.combine(view.raw(texts.type))
    let parts = valence.map { SumScale.millionths.parts($0) } ?? 0
    let table = RecordTable.touchpoints.rawValue
    if groups[table][hash.key] == nil {
      let names = [view.string(texts.day), source, view.string(texts.channel), view.string(texts.type)]
      groups[table][hash.key] = Group(names: names, parts: [1, valence == nil ? 0 : 1, parts])
      return
    }
    groups[table][hash.key]?.parts.withUnsafeMutableBufferPointer { sums in
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
      if changed.contains(where: { $0.parts[0] < 0 }) {
        try db.execute(sql: "DELETE FROM \(specification.table) WHERE \(specification.sums[0].name) = 0")
      }
    }
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

extension KeyHash {
  fileprivate init(parts: [String]) {
    var hash = PartsHash()
    for part in parts { hash.combine(part) }
    self = hash.key
  }
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
