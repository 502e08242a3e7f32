import KithCore
import KithStore

/// Where the bytes of an export go.
public protocol ByteSink: AnyObject {
  func write(_ bytes: [UInt8]) throws(KithError)
  /// After the last byte.
  func close() throws(KithError)
}

/// Writes the rows of a table in one format.
public protocol TableWriter {
  mutating func row(_ row: TableRow) throws(KithError)
  /// Ends the export and closes where it goes.
  mutating func finish() throws(KithError)
}
