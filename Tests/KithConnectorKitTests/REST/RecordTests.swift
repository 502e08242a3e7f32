import Foundation
import KithConnectorKit
import KithCore
import KithTesting
import Testing

/// What becomes of records, whole or broken, there or gone.
@Suite struct RecordTests {
  @Test func datesThatAreNoneAreMissing() async throws {
    let (second, error, _) = try await REST.answers(
      "request: {path: /people, query: {since: \"${since}\"}}\nrecords: people\nincremental: {field: updated}"
    ) { _, _ in
      .text(
        """
        {"people": [{"id": 1, "name": "A", "updated": "1970-01-01T00:00:00Z"}, {"id": 2, "name": "B", "updated": null},
          {"id": 3, "name": "C", "updated": ""}, {"id": 4, "name": "D", "updated": "0001-01-01T00:00:00"}]}
        """)
    }
    #expect(error == nil)
    #expect(second.records.count == 4)
    for case .profile(let profile) in second.records { #expect(profile.updatedAt == nil) }
    #expect(second.checkpoint?.text.contains("since") == false)
  }

  @Test func aRecordThatCannotBeMappedIsPutAsideWhole() async throws {
    let (sink, error, server) = try await REST.answers("request: {path: /people}\nrecords: people") { _, _ in
      .text("{\"people\": [{\"name\": \"no key\", \"n\": 1.50}, {\"id\": 2, \"name\": \"B\"}, 7]}")
    }
    _ = server
    #expect(error == nil)
    #expect(sink.records.count == 1)
    #expect(sink.rejects.map(\.code) == ["missing_key", "syntax"])
    #expect(String(decoding: sink.rejects[0].raw, as: UTF8.self) == "{\"name\":\"no key\",\"n\":1.50}")
  }

  @Test func whatIsPutAsideCanBeReadAgain() async throws {
    let server = try LoopbackServer { _ in .text("{\"people\": [{\"name\": \"no key\"}]}") }
    let text = REST.manifest(server.url, "request: {path: /people}\nrecords: people")
    let (sink, _) = await REST.read(try REST.open(text))
    let mended = try REST.open(text.replacing("key: id", with: "key: {first: [id, name]}"))
    let outcomes = try await #require(mended as? any ReplayableSource).replay(stream: "people", rejects: sink.rejects)
    guard case .record(.profile(let profile))? = outcomes.first else {
      Issue.record("\(outcomes)")
      return
    }
    #expect(profile.key == "no key")
  }

  @Test func whatIsGoneIsADeletion() async throws {
    let (sink, _, _) = try await REST.answers(
      "request: {path: /people}\nrecords: people\ndeleted: {path: reason, equals: deleted}"
    ) { _, _ in .text("{\"people\": [{\"id\": 1, \"reason\": \"deleted\"}, {\"id\": 2, \"name\": \"B\"}]}") }
    #expect(sink.records.first == .deletion(Deletion(kind: .profile, key: "1")))
    #expect(sink.records.count == 2)
  }

  @Test func whatDoesNotCountIsCounted() async throws {
    let (sink, _, _) = try await REST.answers(
      "request: {path: /people}\nrecords: people\nonly: {path: role, equals: [user, lead]}"
    ) { _, _ in
      .text("{\"people\": [{\"id\": 1, \"role\": \"agent\"}, {\"id\": 2, \"name\": \"B\", \"role\": \"user\"}]}")
    }
    #expect(sink.records.count == 1)
    #expect(sink.batches.flatMap(\.notes).contains { $0.contains("1 records") })
  }

  @Test func aCompleteListSaysWhatIsGoneOnlyWhenItCameWhole() async throws {
    let whole = try await REST.answers("\(REST.pages)\npaging: {page: 1}") { number, _ in
      .text(number == 1 ? REST.people(1...2) : "{\"people\": []}")
    }
    #expect(whole.sink.batches.last?.snapshot == .whole)
    let torn = try await REST.answers("\(REST.pages)\npaging: {page: 1}") { number, _ in
      number == 1 ? .text(REST.people(1...2)) : .text("{}", 400)
    }
    #expect(torn.error != nil)
    #expect(torn.sink.records.count == 2)
    #expect(!torn.sink.batches.contains { $0.snapshot == .ends || $0.snapshot == .whole })
    let empty = try await REST.answers("\(REST.pages)\npaging: {page: 1}") { _, _ in .text("{\"people\": []}") }
    #expect(!empty.sink.batches.contains { $0.snapshot == .ends || $0.snapshot == .whole })
  }

  /// Of traffic a slice is all there is of its days, unless something of it could not be read, or nothing came.
  @Test func wholeDaysAreTold() async throws {
    let server = try LoopbackServer { request in
      let since = request.target.split(separator: "=")[1].prefix(10)
      switch since {
      case "2026-01-01":
        return .text("{\"rows\": [{\"d\": \"2026-01-02\", \"n\": 1}, {\"d\": \"2026-01-11\", \"n\": 2}]}")
      case "2026-01-11":
        return .text("{\"rows\": [{\"d\": \"2026-01-12\", \"n\": -1}, {\"d\": \"2026-01-13\", \"n\": 2}]}")
      case "2026-01-21": return .text("{\"rows\": []}")
      default: return .text("{\"rows\": [{\"d\": \"2026-02-01\", \"n\": 0}]}")
      }
    }
    let text = """
      name: sample
      title: Sample
      summary: For tests.
      base_url: \(server.url)
      authorisation: {none: true}
      streams:
        people:
          summary: A count.
          record: traffic
          request: {path: /counts, query: {days: "${since}.${until}"}}
          records: rows
          incremental: {field: d, written: yyyy-MM-dd, start: 2026-01-01, slice_days: 10, whole_days: true}
          fields: {date: d, visits: n}
      """
    let now = try #require(Timestamp(sqlText: "2026-02-02 12:00:00"))
    let (sink, error) = await REST.read(try REST.open(text, time: InstantTime(now)))
    #expect(error == nil && sink.records.count == 4 && sink.rejects.count == 1)
    let days = sink.batches.map { $0.wholeDays.map { "\($0.lowerBound.iso) \($0.upperBound.iso)" } }
    #expect(days.flatMap(\.self) == ["2026-01-01 2026-01-11", "2026-01-31 2026-02-02"])
  }

  /// A path that leads nowhere is no empty tool, when the records lie elsewhere.
  @Test func recordsInAnotherPlaceAreTold() async throws {
    let server = try LoopbackServer { _ in .text("{\"data\": {\"rows\": [{\"id\": 1}], \"none\": []}}") }
    let source = try REST.open(REST.manifest(server.url, "request: {path: /people}\nrecords: data.row"))
    let problems = try await #require(source as? any CheckableSource).check(stream: "people")
    #expect(problems.map(\.allowed) == ["data.rows"])
    let (sink, error) = await REST.read(source)
    #expect(error == nil)
    #expect(sink.batches.flatMap(\.notes).contains { $0.contains("lists at data.rows") })
    // An answer that has no lists at all is how some tools say that there is nothing.
    let empty = try LoopbackServer { _ in .text("{\"start\": 0, \"total\": 0, \"links\": {\"self\": \"x\"}}") }
    let quiet = try REST.open(REST.manifest(empty.url, "request: {path: /people}\nrecords: entries"))
    #expect(try await #require(quiet as? any CheckableSource).check(stream: "people").isEmpty)
    // Others leave the list out when it is empty, and the manifest says so.
    let text = REST.manifest(server.url, "request: {path: /people}\nrecords: data.row\nmay_lack_records: true")
    let known = try REST.open(text)
    #expect(try await #require(known as? any CheckableSource).check(stream: "people").isEmpty)
    #expect(await REST.read(known).sink.batches.flatMap(\.notes).allSatisfy { !$0.contains("lists at") })
  }

  /// A record that cannot be mapped any more is there all the same: nobody is marked deleted by such a list.
  @Test func aCompleteListWithARecordThatCannotBeMappedDeletesNothing() async throws {
    let (sink, error, _) = try await REST.answers("request: {path: /people}\nrecords: people") { _, _ in
      .text("{\"people\": [{\"id\": 1, \"name\": \"A\"}, {\"name\": \"no key\"}]}")
    }
    #expect(error == nil)
    #expect(sink.rejects.count == 1)
    #expect(!sink.batches.contains { $0.snapshot == .ends || $0.snapshot == .whole })
    #expect(sink.batches.flatMap(\.notes).contains { $0.contains("nothing was marked deleted") })
  }

  /// A day to start from says nothing of a list that is read whole.
  @Test func aCompleteListIsCompleteWhateverTheStartDate() async throws {
    let (sink, _, _) = try await REST.answers(
      "request: {path: /people}\nrecords: people", options: ["start_date": .text("2026-01-01")]
    ) { _, _ in .text(REST.people(1...2)) }
    #expect(sink.batches.last?.snapshot == .whole)
  }

  @Test func listsThatEndAfterSoManyBeginAgain() async throws {
    let text = """
      request: {path: /people, json: {after: "${cursor}", since: "${since}"}}
      records: people
      paging: {cursor: next, restart_after: 4}
      incremental: {field: updated, sorted: true, start: 2020-01-01}
      """
    let (sink, error, server) = try await REST.answers(text) { _, request in
      // Ten people, a day apart; at most four of one list, two a page.
      let since = Int(request.text.split(separator: "2029-01-").last?.prefix(2) ?? "1") ?? 1
      let after = request.text.contains("\"after\":\"2\"") ? 2 : request.text.contains("\"after\":\"4\"") ? 4 : 0
      if after == 4 { return .text("{\"message\": \"no more than 4\"}", 400) }
      let days = Array((since...max(since, 10)).dropFirst(after).prefix(2))
      let list = days.map {
        "{\"id\": \($0), \"name\": \"P\", \"updated\": \"2029-01-\($0 < 10 ? "0" : "")\($0)T00:00:00Z\"}"
      }
      let next = since + after + 2 <= 10 ? ", \"next\": \"\(after + 2)\"" : ""
      return .text("{\"people\": [\(list.joined(separator: ","))]\(next)}")
    }
    #expect(error == nil)
    #expect(
      Set(
        sink.records.map { record -> String in
          if case .profile(let profile) = record { profile.key } else { "" }
        }) == Set((1...10).map { "\($0)" }))
    #expect(server.requests.count < 20)
  }

