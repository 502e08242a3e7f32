import Foundation
import KithConnectorKit
import KithCore
import KithTesting
import Synchronization
import Testing

/// What tools answer besides what they should, as seen at many of them.
@Suite struct AnswerTests {
  private static func manifest(_ url: String, _ stream: String, _ more: String = "") -> String {
    """
    name: sample
    title: Sample
    summary: For tests.
    options:
      token: {kind: secret, summary: A token.}
    base_url: \(url)
    authorisation: [{bearer: "${token}"}, {none: true}]
    \(more)
    streams:
      people:
        summary: A person.
        record: profile
        \(stream.replacingOccurrences(of: "\n", with: "\n    "))
        fields: {key: id, full_name: name, updated_at: {path: updated, map: {"0001-01-01*": "", "1970-01-01*": ""}}}
    """
  }

  /// Reads from a tool that answers request number n (from 1) as told.
  private func read(
    _ stream: String, _ more: String = "", options: [String: OptionValue] = [:], time: InstantTime = InstantTime(),
    _ answer: @escaping @Sendable (Int, LoopbackServer.Request) -> LoopbackReply
  ) async throws -> (sink: CollectingSink, error: KithError?, server: LoopbackServer) {
    let count = Mutex(0)
    let server = try LoopbackServer { request in
      answer(
        count.withLock { count in
          count += 1
          return count
        }, request)
    }
    let source = try REST.open(Self.manifest(server.url, stream, more), options, time: time)
    let (sink, error) = await REST.read(source)
    return (sink, error, server)
  }

