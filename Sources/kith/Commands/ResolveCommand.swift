import ArgumentParser
import KithCore
import KithEngine
import KithStore

struct ResolveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resolve", abstract: "Work out which profiles are the same person; prints what changed.",
    discussion: """
      A sync does this by itself for what it changed. With --full Kith learns anew from all profiles how people's records
      agree, and looks at every one of them; customer ids stay.

      EXAMPLES
        kith resolve
        kith resolve --full
        kith resolve --full --preview   what would merge or split; nothing is changed
        kith resolve --json             counts, and seconds for each part of the work
        kith resolve --explain-model    what each agreement says, as learned here
      """)

  @OptionGroup var options: HubOptions

  @Flag(name: .long, help: "Learn anew and look at all profiles, not only those that changed.")
  var full = false

  @Flag(name: .long, help: "Show what would merge or split, and change nothing.")
  var preview = false

  @Flag(name: .long, help: "Print the model: what each way of agreeing says for and against.")
  var explainModel = false

  @Flag(name: .long, help: "Print what changed, and how many seconds each part took, as JSON.")
  var json = false

  func run() throws {
    let hub = try options.hub()
    if explainModel { return print(try ModelDescription(hub).text) }
    let changes = try hub.identity.resolve(
      everything: full, learning: full ? .always : .whenDue, isPreview: preview)
    if let problem = changes.problem { Terminal.error("note: \(problem)") }
    if json { return try printJSON(ResolveOutcome(changes, isPreview: preview)) }
    if preview { print("Preview, nothing was changed.") }
    print("\(grouped(changes.profiles)) profiles examined, \(grouped(changes.movedProfiles)) moved.")
    if preview { Self.list(changes.lineage) }
    print(SyncCommand.summary(changes))
  }

  private static func list(_ lineage: [StoredLineage]) {
    for step in lineage.prefix(40) {
      let other = step.otherCustomerID.map { step.event == .merge ? " into \($0)" : " from \($0)" } ?? ""
      print("  \(step.event.rawValue) of customer \(step.customerID)\(other): \(step.reason)")
    }
    if lineage.count > 40 { print("  … and \(lineage.count - 40) more") }
  }
}

/// What `kith resolve --json` prints.
struct ResolveOutcome: Encodable {
  struct Step: Encodable {
    var event: String
    var customerID: Int64
    var otherCustomerID: Int64?
    var reason: String
  }

  var isPreview: Bool
  var hasLearned: Bool
  var identity: SyncOutcome.Identity
  /// Of customers that there were.
  var lineage: [Step]
  /// By part: prepare, load, match, store, totals, commit; and `all`.
  var seconds: [String: Double]

  init(_ changes: IdentityChanges, isPreview: Bool) {
    self.isPreview = isPreview
    hasLearned = changes.hasLearned
    identity = SyncOutcome.Identity(changes)
    lineage = changes.lineage.map {
      Step(
        event: $0.event.rawValue, customerID: $0.customerID, otherCustomerID: $0.otherCustomerID, reason: $0.reason)
    }
    seconds = Dictionary(uniqueKeysWithValues: changes.seconds.map { ($0.key.rawValue, Self.rounded($0.value)) })
    seconds["all"] = Self.rounded(changes.seconds.values.reduce(0, +))
  }

  /// To microseconds.
  private static func rounded(_ seconds: Double) -> Double { (seconds * 1_000_000).rounded() / 1_000_000 }
}
