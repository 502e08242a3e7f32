import Foundation
import Testing

@testable import KithSamples

/// The files under samples/ are what the generator writes, byte for byte.
@Suite struct SamplesRepositoryTests {
  static let company = SampleCompany(people: 300, seed: 2026)

  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("samples").resolvingSymlinksInPath().path

  @Test func repositoryHoldsWhatTheGeneratorWrites() throws {
    if ProcessInfo.processInfo.environment["KITH_WRITE_SAMPLES"] == "1" {
      _ = try Self.company.write(to: Self.folder)
    }
    for file in Self.company.makeFiles().files {
      let data = FileManager.default.contents(atPath: Self.folder + "/" + file.path)
      #expect(
        data == Data(file.bytes),
        "samples/\(file.path) is not what the generator writes; samples/README.md tells how to write it anew")
    }
  }

  @Test func repositoryHoldsNothingElse() throws {
    let expected = Set(Self.company.makeFiles().files.map(\.path)).union(["README.md"])
    let found = try FileManager.default.subpathsOfDirectory(atPath: Self.folder).filter { path in
      var isFolder: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: Self.folder + "/" + path, isDirectory: &isFolder)
      return exists && !isFolder.boolValue
    }
    #expect(Set(found) == expected)
  }

  @Test func samplesStaySmall() {
    let bytes = Self.company.makeFiles().files.reduce(0) { $0 + $1.bytes.count }
    #expect(bytes < 620_000, "\(bytes) bytes")
  }

  @Test func configurationNamesFilesThatAreThere() throws {
    let root = URL(fileURLWithPath: Self.folder).deletingLastPathComponent()
    let text = try String(contentsOf: root.appendingPathComponent("connectors.yml"), encoding: .utf8)
    let named = Set(text.matches(of: /path: samples\/([^\s}]+)/).map { String($0.output.1) })
    let written = Set(Self.company.makeFiles().files.map(\.path))
    #expect(named == written.subtracting(["truth.csv"]))
  }
}
