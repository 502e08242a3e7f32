/// A table of text under way: rows joined by a separator, fields quoted where they must be.
struct TableText {
  private(set) var text: String
  /// Rows below the header, broken ones included.
  private(set) var rows = 0
  private let separator: String
  private let columns: Int

  init(_ header: [String], separator: String = ",") {
    self.separator = separator
    columns = header.count
    text = ""
    append(header)
    rows = 0
  }

  /// One row, as many fields as the header has.
  mutating func append(_ fields: [String]) {
    assert(fields.count == columns, "\(fields.count) fields under \(columns) columns")
    for (index, field) in fields.enumerated() {
      if index > 0 { text += separator }
      text += quoted(field)
    }
    text += "\n"
    rows += 1
  }

  /// A line as it stands: the broken ones.
  mutating func append(line: String) {
    text += line
    text += "\n"
    rows += 1
  }

  /// Further header lines.
  mutating func append(header fields: [String]) {
    append(fields)
    rows -= 1
  }

  private func quoted(_ field: String) -> String {
    let special = field.utf8.contains { byte in
      byte == 0x22 || byte == 0x0A || byte == 0x0D || byte == separator.utf8.first
    }
    if !special { return field }
    var quoted = "\""
    for character in field {
      if character == "\"" { quoted += "\"" }
      quoted.append(character)
    }
    return quoted + "\""
  }
}

/// A JSON object written field by field, so that the order of the keys is ours.
struct JSONText {
  private var fields: [String] = []

  mutating func add(_ key: String, _ value: String?) {
    if let value { fields.append("\"\(key)\":\"\(JSONText.escaped(value))\"") }
  }

  mutating func add(_ key: String, number: Int64) { fields.append("\"\(key)\":\(number)") }

  /// A value that is JSON already.
  mutating func add(_ key: String, raw: String) { fields.append("\"\(key)\":\(raw)") }

  var text: String { "{" + fields.joined(separator: ",") + "}" }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

/// Text as XML content.
func xmlEscaped(_ text: String) -> String {
  var result = ""
  for character in text {
    switch character {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    default: result.append(character)
    }
  }
  return result
}

/// Windows-1252, for the exports of older programs; what it cannot hold becomes a question mark.
func windows1252(_ text: String) -> [UInt8] {
  text.unicodeScalars.map { scalar in
    switch scalar {
    case "€": 0x80
    case "–": 0x96
    case "’": 0x92
    default: scalar.value < 0x80 || (0xA0...0xFF).contains(scalar.value) ? UInt8(scalar.value) : 0x3F
    }
  }
}

/// UTF-16, little end first, with its byte order mark: what spreadsheets call "Unicode text".
func utf16LittleEndian(_ text: String) -> [UInt8] {
  var bytes: [UInt8] = [0xFF, 0xFE]
  for unit in text.utf16 {
    bytes.append(UInt8(unit & 0xFF))
    bytes.append(UInt8(unit >> 8))
  }
  return bytes
}
