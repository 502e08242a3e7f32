import KithCore
import KithEngine
import KithIdentity
import KithTesting
import Testing

@Suite struct ConfigurationTests {
  static let specification = ConnectorSpecification(
    name: "files", title: "Files", summary: "For tests.",
    options: [OptionSpecification("token", .secret, "A token.")],
    streams: [
      StreamSpecification(name: "people", summary: "Persons."), StreamSpecification(name: "orders", summary: "Orders."),
    ],
    streamOptions: [
      OptionSpecification("path", .path, "Where.", required: true),
      OptionSpecification("format", .choice(["auto", "csv"]), "How."),
      OptionSpecification("skip_lines", .integer(0...100), "Lines."),
      OptionSpecification("columns", .list, "Names."),
    ])

  private func read(_ text: String, environment: [String: String] = [:]) throws(ConfigurationProblems) -> Configuration
  {
    var reader = ConfigurationReader(
      connectors: ConnectorCatalogue([Specified(specification: Self.specification)]),
      time: TestTime(Timestamp(seconds: 0)), environment: environment)
    return try reader.read(text: text, name: "connectors.yml", path: "/hub/connectors.yml", baseDirectory: "/hub")
  }

  private func problems(_ text: String) -> [KithError] {
    do {
      _ = try read(text)
      return []
    } catch {
      return error.problems
    }
  }

  @Test func aWholeConfiguration() throws {
    let configuration = try read(
      """
      hub:
        database: data/kith.sqlite
        time_zone: Europe/Zurich
        country: DE
        currency: EUR
        exchange_rates: {CHF: 1.06}
        survivorship: {email: source_trust}
        at_once: {per_host: 4}
        identity:
          limits: {email: 3}
          blocked: {email: [info@example.com]}
          ignore: [phone]
          one_per_customer: [user_id, loyalty_number]
          no_duplicates: [crm]
          vetoes: {birth_date: always, given_name: household}
          ranks: [loyalty_number, email, user_id]
          precision: 99.5
      sources:
        - name: crm
          connector: files
          schedule: "15 * * * *"
          trust: {default: 80, phone: 40}
          options: {token: "env:TOKEN", format: csv}
          streams:
            people: {path: a.csv, skip_lines: 2, columns: [a, b]}
            orders: {path: b.csv, format: auto, mapping: {key: Id}}
      """, environment: ["TOKEN": "s3cret"])
    #expect(configuration.hub.database == .file("/hub/data/kith.sqlite"))
    #expect(configuration.hub.exchangeRates == ["CHF": 1.06])
    #expect(configuration.hub.bounds == SharedBounds(perHost: 4, perCredential: 1))
    #expect(configuration.hub.identity.limits == [.email: 3])
    #expect(configuration.hub.identity.blocked[.email] == ["info@example.com"])
    #expect(configuration.hub.identity.ignored == [.phone])
    #expect(configuration.hub.identity.onePerCustomer == [.userID, .loyaltyNumber])
    #expect(configuration.hub.identity.sourcesWithoutDuplicates == ["crm"])
    #expect(configuration.hub.identity.vetoes.birthDate == .always)
    #expect(configuration.hub.identity.vetoes.givenName == .household)
    #expect(configuration.hub.identity.precision == 99.5)
    #expect(configuration.hub.identity.ranks == [.loyaltyNumber, .email, .userID])
    let source = try #require(configuration.source(named: "crm"))
    #expect(source.settings.options["token"] == .secret(Secret("s3cret")))
    #expect(!"\(source)".contains("s3cret"))
    let people = try #require(source.settings.streams.first)
    #expect(people.options["format"] == .text("csv"))
    #expect(people.options["skip_lines"] == .integer(2))
    #expect(people.options["columns"] == .list(["a", "b"]))
    #expect(source.settings.streams[1].options["format"] == .text("auto"))
    #expect(source.settings.streams[1].mapping != nil)
    #expect(configuration.survivorship.trust(in: "crm", for: .phone) == 40)
    #expect(configuration.survivorship.trust(in: "crm", for: .email) == 80)
    #expect(configuration.survivorship.rule(for: .email) == .sourceTrust)
  }

