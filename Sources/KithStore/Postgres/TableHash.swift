import KithCore

/// A table's content as a number, whatever the order of its rows and the database that it lies in.
struct TableHash: Equatable, Sendable {
  private(set) var rows = 0
  private var sum: UInt64 = 0
  private var row = ContentHash()

  mutating func null() { row.combine(Int64(-1)) }

  mutating func integer(_ value: Int64) {
    row.combine(Int64(1))
    row.combine(value)
  }

  mutating func number(_ value: Double) {
    row.combine(Int64(2))
    row.combine(Int64(bitPattern: (value == 0 ? 0 : value).bitPattern))
  }

  mutating func bytes(_ value: UnsafeRawBufferPointer) {
    row.combine(Int64(3))
    row.combine(value)
  }

  mutating func endRow() {
    sum &+= UInt64(bitPattern: row.value)
    row = ContentHash()
    rows += 1
  }

  var value: UInt64 { sum }

  static func == (one: TableHash, other: TableHash) -> Bool { one.rows == other.rows && one.sum == other.sum }
}
