import CZstd

/// Reads what the writer writes, by the words of the format and not by those of the writer: Thrift's compact protocol,
/// pages of version 1, PLAIN and RLE_DICTIONARY, Zstandard.
struct ParquetReader {
  enum Value: Equatable {
    case null
    case integer(Int64)
    case double(Double)
    case bytes([UInt8])
  }

  /// A structure by field number.
  indirect enum Thrift {
    case number(Int64)
    case flag(Bool)
    case binary([UInt8])
    case list([Thrift])
    case structure([Int: Thrift])

    subscript(field: Int) -> Thrift? { if case .structure(let fields) = self { fields[field] } else { nil } }
    var number: Int64? { if case .number(let value) = self { value } else { nil } }
    var flag: Bool? { if case .flag(let value) = self { value } else { nil } }
    var text: String? { binary.map { String(decoding: $0, as: UTF8.self) } }
    var binary: [UInt8]? { if case .binary(let value) = self { value } else { nil } }
    var list: [Thrift] { if case .list(let items) = self { items } else { [] } }
  }

  struct Failure: Error { var text: String }

  let footer: Thrift
  /// By column.
  private(set) var columns: [[Value]] = []

  init(_ file: [UInt8]) throws {
    guard file.prefix(4).elementsEqual("PAR1".utf8), file.suffix(4).elementsEqual("PAR1".utf8) else {
      throw Failure(text: "no Parquet file")
    }
    let size = Int(Self.little(file, file.count - 8, 4))
    var cursor = file.count - 8 - size
    footer = try Self.structure(file, &cursor)
    guard cursor == file.count - 8 else { throw Failure(text: "the footer ends at \(cursor)") }
    let schema = footer[2]?.list ?? []
    columns = Array(repeating: [], count: schema.count - 1)
    for group in footer[4]?.list ?? [] {
      for (index, chunk) in (group[1]?.list ?? []).enumerated() {
        guard let meta = chunk[3] else { throw Failure(text: "a column without metadata") }
        columns[index] += try Self.values(file, meta, schema[index + 1])
      }
    }
  }

  private static func values(_ file: [UInt8], _ meta: Thrift, _ element: Thrift) throws -> [Value] {
    let kind = element[1]?.number ?? -1
    var dictionary: [Value] = []
    if let start = meta[11]?.number {
      var cursor = Int(start)
      let (header, page) = try self.page(file, &cursor)
      guard header[1]?.number == 2, let count = header[7]?[1]?.number else { throw Failure(text: "no dictionary") }
      guard cursor == Int(meta[9]?.number ?? -1) else { throw Failure(text: "data does not follow the dictionary") }
      var place = 0
      dictionary = try (0..<count).map { _ in try plain(page, &place, kind, 0) }
    }
    var cursor = Int(meta[9]?.number ?? -1)
    let (header, page) = try self.page(file, &cursor)
    guard header[1]?.number == 0, let count = header[5]?[1]?.number.map(Int.init), count == Int(meta[5]?.number ?? -1)
    else { throw Failure(text: "the data page has another number of values") }
    guard cursor - Int(meta[11]?.number ?? meta[9]?.number ?? 0) == Int(meta[7]?.number ?? -1) else {
      throw Failure(text: "the column has another size")
    }
    var place = 0
    var levels = [Int](repeating: 1, count: count)
    if element[3]?.number == 1 {
      let end = 4 + Int(little(page, 0, 4))
      place = 4
      levels = try hybrid(page, &place, end: end, bitWidth: 1, count: count)
      place = end
    }
    let present = levels.reduce(0, +)
    guard count - present == Int(meta[12]?[3]?.number ?? -1) else { throw Failure(text: "another number of nulls") }
    var found: [Value] = []
    if header[5]?[2]?.number == 8 {
      let width = Int(page[place])
      place += 1
      found = try hybrid(page, &place, end: page.count, bitWidth: width, count: present).map { dictionary[$0] }
    } else {
      let start = place
      for index in 0..<present {
        found.append(
          kind == 0
            ? .integer(Int64(page[start + index / 8] >> UInt8(index % 8) & 1)) : try plain(page, &place, kind, 0))
      }
    }
    if let most = meta[12]?[5]?.binary, let least = meta[12]?[6]?.binary, kind == 1 || kind == 2 {
      let numbers = found.compactMap { if case .integer(let number) = $0 { number } else { nil } }
      guard numbers.max() == little(most, 0, most.count), numbers.min() == little(least, 0, least.count) else {
        throw Failure(text: "the statistics are wrong")
      }
    }
    var next = 0
    return levels.map { level in
      if level == 0 { return .null }
      next += 1
      return found[next - 1]
    }
  }

