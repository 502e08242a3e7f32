import Foundation
import KithCore
import KithEngine
import KithHTTP
import KithTesting
import Testing

@Suite struct AlertConfigurationTests {
  private let environment = ["URL": "https://chat.example.com/hooks/canary-path", "PASSWORD": "canary-pw"]

  private func read(_ text: String) throws(ConfigurationProblems) -> Configuration {
    let connector = ListConnector("crm", ["contacts": [], "deals": []])
    var reader = ConfigurationReader(
      connectors: ConnectorCatalogue([connector]), time: TestTime(Timestamp(seconds: 0)), environment: environment)
    return try reader.read(text: text, name: "connectors.yml", path: "/hub/connectors.yml", baseDirectory: "/hub")
  }

  private func problems(_ alerts: String, _ source: String = "") -> String {
    do {
      _ = try read(
        "hub:\n  alerts:\n\(alerts)\nsources:\n  - {name: crm, connector: crm, \(source)streams: {contacts: {}}}\n")
      return ""
    } catch {
      return "\(error)"
    }
  }

  @Test func destinationsAndObjectives() throws {
    let configuration = try read(
      """
      hub:
        alerts:
          - {name: chat, webhook: "env:URL", bearer: "env:PASSWORD"}
          - name: mail
            email: [ops@example.com, two@example.com]
            from: kith@example.com
            smtp: mail.example.com:2525
            user: kith
            password: env:PASSWORD
          - {name: relay, email: ops@example.com, from: kith@example.com, smtp: "[::1]", encryption: none, allow_private_network: true}
          - {name: page, command: [bin/page, --team, data], timeout_seconds: 5}
      sources:
        - name: crm
          connector: crm
          fresh_within: 6h
          quarantine_percent: 20
          streams:
            contacts: {new_within: 2d}
            deals: {fresh_within: 1d}
      """)
    let alerts = configuration.hub.alerts
    #expect(alerts.map(\.name) == ["chat", "mail", "relay", "page"])
    #expect(alerts.map(\.kind) == ["webhook", "email", "email", "command"])
    #expect(!"\(alerts[1])".contains("canary"), "a password is not shown")
    guard case .webhook(let webhook) = alerts[0].carrier, case .email(let mail) = alerts[1].carrier,
      case .email(let relay) = alerts[2].carrier, case .command(let command) = alerts[3].carrier
    else { throw KithError(.bug, "other carriers") }
    #expect(webhook.isSecret && webhook.address.path == "/hooks/canary-path")
    #expect(webhook.settings.policy == NetworkPolicy())
    #expect(mail.to == ["ops@example.com", "two@example.com"] && mail.route.port == 2525)
    #expect(mail.route.encryption == .startTLS && mail.route.host == "mail.example.com")
    #expect(relay.route.host == "::1" && relay.route.port == 25)
    #expect(command.words == ["/hub/bin/page", "--team", "data"] && command.seconds == 5)
    let watch = try #require(configuration.source(named: "crm")).watch
    #expect(watch.percentSetAside == 20)
    #expect(watch.watch(of: "contacts") == StreamWatch(fresh: TimeLimit("6h"), new: TimeLimit("2d")))
    #expect(watch.watch(of: "deals") == StreamWatch(fresh: TimeLimit("1d")))
  }

  @Test func nothingIsExpectedByItself() throws {
    let configuration = try read("sources:\n  - {name: crm, connector: crm}\n")
    #expect(configuration.hub.alerts.isEmpty)
    #expect(configuration.sources[0].watch == SourceWatch() && configuration.sources[0].watch.percentSetAside == 5)
  }

  @Test(arguments: [
    ("    - {webhook: https://example.com}", "lacks \"name\""),
    ("    - {name: Chat 1, webhook: https://example.com}", "a destination's name is not allowed"),
    ("    - {name: a, webhook: https://a.example}\n    - {name: a, webhook: https://b.example}", "have one name"),
    ("    - {name: a}", "one of webhook, email, command"),
    ("    - {name: a, webhook: https://a.example, command: [b]}", "one of webhook, email, command"),
    ("    - {name: a, webhook: http://a.example}", "allowed: https"),
    ("    - {name: a, webhook: ftp://a.example}", "webhook is no URL"),
    ("    - {name: a, webhook: env:NOBODY}", "environment variable that is not set"),
    ("    - {name: a, webhook: https://a.example, bearer: canary-token}", "may not stand in the configuration"),
    ("    - {name: a, webhook: https://a.example, berer: x}", "Did you mean \"bearer\"?"),
    ("    - {name: a, webhook: https://a.example, allow_private_network: maybe}", "allowed: true, false"),
    ("    - {name: a, email: nobody, from: k@example.com, smtp: m.example}", "email is no e-mail address"),
    ("    - {name: a, email: a@example.com, from: \"k@e\\nBcc: x\", smtp: m.example}", "from is no e-mail address"),
    ("    - {name: a, email: a@example.com, from: k@example.com}", "lacks \"smtp\""),
    ("    - {name: a, email: a@example.com, from: k@example.com, smtp: m.example/x}", "smtp is not a server"),
    ("    - {name: a, email: a@example.com, from: k@example.com, smtp: m, encryption: ssl}", "starttls, tls, none"),
    ("    - {name: a, email: a@example.com, from: k@example.com, smtp: m, encryption: none}", "without encryption"),
    ("    - {name: a, command: {x: y}}", "a list of a program and its arguments"),
    ("    - {name: a, command: [b], timeout_seconds: 60}", "1 to 25"),
    ("    - {name: a, webhook: https://a.example, certificate_file: nowhere.pem}", "cannot be read"),
    ("    {name: a}", "must be a list of destinations"),
  ]) func wrongDestinationsAreTold(alerts: String, words: String) {
    let found = problems(alerts)
    #expect(found.contains(words) && found.contains("connectors.yml:"), "\(found)")
    #expect(!found.contains("canary"), "\(found)")
  }

  @Test(arguments: [
    ("fresh_within: 6, ", "fresh_within is not a span of time"), ("new_within: soon, ", "allowed: 15m, 6h or 2d"),
    ("quarantine_percent: 101, ", "0 to 100"), ("fresh_witin: 6h, ", "Did you mean \"fresh_within\"?"),
  ]) func wrongObjectivesAreTold(source: String, words: String) {
    #expect(problems("    - {name: a, command: [b]}", source).contains(words))
  }
}
