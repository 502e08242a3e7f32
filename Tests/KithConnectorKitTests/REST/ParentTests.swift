import KithConnectorKit
import KithCore
import KithTesting
import Synchronization
import Testing

/// Lists that belong to the records of others.
@Suite struct ParentTests {
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

  /// What was read of the first lists is not read again when a later one fails in passing.
  @Test func listsThatWereReadStayReadWhenALaterOneFails() async throws {
    let fails = Mutex(true)
    let server = try LoopbackServer { request in
      let form = request.path.split(separator: "/")[1]
      if form == "c", fails.withLock({ $0 }) { return .text("", 503) }
      if request.target.contains("since=") { return .text("{\"people\": []}") }
      return .text("{\"people\": [{\"id\": \"\(form)1\", \"name\": \"x\", \"updated\": \"2026-03-01T00:00:00Z\"}]}")
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
          request: {path: "/forms/${parent.value}", query: {since: "${since}"}}
          records: people
          incremental: {field: updated}
          fields: {key: id, full_name: name}
      """
    let source = try REST.open(text, ["forms": .list(["a", "b", "c"])])
    let (first, error) = await REST.read(source)
    #expect(error?.recovery == .transient)
    #expect(first.records.count == 2)
    fails.withLock { $0 = false }
    let (second, none) = await REST.read(source, from: first.checkpoint)
    #expect(none == nil)
    #expect(second.records.count == 1)
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
}
