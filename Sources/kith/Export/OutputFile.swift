import Foundation
import KithCore
import KithEngine

/// Where an export goes. A file gets its name when it is complete, so that nobody reads half of one.
final class OutputFile: ByteSink {
  private let handle: FileHandle
  /// Nil for standard output.
  private let path: String?
  private var isClosed = false

  init(_ path: String?) throws(KithError) {
    self.path = path
    guard let path else {
      handle = .standardOutput
      return
    }
    let part = path + OutputFile.partEnding
    guard FileManager.default.createFile(atPath: part, contents: nil), let file = FileHandle(forWritingAtPath: part)
    else {
      throw KithError(
        .configuration, "the file cannot be written", seen: path,
        fix: "Check that the folder is there and may be written to.")
    }
    handle = file
  }

  private static let partEnding = ".part"

  deinit {
    guard let path, !isClosed else { return }
    try? handle.close()
    try? FileManager.default.removeItem(atPath: path + OutputFile.partEnding)
  }

  func write(_ bytes: [UInt8]) throws(KithError) {
    do {
      try handle.write(contentsOf: bytes)
    } catch {
      throw KithError(
        .transient, "the export cannot be written", place: path ?? "standard output", seen: error.localizedDescription)
    }
  }

  func close() throws(KithError) {
    guard let path else { return }
    do {
      try handle.synchronize()
      try handle.close()
      guard rename(path + OutputFile.partEnding, path) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
      isClosed = true
    } catch {
      throw KithError(.transient, "the export cannot be written", place: path, seen: error.localizedDescription)
    }
  }
}
