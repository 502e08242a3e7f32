import ArgumentParser
import KithCore
import KithEngine
import KithStore

struct AlertsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "alerts", abstract: "What is wrong now, and whether those who should know can be told.",
    discussion: """
      `kith serve` opens and resolves alerts, and tells the destinations of `hub: alerts:`.

      EXAMPLES
        kith alerts                  what is open
        kith alerts list --all       what is over as well
        kith alerts --json
        kith alerts test             a test message to every destination, and what each answered
      """,
    subcommands: [List.self, Test.self], defaultSubcommand: List.self)

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Alerts that are open, the oldest first.")

    @OptionGroup var options: HubOptions
    @Flag(name: .long, help: "Those that are over, too, the newest first.") var all = false
    @OptionGroup var list: ListOptions

    func run() throws {
      let hub = try options.hub()
      let alerts = try all ? hub.store.alerts(limit: list.limit) : hub.store.openAlerts()
      let problems = try hub.store.deliveryProblems()
      if list.json {
        return try printJSON(
          AlertList(
            alerts: alerts.prefix(list.limit).map(AlertRow.init), undelivered: problems.map(UndeliveredRow.init)))
      }
      if alerts.isEmpty { print(all ? "There were no alerts yet." : "No alert is open.") }
      var table = TextTable([
        ("alert", .right), ("since (UTC)", .left), ("until", .left), ("kind", .left), ("what", .left),
      ])
      table.widest = 140
      for alert in alerts.prefix(list.limit) {
        let until = alert.resolvedAt.map { "\($0.sqlText)\(alert.resolution == .notWatched ? " (not watched)" : "")" }
        table.add([String(alert.id), alert.openedAt.sqlText, until ?? "", alert.key.kind.rawValue, alert.text])
      }
      if !alerts.isEmpty { print(table.text()) }
      for alert in alerts.prefix(list.limit) where alert.resolvedAt == nil {
        print("alert \(alert.id): \(alert.advice)")
      }
      if alerts.count > list.limit { print("… and \(alerts.count - list.limit) more; see --limit.") }
      for problem in problems { print(problem.sentence) }
    }
  }

  struct Test: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Send a test message to every destination and say what each answered.")

    @OptionGroup var options: HubOptions
    @Argument(help: "Names of destinations; all when none is given.") var destinations: [String] = []

    func run() async throws {
      let configuration = try options.configuration()
      let time = WallClock()
      var failed: [String] = []
      for destination in try Self.chosen(configuration.hub.alerts, destinations, configuration.path) {
        do {
          let answer = try await AlertSender(time: time).send(.test(at: time.now()), to: destination)
          print("\(destination.name) (\(destination.kind)): told, \(answer)")
        } catch {
          print("\(destination.name) (\(destination.kind)): not told")
          Terminal.error("error: \(error)")
          failed.append(destination.name)
        }
      }
      if !failed.isEmpty {
        Terminal.error("failed: \(failed.joined(separator: ", "))")
        throw ExitCode(1)
      }
    }

    private static func chosen(
      _ all: [AlertDestination], _ names: [String], _ place: String
    ) throws(KithError) -> [AlertDestination] {
      if all.isEmpty {
        throw KithError(
          .configuration, "no destination of alerts is configured", place: place,
          fix: "Write one below hub: alerts:, such as - {name: chat, webhook: env:CHAT_URL}.")
      }
      let known = all.map(\.name)
      for name in names where !known.contains(name) {
        throw KithError(
          .configuration, "there is no such destination of alerts", place: place, seen: name,
          allowed: known.joined(separator: ", "),
          fix: nearestWord(to: name, among: known).map { "Did you mean \"\($0)\"?" })
      }
      return names.isEmpty ? all : all.filter { names.contains($0.name) }
    }
  }
}

extension AlertDeliveryProblem {
  /// One line for people.
  var sentence: String {
    var parts: [String] = []
    if waiting > 0 { parts.append("\(waiting) waiting to be told again") }
    if givenUp > 0 { parts.append("\(givenUp) given up") }
    return "alerts do not reach \(destination): \(parts.joined(separator: ", ")); \(error). Run: kith alerts test"
  }
}

private struct AlertList: Encodable {
  var alerts: [AlertRow]
  var undelivered: [UndeliveredRow]
}
