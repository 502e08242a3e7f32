import Foundation
import KithCore

/// The values of one column for one row group, encoded as they come.
final class ColumnChunk {
  let column: ParquetColumn
  // One task fills it, value by value: exclusivity is not checked each time.
  /// Rows so far, nulls among them.
  @exclusivity(unchecked) private(set) var count = 0
  @exclusivity(unchecked) private(set) var nulls = 0
  /// PLAIN: what is not null, one after the other.
  @exclusivity(unchecked) private(set) var plain: [UInt8] = []
  /// A bit for each row, 1 where there is a value.
  @exclusivity(unchecked) private var present: [UInt8] = []
  @exclusivity(unchecked) private var dictionary = TextDictionary()
  @exclusivity(unchecked) private var indices: [Int32] = []
  @exclusivity(unchecked) private(set) var least = Int64.max
  @exclusivity(unchecked) private(set) var greatest = Int64.min

  init(_ column: ParquetColumn) { self.column = column }

  /// Bytes that it holds in memory.
  var size: Int { plain.count + present.count + indices.count * 4 + dictionary.plain.count }

  func removeAll() {
    count = 0
    nulls = 0
    plain.removeAll(keepingCapacity: true)
    present.removeAll(keepingCapacity: true)
    indices.removeAll(keepingCapacity: true)
    dictionary = TextDictionary()
    least = .max
    greatest = .min
  }

  func null() {
    note(isPresent: false)
    nulls += 1
  }

  /// A boolean, an integer, a date, a date-time or a decimal.
  func integer(_ value: Int64) {
    switch column.type.physical {
    case .boolean:
      let place = count - nulls
      if place & 7 == 0 { plain.append(0) }
      if value != 0 { plain[plain.count - 1] |= 1 << UInt8(place & 7) }
    case .int32: plain.append(littleEndian: Int32(clamping: value))
    default: plain.append(littleEndian: value)
    }
    note(isPresent: true)
    least = min(least, value)
    greatest = max(greatest, value)
  }

  func double(_ value: Double) {
    note(isPresent: true)
    plain.append(littleEndian: value.bitPattern)
  }

  func text(_ value: UnsafeRawBufferPointer) {
    note(isPresent: true)
    plain.append(littleEndian: UInt32(value.count))
    plain.append(contentsOf: value)
    if let index = dictionary.index(of: value) { indices.append(index) }
  }

  private func note(isPresent: Bool) {
    if count & 7 == 0 { present.append(0) }
    if isPresent { present[present.count - 1] |= 1 << UInt8(count & 7) }
    count += 1
  }

  // MARK: pages

  /// The dictionary, where writing numbers in place of texts is shorter.
  var dictionaryPage: (bytes: [UInt8], count: Int)? {
    guard column.type.physical == .byteArray, !dictionary.isFull, !indices.isEmpty else { return nil }
    let packed = indices.count * dictionary.bitWidth / 8
    return dictionary.plain.count + packed < plain.count ? (dictionary.plain, dictionary.count) : nil
  }

  /// Definition levels and values.
  ///
  /// - Parameter hasDictionary: whether values are numbers of `dictionaryPage`.
  func dataPage(hasDictionary: Bool) -> [UInt8] {
    var page = column.isNullable ? definitionLevels : []
    if hasDictionary {
      page.append(UInt8(dictionary.bitWidth))
      page.appendPacked(indices, bitWidth: dictionary.bitWidth)
    } else {
      page.append(contentsOf: plain)
    }
    return page
  }

  /// With their length in front, in the hybrid of runs and packed bits.
  private var definitionLevels: [UInt8] {
    var runs: [UInt8] = []
    if nulls == 0 || nulls == count {
      runs.appendVarint(UInt64(count) << 1)
      runs.append(nulls == 0 ? 1 : 0)
    } else {
      runs.appendVarint(UInt64(present.count) << 1 | 1)
      runs.append(contentsOf: present)
    }
    var levels: [UInt8] = []
    levels.append(littleEndian: UInt32(runs.count))
    return levels + runs
  }
}

/// Distinct texts of a column, until there are too many.
struct TextDictionary {
  /// As a dictionary page has them.
  private(set) var plain: [UInt8] = []
  private(set) var count = 0
  private var starts: [Int] = []
  /// Open addressing; -1 is an empty place.
  private var places = [Int32](repeating: -1, count: 1_024)

  static let limit = 32_768
  static let byteLimit = 1 << 20

  /// More texts than a dictionary is worth for; no further ones are taken.
  private(set) var isFull = false

  var bitWidth: Int { max(1, 64 - UInt64(max(count - 1, 0)).leadingZeroBitCount) }

  /// Nil when the dictionary is full.
  mutating func index(of text: UnsafeRawBufferPointer) -> Int32? {
    if isFull { return nil }
    var place = Int(truncatingIfNeeded: TextDictionary.hash(text)) & (places.count - 1)
    while places[place] >= 0 {
      if isText(places[place], text) { return places[place] }
      place = (place + 1) & (places.count - 1)
    }
    if count == TextDictionary.limit || plain.count + text.count > TextDictionary.byteLimit {
      isFull = true
      return nil
    }
    places[place] = Int32(count)
    starts.append(plain.count)
    plain.append(littleEndian: UInt32(text.count))
    plain.append(contentsOf: text)
    count += 1
    if count * 2 > places.count { grow() }
    return Int32(count - 1)
  }

  private func isText(_ index: Int32, _ text: UnsafeRawBufferPointer) -> Bool {
    let start = starts[Int(index)] + 4
    let end = Int(index) + 1 < count ? starts[Int(index) + 1] : plain.count
    guard end - start == text.count else { return false }
    guard let other = text.baseAddress else { return true }
    return plain.withUnsafeBytes { $0.baseAddress.map { memcmp($0 + start, other, text.count) == 0 } ?? false }
  }

  private mutating func grow() {
    places = [Int32](repeating: -1, count: places.count * 2)
    plain.withUnsafeBytes { bytes in
      for index in 0..<count {
        let end = index + 1 < count ? starts[index + 1] : bytes.count
        let text = UnsafeRawBufferPointer(rebasing: bytes[(starts[index] + 4)..<end])
        var place = Int(truncatingIfNeeded: TextDictionary.hash(text)) & (places.count - 1)
        while places[place] >= 0 { place = (place + 1) & (places.count - 1) }
        places[place] = Int32(index)
      }
    }
  }

  private static func hash(_ text: UnsafeRawBufferPointer) -> Int64 {
    var hash = ContentHash()
    hash.combine(text)
    return hash.value
  }
}

extension [UInt8] {
  /// One run of packed numbers, eight at a time, the lowest bits first.
  mutating func appendPacked(_ numbers: [Int32], bitWidth: Int) {
    let groups = (numbers.count + 7) / 8
    appendVarint(UInt64(groups) << 1 | 1)
    let end = count + groups * bitWidth
    reserveCapacity(end)
    var bits: UInt64 = 0
    var filled = 0
    for number in numbers {
      bits |= UInt64(UInt32(bitPattern: number)) << UInt64(filled)
      filled += bitWidth
      while filled >= 8 {
        append(UInt8(truncatingIfNeeded: bits))
        bits >>= 8
        filled -= 8
      }
    }
    if filled > 0 { append(UInt8(truncatingIfNeeded: bits)) }
    while count < end { append(0) }
  }
}