  @Test(arguments: [("", "2026-03-01T12:00:00Z"), (", zone: America/New_York", "2026-03-01T17:00:00Z")])
  func valuesWithoutAZoneAreMeantInTheToolsOwn(zone: String, expected: String) async throws {
    let server = try LoopbackServer { _ in
      .text("{\"people\": [{\"id\": 1, \"name\": \"A\", \"updated\": \"2026-03-01T12:00:00\"}]}")
    }
    let stream = """
      request: {path: /people, query: {since: "${since}"}}
      records: people
      incremental: {field: updated\(zone)}
      """
    let source = try REST.open(REST.manifest(server.url, stream))
    let (sink, _) = await REST.read(source)
    _ = await REST.read(source, from: sink.checkpoint)
    #expect(server.requests.last?.target.removingPercentEncoding == "/people?since=\(expected)")
  }

  @Test func listsOfOptionsStandInRequests() async throws {
    let server = try LoopbackServer { _ in .text(REST.people(1...1)) }
    let text = REST.manifest(
      server.url,
      "request: {path: /people, query: {fields: \"${fields}\"}, json: {fields: \"${fields}\"}}\nrecords: people"
    ).replacing("options:\n", with: "options:\n  fields: {kind: list, summary: Fields.}\n")
    let (_, error) = await REST.read(try REST.open(text, ["fields": .list(["a", "b"])]))
    #expect(error == nil)
    #expect(server.requests.first?.target.removingPercentEncoding == "/people?fields=a,b")
    #expect(server.requests.first?.text == "{\"fields\":[\"a\",\"b\"]}")
  }
}
