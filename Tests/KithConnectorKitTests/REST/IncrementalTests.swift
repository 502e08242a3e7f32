import KithConnectorKit
import KithCore
import KithTesting
import Testing

/// Whatever a tool's ways: what it holds comes, once at first, and then what has changed.
@Suite struct IncrementalTests {
  /// The moment at which the clock of the tests stands, 2030-01-01.
  private static let now: Int64 = 1_893_456_000

  @Test(arguments: SimulatedTool.Style.allCases, [1, 3, 100]) func whatChangesComes(
    style: SimulatedTool.Style, pageSize: Int
  ) async throws {
    var random = SeededGenerator(seed: UInt64(pageSize) &+ 11)
    let tool = try SimulatedTool(style, pageSize: pageSize)
    let time = InstantTime(Timestamp(seconds: Self.now))
    let source = try REST.open(tool.manifest, time: time)
    for id in 1...10 { tool.change(id, "Person \(id)", at: Self.now + Int64(id / 3)) }
    var held = HeldPeople()
    var checkpoint: Checkpoint?
    for round in 1...6 {
      try await time.sleep(until: Timestamp(seconds: Self.now + Int64(round) * 86_400))
      let (sink, error) = await REST.read(source, from: checkpoint)
      #expect(error == nil, "\(style) round \(round): \(error.map { "\($0)" } ?? "")")
      held.take(sink)
      checkpoint = sink.checkpoint ?? checkpoint
      #expect(held.names == tool.people, "\(style) with pages of \(pageSize), round \(round)")
      if round == 1 { #expect(held.read == 10) }
      // Some at the very moment that was covered last: ties are not lost.
      for _ in 0..<Int.random(in: 0...4, using: &random) {
        let id = Int.random(in: 1...14, using: &random)
        let moment = Self.now + Int64(round) * 86_400 + Int64.random(in: 0...2, using: &random)
        tool.change(id, "Person \(id) in round \(round)", at: moment)
      }
    }
  }

  /// How far each way of reading has come is told in words, and where it is read.
  @Test(arguments: SimulatedTool.Style.allCases) func positionsAreToldInWords(style: SimulatedTool.Style) async throws {
    let tool = try SimulatedTool(style, pageSize: 2)
    for id in 1...3 { tool.change(id, "Person \(id)", at: Self.now - 60) }
    let source = try REST.open(tool.manifest, time: InstantTime(Timestamp(seconds: Self.now)))
    let remote = try #require(source as? any RemoteSource)
    #expect(remote.hosts == ["127.0.0.1"])
    let explainable = try #require(source as? any ExplainableSource)
    #expect(try explainable.explain(stream: "people", checkpoint: nil) == StreamReading(.changes, position: nil))
    let read = await REST.read(source).sink
    let position = try #require(try explainable.explain(stream: "people", checkpoint: read.checkpoint).position)
    let expected = ["up to 2029-12-31 23:59:00 UTC", "up to 2030-01-01 00:00:00 UTC", "up to where the tool itself"]
    #expect(expected.contains { position.hasPrefix($0) } || position.hasPrefix("up to 3"), "\(style): \(position)")
    #expect(throws: KithError.self) { try explainable.explain(stream: "people", checkpoint: Checkpoint("?")) }
  }

  /// A run whose store refuses after some batches goes on where its last checkpoint says.
  @Test(arguments: SimulatedTool.Style.allCases) func brokenRunsGoOn(style: SimulatedTool.Style) async throws {
    let tool = try SimulatedTool(style, pageSize: 2)
    let time = InstantTime(Timestamp(seconds: Self.now + 86_400 * 3))
    for id in 1...9 { tool.change(id, "Person \(id)", at: Self.now + Int64(id) * 20_000) }
    let whole = await REST.read(try REST.open(tool.manifest, time: time)).sink.batches.count
    for accepted in 0...whole {
      let source = try REST.open(tool.manifest, time: time)
      var held = HeldPeople()
      let first = await REST.read(source, accepting: accepted)
      held.take(first.sink)
      let second = await REST.read(source, from: first.sink.checkpoint)
      #expect(second.error == nil)
      held.take(second.sink)
      #expect(held.names == tool.people, "\(style) broken after \(accepted) of \(whole)")
    }
  }

  @Test func nothingIsAskedTwiceOfAListInOrder() async throws {
    let tool = try SimulatedTool(.cursor, pageSize: 2)
    for id in 1...9 { tool.change(id, "Person \(id)", at: Self.now - 1_000 + Int64(id)) }
    let source = try REST.open(tool.manifest, time: InstantTime(Timestamp(seconds: Self.now)))
    let first = await REST.read(source, accepting: 2)
    #expect(first.error != nil)
    let second = await REST.read(source, from: first.sink.checkpoint)
    // The third page was read before the store refused; its record at the cursor comes again, the four before do not.
    #expect(second.sink.records.count < 8)
  }

  @Test func aRecordFromTheFutureHidesNothing() async throws {
    let tool = try SimulatedTool(.page, pageSize: 10)
    let source = try REST.open(tool.manifest, time: InstantTime(Timestamp(seconds: Self.now)))
    tool.change(1, "From the future", at: Self.now + 400 * 86_400)
    let (first, _) = await REST.read(source)
    tool.change(2, "From today", at: Self.now + 60)
    let (second, _) = await REST.read(source, from: first.checkpoint)
    var held = HeldPeople()
    held.take(second)
    #expect(held.names["2"] == "From today")
  }

  @Test func anotherMappingReadsEverythingAgain() async throws {
    let tool = try SimulatedTool(.page, pageSize: 10)
    for id in 1...4 { tool.change(id, "Person \(id)", at: Self.now - 1_000) }
    let (first, _) = await REST.read(try REST.open(tool.manifest))
    tool.change(5, "Person 5", at: Self.now)
    let other = tool.manifest.replacing("updated_at: updated", with: "trait.id: id, updated_at: updated")
    let (second, error) = await REST.read(try REST.open(other), from: first.checkpoint)
    #expect(error == nil)
    #expect(second.records.count == 5)
    #expect(second.batches.flatMap(\.notes).contains { $0.contains("read again") })
  }

  @Test func aForeignCheckpointIsToldAsSuch() async throws {
    let tool = try SimulatedTool(.page, pageSize: 10)
    let (_, error) = await REST.read(try REST.open(tool.manifest), from: Checkpoint("{\"files\": []}"))
    #expect(error?.recovery == .configuration)
    #expect(error?.fix?.contains("--full") == true)
  }
}
