import KithConnectorKit
import KithCore
import KithTesting
import Testing

@testable import KithConnectorKit

/// Mistakes in a manifest are told all at once, with their places.
@Suite struct RESTManifestTests {
  private static let good = """
    name: sample
    title: Sample
    summary: For tests.
    options:
      token: {kind: secret, summary: A token., required: true}
    base_url: https://api.example.com
    authorisation: {bearer: "${token}"}
    streams:
      people:
        summary: A person.
        record: profile
        request: {path: /people, query: {page: "${page}"}}
        records: people
        paging: {page: 1}
        fields: {key: id, full_name: name}
    """

  private func problems(_ old: String, _ new: String) -> [String] {
    RESTConnector(manifest: Self.good.replacing(old, with: new)).problems.map(\.description)
  }

  @Test func aGoodOneHasNone() { #expect(problems("", "").isEmpty) }

  @Test(arguments: [
    ("records: people", "recrods: people", "Did you mean records?"),
    ("record: profile", "record: profil", "Did you mean profile?"),
    ("\"${page}\"", "\"${pag}\"", "Did you mean page?"),
    ("\"${page}\"", "\"${page\"", "has no end"),
    ("\"${page}\"", "1", "${page} for pages"),
    ("path: /people", "path: \"/people/${token}\"", "a secret may not stand in a URL's path"),
    ("paging: {page: 1}", "paging: {page: 1, cursor: next}", "paging goes one way"),
    ("paging: {page: 1}", "paging: {page: 1, until: [never]}", "this ends no list"),
    ("paging: {page: 1}", "paging: {page: 1}\n    incremental: {field: updated}", "${since} for incremental"),
    ("paging: {page: 1}", "paging: {page: 1}\n    parent: {stream: nobody, values: {id: id}}", "no such stream"),
    ("paging: {page: 1}", "paging: {page: 1}\n    parent: {stream: people, values: {id: id}}", "its own parent"),
    ("{key: id, full_name: name}", "{full_name: name}", "need a key"),
    ("{key: id, full_name: name}", "{key: id, ful_name: name}", "Did you mean full_name?"),
    ("authorisation: {bearer: \"${token}\"}", "authorisation: {berer: \"${token}\"}", "Did you mean bearer?"),
    (
      "authorisation: {bearer: \"${token}\"}", "authorisation: {oauth2: {token_url: 'https://a.example/t'}}",
      "client_id"
    ),
    (
      "authorisation: {bearer: \"${token}\"}",
      "authorisation: {oauth2: {token_url: 'https://a.example/t', private_key: \"${token}\", client_secret: x}}",
      "proves nothing else"
    ),
    (
      "authorisation: {bearer: \"${token}\"}",
      "authorisation: {oauth2: {token_url: 'https://a.example/t', client_id: a, claims: {sub: x}}}", "claims are signed"
    ),
    ("kind: secret", "kind: secrt", "Did you mean secret?"),
    ("name: sample", "name: Sample One", "this is no name"),
    ("paging: {page: 1}", "paging: {page: 1}\n    only: {equals: x}", "needs a path"),
    (
      "query: {page: \"${page}\"}",
      "query: {page: \"${page}\", a: \"${since}\", b: \"${until}\"}}\n    incremental: {field: n, format: number, slice_days: 7, start: 2020-01-01",
      "slices are of time"
    ),
    (
      "paging: {page: 1}",
      "paging: {page: 1}\n    incremental: {field: d, whole_days: true, slice_days: 7, start: 2020-01-01}",
      "asked for by days"
    ),
    (
      "paging: {page: 1}",
      "paging: {page: 1}\n    incremental: {field: d, written: yyyy-MM-dd, whole_days: true, slice_days: 7, start: 2020-01-01}",
      "one list of traffic"
    ),
  ]) func aMistakeIsTold(old: String, new: String, expected: String) {
    let found = problems(old, new)
    #expect(found.contains { $0.contains(expected) }, "\(found)")
    #expect(found.allSatisfy { $0.hasPrefix("manifest:") })
  }

  @Test func allMistakesAtOnceWithLineAndColumn() {
    let text = Self.good.replacing("records: people", with: "recrods: people").replacing("title: Sample\n", with: "")
    let found = RESTConnector(manifest: text).problems
    #expect(found.count == 2)
    #expect(found.contains { $0.place == "manifest:12:14" })
  }

  @Test func aWrongManifestOpensNothing() {
    let connector = RESTConnector(manifest: Self.good.replacing("record: profile", with: "record: x"))
    #expect(throws: KithError.self) { try REST.open(Self.good.replacing("record: profile", with: "record: x")) }
    #expect(!connector.problems.isEmpty)
  }

  @Test func missingCredentialsAreToldBeforeAnythingIsAsked() {
    #expect {
      try REST.open(Self.good)
    } throws: {
      ($0 as? KithError)?.allowed == "token"
    }
  }

  @Test func momentsAreWrittenAsToolsWantThem() throws {
    let moment = Timestamp(microseconds: 1_769_853_296_789_000)
    for (format, text) in [
      ("iso", "2026-01-31T09:54:56Z"), ("iso_ms", "2026-01-31T09:54:56.789Z"), ("unix", "1769853296"),
      ("unix_ms", "1769853296789"), ("yyyy-MM-dd HH:mm:ss", "2026-01-31 09:54:56"), ("yyyy-MM-dd", "2026-01-31"),
      ("dd MMM yyyy hh:mm a", "31 Jan 2026 09:54 AM"), ("yyyy-MM-dd'T'HH:mm:ssZ", "2026-01-31T09:54:56+0000"),
    ] {
      #expect(try TimeText(format).text(of: moment) == text, "\(format)")
    }
    #expect(try TimeText("unix").text(of: Timestamp(microseconds: -1)) == "-1")
  }

  @Test func bodiesLeaveOutWhatIsMissing() throws {
    var values = RESTValues(options: ["limit": .integer(5), "name": .text("a \"b\"")])
    values["since"] = nil
    let json = RESTJSON.object([
      ("limit", .template(try #require(RESTTemplate("${limit}")))),
      ("name", .template(try #require(RESTTemplate("${name}")))),
      ("since", .template(try #require(RESTTemplate("${since}")))),
      ("braces", .template(try #require(RESTTemplate("{a} $${x}")))),
      ("list", .array([.literal("true"), .template(try #require(RESTTemplate("${since}")))])),
    ])
    var secrets: [Secret] = []
    #expect(json.text(values, secrets: &secrets) == #"{"limit":5,"name":"a \"b\"","braces":"{a} ${x}","list":[true]}"#)
  }
}
