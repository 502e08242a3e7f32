import KithCore

/// Tells what a file is from its name and its first bytes.
public enum FormatDetection {
  /// What a reader needs to know, with everything that the options leave open filled in. `head` is the first 64 KB,
  /// decompressed but as written; less means that it is the whole file.
  public static func dialect(
    head: [UInt8], name: String, options: ReadingOptions
  ) throws(KithError) -> FileDialect {
    let encoding = options.encoding ?? TextEncoding.detect(head)
    let isWhole = head.count < RecordReaders.headSize
    let text = decoded(head, encoding)
    let format = options.format ?? format(of: text, name: name)
    var dialect = FileDialect(format: format, encoding: encoding)
    switch format {
    case .csv, .tsv:
      var options = options
      options.format = format
      dialect.csv = try CSVSniffer(text, isWhole: isWhole, options: options).dialect()
    case .json, .ndjson: dialect.layout = JSONSniffer.layout(text, format: format, options: options)
    case .xml:
      if let element = options.element {
        dialect.element = element
      } else {
        dialect.element = try XMLElementSniffer.recordElement(head: head)
      }
    case .vcard: break
    case .accessLog: dialect.log = LogDialect.detect(text, columns: options.columns)
    }
    return dialect
  }

  /// The format of a text (UTF-8 without byte order mark). Content decides; the name only where content cannot.
  public static func format(of text: [UInt8], name: String) -> FileFormat {
    let name = withoutCompression(name.lowercased())
    let start = text.first { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }
    let first = text.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }.prefix(256)
    if starts(first, "begin:vcard") { return .vcard }
    if start == 0x3C { return .xml }
    if isJSON(first) {
      if JSONSniffer.layout(text, format: .json, options: ReadingOptions()) == .lines { return .ndjson }
      return .json
    }
    if LogDialect.looksLikeLog(text) { return .accessLog }
    if name.hasSuffix(".ndjson") || name.hasSuffix(".jsonl") { return .ndjson }
    if name.hasSuffix(".json") { return .json }
    if name.hasSuffix(".xml") { return .xml }
    if name.hasSuffix(".vcf") { return .vcard }
    return name.hasSuffix(".tsv") || name.hasSuffix(".tab") ? .tsv : .csv
  }

  /// `{` and `[` may begin a CSV file's first field as well, but hardly go on like JSON.
  private static func isJSON(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let first = bytes.first, first == 0x7B || first == 0x5B else { return false }
    let second = bytes.dropFirst().first { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }
    guard let second else { return true }
    if first == 0x7B { return second == 0x22 || second == 0x7D }
    return [0x7B, 0x5B, 0x5D, 0x22].contains(second)
  }

  static func decoded(_ head: [UInt8], _ encoding: TextEncoding) -> [UInt8] {
    let text = Transcoder.decode(head, from: encoding)
    return text.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(text.dropFirst(3)) : text
  }

  private static func withoutCompression(_ name: String) -> String {
    for suffix in [".gz", ".zst", ".xz", ".bz2"] where name.hasSuffix(suffix) {
      return String(name.dropLast(suffix.count))
    }
    return name
  }

  private static func starts(_ bytes: ArraySlice<UInt8>, _ word: String) -> Bool {
    let lower = bytes.prefix(word.utf8.count).map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    return lower.elementsEqual(word.utf8)
  }
}
