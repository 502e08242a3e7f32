import KithCore

/// The formats that Kith reads records from.
public enum FileFormat: String, Sendable, Codable, CaseIterable {
  case csv, tsv, json, ndjson, xml, vcard
  case accessLog = "access_log"

  /// Whether reading can go on from the `offset` of an earlier run. XML can only be read from its beginning.
  public var isResumable: Bool { self != .xml }
}

/// How a file is to be read. What is nil is found out from the file's name and its first 64 KB.
public struct ReadingOptions: Sendable, Equatable {
  public enum Header: String, Sendable, Codable, CaseIterable { case auto, none, present }
  public enum Quoting: Sendable, Equatable {
    case none
    case character(UInt8)
  }

  public var format: FileFormat?
  public var encoding: TextEncoding?

  // MARK: files with columns

  /// One ASCII byte between fields; nil: the most consistent of , ; tab and |.
  public var delimiter: UInt8?
  /// nil: `"` where the file uses it, none in tab-separated files that use it as plain text.
  public var quoting: Quoting?
  public var header: Header = .auto
  /// Records at the top that are not data, the first of which names the columns (Qualtrics writes 3); 1 to 100.
  public var headerRows: Int = 1
  /// Lines before the header to skip; nil: lines that do not look like the table are found and skipped.
  public var skipLines: Int?
  /// Names of the columns of a file without header.
  public var columns: [String]?
  /// Whether blanks around fields are cut off.
  public var trim = false

  // MARK: trees

  /// JSON: where the records lie, names joined by dots (`data.items`); empty: the top level; nil: found out.
  public var records: String?
  /// XML: the name of the element that is one record, or the end of its path (`orders/order`); nil: the one repeated.
  public var element: String?

  /// The most that one record may take in bytes; a larger one is rejected with code `size`. nil: 1 MiB in files of
  /// lines, 16 MiB in trees, or what `recordCap` says where that is less.
  public var maxRecordBytes: Int?
  /// What memory allows for one record at most, in bytes.
  public var recordCap = MemoryBudget.standard.recordBytes
  /// The file may still be written to: a last line without line end is reported as `incomplete` and not as a record.
  public var isGrowing = false

  public init() {}

  /// More than this is never taken for a record: places within one are counted in 32 bits, and a batch holds a few.
  private static let largestRecord = 1 << 28

  func recordLimit(default limit: Int) -> Int { min(max(maxRecordBytes ?? limit, 1), recordCap, Self.largestRecord) }

  public init(format: FileFormat) { self.format = format }
}

/// What is known about one file after its first bytes were seen: everything a reader needs to go on with it later, or
/// to read one of its records alone. `RecordReader.context` carries it as JSON.
public struct FileDialect: Sendable, Equatable, Codable {
  public var format: FileFormat
  public var encoding: TextEncoding
  public var csv: CSVDialect?
  public var layout: JSONLayout?
  /// XML: the record element, or the end of its path.
  public var element: String?
  public var log: LogDialect?

  public init(format: FileFormat, encoding: TextEncoding = .utf8) {
    self.format = format
    self.encoding = encoding
  }

  /// In words, for `discover`: `CSV, separator ;, windows-1252, 12 columns`.
  public var summary: String {
    var parts = [format.rawValue.uppercased()]
    switch format {
    case .csv, .tsv:
      if let csv { parts += csv.summaryParts }
    case .json, .ndjson:
      parts[0] = layout == .lines ? "JSON, one value per line" : "JSON"
      if case .array(let path)? = layout, !path.isEmpty { parts.append("records at \(path.joined(separator: "."))") }
    case .xml: if let element { parts.append("element \(element)") }
    case .vcard: parts[0] = "vCard"
    case .accessLog: parts = ["access log"] + (log.map { [$0.title] } ?? [])
    }
    if format != .xml { parts.insert(encoding.rawValue, at: 1) }
    return parts.joined(separator: ", ")
  }
}

/// Where the records of a JSON file lie.
public enum JSONLayout: Sendable, Equatable, Codable {
  /// One value per line.
  case lines
  /// The items of the array at a path of names (or the one object there).
  case array(path: [String])
  /// Values one after the other, each over any number of lines; one object is one record.
  case values
}
