import Foundation
import KithCore
import Testing

@testable import KithConnectorKit

/// Gives at most `chunk` bytes at a time, as a slow disk or decompressor might.
final class ChunkedStream: ByteStream {
  private let stream: MemoryStream
  private let chunk: Int

  init(_ bytes: [UInt8], chunk: Int) {
    stream = MemoryStream(bytes)
    self.chunk = chunk
  }

  var bytesRead: Int64 { stream.bytesRead }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(KithError) -> Int {
    // A transcoder needs room for one character.
    try stream.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[0..<min(chunk, buffer.count)]))
  }
}

/// What a reader said, as values.
enum Outcome: Equatable, CustomStringConvertible {
  case record(position: Int, String)
  case reject(position: Int, code: String, raw: String)
  case incomplete(offset: Int64)
  case failure(KithError)

  var description: String {
    switch self {
    case .record(let position, let text): "\(position): \(text)"
    case .reject(let position, let code, let raw): "\(position): reject \(code) <\(raw)>"
    case .incomplete(let offset): "incomplete at \(offset)"
    case .failure(let error): "failure \(error)"
    }
  }

  var text: String? { if case .record(_, let text) = self { text } else { nil } }
  var code: String? { if case .reject(_, let code, _) = self { code } else { nil } }
}

/// All that a reader gives, up to the end or the first error.
func outcomes(_ reader: any RecordReader, limit: Int = .max) -> [Outcome] {
  let record = RawRecord()
  var result: [Outcome] = []
  do throws(KithError) {
    while result.count < limit {
      switch try reader.next(into: record) {
      case .record: result.append(.record(position: reader.position, tree(record, record.root)))
      case .reject(let code, let reason):
        #expect(!reason.isEmpty)
        let raw = String(decoding: reader.rawBytes, as: UTF8.self)
        result.append(.reject(position: reader.position, code: code, raw: raw))
      case .end: return result
      case .incomplete:
        result.append(.incomplete(offset: reader.offset))
        return result
      }
    }
  } catch {
    result.append(.failure(error))
  }
  return result
}

/// A record as text: `{a: 1, b: [x, y]}`; a flat record as `x|y|z`.
func tree(_ record: RawRecord, _ node: RawRecord.NodeID) -> String {
  var parts: [String] = []
  var isFlat = node == record.root
  var child = record.firstChild(of: node)
  while let id = child {
    let key = record.key(of: id)
    if !key.isEmpty { isFlat = false }
    parts.append(key.isEmpty ? tree(record, id) : "\(key): \(tree(record, id))")
    child = record.next(after: id)
  }
  switch record.kind(of: node) {
  case .object: return isFlat && !parts.isEmpty ? parts.joined(separator: "|") : "{\(parts.joined(separator: ", "))}"
  case .array: return "[\(parts.joined(separator: ", "))]"
  case .null: return "null"
  case .text, .number, .bool: return record.text(of: node) ?? ""
  }
}

func read(_ text: String, _ options: ReadingOptions = ReadingOptions(), name: String = "") throws -> [Outcome] {
  try outcomes(RecordReaders.makeReader(stream: MemoryStream(Array(text.utf8)), name: name, options: options))
}

func reader(_ text: String, _ options: ReadingOptions = ReadingOptions()) throws -> any RecordReader {
  try RecordReaders.makeReader(stream: MemoryStream(Array(text.utf8)), options: options)
}

/// Reads the same bytes in chunks of all sizes from 1; all must give the same.
func expectSameInChunks(
  _ bytes: [UInt8], _ options: ReadingOptions, sizes: [Int] = [1, 2, 3, 7, 64],
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let whole = try outcomes(RecordReaders.makeReader(stream: MemoryStream(bytes), options: options))
  for size in sizes {
    let chunked = try RecordReaders.makeReader(stream: ChunkedStream(bytes, chunk: size), options: options)
    #expect(outcomes(chunked) == whole, "in chunks of \(size)", sourceLocation: sourceLocation)
  }
}

/// Reads a file in two runs, the second from where the first ended after each possible number of records; together
/// they must give what one run gives.
func expectSameResumed(
  _ bytes: [UInt8], _ options: ReadingOptions, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let whole = try outcomes(RecordReaders.makeReader(stream: MemoryStream(bytes), options: options))
  for count in 1..<max(whole.count, 2) {
    let first = try RecordReaders.makeReader(stream: MemoryStream(bytes), options: options)
    let before = outcomes(first, limit: count)
    let resume = RecordReaders.Resume(offset: first.offset, position: first.nextPosition, dialect: first.dialect)
    let rest = Array(bytes[Int(first.offset)...])
    let second = try RecordReaders.makeReader(stream: MemoryStream(rest), resume: resume, options: options)
    #expect(before + outcomes(second) == whole, "after \(count) records", sourceLocation: sourceLocation)
    #expect(second.columns == first.columns, sourceLocation: sourceLocation)
  }
}

/// A folder of its own for a test's files.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "kith-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    let file = url.appending(path: name)
    try Data(bytes).write(to: file)
    return file.path
  }

  func file(_ name: String, base64: String) throws -> String {
    try file(name, Array(Data(base64Encoded: base64)!))
  }
}
