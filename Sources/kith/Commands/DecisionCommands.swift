import ArgumentParser
import Foundation
import KithCore
import KithEngine
import KithStore

/// Who decides, and why.
struct DeciderOptions: ParsableArguments {
  @Option(help: "Why; kept with the decision.")
  var note: String?

  /// The name of the account, as the audit log has it.
  var actor: String { NSUserName() }
}

struct MergeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Say that two customers are the same person.",
    discussion: """
      The word binds through every later sync and resolve, until `kith decisions --withdraw` takes it back. The older
      number stays, the other one leads to it.

      EXAMPLES
        kith merge 42 57 --note "called her"
      """)

  @OptionGroup var options: HubOptions
  @OptionGroup var decider: DeciderOptions

  @Argument(help: "The customer_id of one.")
  var one: Int64

  @Argument(help: "The customer_id of the other.")
  var other: Int64

  func run() throws {
    print(SyncCommand.summary(try options.hub().merge(one, other, by: decider.actor, note: decider.note)))
  }
}

struct SplitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "split", abstract: "Say that some profiles of a customer are another person.",
    discussion: """
      The word binds through every later sync and resolve, until `kith decisions --withdraw` takes it back. `kith customer
      ID` shows the numbers of the profiles.

      EXAMPLES
        kith split 42 1031              profile 1031 is somebody else
        kith split 42 1031 1044         these two are somebody else
      """)

  @OptionGroup var options: HubOptions
  @OptionGroup var decider: DeciderOptions

  @Argument(help: "The customer_id.")
  var customer: Int64

  @Argument(help: "The profiles that are another person.")
  var profiles: [Int64]

  func run() throws {
    let changes = try options.hub().split(customer, profiles: profiles, by: decider.actor, note: decider.note)
    print(SyncCommand.summary(changes))
  }
}

struct DecisionsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decisions", abstract: "What people said about who is who; take it back.",
    discussion: """
      EXAMPLES
        kith decisions
        kith decisions --withdraw 12 40     what was said of profiles 12 and 40 holds no more
      """)

  @OptionGroup var options: HubOptions
  @OptionGroup var list: ListOptions

  @Flag(name: .long, help: "Take back what was said of the two profiles.")
  var withdraw = false

  @Argument(help: "Two profiles, with --withdraw.")
  var profiles: [Int64] = []

  func validate() throws {
    if withdraw != (profiles.count == 2) || (!withdraw && !profiles.isEmpty) {
      throw ValidationError("--withdraw takes two profiles, and profiles are given with --withdraw alone")
    }
  }

  func run() throws {
    let hub = try options.hub()
    if withdraw {
      return print(SyncCommand.summary(try hub.withdraw(profiles[0], profiles[1], by: NSUserName())))
    }
    let decisions = try hub.store.decisions()
    if list.json { return try printJSON(Array(decisions.prefix(list.limit))) }
    if decisions.isEmpty { return print("Nobody has decided anything yet. `kith review` shows what is in doubt.") }
    var table = TextTable([
      ("profile", .right), ("profile", .right), ("are", .left), ("said by", .left), ("when (UTC)", .left),
      ("because", .left),
    ])
    for decision in decisions.prefix(list.limit) {
      table.add([
        String(decision.leftProfileID), String(decision.rightProfileID), decision.decision, decision.decidedBy,
        decision.decidedAt, decision.note ?? "",
      ])
    }
    print(table.text())
    if decisions.count > list.limit { print("  … and \(decisions.count - list.limit) more: --limit") }
  }
}

struct ReviewCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "review", abstract: "Decide who is who where the evidence does not: one key per pair.",
    discussion: """
      Pairs come in the order of what a decision would change. On a terminal: s same, d different, n next, q quit; the
      customers are brought up to date at the end. Elsewhere the queue is listed.

      EXAMPLES
        kith review
        kith review --limit 100 --json
      """)

  @OptionGroup var options: HubOptions
  @OptionGroup var list: ListOptions
  @OptionGroup var decider: DeciderOptions

  func run() throws {
    let hub = try options.hub()
    let queue = try hub.store.reviewQueue(limit: list.limit)
    if list.json { return try printJSON(queue) }
    if queue.isEmpty { return print("Nothing is in doubt.") }
    guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else {
      for (number, item) in queue.enumerated() { print(Self.text(item, number + 1, of: queue.count)) }
      return
    }
    var decided = 0
    for (number, item) in queue.enumerated() {
      print(Self.text(item, number + 1, of: queue.count))
      print("  [s]ame  [d]ifferent  [n]ext  [q]uit ", terminator: "")
      fflush(nil)
      let key = SingleKey.read(among: "sdnq")
      print(key)
      if key == "q" { break }
      if key == "n" { continue }
      let pair = (left: item.left.profileID, right: item.right.profileID, isSame: key == "s")
      try hub.store.decide([pair], by: decider.actor, note: decider.note, at: hub.time.now())
      decided += 1
    }
    if decided > 0 { print(SyncCommand.summary(try hub.identity.resolve(learning: .never))) }
  }

  private static func text(_ item: ReviewItem, _ number: Int, of count: Int) -> String {
    let sides = [item.left, item.right].map { side in
      let revenue = side.revenue == 0 ? "" : ", \(money(side.revenue, side.currency))"
      return "  customer \(side.customerID) (\(grouped(side.profiles)) profiles, \(grouped(side.touchpoints)) "
        + "touchpoints\(revenue))\n    profile \(side.profileID) of \(side.source): \(side.says)"
    }
    return "\(number) of \(count)\(odds(item.score))\n\(sides.joined(separator: "\n"))\n  \(item.note)"
  }
}

/// One key from a terminal, without waiting for return.
enum SingleKey {
  /// The first of the allowed keys that is pressed; the last of them when the terminal ends.
  static func read(among allowed: String) -> Character {
    var saved = termios()
    tcgetattr(STDIN_FILENO, &saved)
    var raw = saved
    raw.c_lflag &= ~tcflag_t(ICANON | ECHO)
    tcsetattr(STDIN_FILENO, TCSANOW, &raw)
    defer { tcsetattr(STDIN_FILENO, TCSANOW, &saved) }
    var byte: UInt8 = 0
    while Foundation.read(STDIN_FILENO, &byte, 1) == 1 {
      let key = Character(UnicodeScalar(byte)).lowercased()
      if let found = allowed.first(where: { String($0) == key }) { return found }
    }
    return allowed.last ?? "q"
  }
}
