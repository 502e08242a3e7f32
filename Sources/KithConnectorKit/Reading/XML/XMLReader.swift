import KithCore

/// Reads the record elements of an XML document. The encoding is the one that the document declares.
///
/// Rejected are records over the size limit (`size`) or nested deeper than 64 levels (`syntax`). Malformed XML cannot
/// be read on: `next` throws, after the records before the error.
public final class XMLReader: RecordReader {
  private let stream: any ByteStream
  private let builder: XMLRecordBuilder
  private let parser: XMLParser
  private let limit: Int
  private let isGrowing: Bool
  private let element: String
  private let chunk: UnsafeMutableRawBufferPointer
  private var failure: KithError?
  private var hasEnded = false
  private var hasRead = false
  private var last = RawRecord()

  public let dialect: FileDialect
  public private(set) var position = 0
  public var nextPosition: Int { position + 1 }

  /// Small enough that the records of one chunk take little memory.
  private static let chunkSize = 32_768

  init(_ stream: any ByteStream, dialect: FileDialect, options: ReadingOptions) throws(KithError) {
    guard let element = dialect.element else { throw KithError(.bug, "An XML file's record element is missing") }
    self.stream = stream
    self.dialect = dialect
    self.element = element
    limit = options.recordLimit(default: 16 << 20)
    isGrowing = options.isGrowing
    builder = XMLRecordBuilder(element: element, limit: limit)
    parser = XMLParser(builder)
    chunk = .allocate(byteCount: Self.chunkSize, alignment: 16)
  }

  deinit { chunk.deallocate() }

  public var columns: [String]? { nil }
  public var offset: Int64 { 0 }
  public var rawBytes: [UInt8] { XMLWriter.document(last, element: element, limit: limit) }
  public var rawContext: String? {
    var alone = dialect
    alone.element = element.split(separator: "/").last.map(String.init)
    return alone.json
  }

  public func next(into record: RawRecord) throws(KithError) -> ReadStep {
    while true {
      if let built = builder.takeBuilt() { return hand(built, to: record) }
      if let failure { throw failure }
      if hasEnded { return .end }
      do throws(KithError) {
        try readMore()
      } catch {
        if isGrowing, hasEnded, !parser.isRootClosed { return .incomplete }
        // The records before the error come first.
        failure = error
      }
    }
  }

  private func readMore() throws(KithError) {
    let count = try stream.read(into: chunk)
    if count == 0 {
      hasEnded = true
      if !hasRead { return }
    }
    hasRead = true
    try parser.push(UnsafeRawBufferPointer(rebasing: chunk[0..<count]))
  }

  private func hand(_ built: XMLRecordBuilder.Built, to record: RawRecord) -> ReadStep {
    position += 1
    record.exchange(with: built.record)
    builder.recycle(built.record)
    record.position = position
    last = record
    switch built.problem {
    case nil: return .record
    case .size?: return .reject(code: "size", reason: LineInput.sizeReason("element", limit))
    case .depth?:
      return .reject(
        code: "syntax", reason: "The element is nested deeper than \(XMLRecordBuilder.depthLimit) levels")
    }
  }
}

/// Writes a record's tree as XML again, for the quarantine.
enum XMLWriter {
  static func document(_ record: RawRecord, element: String, limit: Int) -> [UInt8] {
    var out: [UInt8] = []
    guard !record.nodes.isEmpty else { return out }
    let name = Array((element.split(separator: "/").last ?? "record").utf8)
    write(record, record.root, name: name, to: &out)
    return out.count > limit ? Array(out.prefix(keptOfOversized)) : out
  }

  private static func write(_ record: RawRecord, _ node: RawRecord.NodeID, name: [UInt8], to out: inout [UInt8]) {
    out.append(0x3C)
    out += name
    for child in children(record, node) {
      let key = Array(record.key(of: child).utf8)
      guard key.first == 0x40 else { continue }
      out.append(0x20)
      out += key.dropFirst()
      out += [0x3D, 0x22]
      escape(record, child, to: &out)
      out.append(0x22)
    }
    out.append(0x3E)
    if record.kind(of: node) == .text { escape(record, node, to: &out) }
    for child in children(record, node) {
      let key = Array(record.key(of: child).utf8)
      if key.first == 0x40 { continue }
      if key.first == 0x23 { escape(record, child, to: &out) } else { write(record, child, name: key, to: &out) }
    }
    out += [0x3C, 0x2F]
    out += name
    out.append(0x3E)
  }

  private static func children(_ record: RawRecord, _ node: RawRecord.NodeID) -> [RawRecord.NodeID] {
    var result: [RawRecord.NodeID] = []
    var child = record.firstChild(of: node)
    while let id = child {
      result.append(id)
      child = record.next(after: id)
    }
    return result
  }

  private static func escape(_ record: RawRecord, _ node: RawRecord.NodeID, to out: inout [UInt8]) {
    let bytes = record.withBytes(of: node) { Array($0) }
    for byte in bytes {
      switch byte {
      case 0x26: out += Array("&amp;".utf8)
      case 0x3C: out += Array("&lt;".utf8)
      case 0x3E: out += Array("&gt;".utf8)
      case 0x22: out += Array("&quot;".utf8)
      case 0x09, 0x0A, 0x0D: out += Array("&#\(byte);".utf8)
      default: out.append(byte)
      }
    }
  }
}
