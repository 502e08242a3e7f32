/// Finds out where the records of a JSON file lie.
enum JSONSniffer {
  static func layout(_ text: [UInt8], format: FileFormat, options: ReadingOptions) -> JSONLayout {
    if let path = options.records, !path.isEmpty {
      return .array(path: path.split(separator: ".").map(String.init))
    }
    if format == .ndjson { return .lines }
    let first = text.first { !isBlank($0) }
    if first == 0x5B { return .array(path: []) }
    return hasOneObjectPerLine(text) ? .lines : .values
  }

  /// Whether most of the first lines are objects from their first to their last byte.
  private static func hasOneObjectPerLine(_ text: [UInt8]) -> Bool {
    var lines = 0
    var objects = 0
    for line in text.split(separator: 0x0A, maxSplits: 20).prefix(10) {
      guard let first = line.first(where: { !isBlank($0) }), let last = line.last(where: { !isBlank($0) }) else {
        continue
      }
      // What the sample's end cuts off looks like a line that is not an object.
      if line.endIndex == text.endIndex, lines > 0 { break }
      lines += 1
      if first == 0x7B, last == 0x7D { objects += 1 }
    }
    return lines > 0 && objects * 2 >= lines
  }

  static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }
}

/// Passes over one JSON value of any size, chunk by chunk, by counting brackets outside strings.
struct JSONSkipper {
  enum Step: Equatable {
    /// The value ends after this many of the bytes fed last.
    case done(Int)
    case more
    /// A bracket closes another kind of bracket, or a line ends within a string: counting would go astray.
    case astray
  }

  private var open: [UInt8] = []
  private var isInString = false
  private var isEscaped = false
  private var isScalar = false
  /// Whether a line end within a string, which JSON forbids, ends the attempt.
  let isStrict: Bool

  init(isStrict: Bool = false) { self.isStrict = isStrict }

  mutating func feed(_ bytes: UnsafeBufferPointer<UInt8>) -> Step {
    for (index, byte) in bytes.enumerated() {
      if isInString {
        if isEscaped {
          isEscaped = false
        } else if byte == 0x5C {
          isEscaped = true
        } else if byte == 0x22 {
          isInString = false
          if open.isEmpty { return .done(index + 1) }
        } else if isStrict, byte == 0x0A {
          return .astray
        }
        continue
      }
      switch byte {
      case 0x22:
        isInString = true
      case 0x7B, 0x5B:
        // Deeper nesting than this is no data; the list must not grow with an attack.
        guard open.count < 10_000 else { return .astray }
        open.append(byte + 2)
      case 0x7D, 0x5D:
        if open.isEmpty { return isScalar ? .done(index) : .astray }
        guard open.removeLast() == byte else { return .astray }
        if open.isEmpty { return .done(index + 1) }
      case 0x2C, 0x20, 0x09, 0x0A, 0x0D:
        if open.isEmpty, isScalar { return .done(index) }
      default:
        if open.isEmpty { isScalar = true }
      }
    }
    return .more
  }
}
