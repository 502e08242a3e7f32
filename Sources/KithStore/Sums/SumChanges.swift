import KithCore

/// A value of a record that a sum is made of.
enum SumValue: Sendable, Equatable {
  case none
  case text(String)
  case number(Double)

  var text: String { if case .text(let text) = self { text } else { "" } }
  var number: Double? { if case .number(let number) = self { number } else { nil } }
}

/// What one batch adds to the tables of sums and takes away from them, by group: written once at its end.
final class SumChanges {
  private struct Group {
    let names: [String]
    var parts: [Int64]
  }

  /// The most columns of a record that sums are made of.
  private static let width = 8

  private let source: String
  private var groups = [[KeyHash: Group]](repeating: [:], count: RecordTable.allCases.count)

  init(source: String) { self.source = source }

  // MARK: records

  /// A record is there now. The texts of its group are made once per group.
  func add(_ table: RecordTable, _ cells: EncodedBatch.Slice, in view: BatchView) {
    let places = table.usedPlaces
    if places.isEmpty { return }
    let textCount = table.usedTexts
    withUnsafeTemporaryAllocation(of: EncodedBatch.Text.self, capacity: Self.width) { texts in
      withUnsafeTemporaryAllocation(of: Double?.self, capacity: Self.width) { numbers in
        texts.initialize(repeating: .none)
        numbers.initialize(repeating: nil)
        for cell in view.cells[cells] {
          guard let index = places.firstIndex(of: cell.column) else { continue }
          if index < textCount { texts[index] = view.text(cell) } else { numbers[index - textCount] = cell.number }
        }
        texts[0].count = min(texts[0].count, UInt32(table.timeCharacters))
        var hash = PartsHash()
        for index in 0..<textCount { hash.combine(view.raw(texts[index])) }
        add(to: hash.key, of: table) {
          table.groupNames(texts[..<textCount].map { $0.isNone ? "" : view.string($0) }, source: source)
        } _: {
          table.add(numbers, 1, to: $0)
        }
      }
    }
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
    if values.isEmpty { return }
    let textCount = table.usedTexts
    var texts = values[..<textCount].map(\.text)
    texts[0] = String(texts[0].prefix(table.timeCharacters))
    var hash = PartsHash()
    for text in texts { hash.combine(text) }
    withUnsafeTemporaryAllocation(of: Double?.self, capacity: Self.width) { numbers in
      numbers.initialize(repeating: nil)
      for (index, value) in values[textCount...].enumerated() { numbers[index] = value.number }
      add(to: hash.key, of: table) {
        table.groupNames(texts, source: source)
      } _: {
        table.add(numbers, sign, to: $0)
      }
    }
  }

  @inline(__always)
  private func add(
    to key: KeyHash, of table: RecordTable, names: () -> [String], _ body: (UnsafeMutableBufferPointer<Int64>) -> Void
  ) {
    groups[table.rawValue][key, default: Group(names: names(), parts: table.noParts)].parts
      .withUnsafeMutableBufferPointer { body($0) }
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
  fileprivate func text(_ cell: EncodedBatch.Cell) -> EncodedBatch.Text {
    if cell.kind != .text { return .none }
    return EncodedBatch.Text(offset: UInt32(truncatingIfNeeded: cell.value), count: cell.count)
  }
}

extension EncodedBatch.Cell {
  fileprivate var number: Double? {
    switch kind {
    case .integer: Double(value)
    case .real: Double(bitPattern: UInt64(bitPattern: value))
    case .text: nil
    }
  }
}
