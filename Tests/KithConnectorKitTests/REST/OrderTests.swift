import Foundation
import KithConnectorKit
import KithCore
import KithTesting
import Testing

/// Lists that the manifest calls sorted and that are not: nothing is lost by that, and somebody is told.
@Suite struct OrderTests {
  private static func person(_ id: Int, day: Int) -> String {
    "{\"id\": \(id), \"name\": \"P\(id)\", \"updated\": \"2029-01-\(day < 10 ? "0" : "")\(day)T00:00:00Z\"}"
  }

  /// People by the days on which they changed, two a page, in the order that is given; a tool that heeds `since`.
  private static func tool(_ days: [Int], mostOfAList: Int = .max) throws -> LoopbackServer {
    try LoopbackServer { request in
      let items = URLComponents(string: request.target)?.queryItems ?? []
      func value(_ name: String) -> String? { items.first { $0.name == name }?.value }
      let since = Int(value("since")?.split(separator: "2029-01-").last?.prefix(2) ?? "1") ?? 1
      let start = value("after").flatMap { Int($0) } ?? value("page").flatMap { Int($0) }.map { ($0 - 1) * 2 } ?? 0
      let all = days.enumerated().filter { $0.element >= since }
      if start >= mostOfAList { return .text("{\"message\": \"no more than \(mostOfAList)\"}", 400) }
      let list = all.dropFirst(start).prefix(2).map { person($0.offset + 1, day: $0.element) }
      let next = start + 2 < all.count ? ", \"next\": \"\(start + 2)\"" : ""
      return .text("{\"people\": [\(list.joined(separator: ","))]\(next)}")
    }
  }

  private static func manifest(
    _ server: LoopbackServer, paging: String = "{cursor: next}", incremental: String = "{field: updated, sorted: true}"
  ) -> String {
    let place = paging.contains("page") ? "page: \"${page}\"" : "after: \"${cursor}\""
    return REST.manifest(
      server.url,
      """
      request: {path: /people, query: {\(place), since: "${since}"}}
      records: people
      paging: \(paging)
      incremental: \(incremental)
      """)
  }

  private static func notes(_ sink: CollectingSink) -> [String] { sink.batches.flatMap(\.notes) }

  /// However early a run is ended, the next one brings all that it did not.
  @Test(arguments: [[1, 9, 3, 4, 2, 8], [9, 8, 7, 6, 5, 4, 3], [5, 4, 9, 1, 2, 3], [1, 2, 9, 4, 5, 3]])
  func aRunThatIsEndedLosesNothing(days: [Int]) async throws {
    let server = try Self.tool(days)
    let text = Self.manifest(server)
    let whole = await REST.read(try REST.open(text))
    #expect(whole.error == nil)
    #expect(Self.notes(whole.sink).count { $0.contains("not sorted by updated") } == 1)
    // The first page by itself may be in order: a run that ends with it has seen nothing.
    let seen = zip(days, days.dropFirst()).enumerated().first { $0.element.0 > $0.element.1 }?.offset ?? 0
    for accepted in ((seen + 1) / 2 + 1)...(whole.sink.batches.count + 1) {
      var held = HeldPeople()
      let first = await REST.read(try REST.open(text), accepting: accepted)
      held.take(first.sink)
      let second = await REST.read(try REST.open(text), from: first.sink.checkpoint)
      #expect(second.error == nil)
      held.take(second.sink)
      #expect(held.names.count == days.count, "\(days) ended after \(accepted) batches")
    }
  }

  @Test func theWarningSaysWhatAndWhere() async throws {
    let server = try Self.tool([1, 5, 6, 2])
    let (sink, error) = await REST.read(try REST.open(Self.manifest(server)))
    #expect(error == nil)
    #expect(
      Self.notes(sink) == [
        "people: the list is not sorted by updated, although the manifest says so: record 2 of GET /people page 2 has "
          + "2029-01-02 00:00:00 UTC after 2029-01-06 00:00:00 UTC. Nothing is lost: it is read to its end, and a sync that "
          + "is stopped before begins it anew. Take sorted: true out of the manifest, or have the request sort the list by "
          + "updated, upwards."
      ])
    // It has come to its end all the same.
    #expect(sink.checkpoint?.text.contains("2029-01-06") == true)
  }

  /// A list in order, with values that repeat, and one whose small disorder the lookback covers.
  @Test(arguments: [
    ([1, 1, 2, 2, 2, 3, 9], "{field: updated, sorted: true}"),
    ([2, 1, 3, 2, 4], "{field: updated, sorted: true, lookback_seconds: 86400}"),
    ([9, 1, 5, 2], "{field: updated}"),
  ])
  func nothingIsToldOf(days: [Int], incremental: String) async throws {
    let server = try Self.tool(days)
    let (sink, error) = await REST.read(try REST.open(Self.manifest(server, incremental: incremental)))
    #expect(error == nil && Self.notes(sink).isEmpty)
    #expect(sink.records.count == days.count)
  }

  /// Counted pages of such a list begin anew at the last value: what lies before it would never be asked for.
  @Test(arguments: [[1, 4, 6, 2, 3, 9], [4, 1, 6, 2, 3, 9, 5]]) func countedPagesAreReadAsTheyAre(days: [Int])
    async throws
  {
    let server = try Self.tool(days)
    let (sink, error) = await REST.read(try REST.open(Self.manifest(server, paging: "{page: 1}")))
    #expect(error == nil)
    var held = HeldPeople()
    held.take(sink)
    let isSeen = Self.notes(sink).contains { $0.contains("not sorted by updated") }
    #expect(isSeen == (held.names.count == days.count))
    // The first pair of a page that is out of order shows; one that falls between two pages cannot.
    #expect(isSeen == (days[0] > days[1]))
  }

  /// Behind the most that a tool gives of one list there is no way but its order.
  @Test func aListThatMustBeBegunAnewIsAnError() async throws {
    let server = try Self.tool([1, 4, 3, 2, 5, 6, 7], mostOfAList: 4)
    let text = Self.manifest(server, paging: "{cursor: next, restart_after: 4}")
    let (sink, error) = await REST.read(try REST.open(text))
    #expect(error?.recovery == .configuration)
    #expect(error?.what == "the list is not sorted by updated, so what is behind its record 4 cannot be had")
    #expect(sink.checkpoint?.text.contains("2029") != true)
  }
}
