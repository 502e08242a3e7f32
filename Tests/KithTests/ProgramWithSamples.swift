import Foundation
import KithTesting

extension Program {
  /// A program in a folder with the repository's own configuration and samples, as in a checkout of an hour ago: a file
  /// that was written just now may still be growing, and would be left for the next sync.
  static func withSamples() throws -> Program {
    let program = try Program()
    for name in ["connectors.yml", "samples"] {
      try FileManager.default.copyItem(
        at: Program.repository.appendingPathComponent(name), to: program.folder.appendingPathComponent(name))
    }
    let samples = program.folder.appendingPathComponent("samples").path
    let anHourAgo = Date().addingTimeInterval(-3_600)
    for file in try FileManager.default.subpathsOfDirectory(atPath: samples) {
      try FileManager.default.setAttributes([.modificationDate: anHourAgo], ofItemAtPath: samples + "/" + file)
    }
    return program
  }
}
