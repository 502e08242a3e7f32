import Foundation

/// The files of a folder, by their paths below it.
public struct DiskImage: Sendable, Equatable {
  public var files: [String: [UInt8]]

  public init(files: [String: [UInt8]] = [:]) { self.files = files }

  /// What a folder holds now.
  public init(of folder: URL) throws {
    files = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
      let url = folder.appendingPathComponent(path)
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder), !isFolder.boolValue else {
        continue
      }
      files[path] = [UInt8](try Data(contentsOf: url))
    }
  }

  /// Writes the files into a folder; others that are there stay.
  public func write(to folder: URL) throws {
    for (path, bytes) in files {
      let url = folder.appendingPathComponent(path)
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(bytes).write(to: url)
    }
  }
}
