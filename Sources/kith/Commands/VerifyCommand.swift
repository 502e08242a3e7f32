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
    let result = try options.hub().verify()
    for problem in result.problems {
      Terminal.error(
        "error: \(problem.what): \(grouped(problem.count)), among them \(problem.example). \(problem.fix)")
    }
    if result.waiting > 0 {
      print("\(grouped(result.waiting)) profiles wait for identity, so customers were not compared. Run: kith resolve")
    }
    guard result.problems.isEmpty else { throw ExitCode(1) }
    print("The hub is sound.")
  }
}
