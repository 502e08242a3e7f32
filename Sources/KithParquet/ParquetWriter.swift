import CZstd
import KithCore

/// Writes one Parquet file, row by row, with memory for one row group
/// (https://github.com/apache/parquet-format, format version 2, data pages of version 1, Zstandard).
///
/// A row is a value or `null` for each column, in order, and `endRow`.
public final class ParquetWriter {
  private let columns: [ParquetColumn]
  private let write: ([UInt8]) throws(KithError) -> Void
  private let rowsPerGroup: Int
  private let chunks: [ColumnChunk]
  @exclusivity(unchecked) private var rows = 0
  private var position: Int64 = 0
  private var groups: [Group] = []
  private let compression: OpaquePointer?

  private struct Group {
    var rows: Int
    var start: Int64
    var columns: [Written]
  }

  /// A column of a group as it lies in the file.
  private struct Written {
    var column: ParquetColumn
    var count: Int
    var nulls: Int
    var range: (least: Int64, greatest: Int64)?
    var dictionaryStart: Int64?
    var dataStart: Int64
    var plainSize: Int64
    var size: Int64
  }

  /// A group is also closed when it holds so many bytes.
  static let groupBytes = 32 << 20

  /// - Parameters:
  ///   - rowsPerGroup: readers skip and share work by groups of rows.
  ///   - write: takes the file's bytes in their order.
  public init(
    _ columns: [ParquetColumn], rowsPerGroup: Int = 65_536, write: @escaping ([UInt8]) throws(KithError) -> Void
  ) throws(KithError) {
    self.columns = columns
    self.rowsPerGroup = rowsPerGroup
    self.write = write
    chunks = columns.map(ColumnChunk.init)
    compression = ZSTD_createCCtx()
    try put(Array("PAR1".utf8))
  }

  deinit { ZSTD_freeCCtx(compression) }

  public func null(_ column: Int) { chunks[column].null() }

  /// A boolean (0 or 1), an integer, a date, a date-time or a decimal; see `ParquetType` for the units.
  public func integer(_ column: Int, _ value: Int64) { chunks[column].integer(value) }

  public func double(_ column: Int, _ value: Double) { chunks[column].double(value) }

  /// A text or bytes.
  public func text(_ column: Int, _ value: UnsafeRawBufferPointer) { chunks[column].text(value) }

  public func endRow() throws(KithError) {
    rows += 1
    if rows == rowsPerGroup || (rows & 255 == 0 && chunks.reduce(0) { $0 + $1.size } > ParquetWriter.groupBytes) {
      try closeGroup()
    }
  }

  /// Writes what is left and the footer. Nothing may follow.
  public func finish() throws(KithError) {
    try closeGroup()
    let footer = self.footer
    try put(footer)
    var end: [UInt8] = []
    end.append(littleEndian: UInt32(footer.count))
    try put(end + Array("PAR1".utf8))
  }

  // MARK: groups

  private func closeGroup() throws(KithError) {
    if rows == 0 { return }
    var group = Group(rows: rows, start: position, columns: [])
    for chunk in chunks {
      group.columns.append(try write(chunk))
      chunk.removeAll()
    }
    groups.append(group)
    rows = 0
  }

  private func write(_ chunk: ColumnChunk) throws(KithError) -> Written {
    let isOrdered = [.int32, .int64].contains(chunk.column.type.physical) && chunk.nulls < chunk.count
    var written = Written(
      column: chunk.column, count: chunk.count, nulls: chunk.nulls,
      range: isOrdered ? (chunk.least, chunk.greatest) : nil, dataStart: position, plainSize: 0, size: 0)
    let start = position
    let dictionary = chunk.dictionaryPage
    if let dictionary {
      written.dictionaryStart = position
      written.plainSize += try page(dictionary.bytes, .dictionary, count: dictionary.count)
      written.dataStart = position
    }
    let encoding: Encoding = dictionary == nil ? .plain : .dictionary
    let data = chunk.dataPage(hasDictionary: dictionary != nil)
    written.plainSize += try page(data, .data(encoding), count: chunk.count)
    written.size = position - start
    return written
  }

  private enum Encoding: Int32 {
    case plain = 0
    case rle = 3
    case dictionary = 8
  }

  private enum Page {
    case data(Encoding)
    case dictionary
  }

  /// Returns the size of page and header before compression.
  private func page(_ bytes: [UInt8], _ kind: Page, count: Int) throws(KithError) -> Int64 {
    let compressed = try compress(bytes)
    guard let size = Int32(exactly: bytes.count), let compressedSize = Int32(exactly: compressed.count) else {
      throw KithError(.record, "a page of the Parquet file would be larger than 2 GB", seen: "\(bytes.count) bytes")
    }
    var header = ThriftCompact()
    switch kind {
    case .data: header.field(1, Int32(0))
    case .dictionary: header.field(1, Int32(2))
    }
    header.field(2, size)
    header.field(3, compressedSize)
    switch kind {
    case .data(let encoding):
      header.structure(5) {
        $0.field(1, Int32(count))
        $0.field(2, encoding.rawValue)
        $0.field(3, Encoding.rle.rawValue)
        $0.field(4, Encoding.rle.rawValue)
      }
    case .dictionary:
      header.structure(7) {
        $0.field(1, Int32(count))
        $0.field(2, Encoding.plain.rawValue)
      }
    }
    header.stop()
    try put(header.bytes)
    try put(compressed)
    return Int64(header.bytes.count + bytes.count)
  }

