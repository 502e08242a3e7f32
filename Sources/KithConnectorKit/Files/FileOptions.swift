import KithCore

/// The options of a stream that is read from files: one list for validation, help and the reading itself.
enum FileOptions {
  enum Mode: String, Sendable, CaseIterable {
    /// Every file adds records; a file is read once, and again where it changed.
    case append
    /// Each file is a complete listing: the newest counts, and what it lacks is gone.
    case snapshot
  }

  /// How files are read: a layout's `read` may set these as well.
  static let reading: [OptionSpecification] = [
    OptionSpecification(
      "format", .choice(["auto"] + FileFormat.allCases.map(\.rawValue)), "What the files are.", default: "auto"),
    OptionSpecification(
      "encoding", .choice(["auto"] + TextEncoding.allCases.map(\.rawValue)), "How the text is written.",
      default: "auto"),
    OptionSpecification(
      "delimiter", .text, "The character between fields, or comma, semicolon, tab, pipe.", default: "found out"),
    OptionSpecification("quote", .text, "The character around fields, or none.", default: "\""),
    OptionSpecification(
      "header", .choice(ReadingOptions.Header.allCases.map(\.rawValue)), "Whether the first line names the columns.",
      default: "auto"),
    OptionSpecification(
      "header_rows", .integer(1...100), "Lines of the header; the first names the columns.", default: "1"),
    OptionSpecification(
      "skip_lines", .integer(0...10_000), "Lines before the header to skip.", default: "found out"),
    OptionSpecification("columns", .list, "Names of the columns of files without header."),
    OptionSpecification("records", .text, "JSON: where the records lie, as data.items.", default: "found out"),
    OptionSpecification("element", .text, "XML: the element that is one record.", default: "the one repeated"),
    OptionSpecification(
      "max_record_bytes", .integer(1_024...268_435_456), "The most bytes of one record.",
      default: "1 MiB in files of lines, 16 MiB in JSON and XML, less with a small hub.memory_mb"),
    OptionSpecification(
      "number", .choice(NumberFormat.allCases.map(\.rawValue)), "How numbers are written.", default: "auto"),
    OptionSpecification("time_zone", .text, "Zone of times that name none.", default: "the hub's"),
  ]

  /// All options of a stream; `layouts` are the words that `layout` takes besides auto and custom.
  static func stream(layouts: [String]) -> [OptionSpecification] {
    [
      OptionSpecification(
        "path", .path, "A file, a pattern such as exports/*.csv, or a folder; on a server sftp://HOST/exports/*.csv.",
        required: true),
      OptionSpecification(
        "layout", .choice(["auto", "custom"] + layouts),
        "Which tool's export it is; custom: only the stream's own mapping.", default: "auto"),
      OptionSpecification(
        "mode", .choice(Mode.allCases.map(\.rawValue)),
        "append: files add records; snapshot: the newest file is the complete listing.", default: "append"),
      OptionSpecification(
        "settle_seconds", .integer(0...86_400), "A file changed less than this ago may still be growing.",
        default: "5"),
    ] + reading
  }

  /// Mistakes in option values, gathered.
  struct Problems {
    var list: [KithError] = []

    mutating func add(_ option: String, _ seen: String, allowed: String) {
      list.append(KithError(.configuration, "this is no value of \(option)", seen: seen, allowed: allowed))
    }
  }

  static func readingOptions(_ values: [String: OptionValue], problems: inout Problems) -> ReadingOptions {
    var options = ReadingOptions()
    if let text = text(values["format"]), text != "auto" {
      options.format = FileFormat(rawValue: text)
      if options.format == nil { problems.add("format", text, allowed: words(FileFormat.self)) }
    }
    if let text = text(values["encoding"]), text != "auto" {
      options.encoding = TextEncoding(name: text)
      if options.encoding == nil { problems.add("encoding", text, allowed: words(TextEncoding.self)) }
    }
    if let text = text(values["delimiter"]), text != "auto" {
      options.delimiter = delimiter(text)
      if options.delimiter == nil {
        problems.add("delimiter", text, allowed: "one ASCII character, or comma, semicolon, tab, pipe")
      }
    }
    if let text = text(values["quote"]) {
      if text == "none" {
        options.quoting = ReadingOptions.Quoting.none
      } else if let byte = singleByte(text) {
        options.quoting = .character(byte)
      } else {
        problems.add("quote", text, allowed: "one ASCII character, or none")
      }
    }
    if let text = text(values["header"]) {
      options.header = ReadingOptions.Header(rawValue: text) ?? .auto
    }
    if case .integer(let rows)? = values["header_rows"] { options.headerRows = rows }
    if case .integer(let lines)? = values["skip_lines"] { options.skipLines = lines }
    if case .list(let names)? = values["columns"] { options.columns = names }
    options.records = text(values["records"])
    options.element = text(values["element"])
    if case .integer(let bytes)? = values["max_record_bytes"] { options.maxRecordBytes = bytes }
    if let zone = text(values["time_zone"]), !ZoneOffsets.isKnown(zone) {
      problems.add("time_zone", zone, allowed: "an IANA name such as Europe/Zurich or UTC")
    }
    return options
  }

  static func text(_ value: OptionValue?) -> String? {
    if case .text(let text)? = value { text } else { nil }
  }

  private static func words<Word: RawRepresentable & CaseIterable>(_ type: Word.Type) -> String
  where Word.RawValue == String {
    (["auto"] + Word.allCases.map(\.rawValue)).joined(separator: ", ")
  }

  private static func delimiter(_ text: String) -> UInt8? {
    switch text {
    case "comma": UInt8(ascii: ",")
    case "semicolon": UInt8(ascii: ";")
    case "tab", "\\t": 0x09
    case "pipe": UInt8(ascii: "|")
    default: singleByte(text)
    }
  }

  private static func singleByte(_ text: String) -> UInt8? {
    guard text.utf8.count == 1, let byte = text.utf8.first, byte < 0x80, byte != 0x0A, byte != 0x0D else { return nil }
    return byte
  }
}
