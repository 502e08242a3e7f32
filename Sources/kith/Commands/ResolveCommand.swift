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
        kith resolve --explain-model    what each agreement says, as learned here
      """)

  @OptionGroup var options: HubOptions

  @Flag(name: .long, help: "Learn anew and look at all profiles, not only those that changed.")
  var full = false

  @Flag(name: .long, help: "Show what would merge or split, and change nothing.")
  var preview = false

  @Flag(name: .long, help: "Print the model: what each way of agreeing says for and against.")
  var explainModel = false

  func run() throws {
    let hub = try options.hub()
    if explainModel { return print(try ModelDescription(hub).text) }
    let changes = try hub.identity.resolve(
      everything: full, learning: full ? .always : .whenDue, isPreview: preview)
    if let problem = changes.problem { Terminal.error("note: \(problem)") }
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
