import Foundation
import KithCore
import KithTesting
import Testing

/// For each check of the suite that a manifest cannot break: a connector that does.
@Suite struct RESTBrokenConnectorTests {
  private func expect(
    _ sentence: String, tool: SampleTool = SampleTool(), check: BrokenConnector.Check? = nil,
    _ body: (RESTConformance, RESTConformance.Fixture) async -> [String], read: BrokenConnector.Read? = nil,
    _ location: SourceLocation = #_sourceLocation
  ) async throws {
    let found = try await tool.failures(read: read, check: check, body)
    #expect(found.contains { $0.contains(sentence) }, "\(found)", sourceLocation: location)
  }

  private static func changing(_ change: @escaping @Sendable (inout Profile) -> Void) -> BrokenConnector.Read {
    { reading throws(KithError) in
      try await reading.read { batch in
        batch.records = batch.records.map { record in
          guard case .profile(var person) = record else { return record }
          change(&person)
          return .profile(person)
        }
      }
    }
  }

  // MARK: records

  @Test func aSecondReadThatDiffers() async throws {
    let readings = Counter()
    try await expect("a second full read gives other records", { await $0.goldenFailures($1) }) {
      reading throws(KithError) in
      let number = readings.next()
      try await reading.read { if number > 1 { $0.records.reverse() } }
    }
  }

  @Test func recordsThatAreWrong() async throws {
    try await expect("a record without key", { await $0.recordFailures($1) }, read: Self.changing { $0.key = "" })
    try await expect(
      "two records with the key 1", { await $0.recordFailures($1) }, read: Self.changing { $0.key = "1" })
    try await expect(
      "nothing is known", { await $0.recordFailures($1) }, read: Self.changing { $0 = Profile(key: "") })
    try await expect("yields no record", { await $0.recordFailures($1) }) { reading throws(KithError) in
      try await reading.read { $0.records = [] }
    }
    try await expect("of more than one kind", { await $0.recordFailures($1) }) { reading throws(KithError) in
      try await reading.read { $0.records.append(.deletion(Deletion(kind: .ticket, key: "7"))) }
    }
  }

  // MARK: the check

  @Test func aCheckThatTellsNothingApart() async throws {
    let never: BrokenConnector.Check = { _, _ in [] }
    try await expect("wrong credentials are told as: nothing", check: never, { await $0.checkFailures($1) })
    try await expect("not there is told as: nothing", check: never, { await $0.checkFailures($1) })
    let always: BrokenConnector.Check = { _, _ in [KithError(.configuration, "something is wrong")] }
    try await expect("the check of a good connection finds", check: always, { await $0.checkFailures($1) })
    try await expect("not there is told as: something", check: always, { await $0.checkFailures($1) })
  }

  // MARK: checkpoints

  @Test func noCheckpoint() async throws {
    try await expect("gives no checkpoint", { await $0.resumeFailures($1) }) { reading throws(KithError) in
      try await reading.read { $0.checkpoint = nil }
    }
  }

  @Test func recordsOfItsOwnWhenThereAreNone() async throws {
    for sentence in ["nothing new gives", "far in the future gives", "that an undisturbed run does not"] {
      try await expect(sentence, { await $0.resumeFailures($1) }) { reading throws(KithError) in
        let resumes = reading.request.checkpoint != nil
        try await reading.read { if resumes { $0.records.append(.profile(Profile(key: "old"))) } }
      }
    }
  }

  @Test func aCheckpointThatIsTakenForTheEnd() async throws {
    try await expect("records are lost", { await $0.resumeFailures($1) }) { reading throws(KithError) in
      if reading.request.checkpoint != nil { return }
      try await reading.read { batch in
        let all = batch.records
        batch.records = Array(all.prefix(1))
      }
      // What was left out comes after a checkpoint that says that all has come.
      try await reading.sink.send(Batch(records: [.profile(Profile(key: "2"))]))
    }
  }

  // MARK: troubles

  private static func telling(as recovery: KithError.Recovery, _ from: KithError.Recovery) -> BrokenConnector.Read {
    { reading throws(KithError) in
      do throws(KithError) {
        try await reading.read()
      } catch {
        if error.recovery == from { throw KithError(recovery, "it went wrong") }
        throw error
      }
    }
  }

  @Test func troublesThatAreToldAsOthers() async throws {
    var tool = SampleTool()
    tool.replace("streams:\n", "limits: {attempts: 1}\nstreams:\n")
    try await expect(
      "is told as configuration", tool: tool, { await $0.faultFailures($1) },
      read: Self.telling(as: .configuration, .transient))
    try await expect(
      "expired: is told as transient", { await $0.faultFailures($1) },
      read: Self.telling(as: .transient, .authorisation))
    try await expect(
      "is taken for Kith's own mistake", { await $0.hostileFailures($1) },
      read: Self.telling(as: .bug, .configuration))
  }

  @Test func aRunAfterATroubleThatBringsNothing() async throws {
    var tool = SampleTool()
    tool.replace("streams:\n", "limits: {attempts: 1}\nstreams:\n")
    let troubles = Counter()
    try await expect("does not bring the rest", tool: tool, { await $0.faultFailures($1) }) {
      reading throws(KithError) in
      if reading.request.checkpoint != nil { return }
      do throws(KithError) {
        try await reading.read()
      } catch {
        _ = troubles.next()
        try await reading.sink.send(Batch(checkpoint: Checkpoint("done")))
        throw error
      }
    }
  }

  @Test func nonsenseThatPassesForNothing() async throws {
    try await expect("records are missing, and nothing tells of it", { await $0.hostileFailures($1) }) {
      reading throws(KithError) in
      do throws(KithError) {
        try await reading.read()
      } catch {
        try await reading.sink.send(Batch())
      }
    }
  }

