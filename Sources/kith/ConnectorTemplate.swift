import Foundation
import KithCore

/// The files of a new connector. They pass its tests as they are: an author changes one thing at a time.
enum ConnectorTemplate {
  static func rest(_ name: String) throws(KithError) -> [(path: String, text: String)] {
    try check(name)
    return [
      ("\(name).yml", manifest(name)), ("README.md", readme(name)),
      ("Fixtures/contacts/exchanges.yml", exchanges),
      ("Fixtures/contacts/page1.json", page1), ("Fixtures/contacts/page2.json", page2),
      ("Fixtures/contacts/expected.txt", expected),
    ]
  }

  static func moduleName(_ name: String) -> String {
    name.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }

  private static func check(_ name: String) throws(KithError) {
    let isWord = name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
    guard isWord, let first = name.utf8.first, (0x61...0x7A).contains(first) else {
      throw KithError(
        .configuration, "this is no name for a connector", seen: name, allowed: "lower-case letters, digits and _")
    }
    if Registry.catalogue.names.contains(name) {
      throw KithError(
        .configuration, "a connector of this name comes with Kith", seen: name, fix: "Choose another one.")
    }
  }

  static func nextForREST(_ name: String, _ parent: String, _ root: String) -> String {
    """

    It passes its tests as it is:  kith connector test \(root)
    Then, one thing at a time: base_url and authorisation, a stream's request, its paging, its fields.
    To use it, write into connectors.yml:

      hub: {connectors: \(parent)}
      sources:
        - name: \(name)
          connector: \(name)
          options: {token: env:\(name.uppercased())_TOKEN}

    and look at it with  kith preview \(name) contacts
    """
  }

  static func nextForSwift(_ name: String) -> String {
    """

    Add one line to `let connectors` in Package.swift:  "\(moduleName(name))",
    and run:  swift test --filter ConnectorConformanceTests
    """
  }

  private static func manifest(_ name: String) -> String {
    """
    # All words: kith connector reference
    name: \(name)
    title: \(moduleName(name))
    summary: Contacts of \(moduleName(name)).

    options:
      token: {kind: secret, summary: "An API token; where to find it.", required: true}

    base_url: https://api.example.com/v1

    authorisation: {bearer: "${token}"}

    # What the vendor allows. A Retry-After and the usual headers are heeded anyway.
    limits: {requests: 100, per_seconds: 60}

    errors:
      message: [message]

    streams:
      contacts:
        summary: A person.
        record: profile
        request:
          path: /contacts
          query: {limit: 100, after: "${cursor}", updated_since: "${since}"}
        records: data
        paging: {cursor: next}
        incremental: {field: updated_at, lookback_seconds: 60}
        deleted: {path: deleted, equals: "true"}
        fields:
          key: id
          given_name: first_name
          family_name: last_name
          email: email
          phone: phone
          updated_at: updated_at

    """
  }

  private static func readme(_ name: String) -> String {
    """
    # \(name)

    ```yaml
    sources:
      - name: \(name)
        connector: \(name)
        options: {token: env:\(name.uppercased())_TOKEN}
    ```

    | stream | becomes | what is new |
    |---|---|---|
    | `contacts` | profiles | by `updated_at` |

    **Credentials**: where to get them, and which rights they need.

    **Limits**: what is not read.

    """
  }

  private static let exchanges = """
    # What the tool answers, played back by `kith connector test`. A request is answered by the exchange that says most
    # about it. Real ones: kith connector record SOURCE contacts
    exchanges:
      - request: {path: /contacts}
        response: {file: page1.json}
      - request: {path: /contacts, query: {after: c2}}
        response: {file: page2.json}
    nothing: {body: '{"data": []}'}
    refused: {status: 401, body: '{"message": "no such token"}'}

    """

  private static let page1 = """
    {
      "data": [
        {"id": 1, "first_name": "Ada", "last_name": "Sample", "email": "ada@example.com", "phone": "+41 44 668 18 00",
          "updated_at": "2026-01-31T10:00:00Z"},
        {"id": 2, "first_name": "Ben", "last_name": "Sample", "email": "ben@example.com", "phone": null,
          "updated_at": "2026-02-01T10:00:00Z"}
      ],
      "next": "c2"
    }

    """

  private static let page2 = """
    {
      "data": [
        {"id": 3, "deleted": true, "updated_at": "2026-02-02T10:00:00Z"}
      ],
      "next": null
    }

    """

  private static let expected = """
    profile "1"
      kind = "person"
      email = "ada@example.com"
      phone = "+41 44 668 18 00"
      given_name = "Ada"
      family_name = "Sample"
      updated_at = "2026-01-31 10:00:00"

    profile "2"
      kind = "person"
      email = "ben@example.com"
      given_name = "Ben"
      family_name = "Sample"
      updated_at = "2026-02-01 10:00:00"

    deletion "3"
      kind = "profile"

    """

  // MARK: Swift

  static func swift(_ name: String) throws(KithError) -> [(path: String, text: String)] {
    try check(name)
    let module = moduleName(name)
    return [
      ("\(module).swift", code(name, module)),
      ("README.md", "# \(name)\n\nWhich exports it reads, how to make them, what it does not read.\n"),
      ("Fixtures/contacts-standard/input.csv", "Id,First Name,Last Name,E-mail\n1,Ada,Sample,ada@example.com\n"),
      (
        "Fixtures/contacts-standard/expected.txt",
        """
        profile "1"
          kind = "person"
          email = "ada@example.com"
          given_name = "Ada"
          family_name = "Sample"

        """
      ),
    ]
  }

  private static func code(_ name: String, _ module: String) -> String {
    #"""
    import KithConnectorKit
    import KithCore

    /// People from the export files of a tool.
    public enum \#(module) {
      public static let connector = FileConnector(manifest: manifest)

      static let manifest = """
        name: \#(name)
        title: \#(module) exports
        summary: People from the export files of \#(module).
        streams:
          contacts:
            summary: A person.
            record: profile
            layouts:
              standard:
                title: The standard export (CSV)
                detect: [Id, First Name, E-mail]
                fields:
                  key: Id
                  given_name: First Name
                  family_name: Last Name
                  email: E-mail
        """
    }

    """#
  }
}
