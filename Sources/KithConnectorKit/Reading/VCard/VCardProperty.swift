/// One property of a card: name, parameters, value.
struct VCardProperty {
  var name: String
  var types: [String] = []
  var pref: String?
  /// The value as written, decoded from quoted-printable and to UTF-8, still with its escapes.
  private var value: [UInt8] = []
  private var isBinary = false

  /// Names of parameters that 2.1 writes without a name.
  private static let encodings: Set<String> = ["QUOTED-PRINTABLE", "BASE64", "B", "8BIT", "7BIT"]
  private static let leftOut: Set<String> = ["BEGIN", "END", "PHOTO", "LOGO", "SOUND", "KEY", "AGENT"]

  /// nil when the line has no value.
  init?(_ line: [UInt8]) {
    guard let colon = Self.firstColon(line) else { return nil }
    let parts = Self.split(line[..<colon], on: 0x3B, quoted: true)
    guard let first = parts.first else { return nil }
    // `item1.EMAIL`: a group ties properties together, which Kith does not need.
    name = String(decoding: first, as: UTF8.self).uppercased()
    if let dot = name.lastIndex(of: ".") { name = String(name[name.index(after: dot)...]) }
    // What Apple calls it in versions that have no KIND yet.
    if name == "X-ADDRESSBOOKSERVER-KIND" { name = "KIND" }
    guard !name.isEmpty else { return nil }
    var isQuotedPrintable = false
    var charset = TextEncoding.utf8
    for part in parts.dropFirst() {
      let text = String(decoding: part, as: UTF8.self)
      let equals = text.firstIndex(of: "=")
      let key = equals.map { text[..<$0].uppercased() } ?? ""
      let word = equals.map { String(text[text.index(after: $0)...]) } ?? text
      switch key {
      case "TYPE": addTypes(word)
      case "PREF": pref = word
      case "CHARSET": charset = TextEncoding(name: word) ?? .utf8
      case "ENCODING": noteEncoding(word.uppercased(), &isQuotedPrintable)
      case "" where Self.encodings.contains(word.uppercased()): noteEncoding(word.uppercased(), &isQuotedPrintable)
      case "": addTypes(word)
      default: break
      }
    }
    value = Array(line[(colon + 1)...])
    if isQuotedPrintable { value = Self.decodeQuotedPrintable(value) }
    decode(from: charset)
  }

  private mutating func addTypes(_ words: String) {
    for word in words.split(separator: ",") {
      let plain = word.filter { $0 != "\"" && $0 != " " }.lowercased()
      if plain == "pref" { pref = pref ?? "1" } else if !plain.isEmpty, !types.contains(plain) { types.append(plain) }
    }
  }

  private mutating func noteEncoding(_ word: String, _ isQuotedPrintable: inout Bool) {
    if word == "QUOTED-PRINTABLE" { isQuotedPrintable = true }
    if word == "BASE64" || word == "B" { isBinary = true }
  }

  private mutating func decode(from charset: TextEncoding) {
    if charset != .utf8 {
      value = Transcoder.decode(value, from: charset)
      return
    }
    let isValid = value.withUnsafeBufferPointer { bytes in
      bytes.baseAddress.map { UTF8Check.firstInvalid($0, bytes.count) == nil } ?? true
    }
    // Quoted-printable without a charset: old telephones wrote their own code page.
    if !isValid { value = Transcoder.decode(value, from: .windows1252) }
  }

  // MARK: into the record

  func add(to record: RawRecord) {
    guard !isBinary, !Self.leftOut.contains(name), !value.starts(with: Array("data:".utf8)) else { return }
    var key = name
    key.withUTF8 { _ = record.begin(.object, key: UnsafeRawBufferPointer($0)) }
    switch name {
    case "N": addParts(["family", "given", "additional", "prefix", "suffix"], to: record)
    case "ADR": addParts(["box", "extended", "street", "city", "region", "postcode", "country"], to: record)
    case "ORG": addParts(["value", "unit"], to: record)
    default: record.leaf("value", plainValue)
    }
    if !types.isEmpty { record.leaf("type", types.joined(separator: ",")) }
    if let pref { record.leaf("pref", pref) }
    record.end()
  }

  private func addParts(_ names: [String], to record: RawRecord) {
    let parts = Self.split(value[...], on: 0x3B, quoted: false).map { Self.text(Self.unescaped($0)) }
    for (name, part) in zip(names, parts) where !part.isEmpty { record.leaf(name, part) }
  }

  private var plainValue: String {
    let text = Self.text(Self.unescaped(value[...]))
    // RFC 6350 telephone numbers and addresses as URIs.
    if name == "TEL" || name == "EMAIL" {
      for scheme in ["tel:", "mailto:"] where text.lowercased().hasPrefix(scheme) {
        return String(text.dropFirst(scheme.count).prefix { $0 != ";" && $0 != "?" })
      }
    }
    return text
  }

  // MARK: bytes

  private static func text(_ bytes: [UInt8]) -> String {
    let start = bytes.firstIndex { !JSONSniffer.isBlank($0) } ?? bytes.endIndex
    let end = bytes.lastIndex { !JSONSniffer.isBlank($0) }.map { $0 + 1 } ?? start
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }

  /// The colon before the value: not one within a quoted parameter.
  private static func firstColon(_ line: [UInt8]) -> Int? {
    var isQuoted = false
    for (index, byte) in line.enumerated() {
      if byte == 0x22 { isQuoted.toggle() }
      if byte == 0x3A, !isQuoted { return index }
    }
    // A lone quote in a parameter.
    return line.firstIndex(of: 0x3A)
  }

  private static func split(_ bytes: ArraySlice<UInt8>, on separator: UInt8, quoted: Bool) -> [ArraySlice<UInt8>] {
    var parts: [ArraySlice<UInt8>] = []
    var start = bytes.startIndex
    var isQuoted = false
    var isEscaped = false
    for index in bytes.indices {
      let byte = bytes[index]
      if quoted, byte == 0x22 { isQuoted.toggle() }
      if byte == separator, !isQuoted, !isEscaped {
        parts.append(bytes[start..<index])
        start = index + 1
      }
      isEscaped = byte == 0x5C && !isEscaped
    }
    parts.append(bytes[start...])
    return parts
  }

  private static func unescaped(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    var isEscaped = false
    for byte in bytes {
      if isEscaped {
        result.append(byte == 0x6E || byte == 0x4E ? 0x0A : byte)
        isEscaped = false
      } else if byte == 0x5C {
        isEscaped = true
      } else {
        result.append(byte)
      }
    }
    if isEscaped { result.append(0x5C) }
    return result
  }

  private static func decodeQuotedPrintable(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == 0x3D, index + 2 < bytes.count, let high = hexDigit(bytes[index + 1]),
        let low = hexDigit(bytes[index + 2])
      {
        result.append(high << 4 | low)
        index += 3
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return result
  }
}

func hexDigit(_ byte: UInt8) -> UInt8? {
  switch byte {
  case 0x30...0x39: byte - 0x30
  case 0x41...0x46: byte - 0x37
  case 0x61...0x66: byte - 0x57
  default: nil
  }
}