  private func compress(_ bytes: [UInt8]) throws(KithError) -> [UInt8] {
    var failure: String?
    let bound = ZSTD_compressBound(bytes.count)
    let compressed = [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
      let size = bytes.withUnsafeBytes { source in
        ZSTD_compressCCtx(compression, buffer.baseAddress, bound, source.baseAddress, source.count, 1)
      }
      if ZSTD_isError(size) == 0 { count = size } else { failure = String(cString: ZSTD_getErrorName(size)) }
    }
    if let failure { throw KithError(.transient, "a page of the Parquet file cannot be compressed", seen: failure) }
    return compressed
  }

  private func put(_ bytes: [UInt8]) throws(KithError) {
    position += Int64(bytes.count)
    try write(bytes)
  }

  // MARK: the footer: FileMetaData of parquet.thrift

  private var footer: [UInt8] {
    var footer = ThriftCompact()
    footer.field(1, Int32(2))
    footer.list(2, [nil] + columns.map(Optional.some)) { element, column in
      if let column { Self.describe(column, in: &element) } else { Self.describeRoot(columns.count, in: &element) }
    }
    footer.field(3, Int64(groups.reduce(0) { $0 + $1.rows }))
    footer.list(4, groups) { element, group in
      element.list(1, group.columns) { Self.describe($1, in: &$0) }
      element.field(2, group.columns.reduce(0) { $0 + $1.plainSize })
      element.field(3, Int64(group.rows))
      element.field(5, group.start)
      element.field(6, group.columns.reduce(0) { $0 + $1.size })
    }
    footer.field(6, "kith")
    // Least and greatest values are in the order of their type.
    footer.list(7, columns) { element, _ in element.structure(1) { _ in } }
    footer.stop()
    return footer.bytes
  }

  private static func describeRoot(_ count: Int, in element: inout ThriftCompact) {
    element.field(4, "schema")
    element.field(5, Int32(count))
  }

  private static func describe(_ column: ParquetColumn, in element: inout ThriftCompact) {
    element.field(1, column.type.physical.rawValue)
    element.field(3, Int32(column.isNullable ? 1 : 0))
    element.field(4, column.name)
    // The older of the two ways to say it first, then the newer one: readers know one or the other.
    switch column.type {
    case .text:
      element.field(6, Int32(0))
      element.structure(10) { $0.structure(1) { _ in } }
    case .date:
      element.field(6, Int32(6))
      element.structure(10) { $0.structure(6) { _ in } }
    case .dateTime:
      element.field(6, Int32(10))
      element.structure(10) {
        $0.structure(8) {
          $0.field(1, true)
          $0.structure(2) { $0.structure(2) { _ in } }
        }
      }
    case .decimal(let precision, let scale):
      element.field(6, Int32(5))
      element.field(7, Int32(scale))
      element.field(8, Int32(precision))
      element.structure(10) {
        $0.structure(5) {
          $0.field(1, Int32(scale))
          $0.field(2, Int32(precision))
        }
      }
    case .boolean, .integer, .double, .bytes: break
    }
  }

  private static func describe(_ written: Written, in element: inout ThriftCompact) {
    element.field(2, written.dictionaryStart ?? written.dataStart)
    element.structure(3) { meta in
      meta.field(1, written.column.type.physical.rawValue)
      let encoding: Encoding = written.dictionaryStart == nil ? .plain : .dictionary
      meta.list(2, (encoding == .plain ? [encoding, .rle] : [.plain, .rle, encoding]).map(\.rawValue))
      meta.list(3, [written.column.name])
      meta.field(4, Int32(6))
      meta.field(5, Int64(written.count))
      meta.field(6, written.plainSize)
      meta.field(7, written.size)
      meta.field(9, written.dataStart)
      if let start = written.dictionaryStart { meta.field(11, start) }
      meta.structure(12) { statistics in
        statistics.field(3, Int64(written.nulls))
        if let range = written.range {
          statistics.field(5, written.column.type.bytes(of: range.greatest))
          statistics.field(6, written.column.type.bytes(of: range.least))
        }
      }
    }
  }
}

extension ParquetType {
  /// A value as PLAIN has it.
  fileprivate func bytes(of value: Int64) -> [UInt8] {
    var bytes: [UInt8] = []
    if physical == .int32 {
      bytes.append(littleEndian: Int32(clamping: value))
    } else {
      bytes.append(littleEndian: value)
    }
    return bytes
  }
}