  private static func plain(_ page: [UInt8], _ place: inout Int, _ kind: Int64, _ index: Int) throws -> Value {
    switch kind {
    case 1, 2:
      let size = kind == 1 ? 4 : 8
      place += size
      return .integer(little(page, place - size, size))
    case 5:
      place += 8
      return .double(Double(bitPattern: UInt64(bitPattern: little(page, place - 8, 8))))
    case 6:
      let size = Int(little(page, place, 4))
      place += 4 + size
      return .bytes(Array(page[(place - size)..<place]))
    default: throw Failure(text: "type \(kind)")
    }
  }

  /// Runs of one value, and packed values.
  private static func hybrid(
    _ page: [UInt8], _ place: inout Int, end: Int, bitWidth: Int, count: Int
  ) throws -> [Int] {
    var values: [Int] = []
    while values.count < count, place < end {
      let head = Int(varint(page, &place))
      if head & 1 == 0 {
        let size = (bitWidth + 7) / 8
        values += Array(repeating: Int(little(page, place, size)), count: head >> 1)
        place += size
      } else {
        for index in 0..<(head >> 1) * 8 {
          var value = 0
          for bit in 0..<bitWidth {
            let position = index * bitWidth + bit
            value |= Int(page[place + position / 8] >> UInt8(position % 8) & 1) << bit
          }
          values.append(value)
        }
        place += (head >> 1) * bitWidth
      }
    }
    guard values.count >= count, place <= end else { throw Failure(text: "\(values.count) of \(count) values") }
    return Array(values.prefix(count))
  }

  private static func page(_ file: [UInt8], _ cursor: inout Int) throws -> (Thrift, [UInt8]) {
    let header = try structure(file, &cursor)
    guard let size = header[2]?.number.map(Int.init), let compressed = header[3]?.number.map(Int.init) else {
      throw Failure(text: "a page without sizes")
    }
    let source = Array(file[cursor..<(cursor + compressed)])
    cursor += compressed
    var page = [UInt8](repeating: 0, count: size)
    let written = ZSTD_decompress(&page, size, source, source.count)
    guard ZSTD_isError(written) == 0, written == size else { throw Failure(text: "a page that cannot be unpacked") }
    return (header, page)
  }

  // MARK: Thrift

  private static func structure(_ bytes: [UInt8], _ cursor: inout Int) throws -> Thrift {
    var fields: [Int: Thrift] = [:]
    var id = 0
    while true {
      let head = bytes[cursor]
      cursor += 1
      if head == 0 { return .structure(fields) }
      id = head >> 4 == 0 ? Int(zigzag(bytes, &cursor)) : id + Int(head >> 4)
      fields[id] = try value(bytes, &cursor, head & 15)
    }
  }

  private static func value(_ bytes: [UInt8], _ cursor: inout Int, _ kind: UInt8) throws -> Thrift {
    switch kind {
    case 1, 2: return .flag(kind == 1)
    case 4, 5, 6: return .number(zigzag(bytes, &cursor))
    case 8:
      let count = Int(varint(bytes, &cursor))
      cursor += count
      return .binary(Array(bytes[(cursor - count)..<cursor]))
    case 9:
      let head = bytes[cursor]
      cursor += 1
      let count = head >> 4 == 15 ? Int(varint(bytes, &cursor)) : Int(head >> 4)
      return .list(try (0..<count).map { _ in try value(bytes, &cursor, head & 15) })
    case 12: return try structure(bytes, &cursor)
    default: throw Failure(text: "Thrift type \(kind)")
    }
  }

  private static func varint(_ bytes: [UInt8], _ cursor: inout Int) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let byte = bytes[cursor]
      cursor += 1
      value |= UInt64(byte & 127) << shift
      if byte < 128 { return value }
      shift += 7
    }
  }

  private static func zigzag(_ bytes: [UInt8], _ cursor: inout Int) -> Int64 {
    let value = varint(bytes, &cursor)
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  private static func little(_ bytes: [UInt8], _ start: Int, _ count: Int) -> Int64 {
    let value = (0..<count).reduce(UInt64(0)) { $0 | UInt64(bytes[start + $1]) << UInt64($1 * 8) }
    return count == 4 ? Int64(Int32(truncatingIfNeeded: value)) : Int64(bitPattern: value)
  }
}
