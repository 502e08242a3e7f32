import Foundation
import KithCore

/// How one file with columns is written.
public struct CSVDialect: Sendable, Equatable, Codable {
  public enum LineEnd: String, Sendable, Codable {
    /// LF or CRLF.
    case lf
    /// CR alone, as on old Macs.
    case cr

    var byte: UInt8 { self == .lf ? 0x0A : 0x0D }
  }

  /// The byte between fields.
  public var delimiter: UInt8
  /// The byte around fields; nil when the file knows none.
  public var quote: UInt8?
  public var lineEnd: LineEnd
  public var trim: Bool
  /// The columns' names, all different.
  public var columns: [String]
  /// What lies before the first data record: preamble and header, in bytes of UTF-8 and in lines.
  var headBytes: Int
  var headLines: Int
  /// False while a growing file has no complete header yet.
  var isHeaderComplete: Bool

  public init(
    columns: [String], delimiter: UInt8 = 0x2C, quote: UInt8? = 0x22, lineEnd: LineEnd = .lf, trim: Bool = false
  ) {
    self.columns = columns
    self.delimiter = delimiter
    self.quote = quote
    self.lineEnd = lineEnd
    self.trim = trim
    headBytes = 0
    headLines = 0
    isHeaderComplete = true
  }

  var summaryParts: [String] {
    let name =
      switch delimiter {
      case 0x09: "tab"
      case 0x20: "blank"
      default: String(UnicodeScalar(delimiter))
      }
    return ["separator \(name)", "\(columns.count) columns"]
  }

  /// Names that can be told apart: an empty one becomes `column 3`, a repeated one gets ` (2)`.
  static func distinctNames(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.enumerated().map { index, name in
      let plain = name.trimmingCharacters(in: .whitespacesAndNewlines)
      let base = plain.isEmpty ? "column \(index + 1)" : plain
      var candidate = base
      var number = 2
      while !seen.insert(candidate).inserted {
        candidate = "\(base) (\(number))"
        number += 1
      }
      return candidate
    }
  }
}

extension FileDialect {
  /// As JSON, for checkpoints and the quarantine.
  public var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Texts and numbers only: encoding them does not fail.
    return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }

  /// From `json`.
  public init(json: String) throws(KithError) {
    do {
      self = try JSONDecoder().decode(FileDialect.self, from: Data(json.utf8))
    } catch {
      throw KithError(
        .record, "The context of a quarantined record cannot be read", seen: String(json.prefix(200)),
        allowed: "the JSON that Kith wrote")
    }
  }
}
