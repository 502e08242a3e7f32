import KithCore
import KithParquet
import KithTesting
import Testing

@Suite struct ParquetWriterTests {
  private static let columns: [ParquetColumn] = [
    ParquetColumn("id", .integer, isNullable: false), ParquetColumn("flag", .boolean),
    ParquetColumn("sure", .boolean, isNullable: false), ParquetColumn("number", .integer),
    ParquetColumn("share", .double), ParquetColumn("day", .date), ParquetColumn("at", .dateTime),
    ParquetColumn("amount", .decimal(precision: 18, scale: 4)), ParquetColumn("word", .text),
    ParquetColumn("unique", .text), ParquetColumn("always", .text, isNullable: false), ParquetColumn("raw", .bytes),
    ParquetColumn("never", .text), ParquetColumn("nothing", .integer), ParquetColumn("15", .integer),
    ParquetColumn("16", .text),
  ]

  private final class Memory {
    var bytes: [UInt8] = []
  }

  /// What is written is read again, value by value: groups of any size, columns with many, few, only and no nulls.
  @Test(arguments: 0..<24) func isReadAgain(seed: UInt64) throws {
    var dice = SeededGenerator(seed: seed)
    let rows = [0, 1, 7, 8, 9, 100, 1_000, 3_000][Int(seed % 8)]
    let share = [0.0, 0.1, 0.5, 0.97][Int(seed / 8 % 4)]
    let memory = Memory()
    let writer = try ParquetWriter(Self.columns, rowsPerGroup: [1, 64, 1_000][Int(seed % 3)]) { memory.bytes += $0 }
    var expected = [[ParquetReader.Value]](repeating: [], count: Self.columns.count)
    let words = (0..<dice.below(300) + 1).map { "word \($0) é" }
    for row in 0..<rows {
      for (index, column) in Self.columns.enumerated() {
        let isNull = column.isNullable && Double.random(in: 0..<1, using: &dice) < share
        if isNull || column.name == "never" || column.name == "nothing" {
          writer.null(index)
          expected[index].append(.null)
          continue
        }
        let value: ParquetReader.Value
        switch column.type {
        case .boolean: value = .integer(Int64(dice.below(2)))
        case .double: value = .double(Double.random(in: -1e9...1e9, using: &dice))
        case .date: value = .integer(Int64(dice.below(60_000)) - 30_000)
        case .integer, .dateTime, .decimal: value = .integer(Int64.random(in: Int64.min...Int64.max, using: &dice))
        case .text, .bytes:
          let text = column.name == "unique" ? "\(row) \(dice.below(1 << 30))" : words[dice.below(words.count)]
          value = .bytes(
            column.name == "raw" ? [0, 255, UInt8(dice.below(256))] : Array(dice.below(9) == 0 ? "".utf8 : text.utf8))
        }
        switch value {
        case .null: break
        case .integer(let number): writer.integer(index, number)
        case .double(let number): writer.double(index, number)
        case .bytes(let bytes): bytes.withUnsafeBytes { writer.text(index, $0) }
        }
        expected[index].append(value)
      }
      try writer.endRow()
    }
    try writer.finish()
    let read = try ParquetReader(memory.bytes)
    #expect(read.footer[3]?.number == Int64(rows))
    for (index, column) in Self.columns.enumerated() {
      #expect(read.columns[index] == expected[index], "seed \(seed), column \(column.name)")
    }
  }

  /// Both spellings of each type, for readers know one or the other.
  @Test func typesAreSaid() throws {
    let memory = Memory()
    let writer = try ParquetWriter(Self.columns) { memory.bytes += $0 }
    try writer.finish()
    let schema = try ParquetReader(memory.bytes).footer[2]?.list ?? []
    #expect(schema.first?[5]?.number == 16 && schema.count == 17)
    func element(_ name: String) throws -> ParquetReader.Thrift { try #require(schema.first { $0[4]?.text == name }) }
    #expect(try element("id")[3]?.number == 0 && element("number")[3]?.number == 1)
    #expect(try element("word")[6]?.number == 0 && element("word")[10]?[1] != nil)
    #expect(try element("raw")[6] == nil && element("raw")[10] == nil)
    #expect(try element("day")[6]?.number == 6 && element("day")[10]?[6] != nil)
    let time = try element("at")
    #expect(time[6]?.number == 10 && time[10]?[8]?[1]?.flag == true && time[10]?[8]?[2]?[2] != nil)
    let amount = try element("amount")
    #expect(amount[6]?.number == 5 && amount[7]?.number == 4 && amount[8]?.number == 18)
    #expect(amount[10]?[5]?[1]?.number == 4 && amount[10]?[5]?[2]?.number == 18)
  }

  /// Long texts close a group early: memory holds some, not all.
  @Test func groupsAreBoundedInBytes() throws {
    let memory = Memory()
    let text = [UInt8](repeating: 97, count: 100_000)
    let writer = try ParquetWriter([ParquetColumn("t", .text)]) { memory.bytes += $0 }
    for row in 0..<1_500 {
      (text + Array("\(row)".utf8)).withUnsafeBytes { writer.text(0, $0) }
      try writer.endRow()
    }
    try writer.finish()
    let read = try ParquetReader(memory.bytes)
    #expect((read.footer[4]?.list.count ?? 0) > 2)
    #expect(read.columns[0].count == 1_500)
    #expect(read.columns[0].last == .bytes(text + Array("1499".utf8)))
  }

  @Test func aFailingDiskIsTold() throws {
    #expect(throws: KithError.self) {
      let writer = try ParquetWriter([ParquetColumn("n", .integer)]) { bytes throws(KithError) in
        if bytes.count > 4 { throw KithError(.transient, "full") }
      }
      writer.integer(0, 1)
      try writer.endRow()
      try writer.finish()
    }
  }
}
