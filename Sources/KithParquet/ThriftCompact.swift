/// Writes structures in Thrift's compact protocol, as Parquet's headers and footer are
/// (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md).
struct ThriftCompact {
  private(set) var bytes: [UInt8] = []
  /// The last field of each structure that is open.
  private var last: [Int16] = [0]

  private enum Kind: UInt8 {
    case yes = 1
    case no = 2
    case i32 = 5
    case i64 = 6
    case binary = 8
    case list = 9
    case structure = 12
  }

  mutating func field(_ id: Int16, _ value: Int32) {
    begin(id, .i32)
    varint(UInt64(UInt32(bitPattern: value << 1 ^ value >> 31)))
  }

  mutating func field(_ id: Int16, _ value: Int64) {
    begin(id, .i64)
    varint(UInt64(bitPattern: value << 1 ^ value >> 63))
  }

  mutating func field(_ id: Int16, _ value: Bool) { begin(id, value ? .yes : .no) }

  mutating func field(_ id: Int16, _ text: String) { field(id, Array(text.utf8)) }

  mutating func field(_ id: Int16, _ value: [UInt8]) {
    begin(id, .binary)
    binary(value)
  }

  mutating func structure(_ id: Int16, _ body: (inout ThriftCompact) -> Void) {
    begin(id, .structure)
    element(body)
  }

  mutating func list<T>(_ id: Int16, _ items: [T], _ body: (inout ThriftCompact, T) -> Void) {
    begin(id, .list)
    listHeader(items.count, .structure)
    for item in items { element { body(&$0, item) } }
  }

  mutating func list(_ id: Int16, _ texts: [String]) {
    begin(id, .list)
    listHeader(texts.count, .binary)
    for text in texts { binary(Array(text.utf8)) }
  }

  mutating func list(_ id: Int16, _ numbers: [Int32]) {
    begin(id, .list)
    listHeader(numbers.count, .i32)
    for number in numbers { varint(UInt64(UInt32(bitPattern: number << 1 ^ number >> 31))) }
  }

  /// Ends the structure that everything stands in.
  mutating func stop() { bytes.append(0) }

  private mutating func element(_ body: (inout ThriftCompact) -> Void) {
    last.append(0)
    body(&self)
    bytes.append(0)
    last.removeLast()
  }

  private mutating func begin(_ id: Int16, _ kind: Kind) {
    let step = id - last[last.count - 1]
    last[last.count - 1] = id
    if (1...15).contains(step) {
      bytes.append(UInt8(step) << 4 | kind.rawValue)
    } else {
      bytes.append(kind.rawValue)
      varint(UInt64(UInt32(bitPattern: Int32(id) << 1 ^ Int32(id) >> 31)))
    }
  }

  private mutating func listHeader(_ count: Int, _ kind: Kind) {
    if count < 15 {
      bytes.append(UInt8(count) << 4 | kind.rawValue)
    } else {
      bytes.append(0xF0 | kind.rawValue)
      varint(UInt64(count))
    }
  }

  private mutating func binary(_ value: [UInt8]) {
    varint(UInt64(value.count))
    bytes.append(contentsOf: value)
  }

  private mutating func varint(_ value: UInt64) { bytes.appendVarint(value) }
}

extension [UInt8] {
  /// LEB128, as Thrift and Parquet have it.
  mutating func appendVarint(_ value: UInt64) {
    var value = value
    while value > 127 {
      append(UInt8(truncatingIfNeeded: value) | 128)
      value >>= 7
    }
    append(UInt8(value))
  }

  mutating func append<Number: FixedWidthInteger>(littleEndian number: Number) {
    Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
  }
}
