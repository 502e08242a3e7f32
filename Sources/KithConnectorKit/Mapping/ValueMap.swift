/// Replaces values by the first line that fits, without regard to case.
struct ValueMap: Sendable {
  /// Nil: the value becomes missing.
  private var results: [[UInt8]?] = []
  private var exact: [[UInt8]: Int] = [:]
  private var patterns: [(index: Int, pattern: [UInt8])] = []

  /// A `*` in a key fits any text; an empty result makes the value missing.
  init(_ lines: [(key: String, value: String)]) {
    for (index, line) in lines.enumerated() {
      let key = ColumnIndex.fold(line.key)
      results.append(line.value.isEmpty ? nil : Array(line.value.utf8))
      if key.contains(UInt8(ascii: "*")) {
        patterns.append((index, key))
      } else if exact[key] == nil {
        exact[key] = index
      }
    }
  }

  enum Outcome {
    case same, missing
    case replaced([UInt8])
  }

  func apply(_ value: UnsafeBufferPointer<UInt8>) -> Outcome {
    let folded = ValueMap.fold(value)
    var best = exact[folded] ?? Int.max
    for (index, pattern) in patterns {
      if index > best { break }
      if Glob.matches(pattern[...], folded[...]) {
        best = index
        break
      }
    }
    guard best < Int.max else { return .same }
    return results[best].map { .replaced($0) } ?? .missing
  }

  private static func fold(_ value: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    var isASCII = true
    for byte in value where byte >= 0x80 { isASCII = false }
    if isASCII { return value.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 } }
    return Array(String(decoding: value, as: UTF8.self).lowercased().utf8)
  }
}