  private static func people(_ ids: ClosedRange<Int>, _ more: String = "") -> String {
    "{\"people\": [\(ids.map { "{\"id\": \($0), \"name\": \"P\($0)\"}" }.joined(separator: ","))]\(more)}"
  }

  private static let pages = """
    request: {path: /people, query: {page: "${page}", size: 100}}
    records: people
    """

  // MARK: ends of lists

  @Test func aPageThatIsShorterThanAskedForEndsNothing() async throws {
    let (sink, error, _) = try await read("\(Self.pages)\npaging: {page: 1}") { number, _ in
      .text(number <= 3 ? Self.people(number * 10 + 1...number * 10 + 2) : "{\"people\": []}")
    }
    #expect(error == nil)
    #expect(sink.records.count == 6)
  }

  @Test func aPagePastTheEndMayBeNotFound() async throws {
    let (sink, error, _) = try await read("\(Self.pages)\npaging: {page: 1, until: {status: 404}}") { number, _ in
      number <= 2 ? .text(Self.people(number...number)) : .text("{\"detail\": \"Ungültige Seite.\"}", 404)
    }
    #expect(error == nil)
    #expect(sink.records.count == 2)
  }

  @Test func notFoundOnTheFirstPageIsAnError() async throws {
    let (_, error, _) = try await read("\(Self.pages)\npaging: {page: 1, until: {status: 404}}") { _, _ in
      .text("{}", 404)
    }
    #expect(error?.recovery == .configuration)
  }

  @Test func aPagePastTheEndMayHaveNoListAtAll() async throws {
    let (sink, error, _) = try await read("\(Self.pages)\npaging: {page: 1}") { number, _ in
      .text(number == 1 ? Self.people(1...2) : "{\"start\": 2, \"total_size\": 2}")
    }
    #expect(error == nil)
    #expect(sink.records.count == 2)
  }

  @Test func aLastPageThatRepeatsIsAnErrorUnlessATotalEndsTheList() async throws {
    let repeating: @Sendable (Int, LoopbackServer.Request) -> LoopbackReply = { number, _ in
      .text(Self.people(number == 1 ? 1...2 : 3...4, ", \"total\": 4"))
    }
    let stuck = try await read("\(Self.pages)\npaging: {page: 1}", "", repeating)
    #expect(stuck.error?.recovery == .configuration)
    let counted = try await read("\(Self.pages)\npaging: {page: 1, until: {total: total}}", "", repeating)
    #expect(counted.error == nil)
    #expect(counted.sink.records.count == 4)
  }

  @Test func aTotalMayBeAText() async throws {
    let (sink, error, _) = try await read(
      "\(Self.pages)\npaging: {page: 1, until: {total: total}}"
    ) { _, _ in .text(Self.people(1...2, ", \"total\": \"2\"")) }
    #expect(error == nil)
    #expect(sink.records.count == 2)
  }

  @Test func membersOfAnObjectAreRecords() async throws {
    let (sink, error, _) = try await read("request: {path: /people}\nrecords: people.*") { _, _ in
      .text("{\"people\": {\"7\": {\"id\": 7, \"name\": \"A\"}, \"8\": {\"id\": 8, \"name\": \"B\"}}}")
    }
    #expect(error == nil)
    #expect(sink.records.count == 2)
  }

  @Test func anEmptyListInPlaceOfAnObjectIsNothing() async throws {
    let (sink, error, _) = try await read("request: {path: /people}\nrecords: people.*") { _, _ in
      .text("{\"people\": []}")
    }
    #expect(error == nil)
    #expect(sink.records.isEmpty)
  }

  // MARK: where credentials go

  @Test func theNextPageOnAnotherHostGetsNothing() async throws {
    let other = try LoopbackServer { _ in .text(Self.people(9...9)) }
    let (sink, error, _) = try await read(
      "request: {path: /people}\nrecords: people\npaging: {next_url: next}",
      options: ["token": .secret(Secret("canary-0815"))]
    ) { [port = other.port] _, _ in
      .text(Self.people(1...1, ", \"next\": \"http://localhost:\(port)/people\""))
    }
    #expect(error?.recovery == .configuration)
    #expect(other.requests.isEmpty)
    #expect(sink.records.count == 1, "what came before is kept")
    #expect(!"\(error.map { "\($0)" } ?? "")".contains("canary"))
  }

  /// Where the next sync begins is the tool's word as well.
  @Test func theNextSyncOnAnotherHostGetsNothing() async throws {
    let other = try LoopbackServer { _ in .text(Self.people(9...9)) }
    let server = try LoopbackServer { [port = other.port] _ in
      .text(Self.people(1...1, ", \"delta\": \"http://localhost:\(port)/people?token=1\""))
    }
    let stream = "request: {path: /people}\nrecords: people\npaging: {next_url: next}\nincremental: {link: delta}"
    let source = try REST.open(
      Self.manifest(server.url, stream), ["token": .secret(Secret("canary-0815"))])
    let (sink, error) = await REST.read(source)
    #expect(error == nil)
    let (_, second) = await REST.read(source, from: sink.checkpoint)
    #expect(second?.recovery == .configuration)
    #expect(other.requests.isEmpty)
  }

  @Test func theNextSyncGoesOnAtTheLink() async throws {
    let server = try LoopbackServer { request in
      request.target.contains("token=1")
        ? .text(Self.people(2...2, ", \"delta\": \"/people?token=2\""))
        : .text(Self.people(1...1, ", \"delta\": \"http://127.0.0.1/people?token=1\""))
    }
    let stream = "request: {path: /people}\nrecords: people\npaging: {next_url: next}\nincremental: {link: delta}"
    let source = try REST.open(Self.manifest(server.url, stream))
    let (first, _) = await REST.read(source)
    let (second, error) = await REST.read(source, from: first.checkpoint)
    #expect(error == nil)
    #expect(second.records.count == 1)
    #expect(second.checkpoint?.text.contains("token=2") == true)
  }

  // MARK: errors

  @Test func errorsInManyShapesTellTheToolsWords() async throws {
    let bodies = [
      "[{\"errorCode\": \"NOT_FOUND\", \"message\": \"words\"}]", "{\"error\": {\"message\": \"words\"}}",
      "{\"errors\": [{\"title\": \"words\"}]}", "{\"errors\": \"words\"}", "{\"detail\": \"words\"}",
    ]
    for body in bodies {
      let (_, error, _) = try await read(
        "request: {path: /people}",
        "errors: {message: [\"[0].message\", error.message, \"errors[0].title\", errors, detail]}"
      ) { _, _ in .text(body, 400) }
      #expect(error?.seen == "words", "\(body)")
      #expect(error?.recovery == .configuration)
    }
  }

  @Test func anErrorThatComesAsASuccessIsTriedAgain() async throws {
    let (sink, error, server) = try await read(
      "request: {path: /graph, json: {query: \"{ people { id } }\"}}\nrecords: data.people",
      "errors: {message: [\"errors[0].message\"], rules: [{path: \"errors[].extensions.code\", equals: THROTTLED, means: transient, wait_seconds: 2}, {path: errors, means: configuration}]}"
    ) { number, _ in
      number < 3
        ? .text("{\"errors\": [{\"message\": \"Throttled\", \"extensions\": {\"code\": \"THROTTLED\"}}]}")
        : .text("{\"data\": {\"people\": [{\"id\": 1, \"name\": \"A\"}]}}")
    }
    #expect(error == nil)
    #expect(sink.records.count == 1)
    #expect(server.requests.count == 3)
    #expect(server.requests[0].text == "{\"query\":\"{ people { id } }\"}")
  }

  @Test func anotherErrorThatComesAsASuccessIsTold() async throws {
    let (_, error, _) = try await read(
      "request: {path: /graph, json: {query: x}}\nrecords: data.people",
      "errors: {message: [\"errors[0].message\", errors], rules: [{path: errors, means: configuration}]}"
    ) { _, _ in .text("{\"errors\": \"no such field\"}") }
    #expect(error?.recovery == .configuration)
    #expect(error?.seen == "no such field")
  }

  @Test func aRuleMakesAnAnswerNothing() async throws {
    let (sink, error, _) = try await read(
      "request: {path: /people}\nrecords: people",
      "errors: {rules: [{status: 404, path: code, equals: none_yet, means: empty}]}"
    ) { _, _ in .text("{\"code\": \"none_yet\"}", 404) }
    #expect(error == nil)
    #expect(sink.records.isEmpty)
  }

  @Test(arguments: [
    ("Retry-After", "27", 27.0), ("Retry-After", "2.0", 2), ("X-RateLimit-Reset", "9", 9),
    ("X-RateLimit-Reset", "1893456040", 40),
  ]) func waitsAsTheToolSays(name: String, value: String, seconds: Double) async throws {
    let time = InstantTime()
    let start = time.now()
    let (sink, error, _) = try await read("request: {path: /people}\nrecords: people", time: time) { number, _ in
      number == 1
        ? .text("slow down", 429, [(name, value), ("X-RateLimit-Remaining", "0")]) : .text(Self.people(1...1))
    }
    #expect(error == nil)
    #expect(sink.records.count == 1)
    let waited = time.now().seconds(since: start)
    #expect(waited >= seconds && waited < seconds + 1.1, "waited \(waited)")
  }

  @Test func tooManyWithoutAWordIsWaitedForAllTheSame() async throws {
    let (sink, error, _) = try await read("request: {path: /people}\nrecords: people") { number, _ in
      number < 4 ? .text("{\"category\": \"RATE_LIMITS\"}", 429) : .text(Self.people(1...1))
    }
    #expect(error == nil)
    #expect(sink.records.count == 1)
  }

  // MARK: records

  @Test func datesThatAreNoneAreMissing() async throws {
    let (second, error, _) = try await read(
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
    let (sink, error, server) = try await read("request: {path: /people}\nrecords: people") { _, _ in
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
    let text = Self.manifest(server.url, "request: {path: /people}\nrecords: people")
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
    let (sink, _, _) = try await read(
      "request: {path: /people}\nrecords: people\ndeleted: {path: reason, equals: deleted}"
    ) { _, _ in .text("{\"people\": [{\"id\": 1, \"reason\": \"deleted\"}, {\"id\": 2, \"name\": \"B\"}]}") }
    #expect(sink.records.first == .deletion(Deletion(kind: .profile, key: "1")))
    #expect(sink.records.count == 2)
  }

  @Test func whatDoesNotCountIsCounted() async throws {
    let (sink, _, _) = try await read(
      "request: {path: /people}\nrecords: people\nonly: {path: role, equals: [user, lead]}"
    ) { _, _ in
      .text("{\"people\": [{\"id\": 1, \"role\": \"agent\"}, {\"id\": 2, \"name\": \"B\", \"role\": \"user\"}]}")
    }
    #expect(sink.records.count == 1)
    #expect(sink.batches.flatMap(\.notes).contains { $0.contains("1 records") })
  }

  @Test func aCompleteListSaysWhatIsGoneOnlyWhenItCameWhole() async throws {
    let whole = try await read("\(Self.pages)\npaging: {page: 1}") { number, _ in
      .text(number == 1 ? Self.people(1...2) : "{\"people\": []}")
    }
    #expect(whole.sink.batches.last?.snapshot == .whole)
    let torn = try await read("\(Self.pages)\npaging: {page: 1}") { number, _ in
      number == 1 ? .text(Self.people(1...2)) : .text("{}", 400)
    }
    #expect(torn.error != nil)
    #expect(torn.sink.records.count == 2)
    #expect(!torn.sink.batches.contains { $0.snapshot == .ends || $0.snapshot == .whole })
    let empty = try await read("\(Self.pages)\npaging: {page: 1}") { _, _ in .text("{\"people\": []}") }
    #expect(!empty.sink.batches.contains { $0.snapshot == .ends || $0.snapshot == .whole })
  }

  @Test func listsThatEndAfterSoManyBeginAgain() async throws {
    let text = """
      request: {path: /people, json: {after: "${cursor}", since: "${since}"}}
      records: people
      paging: {cursor: next, restart_after: 4}
      incremental: {field: updated, sorted: true, start: 2020-01-01}
      """
    let (sink, error, server) = try await read(text) { _, request in
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
    let source = try REST.open(Self.manifest(server.url, stream))
    let (sink, _) = await REST.read(source)
    _ = await REST.read(source, from: sink.checkpoint)
    #expect(server.requests.last?.target.removingPercentEncoding == "/people?since=\(expected)")
  }

  @Test func listsOfOptionsStandInRequests() async throws {
    let server = try LoopbackServer { _ in .text(Self.people(1...1)) }
    let text = Self.manifest(
      server.url,
      "request: {path: /people, query: {fields: \"${fields}\"}, json: {fields: \"${fields}\"}}\nrecords: people"
    ).replacing("options:\n", with: "options:\n  fields: {kind: list, summary: Fields.}\n")
    let (_, error) = await REST.read(try REST.open(text, ["fields": .list(["a", "b"])]))
    #expect(error == nil)
    #expect(server.requests.first?.target.removingPercentEncoding == "/people?fields=a,b")
    #expect(server.requests.first?.text == "{\"fields\":[\"a\",\"b\"]}")
  }

  // MARK: parents

  @Test func eachParentHasItsOwnPagesAndItsOwnCursor() async throws {
    let asked = Mutex<[String]>([])
    let server = try LoopbackServer { request in
      asked.withLock { $0.append(request.target) }
      if request.path == "/forms" {
        return .text("{\"items\": [{\"id\": \"a\", \"title\": \"First\"}, {\"id\": \"b\", \"title\": \"Second\"}]}")
      }
      let form = request.path.split(separator: "/")[1]
      let page = request.target.contains("page=2") ? 2 : 1
      let day = form == "a" ? "01" : "02"
      return .text(
        page == 1
          ? "{\"people\": [{\"id\": \"\(form)1\", \"updated\": \"2026-03-\(day)T00:00:00Z\"}]}" : "{\"people\": []}")
    }
    let text = """
      name: sample
      title: Sample
      summary: For tests.
      base_url: \(server.url)
      authorisation: {none: true}
      streams:
        forms:
          summary: A form.
          record: product
          request: {path: /forms}
          records: items
          fields: {key: id, name: title}
        people:
          summary: A person.
          record: profile
          parent: {stream: forms, values: {id: id, title: title}}
          request: {path: "/forms/${parent.id}/people", query: {page: "${page}", since: "${since}"}}
          records: people
          paging: {page: 1}
          incremental: {field: updated}
          fields: {key: id, trait.form: _parent.title}
      """
    let source = try REST.open(text)
    let (sink, error) = await REST.read(source)
    #expect(error == nil)
    let traits = sink.records.compactMap { record -> String? in
      if case .profile(let profile) = record { profile.traits.first { $0.name == "form" }?.value } else { nil }
    }
    #expect(traits == ["First", "Second"])
    asked.withLock { $0 = [] }
    _ = await REST.read(source, from: sink.checkpoint)
    let second = asked.withLock { $0 }
    #expect(second.contains { $0.hasPrefix("/forms/a/people") && $0.contains("2026-03-01") && $0.contains("page=1") })
    #expect(second.contains { $0.hasPrefix("/forms/b/people") && $0.contains("2026-03-02") && $0.contains("page=1") })
  }

  @Test func oneParentThatIsGoneStopsNoOther() async throws {
    let server = try LoopbackServer { request in
      if request.path == "/forms/b/people" { return .text("{\"message\": \"gone\"}", 404) }
      let form = request.path.split(separator: "/")[1]
      return .text("{\"people\": [{\"id\": \"\(form)1\", \"name\": \"x\"}]}")
    }
    let text = """
      name: sample
      title: Sample
      summary: For tests.
      options: {forms: {kind: list, summary: Forms., required: true}}
      base_url: \(server.url)
      authorisation: {none: true}
      streams:
        people:
          summary: A person.
          record: profile
          parent: {option: forms}
          request: {path: "/forms/${parent.value}/people"}
          records: people
          fields: {key: id, full_name: name}
      """
    let source = try REST.open(text, ["forms": .list(["a", "b", "c"])])
    let (sink, error) = await REST.read(source)
    #expect(sink.records.count == 2)
    #expect(error?.recovery == .configuration)
    #expect(!sink.batches.contains { $0.snapshot == .ends || $0.snapshot == .whole })
  }

  // MARK: getting in

  @Test func aLoginMakesATokenOfSeveralValues() async throws {
    let server = try LoopbackServer { request in
      if request.path == "/login" {
        return request.text == "{\"user\":\"ada\",\"password\":\"hush\"}"
          ? .text("{\"result\": [5, \"abc\"]}") : .text("", 401)
      }
      let expected = "Session " + Data("ada:5:abc".utf8).base64EncodedString()
      return request["Authorization"] == expected ? .text(Self.people(1...1)) : .text("", 401)
    }
    let text = Self.manifest(server.url, "request: {path: /people}\nrecords: people").replacing(
      "authorisation: [{bearer: \"${token}\"}, {none: true}]",
      with: """
        authorisation:
          session:
            request: {path: /login, json: {user: ada, password: "${token}"}}
            values: {uid: {path: result.0}, key: {path: result.1}}
            token: "ada:${uid}:${key}"
            encode: base64
            header: Authorization
            prefix: "Session "
        """)
    let (sink, error) = await REST.read(try REST.open(text, ["token": .secret(Secret("hush"))]))
    #expect(error == nil)
    #expect(sink.records.count == 1)
  }

  @Test func aSessionMayStandInTheBodies() async throws {
    let server = try LoopbackServer { request in
      if request.text.contains("get_session_key") { return .text("{\"result\": \"k\\\"ey\"}") }
      return request.text == "{\"method\":\"list\",\"params\":[\"k\\\"ey\",7]}"
        ? .text(Self.people(1...1)) : .text("\(request.text)", 400)
    }
    let text = Self.manifest(
      server.url, "request: {path: /rpc, json: {method: list, params: [\"${session}\", 7]}}\nrecords: people"
    ).replacing(
      "authorisation: [{bearer: \"${token}\"}, {none: true}]",
      with: """
        authorisation:
          session:
            request: {path: /rpc, json: {method: get_session_key}}
            values: {key: {path: result}}
        """)
    let (sink, error) = await REST.read(try REST.open(text, ["token": .secret(Secret("hush"))]))
    #expect(error == nil, "\(error.map { "\($0)" } ?? "")")
    #expect(sink.records.count == 1)
  }

  @Test func aTurnedRefreshTokenIsKeptForTheNextProcess() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kith-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let server = try LoopbackServer { request in
      guard request.path == "/token" else { return .text(Self.people(1...1)) }
      // Each token is good for one exchange.
      let old = request.text.split(separator: "refresh_token=").last?.prefix { $0 != "&" } ?? ""
      let new = ["first": "second", "second": "third"][String(old)]
      return new.map { .text("{\"access_token\": \"t\", \"expires_in\": 3600, \"refresh_token\": \"\($0)\"}") }
        ?? .text("{}", 400)
    }
    let text = Self.manifest(server.url, "request: {path: /people}\nrecords: people").replacing(
      "authorisation: [{bearer: \"${token}\"}, {none: true}]",
      with: """
        authorisation:
          oauth2: {token_url: \(server.url)/token, client_id: kith, refresh_token: "${token}"}
        """)
    for _ in 1...2 {
      // Another clock is another process: nothing is shared but the file.
      let source = try REST.open(
        text, ["token": .secret(Secret("first"))], time: InstantTime(), baseDirectory: folder.path)
      let (_, error) = await REST.read(source)
      #expect(error == nil)
    }
    let file = folder.appendingPathComponent(".kith/tokens/test")
    #expect(try String(contentsOf: file, encoding: .utf8) == "third")
    let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
  }

  /// A token that came half is a passing trouble, not a wrong password.
  @Test func aTokenThatIsCutOffIsNoRefusal() async throws {
    let server = try LoopbackServer { request in
      request.path == "/token" ? .text("{\"access_to") : .text(Self.people(1...1))
    }
    for authorisation in [
      "oauth2: {token_url: \(server.url)/token, client_id: kith}",
      "session: {request: {path: /token}, values: {key: {path: key}}, header: X-Key}",
    ] {
      let text = Self.manifest(server.url, "request: {path: /people}\nrecords: people").replacing(
        "authorisation: [{bearer: \"${token}\"}, {none: true}]", with: "authorisation: {\(authorisation)}")
      let (_, error) = await REST.read(try REST.open(text))
      #expect(error?.recovery == .transient, "\(authorisation): \(error.map { "\($0)" } ?? "")")
    }
  }
}
