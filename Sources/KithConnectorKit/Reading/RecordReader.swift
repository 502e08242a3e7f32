import KithCore

/// Reads one file's records one by one. Each format is one implementation; all of them stream.
public protocol RecordReader: AnyObject {
  /// Fills `record` with the next record. What cannot be read as a record comes back as a reject and reading goes on
  /// with the next one. Throws only when the file as a whole cannot be read on.
  func next(into record: RawRecord) throws(KithError) -> ReadStep

  /// Names of the columns in order, for formats that have a header; nil for trees.
  var columns: [String]? { get }

  /// Bytes of the decompressed file up to the end of the last record or reject returned: where a later read may
  /// begin, with `context` and `nextPosition`. 0 as long as a later read must begin anew (XML).
  var offset: Int64 { get }

  /// Where the last record returned begins: line (or item) number counted from 1.
  var position: Int { get }

  /// The line (or item) number of what follows `offset`.
  var nextPosition: Int { get }

  /// The last record's bytes as they came (after decoding to UTF-8), for the quarantine. XML is written anew from its
  /// tree; of a record over the size limit only the first 64 KB are kept.
  var rawBytes: [UInt8] { get }

  /// What `replay` needs to read `rawBytes` again (a header); nil when they stand for themselves.
  var rawContext: String? { get }

  /// What was found out about the file: given back to `RecordReaders`, reading goes on from `offset` without guessing
  /// anew.
  var dialect: FileDialect { get }
}

public enum ReadStep: Sendable, Equatable {
  case record
  case reject(code: String, reason: String)
  /// The file is exhausted.
  case end
  /// The file ends within a record that may still be growing; `offset` is where it begins.
  case incomplete
}

/// The most that is kept of a record that is over the size limit.
let keptOfOversized = 65_536
