import KithCore

/// Reads web-server access logs: common and combined log format (Apache, nginx), with virtual host or without, and
/// W3C extended logs (IIS, CloudFront), whose fields may change within a file.
///
/// A record is flat, in the order of `columns`: host, remote_addr, user, time (ISO 8601 with zone), method, path,
/// query, protocol, status, bytes, referrer, user_agent, then whatever else a W3C log names. `-` is empty. New fields
/// within a file append columns, so that the places of the others stay. Rejected: `syntax`, `encoding`, `field_count`,
/// `size`.
public final class AccessLogReader: RecordReader {
  private let input: InputBuffer
  private let lines: LineInput
  private var log: LogDialect
  private var w3c: W3CLayout
  private var base: FileDialect
  public private(set) var position: Int
  public private(set) var nextPosition: Int
  private var rawLength = 0
  private var rawBack = 0
  private var oversized: [UInt8]?
  private var values: LogValues

  init(_ input: InputBuffer, dialect: FileDialect, position: Int, options: ReadingOptions) {
    self.input = input
    base = dialect
    log = dialect.log ?? LogDialect(kind: .common)
    w3c = W3CLayout(log)
    values = LogValues(count: log.columns.count)
    lines = LineInput(input, limit: options.recordLimit(default: 1 << 20), isGrowing: options.isGrowing)
    self.position = position
    nextPosition = position
  }

  public var columns: [String]? { log.columns }
  public var offset: Int64 { input.offset }
  public var rawBytes: [UInt8] { oversized ?? [UInt8](input.behind(rawLength, back: rawBack)) }
  public var rawContext: String? { dialect.json }
  public var dialect: FileDialect {
    var dialect = base
    dialect.log = log
    return dialect
  }

  public func next(into record: RawRecord) throws(KithError) -> ReadStep {
    oversized = nil
    while true {
      switch try lines.line() {
      case .end: return .end
      case .incomplete: return .incomplete
      case .oversized:
        oversized = try lines.skipOversized()
        position = nextPosition
        nextPosition += 1
        return .reject(code: "size", reason: LineInput.sizeReason("line", lines.limit))
      case .found(let length, let total):
        let line = input.slice(0..<length)
        if length == 0 || (line[0] == 0x23 && log.kind == .w3c) {
          if length > 0 { readDirective(line) }
          input.consume(total)
          nextPosition += 1
          continue
        }
        let step = read(line, into: record)
        input.consume(total)
        rawLength = length
        rawBack = total - length
        position = nextPosition
        nextPosition += 1
        record.position = position
        return step
      }
    }
  }

  private func readDirective(_ line: UnsafeBufferPointer<UInt8>) {
    guard let fields = LogDialect.fields(line), fields != log.fields else { return }
    log.extras += log.newExtras(fields)
    log.fields = fields
    w3c = W3CLayout(log)
    values = LogValues(count: log.columns.count)
  }

  private func read(_ line: UnsafeBufferPointer<UInt8>, into record: RawRecord) -> ReadStep {
    if let base = line.baseAddress, let bad = UTF8Check.firstInvalid(base, line.count) {
      return .reject(code: "encoding", reason: "Not UTF-8 at byte \(bad + 1) of the line: 0x\(hex(line[bad]))")
    }
    values.reset()
    if log.kind == .w3c {
      if let problem = w3c.read(line, into: &values) { return problem }
    } else {
      guard let parsed = CommonLogLine(bytes: line, hasVirtualHost: log.kind == .vhost),
        values.add(parsed, line)
      else {
        return .reject(
          code: "syntax",
          reason: "Not a line of the log's format; allowed: host ident user [time] \"request\" status "
            + "bytes, with or without \"referrer\" \"user agent\"")
      }
    }
    values.fill(record)
    return .record
  }
}
