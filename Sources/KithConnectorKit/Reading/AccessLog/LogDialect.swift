/// How one web server's access log is written.
public struct LogDialect: Sendable, Equatable, Codable {
  public enum Kind: String, Sendable, Codable {
    /// `host ident user [time] "request" status bytes`, with or without `"referrer" "user agent"`.
    case common
    /// The same with the virtual host in front.
    case vhost
    /// W3C extended (IIS, CloudFront): `#Fields:` names the columns.
    case w3c
  }

  public var kind: Kind
  /// W3C: the fields in effect, as the last `#Fields:` line named them.
  var fields: [String]
  /// Columns beside the standard ones, in the order in which they were first seen.
  var extras: [String]

  init(kind: Kind, fields: [String] = []) {
    self.kind = kind
    self.fields = fields
    extras = []
    extras = newExtras(fields)
  }

  /// The columns that every log gives, empty where it has none.
  static let standard = [
    "host", "remote_addr", "user", "time", "method", "path", "query", "protocol", "status", "bytes", "referrer",
    "user_agent",
  ]

  var columns: [String] { Self.standard + extras }

  var title: String {
    switch kind {
    case .common: "combined or common log format"
    case .vhost: "common log format with virtual host"
    case .w3c: "W3C extended, \(fields.count) fields"
    }
  }

  /// Columns that a list of W3C fields needs beside those there are.
  func newExtras(_ fields: [String]) -> [String] {
    var known = Set(Self.standard + extras)
    known.insert("date")
    return fields.map(Self.column).filter { known.insert($0).inserted }
  }

  /// The column for a W3C field.
  static func column(_ field: String) -> String {
    switch field.lowercased() {
    case "c-ip": "remote_addr"
    case "cs-username": "user"
    case "cs-method": "method"
    case "cs-uri-stem": "path"
    case "cs-uri-query": "query"
    case "cs-version", "cs-protocol-version": "protocol"
    case "sc-status": "status"
    case "sc-bytes": "bytes"
    case "cs(referer)": "referrer"
    case "cs(user-agent)": "user_agent"
    case "cs-host", "x-host-header": "host"
    case "date": "date"
    case "time": "time"
    default: field
    }
  }

  // MARK: telling

  static func looksLikeLog(_ text: [UInt8]) -> Bool {
    if fieldsLine(text) != nil { return true }
    let lines = text.split(separator: 0x0A, maxSplits: 20).prefix(10)
    let entries = lines.count { CommonLogLine($0, hasVirtualHost: false) != nil || hasVirtualHost($0) }
    return !lines.isEmpty && entries * 2 > lines.count
  }

  static func detect(_ text: [UInt8], columns: [String]?) -> LogDialect {
    if let columns { return LogDialect(kind: .w3c, fields: columns) }
    if let fields = fieldsLine(text) { return LogDialect(kind: .w3c, fields: fields) }
    let lines = text.split(separator: 0x0A, maxSplits: 20).prefix(10)
    let hosts = lines.count { hasVirtualHost($0) }
    return LogDialect(kind: hosts * 2 > lines.count ? .vhost : .common)
  }

  /// A virtual host in front makes the user's name look as if it had two words, and a name of two words makes the
  /// address look like a virtual host before an address `-`.
  private static func hasVirtualHost(_ line: ArraySlice<UInt8>) -> Bool {
    guard let line = CommonLogLine(line, hasVirtualHost: true) else { return false }
    return line.hasAddress
  }

  /// The fields of the first `#Fields:` line among the comments at the top.
  private static func fieldsLine(_ text: [UInt8]) -> [String]? {
    for line in text.split(separator: 0x0A, maxSplits: 50) {
      guard line.first == 0x23 else { return nil }
      if let fields = fields(line) { return fields }
    }
    return nil
  }

  /// The fields that a `#Fields:` line names.
  static func fields(_ line: some Sequence<UInt8>) -> [String]? {
    let text = String(decoding: Array(line), as: UTF8.self)
    guard text.lowercased().hasPrefix("#fields:") else { return nil }
    return text.dropFirst(8).split { $0 == " " || $0 == "\t" || $0 == "\r" }.map(String.init)
  }
}