  @Test func everyProblemAtOnce() {
    let found = problems(
      """
      hub:
        time_zone: Europe/Zurrich
        country: Schweiz
        curency: CHF
        exchange_rates: {EUR: -1}
      sources:
        - name: crm
          connector: file
        - name: Shop 1
          connector: files
          schedule: "61 * * * *"
          trust: 120
          streams:
            people: {format: cvs, skip_lines: many}
            orderz: {path: x}
        - connector: files
      """)
    let texts = found.map(\.description)
    let expected: [(String, String)] = [
      ("connectors.yml:2", "Did you mean \"Europe/Zurich\"?"), ("connectors.yml:3", "2 capital letters"),
      ("connectors.yml:4", "Did you mean \"currency\"?"), ("connectors.yml:5", "positive number"),
      ("connectors.yml:8", "Did you mean \"files\"?"), ("connectors.yml:9", "up to 40 of a-z"),
      ("connectors.yml:11", "minute"), ("connectors.yml:12", "0 to 100"),
      ("connectors.yml:14", "Did you mean \"csv\"?"), ("connectors.yml:14", "0 to 100"),
      ("connectors.yml:14", "lacks \"path\""), ("connectors.yml:15", "Did you mean \"orders\"?"),
      ("connectors.yml:16", "lacks \"name\""),
    ]
    for (place, words) in expected {
      #expect(
        texts.contains { $0.hasPrefix(place + ":") && $0.contains(words) },
        "\(place) … \(words) in\n\(texts.joined(separator: "\n"))")
    }
    #expect(texts.count == expected.count, "\(texts.joined(separator: "\n"))")
  }

  @Test func identityProblems() {
    let texts = problems(
      """
      hub:
        identity:
          limits: {email: 0}
          ignore: [visitor_id]
          one_per_customer: [loyality_number]
          no_duplicates: [cmr]
          vetoes: {birth_date: houshold, given_name: father}
          ranks: [email, e_mail, email]
          precision: 49
          certainty: 80
      sources:
        - name: crm
          connector: files
          streams: {people: {path: a.csv}}
      """
    ).map(\.description)
    let expected: [(String, String)] = [
      ("connectors.yml:3", "1 to 1000"), ("connectors.yml:4", "email, phone"),
      ("connectors.yml:5", "Did you mean \"loyalty_number\"?"), ("connectors.yml:6", "Did you mean \"crm\"?"),
      ("connectors.yml:7", "Did you mean \"household\"?"), ("connectors.yml:7", "twins, household, always, never"),
      ("connectors.yml:8", "Did you mean \"email\"?"), ("connectors.yml:8", "twice"),
      ("connectors.yml:9", "50 to 99.99"), ("connectors.yml:10", "Write precision"),
    ]
    for (place, words) in expected {
      #expect(texts.contains { $0.hasPrefix(place + ":") && $0.contains(words) }, "\(texts.joined(separator: "\n"))")
    }
    #expect(texts.count == expected.count, "\(texts.joined(separator: "\n"))")
  }

  @Test func certificatesAreFilesOfTheFolder() throws {
    let texts = problems("hub:\n  tls: {certificate_file: nowhere.pem, key_fil: a}\nsources: []\n").map(\.description)
    #expect(texts.contains { $0.contains("Did you mean \"key_file\"?") }, "\(texts)")
    #expect(texts.contains { $0.contains("lacks \"key_file\"") }, "\(texts)")
    let unreadable = problems("hub:\n  tls: {certificate_file: nowhere.pem, key_file: a}\nsources: []\n")
    #expect(unreadable.map(\.what).filter { $0.hasSuffix("cannot be read") }.count == 2, "\(unreadable)")
  }

  @Test func boundsProblems() {
    let texts = problems("hub:\n  at_once:\n    per_host: 0\n    per_credentials: 2\nsources: []\n").map(\.description)
    #expect(texts.contains { $0.hasPrefix("connectors.yml:3:") && $0.contains("1 to 64") }, "\(texts)")
    #expect(texts.contains { $0.contains("Did you mean \"per_credential\"?") }, "\(texts)")
  }

  @Test func secretsNeverStandInTheFileNorInTheError() {
    let texts = problems(
      """
      sources:
        - name: crm
          connector: files
          options: {token: hunter2}
          streams: {people: {path: a.csv}}
      """
    ).map(\.description)
    #expect(texts.count == 1)
    #expect(texts[0].contains("env:NAME or file:PATH"))
    #expect(!texts[0].contains("hunter2"))
  }

  @Test func aMissingVariableIsNamed() {
    let texts = problems(
      """
      sources:
        - name: crm
          connector: files
          options: {token: "env:NO_SUCH"}
          streams: {people: {path: a.csv}}
      """
    ).map(\.description)
    #expect(texts.first?.contains("NO_SUCH") == true)
  }

  @Test(arguments: ["", "sources:", "sources: []x", "- a", "hub: 7\nsources: []", "sources: {a: b}"])
  func brokenShapes(_ text: String) {
    #expect(!problems(text).isEmpty)
  }

  @Test func twoSourcesOfOneName() {
    let texts = problems(
      """
      sources:
        - {name: a, connector: files, streams: {people: {path: x}}}
        - {name: a, connector: files, streams: {people: {path: y}}}
      """
    ).map(\.description)
    #expect(texts.count == 1)
    #expect(texts[0].contains("connectors.yml:2"))
  }

  @Test func anAliasBombIsRefusedAtOnce() {
    let levels = (1...9).map { level in
      "l\(level): &l\(level) [" + Array(repeating: "*l\(level - 1)", count: 9).joined(separator: ", ") + "]"
    }
    let bomb = "l0: &l0 [x]\n" + levels.joined(separator: "\n")
    #expect(problems(bomb).first?.description.contains("aliases") == true)
  }
}

/// A connector of which only the specification matters.
private struct Specified: Connector {
  let specification: ConnectorSpecification

  func open(_ settings: SourceSettings) throws(KithError) -> any Source {
    throw KithError(.bug, "this connector is only looked at")
  }
}
