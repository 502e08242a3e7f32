import ArgumentParser
import KithCore
import KithEngine
import KithStore

struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check a hub's own invariants: counts, references, and customers against a rebuild.",
    discussion: """
      Reads only; the rebuild works on a copy. Exit status 1 when something cannot be so.

      EXAMPLES
        kith verify
      """)

  @OptionGroup var options: HubOptions

  func run() throws {
    let hub = try options.hub()
    let found = try hub.verify()
    for problem in found {
      Terminal.error("error: \(problem.what): \(grouped(problem.count)), among them \(problem.example)")
    }
    let queue = try hub.store.identityQueue()
    if queue.profiles + queue.refreshes > 0 {
      print("\(grouped(queue.profiles + queue.refreshes)) profiles wait for identity, so customers were not compared.")
    }
    guard found.isEmpty else { throw ExitCode(1) }
    print("The hub is sound.")
  }
}
