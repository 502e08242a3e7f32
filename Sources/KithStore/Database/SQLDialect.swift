/// How the two databases spell what they do not spell alike. All other SQL of the store is understood by both; joins
/// whose order must stay as written are CROSS JOINs, and tables that are gone through as a whole are NOT INDEXED, which
/// `PostgresSQL` turns into what PostgreSQL calls them.
enum SQLDialect: Sendable {
  case sqlite
  case postgres

  /// How rows are inserted by the group. SQLite copies every page aside that a statement of many rows changes, because it
  /// may have to undo that statement alone, unless it is told that a failure undoes the transaction, as it does here
  /// anyway (https://www.sqlite.org/tempfiles.html, statement journals). That was more to write than the rows.
  var insert: String { self == .sqlite ? "INSERT OR ROLLBACK INTO" : "INSERT INTO" }

  /// Compares texts without regard to the case of ASCII letters.
  var like: String { self == .sqlite ? "LIKE" : "ILIKE" }

  /// The smaller of two values that are not NULL.
  func least(_ one: String, _ other: String) -> String { "\(self == .sqlite ? "MIN" : "LEAST")(\(one), \(other))" }

  /// The greater of two values that are not NULL.
  func greatest(_ one: String, _ other: String) -> String {
    "\(self == .sqlite ? "MAX" : "GREATEST")(\(one), \(other))"
  }

  /// The texts of a group in one, in the order in which they come.
  func joined(_ column: String, by separator: String) -> String {
    "\(self == .sqlite ? "GROUP_CONCAT" : "STRING_AGG")(\(column), '\(separator)')"
  }

  /// A number with so many digits behind the point; what lies in the middle goes away from zero. Binary fractions lie
  /// beside the middle, decimal ones on it: the tiny factor lets both databases round alike.
  func rounded(_ expression: String, _ digits: Int) -> String {
    "ROUND(CAST((\(expression)) * 1.000000000001 AS NUMERIC), \(digits))"
  }
}

/// SQL with SQLite's parameters (`?`, `?3`, `:name`) as PostgreSQL wants it.
struct PostgresSQL {
  /// With `$1`, `$2` … for parameters.
  let text: String
  /// How many parameters there are.
  let parameters: Int
  /// The names of named parameters, in the order of their numbers.
  let names: [String]

  init(_ sql: String) {
    var result: [UInt8] = []
    result.reserveCapacity(sql.utf8.count + 16)
    var names: [String] = []
    var largest = 0
    let bytes = Array(sql.utf8)
    var place = 0
    var isQuoted = false
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      if byte == UInt8(ascii: "'") { isQuoted.toggle() }
      switch byte {
      case UInt8(ascii: "?") where !isQuoted:
        var number = 0
        while place < bytes.count, (0x30...0x39).contains(bytes[place]) {
          number = number * 10 + Int(bytes[place] - 0x30)
          place += 1
        }
        if number == 0 { number = largest + 1 }
        largest = max(largest, number)
        result += Array("$\(number)".utf8)
      case UInt8(ascii: ":") where !isQuoted && place < bytes.count && bytes[place] == UInt8(ascii: ":"):
        // A cast.
        result += Array("::".utf8)
        place += 1
      case UInt8(ascii: ":") where !isQuoted && place < bytes.count && PostgresSQL.isLetter(bytes[place]):
        let start = place
        while place < bytes.count, PostgresSQL.isLetter(bytes[place]) { place += 1 }
        let name = String(decoding: bytes[start..<place], as: UTF8.self)
        if !names.contains(name) { names.append(name) }
        result += Array("$\((names.firstIndex(of: name) ?? 0) + 1)".utf8)
      default: result.append(byte)
      }
    }
    text = String(decoding: result, as: UTF8.self).replacing("CROSS JOIN", with: "JOIN").replacing(
      " NOT INDEXED", with: "")
    parameters = max(largest, names.count)
    self.names = names
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) || byte == 0x5F }
}
