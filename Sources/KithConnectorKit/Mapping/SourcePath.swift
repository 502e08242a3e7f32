import KithCore

/// One step of a path through objects, elements and lists.
struct PathStep: Sendable, Equatable {
  enum Pick: Sendable, Equatable {
    /// The value itself; of a list, what a single value needs: its first item.
    case plain
    case all
    /// Counted from 0, or from the end with negative numbers.
    case index(Int)
    /// `key`: names, from an item down.
    case whose(key: [[UInt8]], value: [UInt8])
  }

  /// Empty: stay where we are and only pick.
  var name: [UInt8]
  var pick: Pick
}

enum SourcePath {
  /// Reads `a.b[0].c[].d[key=value].@id`; a dot that belongs to a name is written `\.`. Nil when it is no path.
  static func steps(_ text: String) -> [PathStep]? {
    let bytes = Array(text.utf8)
    var steps: [PathStep] = []
    var index = 0
    while index < bytes.count {
      var name: [UInt8] = []
      while index < bytes.count, bytes[index] != UInt8(ascii: "."), bytes[index] != UInt8(ascii: "[") {
        if bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count { index += 1 }
        name.append(bytes[index])
        index += 1
      }
      name = trimmed(name)
      var picks: [PathStep.Pick] = []
      while index < bytes.count, bytes[index] == UInt8(ascii: "[") {
        guard let close = bytes[index...].firstIndex(of: UInt8(ascii: "]")),
          let pick = pick(Array(bytes[(index + 1)..<close]))
        else { return nil }
        picks.append(pick)
        index = close + 1
      }
      guard !name.isEmpty || !picks.isEmpty else { return nil }
      steps.append(PathStep(name: name, pick: picks.first ?? .plain))
      for pick in picks.dropFirst() { steps.append(PathStep(name: [], pick: pick)) }
      guard index < bytes.count else { break }
      guard bytes[index] == UInt8(ascii: "."), index + 1 < bytes.count else { return nil }
      index += 1
    }
    return steps.isEmpty || steps.count > 32 ? nil : steps
  }

  private static func pick(_ inner: [UInt8]) -> PathStep.Pick? {
    if inner.isEmpty { return .all }
    if let equals = inner.firstIndex(of: UInt8(ascii: "=")) {
      let key = trimmed(Array(inner[..<equals]))
      let names = key.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map { Array($0) }
      return names.contains([]) ? nil : .whose(key: names, value: trimmed(Array(inner[(equals + 1)...])))
    }
    return Int(String(decoding: inner, as: UTF8.self)).map { .index($0) }
  }

  private static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
    var slice = bytes[...]
    while slice.first == 0x20 { slice.removeFirst() }
    while slice.last == 0x20 { slice.removeLast() }
    return Array(slice)
  }
}

/// The columns of a file, found by name without regard to case and surrounding blanks, by pattern or by number.
struct ColumnIndex: Sendable {
  let names: [String]
  private let folded: [[UInt8]]
  private let byName: [[UInt8]: Int]

  init(_ names: [String]) {
    self.names = names
    folded = names.map(ColumnIndex.fold)
    var byName: [[UInt8]: Int] = [:]
    for (index, name) in folded.enumerated() where byName[name] == nil { byName[name] = index }
    self.byName = byName
  }

  /// The column that a mapping's text means: of that name, else `#3`, else the first that a pattern with `*` fits.
  func find(_ text: String) -> Int? {
    let wanted = ColumnIndex.fold(text)
    if let index = byName[wanted] { return index }
    if wanted.first == UInt8(ascii: "#"), let number = Int(String(decoding: wanted.dropFirst(), as: UTF8.self)) {
      return number >= 1 && number <= names.count ? number - 1 : nil
    }
    guard wanted.contains(UInt8(ascii: "*")) else { return nil }
    return folded.firstIndex { Glob.matches(wanted[...], $0[...]) }
  }

  /// Lower case, without blanks around, without a byte order mark.
  static func fold(_ name: String) -> [UInt8] {
    var scalars = Substring(name.lowercased()).unicodeScalars
    while let first = scalars.first, first.properties.isWhitespace || first == "\u{FEFF}" { scalars.removeFirst() }
    while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
    return Array(String(scalars).utf8)
  }
}

/// Patterns in which `*` fits any text; linear in the length of both times the number of stars at worst.
enum Glob {
  static func matches(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
    let star = UInt8(ascii: "*")
    var (p, t) = (pattern.startIndex, text.startIndex)
    var resume: (pattern: Int, text: Int)?
    while t < text.endIndex {
      if p < pattern.endIndex, pattern[p] == star {
        p += 1
        resume = (p, t)
      } else if p < pattern.endIndex, pattern[p] == text[t] {
        p += 1
        t += 1
      } else if let last = resume {
        p = last.pattern
        t = last.text + 1
        resume = (p, t)
      } else {
        return false
      }
    }
    while p < pattern.endIndex, pattern[p] == star { p += 1 }
    return p == pattern.endIndex
  }
}
