import ArgumentParser
import CProcess
import Foundation
import KithCore
import KithEngine

/// The command line: the one place where connectors, engine and store are put together.
@main
struct Kith: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kith",
    abstract: "One customer table from the tools a company already has.",
    discussion: """
      EXAMPLES
        kith demo                       sample data from every kind of tool, synced and shown
        kith init && kith check         a configuration to start from, and what it still lacks
        kith sync                       read what is new everywhere, then resolve identities
        kith customers "anna meier"     find somebody
        kith customer 42                what we know, and why

      EXIT STATUS
        0 done, 1 something failed (named on stderr), 2 wrong use or configuration.
      """,
    version: "0.1.0",
    subcommands: [
      InitCommand.self, DemoCommand.self, ConnectorsCommand.self, ConnectorCommand.self, CheckCommand.self,
      DiscoverCommand.self,
      PreviewCommand.self, SyncCommand.self, ResolveCommand.self, CustomersCommand.self, CustomerCommand.self,
      MergeCommand.self, SplitCommand.self, ReviewCommand.self, DecisionsCommand.self,
      StatusCommand.self, WatchCommand.self, RunsCommand.self, CheckpointsCommand.self,
      AlertsCommand.self, QuarantineCommand.self, DriftCommand.self,
      ExportCommand.self,
      VerifyCommand.self,
      DedupeCommand.self, CopyCommand.self, BICommand.self, ServeCommand.self, PauseCommand.self, ResumeCommand.self,
      TokenCommand.self,
    ])

  static func main() async {
    // Batches are large and short-lived: what they leave in the heap was a tenth of all that a sync took.
    kith_give_back_large_buffers()
    kith_keep_cryptography()
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      Foundation.exit(Self.report(error))
    }
  }

  /// Tells what went wrong, on stderr, and returns the exit status.
  private static func report(_ error: any Error) -> Int32 {
    switch error {
    case let code as ExitCode:
      return code.rawValue
    case let problems as ConfigurationProblems:
      Terminal.error(problems.problems.map { "error: \($0)" }.joined(separator: "\n"))
      return 2
    case let error as KithError:
      Terminal.error("error: \(error)")
      return error.recovery == .configuration ? 2 : 1
    default:
      let message = fullMessage(for: error)
      if exitCode(for: error).isSuccess {
        print(message)
        return 0
      }
      Terminal.error(message)
      if let hint = nearestCommand() { Terminal.error(hint) }
      return 2
    }
  }

  /// For a first word that is no command.
  private static func nearestCommand() -> String? {
    let names = configuration.subcommands.compactMap { $0.configuration.commandName }
    guard let word = CommandLine.arguments.dropFirst().first, !word.hasPrefix("-"), !names.contains(word) else {
      return nil
    }
    return nearestWord(to: word, among: names).map { "Did you mean \"kith \($0)\"?" }
  }
}
