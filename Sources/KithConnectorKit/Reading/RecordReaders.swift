import KithCore

/// Makes the reader for a file: the one place that knows all of them.
public enum RecordReaders {
  /// How much of a file is looked at before it is read, in bytes.
  public static let headSize = 65_536

  /// Where an earlier read ended: the reader's `offset`, `nextPosition` and `dialect` of then.
  public struct Resume: Sendable, Equatable, Codable {
    public var offset: Int64
    public var position: Int
    public var dialect: FileDialect

    public init(offset: Int64, position: Int, dialect: FileDialect) {
      self.offset = offset
      self.position = position
      self.dialect = dialect
    }
  }

  /// Opens a file (compressed or not) and reads its records, from the beginning or from where an earlier read ended.
  /// `entry` names one file of a .zip archive; nil: the first.
  public static func makeReader(
    path: String, entry: String? = nil, options: ReadingOptions, resume: Resume? = nil
  ) throws(KithError) -> any RecordReader {
    // Nothing has been read yet: the file may have been empty, and is looked at anew.
    if let resume, resume.offset > 0 {
      let stream = try FileOpening.open(path: path, offset: resume.offset, entry: entry)
      return try makeReader(stream: stream, resume: resume, options: options)
    }
    do throws(KithError) {
      let stream = try FileOpening.open(path: path, offset: 0, entry: entry)
      return try makeReader(stream: stream, name: entry ?? path, options: options)
    } catch {
      throw error.at(path)
    }
  }

  /// Reads a stream from its beginning. `name` is the file's name: its ending helps to tell the format.
  public static func makeReader(
    stream: any ByteStream, name: String = "", options: ReadingOptions
  ) throws(KithError) -> any RecordReader {
    let peeked = try PeekedStream(stream, count: headSize)
    let dialect = try FormatDetection.dialect(head: peeked.head, name: name, options: options)
    return try makeReader(
      stream: peeked, resume: Resume(offset: 0, position: 1, dialect: dialect), options: options)
  }

  /// Goes on with a stream that stands at `resume.offset`.
  public static func makeReader(
    stream: any ByteStream, resume: Resume, options: ReadingOptions
  ) throws(KithError) -> any RecordReader {
    let dialect = resume.dialect
    if dialect.format == .xml {
      guard resume.offset == 0 else {
        throw KithError(.bug, "XML can only be read from its beginning", seen: "offset \(resume.offset)", allowed: "0")
      }
      return try XMLReader(stream, dialect: dialect, options: options)
    }
    let decoded: any ByteStream =
      dialect.encoding == .utf8 ? stream : Transcoder(stream, from: dialect.encoding)
    let input = try InputBuffer(decoded, encoding: dialect.encoding, offset: resume.offset)
    return switch dialect.format {
    case .csv, .tsv: try CSVReader(input, dialect: dialect, position: resume.position, options: options)
    case .json, .ndjson: JSONReader(input, dialect: dialect, position: resume.position, options: options)
    case .vcard: VCardReader(input, dialect: dialect, position: resume.position, options: options)
    case .accessLog, .xml: AccessLogReader(input, dialect: dialect, position: resume.position, options: options)
    }
  }

  /// Reads the raw bytes of a rejected record again. `context` is the reader's `rawContext` of then; without one the
  /// bytes stand for themselves in the given format.
  public static func makeReader(
    replaying raw: [UInt8], context: String?, format: FileFormat, options: ReadingOptions
  ) throws(KithError) -> any RecordReader {
    var options = options
    options.isGrowing = false
    guard let context else {
      options.format = format
      options.encoding = .utf8
      options.records = nil
      return try makeReader(stream: MemoryStream(raw), options: options)
    }
    var dialect = try FileDialect(json: context)
    dialect.encoding = .utf8
    // The bytes are one record: there is no header in front of it.
    dialect.csv?.headBytes = 0
    dialect.csv?.headLines = 0
    return try makeReader(
      stream: MemoryStream(raw), resume: Resume(offset: 0, position: 1, dialect: dialect), options: options)
  }
}