  @Test func nonsenseThatDeletes() async throws {
    try await expect("is marked deleted", { await $0.hostileFailures($1) }) { reading throws(KithError) in
      do throws(KithError) {
        try await reading.read()
      } catch {
        try await reading.sink.send(Batch(snapshot: .whole))
        throw error
      }
    }
  }

  // MARK: secrets

  private static let forms: [@Sendable (String) -> String] = [
    { $0 }, { Data($0.utf8).base64EncodedString() }, { Data("user:\($0)".utf8).base64EncodedString() },
    { $0.replacingOccurrences(of: "-", with: "%2D") }, { $0.replacingOccurrences(of: "-", with: "%2d") },
  ]

  @Test(arguments: forms.indices) func aSecretThatShows(_ form: Int) async throws {
    let written = Self.forms[form]
    try await expect(
      "a secret shows",
      check: { found, secrets in
        found.map { KithError($0.recovery, "refused", seen: "token \(written(secrets[0])) is wrong") }
      }, { await $0.checkFailures($1) })
    try await expect("a secret shows", { await $0.hostileFailures($1) }) { reading throws(KithError) in
      do throws(KithError) {
        try await reading.read()
      } catch {
        throw KithError(error.recovery, error.what, seen: written(reading.secrets[0]))
      }
    }
    try await expect("a secret shows", { await $0.goldenFailures($1) }) { reading throws(KithError) in
      try await reading.read { $0.notes.append("asked with \(written(reading.secrets[0]))") }
    }
    try await expect("a secret shows", { await $0.goldenFailures($1) }) { reading throws(KithError) in
      try await reading.read { $0.checkpoint = Checkpoint("{\"with\": \"\(written(reading.secrets[0]))\"}") }
    }
  }

  // MARK: the end

  @Test func aRunThatCannotBeStopped() async throws {
    // Pages without records, of which a stopped run may ask for two.
    var long = SampleTool()
    long.replace("paging: {page: 1}", "paging: {page: 1, until: [{true: last}]}")
    let empty = "    response: {body: '{\"people\": []}'}\n"
    let last = "7}}\n    response: {body: '{\"people\": [], \"last\": true}'}\n"
    let pages = (4...7).map { "  - request: {path: /people, query: {page: \($0)}}\n" + empty }.joined()
    long.replace("nothing: {", pages.replacingOccurrences(of: "7}}\n" + empty, with: last) + "nothing: {")
    let sentences = ["waits for the answer all the same", "ends as if nothing were", "times more"]
    for sentence in sentences {
      try await expect(sentence, tool: long, { await $0.cancellationFailures($1) }) { reading throws(KithError) in
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

  @Test func aStopThatPassesForTheEnd() async throws {
    try await expect("ends as if nothing were", { await $0.cancellationFailures($1) }) { reading throws(KithError) in
      do throws(KithError) { try await reading.read() } catch { if !Task.isCancelled { throw error } }
    }
  }
}

/// The same for long lists.
@Suite struct RESTBrokenListTests {
  private func expect(
    _ sentence: String, tool: SampleTool = SampleTool(),
    _ body: (RESTConformance, RESTConformance.Fixture) async -> [String], read: BrokenConnector.Read? = nil,
    _ location: SourceLocation = #_sourceLocation
  ) async throws {
    let found = try await tool.failures(read: read, body)
    #expect(found.contains { $0.contains(sentence) }, "\(found)", sourceLocation: location)
  }

  @Test func aListThatEndsAfterSomePages() async throws {
    var tool = SampleTool()
    tool.replace("streams:\n", "limits: {pages: 2}\nstreams:\n")
    tool.replace("paging: {page: 1}", "paging: {page: 1, until: [{total: all}]}")
    tool.replace("{\"people\": [{", "{\"all\": 3, \"people\": [{")
    tool.replace(
      "\"updated\": \"2026-03-02T10:00:00Z\"}", "\"updated\": \"2026-03-02T10:00:00Z\"}, {\"id\": 3, \"name\": \"C\"}")
    try await expect("with 1 records on a page the read fails", tool: tool, { await $0.pageFailures($1) })
  }

  @Test func aListThatIsCutOff() async throws {
    try await expect("with 2 records on a page 1 records come", { await $0.pageFailures($1) }) {
      reading throws(KithError) in
      // Whoever counts as if a page always held as much as today.
      try await reading.read { if let requests = $0.requests { $0.records = Array($0.records.prefix(requests - 1)) } }
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
    // Pages that go by a value, and a list of which not everything counts.
    var keyset = SampleTool()
    keyset.replace("paging: {page: 1}", "paging: {keyset: id}")
    keyset.replace("page: \"${page}\"", "after: \"${cursor}\"")
    for (page, last) in [("1", "\"\""), ("2", "1"), ("3", "2")] {
      keyset.replace("query: {page: \(page)}", "query: {after: \(last)}")
    }
    var some = SampleTool()
    some.replace("    paging: {page: 1}", "    paging: {page: 1}\n    only: {path: name, equals: Ada Sample}")
    some.replace(SampleTool.expected.components(separatedBy: "\n\n").last ?? "", "")
    for tool in [SampleTool(), keyset, some] {
      let good = try await tool.failures { await $0.memoryFailures($1) }
      #expect(good.isEmpty, "\(good)")
      try await expect("are kept back", tool: tool, { await $0.memoryFailures($1) }) { reading throws(KithError) in
        let all = CollectingSink()
        try await reading.read(into: all)
        for batch in all.batches { try await reading.sink.send(batch) }
      }
    }
  }

  @Test func aStopThatIsNotHeard() async throws {
    for sentence in ["the run ends as if nothing were", "times more"] {
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
