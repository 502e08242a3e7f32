import KithConnectorKit
import KithCore
import KithTesting
import Testing

/// How lists end, and how they do not.
@Suite struct PagesTests {
  @Test func aPageThatIsShorterThanAskedForEndsNothing() async throws {
    let (sink, error, _) = try await REST.answers("\(REST.pages)\npaging: {page: 1}") { number, _ in
      .text(number <= 3 ? REST.people(number * 10 + 1...number * 10 + 2) : "{\"people\": []}")
    }
    #expect(error == nil)
    #expect(sink.records.count == 6)
  }

  @Test func aPagePastTheEndMayBeNotFound() async throws {
    let (sink, error, _) = try await REST.answers("\(REST.pages)\npaging: {page: 1, until: {status: 404}}") {
      number, _ in
      number <= 2 ? .text(REST.people(number...number)) : .text("{\"detail\": \"Ungültige Seite.\"}", 404)
    }
    #expect(error == nil)
    #expect(sink.records.count == 2)
  }

  @Test func notFoundOnTheFirstPageIsAnError() async throws {
    let (_, error, _) = try await REST.answers("\(REST.pages)\npaging: {page: 1, until: {status: 404}}") { _, _ in
      .text("{}", 404)
    }
    #expect(error?.recovery == .configuration)
  }

  @Test func aPagePastTheEndMayHaveNoListAtAll() async throws {
    let (sink, error, _) = try await REST.answers("\(REST.pages)\npaging: {page: 1}") { number, _ in
      .text(number == 1 ? REST.people(1...2) : "{\"start\": 2, \"total_size\": 2}")
    }
    #expect(error == nil)
    #expect(sink.records.count == 2)
  }

  @Test func aLastPageThatRepeatsIsAnErrorUnlessATotalEndsTheList() async throws {
    let repeating: @Sendable (Int, LoopbackServer.Request) -> LoopbackReply = { number, _ in
      .text(REST.people(number == 1 ? 1...2 : 3...4, ", \"total\": 4"))
    }
    let stuck = try await REST.answers("\(REST.pages)\npaging: {page: 1}", "", repeating)
    #expect(stuck.error?.recovery == .configuration)
    let counted = try await REST.answers("\(REST.pages)\npaging: {page: 1, until: {total: total}}", "", repeating)
    #expect(counted.error == nil)
    #expect(counted.sink.records.count == 4)
  }

  @Test func aTotalMayBeAText() async throws {
    let (sink, error, _) = try await REST.answers(
      "\(REST.pages)\npaging: {page: 1, until: {total: total}}"
    ) { _, _ in .text(REST.people(1...2, ", \"total\": \"2\"")) }
    #expect(error == nil)
    #expect(sink.records.count == 2)
  }

  /// Waiting makes sense for what was cut off; a page for people stays one.
  @Test func halfAPageIsAskedForAgainAndAWebPageIsNot() async throws {
    let half = try await REST.answers("request: {path: /people}\nrecords: people") { number, _ in
      .text(number == 1 ? "{\"people\": [{\"id\": 1" : REST.people(1...2))
    }
    #expect(half.error == nil)
    #expect(half.sink.records.count == 2)
    let page = try await REST.answers("request: {path: /people}\nrecords: people") { _, _ in .text("<html></html>") }
    #expect(page.error?.recovery == .transient)
    #expect(page.server.requests.count == 1)
  }

  @Test func membersOfAnObjectAreRecords() async throws {
    let (sink, error, _) = try await REST.answers("request: {path: /people}\nrecords: people.*") { _, _ in
      .text("{\"people\": {\"7\": {\"id\": 7, \"name\": \"A\"}, \"8\": {\"id\": 8, \"name\": \"B\"}}}")
    }
    #expect(error == nil)
    #expect(sink.records.count == 2)
  }

  @Test func anEmptyListInPlaceOfAnObjectIsNothing() async throws {
    let (sink, error, _) = try await REST.answers("request: {path: /people}\nrecords: people.*") { _, _ in
      .text("{\"people\": []}")
    }
    #expect(error == nil)
    #expect(sink.records.isEmpty)
  }
}
