import Foundation
import KithConnectorKit
import KithCore

extension ConnectorConformance {
  /// Files that no tool should write: each gives records, rejects or an error that is not Kith's own, and always ends.
  public func hostileFailures(_ fixture: Fixture) async -> [String] {
    await failures(fixture) { input throws(KithError) in
      guard let original = FileManager.default.contents(atPath: input) else { return ["cannot be read"] }
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      let suffix = input.split(separator: ".").last.map(String.init) ?? "txt"
      var failures: [String] = []
      // Detecting is the same for all layouts of a stream, and what a line of two megabytes does is of its format.
      let isFirst = connector.manifest.stream(fixture.stream)?.layouts.first?.name == fixture.layout
      let isFirstOfFormat = fixtures.first { $0.input?.hasSuffix(".\(suffix)") == true }?.folder == fixture.folder
      for (name, bytes) in Self.hostileFiles(from: [UInt8](original), withLongLine: isFirstOfFormat) {
        let layouts = isFirst && name != Self.longLine ? ["auto", fixture.layout] : [fixture.layout]
        let path = try folder.write(bytes, as: "\(name).\(suffix)")
        for layout in layouts {
          if let failure = await survival(fixture, layout: layout, path: path, isEmpty: bytes.isEmpty) {
            failures.append("as \(name), layout \(layout): \(failure)")
          }
        }
      }
      return failures
    }
  }

  private func survival(_ fixture: Fixture, layout: String, path: String, isEmpty: Bool) async -> String? {
    do throws(KithError) {
      let source = try open(stream: fixture.stream, layout: layout, path: path)
      if let checkable = source as? any CheckableSource {
        for problem in await checkable.check(stream: fixture.stream) where problem.recovery == .bug {
          return "check calls it Kith's own mistake: \(problem)"
        }
      }
      let sink = try await read(source, stream: fixture.stream)
      return isEmpty && !(sink.records.isEmpty && sink.rejects.isEmpty) ? "an empty file yields something" : nil
    } catch {
      return error.recovery == .bug ? "it is taken for Kith's own mistake: \(error)" : nil
    }
  }

  private static let longLine = "long-line"

  private static func hostileFiles(
    from original: [UInt8], withLongLine: Bool
  ) -> [(name: String, bytes: [UInt8])] {
    let header = Array(original.prefix { $0 != 0x0A })
    var random = SeededGenerator(seed: 1)
    let junk = (0..<4_096).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    var files: [(name: String, bytes: [UInt8])] = [
      ("empty", []),
      ("header-only", header + [0x0A]),
      ("junk", junk),
      ("header-and-junk", header + [0x0A] + junk),
      ("nuls", Array(repeating: 0, count: 4_096)),
      ("header-and-nuls", header + [0x0A] + Array(repeating: 0, count: 4_096)),
      ("open-quote", header + [0x0A, 0x22] + original),
    ]
    if withLongLine { files.append((longLine, header + [0x0A] + Array(repeating: 0x61, count: 2 << 20) + [0x0A])) }
    for part in 1...3 { files.append(("cut-\(part)", Array(original.prefix(original.count * part / 4)))) }
    return files
  }
}
