import Foundation
import KithConnectorKit
import KithCore
import KithTesting
import Testing

/// For each check of the suite for files: a connector that breaks it.
@Suite struct FileBrokenConnectorTests {
  private static let manifest = """
    name: sample
    title: Sample
    summary: For tests.
    streams:
      people:
        summary: A person.
        record: profile
        layouts:
          first:
            title: The first
            detect: [Id, Email]
            fields: {key: Id, email: Email}
    """
  private static let people = "Id,Email\n1,a@example.com\n2,b@example.com\n"
  private static let expected = """
    profile "1"
      kind = "person"
      email = "a@example.com"

    profile "2"
      kind = "person"
      email = "b@example.com"

    """

  /// What `body` finds over one fixture, once all is as `change` has it.
  private func failures(
    manifest: String = manifest, files: [String: String] = [:], _ change: (inout BrokenConnector) -> Void = { _ in },
    _ body: (ConnectorConformance, ConnectorConformance.Fixture) async -> [String]
  ) async throws -> [String] {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("kith-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: root) }
    let all = ["people-first/input.csv": Self.people, "people-first/expected.txt": Self.expected].merging(files) { $1 }
    for (path, text) in all {
      let file = root.appendingPathComponent(path)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    let good = FileConnector(manifest: manifest)
    var broken = BrokenConnector(good: good)
    change(&broken)
    let suite = ConnectorConformance(good, fixturesFolder: root.path, opening: broken)
    return await body(suite, try #require(suite.fixtures.first))
  }

  private func expect(
    _ sentence: String, _ body: (ConnectorConformance, ConnectorConformance.Fixture) async -> [String],
    _ location: SourceLocation = #_sourceLocation, read: @escaping BrokenConnector.Read
  ) async throws {
    let found = try await failures({ $0.read = read }, body)
    #expect(found.contains { $0.contains(sentence) }, "\(found)", sourceLocation: location)
  }

  @Test func aGoodConnectorHasNone() async throws {
    let found = try await failures { suite, fixture in
      var found = suite.manifestFailures()
      found += await suite.detectionFailures(fixture) + suite.goldenFailures(fixture) + suite.recordFailures(fixture)
      found += await suite.checkFailures(fixture) + suite.previewFailures(fixture) + suite.checkpointFailures(fixture)
      return await found + suite.hostileFailures(fixture) + suite.memoryFailures(fixture)
    }
    #expect(found == [])
  }

  @Test func theManifest() async throws {
    func failures(_ old: String, _ new: String) async throws -> [String] {
      try await self.failures(manifest: Self.manifest.replacingOccurrences(of: old, with: new)) { suite, _ in
        suite.manifestFailures()
      }
    }
    #expect(try await failures("name: sample", "name: Sample").contains { $0.contains("Sample is not in snake case") })
    #expect(try await failures("summary: A person.", "summary: \"\"").contains { $0.contains("has no summary") })
    #expect(try await failures("detect: [Id, Email]", "detect: []").contains { $0.contains("lacks a title or names") })
    #expect(try await failures("email: Email", "emial: Email").contains { $0.contains("emial") })
    let two = try await self.failures(files: ["people-first/input.json": "[]"]) { suite, _ in suite.manifestFailures() }
    #expect(two.contains { $0.contains("needs exactly one file") })
    let secret = OptionSpecification("token", .secret, "A token.")
    let found = try await self.failures {
      $0.options = [secret]
    } _: { suite, _ in
      suite.manifestFailures()
    }
    #expect(found == ["option token holds a secret; files need none"])
  }

  @Test func aSecondReadThatDiffers() async throws {
    let readings = Counter()
    try await expect("when it is read a second time", { await $0.goldenFailures($1) }) { reading throws(KithError) in
      let number = readings.next()
      try await reading.read { if number > 1 { $0.records.reverse() } }
    }
  }

  @Test func recordsThatAreWrong() async throws {
    let changes: [(String, @Sendable (inout [Record]) -> Void)] = [
      ("yields no record", { $0 = [] }),
      ("a record without key", { $0[0] = .profile(Profile(key: "")) }),
      ("the key 2", { $0[0] = $0[1] }),
      ("nothing is known", { $0[0] = .profile(Profile(key: "")) }),
      ("of more than one kind", { $0.append(.deletion(Deletion(kind: .ticket, key: "7"))) }),
    ]
    for (sentence, change) in changes {
      try await expect(sentence, { await $0.recordFailures($1) }) { reading throws(KithError) in
        try await reading.read { if $0.records.count > 1 { change(&$0.records) } }
      }
    }
  }

  @Test func aCheckThatTellsNothingApart() async throws {
    let never = try await failures {
      $0.check = { _, _ in [] }
    } _: {
      await $0.checkFailures($1)
    }
    #expect(never.contains { $0.contains("is told, when it is not there, as: nothing") }, "\(never)")
    let always = try await failures {
      $0.check = { _, _ in [KithError(.configuration, "wrong")] }
    } _: {
      await $0.checkFailures($1)
    }
    #expect(always.contains { $0.contains("is good, but its check finds: wrong") }, "\(always)")
  }

  @Test func aPreviewThatDiffers() async throws {
    let found = try await failures {
      $0.preview = { seen, _ in Array(seen.dropLast()) }
    } _: {
      await $0.previewFailures($1)
    }
    #expect(found.contains { $0.contains("other records in preview") }, "\(found)")
  }

  @Test func checkpointsThatAreWrong() async throws {
    try await expect("gives no checkpoint", { await $0.checkpointFailures($1) }) { reading throws(KithError) in
      try await reading.read { $0.checkpoint = nil }
    }
    try await expect("is read again after its end", { await $0.checkpointFailures($1) }) { reading throws(KithError) in
      try await reading.source.read(ReadRequest(stream: reading.request.stream), into: reading.sink)
    }
    try await expect("turns the sink's error into another", { await $0.checkpointFailures($1) }) {
      reading throws(KithError) in
      try await reading.read()
      // What the sink says of a batch that it has no place for.
      do throws(KithError) {
        try await reading.sink.send(Batch())
      } catch { throw KithError(.bug, "it went wrong") }
    }
  }

  @Test func checkpointsThatSayNothing() async throws {
    let ways: [(String, BrokenConnector.Explain)] = [
      ("a checkpoint says nothing", { said, _ in StreamReading(said.manner, position: nil) }),
      (
        "its manner changes",
        { said, checkpoint in
          StreamReading(checkpoint == nil ? .pushed : .changes, position: said.position)
        }
      ),
      ("cannot be explained: ", { _, _ throws(KithError) in throw KithError(.bug, "it went wrong") }),
    ]
    for (sentence, explain) in ways {
      let found = try await failures {
        $0.explain = explain
      } _: {
        await $0.checkpointFailures($1)
      }
      #expect(found.contains { $0.contains(sentence) }, "\(found)")
    }
  }

  @Test func aCheckpointAheadOfItsData() async throws {
    try await expect("differs from an undisturbed run", { await $0.checkpointFailures($1) }) {
      reading throws(KithError) in
      let all = CollectingSink()
      try await reading.read(into: all)
      // The checkpoint first, the records after it.
      try await reading.sink.send(Batch(checkpoint: all.checkpoint))
      try await reading.sink.send(Batch(records: all.records, rejects: all.rejects, checkpoint: all.checkpoint))
    }
  }

  @Test func hostileFilesThatAreABug() async throws {
    try await expect("taken for Kith's own mistake", { await $0.hostileFailures($1) }) { reading throws(KithError) in
      do throws(KithError) { try await reading.read() } catch { throw KithError(.bug, "it went wrong") }
    }
    let check = try await failures {
      $0.check = { _, _ in [KithError(.bug, "wrong")] }
    } _: {
      await $0.hostileFailures($1)
    }
    #expect(check.contains { $0.contains("check calls it Kith's own mistake") })
    try await expect("an empty file yields something", { await $0.hostileFailures($1) }) { reading throws(KithError) in
      try await reading.read { $0.records.append(.profile(Profile(key: "1"))) }
    }
  }

  @Test func everythingInOneBatch() async throws {
    try await expect("a batch holds", { await $0.memoryFailures($1) }) { reading throws(KithError) in
      let all = CollectingSink()
      try await reading.read(into: all)
      try await reading.sink.send(Batch(records: all.records, checkpoint: all.checkpoint))
    }
  }

  @Test func everythingReadBeforeItIsHandedOver() async throws {
    try await expect("were read before the first batch", { await $0.memoryFailures($1) }) { reading throws(KithError) in
      let all = CollectingSink()
      try await reading.read(into: all)
      for var batch in all.batches {
        batch.progress = all.batches.last?.progress ?? 0
        try await reading.sink.send(batch)
      }
    }
  }

  @Test func aStopThatIsNotHeard() async throws {
    for sentence in ["ends as if nothing were", "hands over"] {
      let sentence = "stopped after its first batch, \(sentence)"
      try await expect(sentence, { await $0.memoryFailures($1) }) { reading throws(KithError) in
        let outcome = await Task.detached { () async -> KithError? in
          do throws(KithError) {
            try await reading.read()
            return nil
          } catch { return error }
        }.value
        if let outcome { throw outcome }
      }
    }
  }
}
