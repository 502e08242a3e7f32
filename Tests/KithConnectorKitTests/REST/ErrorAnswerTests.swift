import KithConnectorKit
import KithCore
import KithTesting
import Testing

/// Errors in the shapes that tools give them, and how long they want to be left alone.
@Suite struct ErrorAnswerTests {
  @Test func errorsInManyShapesTellTheToolsWords() async throws {
    let bodies = [
      "[{\"errorCode\": \"NOT_FOUND\", \"message\": \"words\"}]", "{\"error\": {\"message\": \"words\"}}",
      "{\"errors\": [{\"title\": \"words\"}]}", "{\"errors\": \"words\"}", "{\"detail\": \"words\"}",
    ]
    for body in bodies {
      let (_, error, _) = try await REST.answers(
        "request: {path: /people}",
        "errors: {message: [\"[0].message\", error.message, \"errors[0].title\", errors, detail]}"
      ) { _, _ in .text(body, 400) }
      #expect(error?.seen == "words", "\(body)")
      #expect(error?.recovery == .configuration)
    }
  }

  @Test func anErrorThatComesAsASuccessIsTriedAgain() async throws {
    let (sink, error, server) = try await REST.answers(
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
    let (_, error, _) = try await REST.answers(
      "request: {path: /graph, json: {query: x}}\nrecords: data.people",
      "errors: {message: [\"errors[0].message\", errors], rules: [{path: errors, means: configuration}]}"
    ) { _, _ in .text("{\"errors\": \"no such field\"}") }
    #expect(error?.recovery == .configuration)
    #expect(error?.seen == "no such field")
  }

  @Test func aRuleMakesAnAnswerNothing() async throws {
    let (sink, error, _) = try await REST.answers(
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
    let (sink, error, _) = try await REST.answers("request: {path: /people}\nrecords: people", time: time) {
      number, _ in
      number == 1
        ? .text("slow down", 429, [(name, value), ("X-RateLimit-Remaining", "0")]) : .text(REST.people(1...1))
    }
    #expect(error == nil)
    #expect(sink.records.count == 1)
    let waited = time.now().seconds(since: start)
    #expect(waited >= seconds && waited < seconds + 1.1, "waited \(waited)")
  }

  @Test func tooManyWithoutAWordIsWaitedForAllTheSame() async throws {
    let (sink, error, _) = try await REST.answers("request: {path: /people}\nrecords: people") { number, _ in
      number < 4 ? .text("{\"category\": \"RATE_LIMITS\"}", 429) : .text(REST.people(1...1))
    }
    #expect(error == nil)
    #expect(sink.records.count == 1)
  }
}
