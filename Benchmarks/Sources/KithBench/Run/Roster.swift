import FoundationEssentials

/// Who takes part, and who could not, with the reason.
struct Roster {
  private(set) var present: [any Contender] = []
  private(set) var programs: [Participant] = []
  private let workloads: [Workload]

  /// The names that `--only` takes beside those of the workloads.
  static let names = ["kith", "sqlite3", "sling", "dlt", "singer", "python", "splink", "json"]

  static func short(_ program: String) -> String {
    program == "Python json" ? "json" : program.split(separator: " ").first.map { $0.lowercased() } ?? program
  }

  init(_ settings: Settings, kith: KithProgram, shell: SQLiteShell, scratch: Program) {
    workloads = settings.workloads
    join(kith.name) { kith }
    if settings.peers != .none && settings.wants(shell.name) { join(shell.name) { shell } }
    if settings.peers != .none && settings.wants("Python json") {
      join("Python json") { try PythonJSON(scratch: scratch) }
    }
    guard settings.peers == .all else { return }
    let (work, scripts) = (settings.work, settings.scripts)
    if settings.wants("Sling") { join("Sling") { Sling(work: work, shell: shell.path, scratch: scratch) } }
    if settings.wants("dlt") { join("dlt") { Dlt(work: work, scripts: scripts, scratch: scratch) } }
    if settings.wants("Singer") { join("Singer") { Singer(work: work, scripts: scripts, scratch: scratch) } }
    if settings.wants("Python") { join("Python") { try PythonIterparse(scripts: scripts, scratch: scratch) } }
    if settings.wants("Splink") { join("Splink") { Splink(work: work, scripts: scripts, scratch: scratch) } }
  }

  /// A peer that is not to be had is told in the table; the others go on. One that has nothing to do is not installed.
  private mutating func join(_ name: String, _ make: () throws -> any Contender) {
    do {
      let contender = try make()
      guard workloads.contains(where: { contender.share(of: $0) != nil }) else { return }
      programs.append(Participant(name: contender.name, version: try contender.prepare(), missing: nil))
      present.append(contender)
    } catch {
      Log.note("\(name) takes no part: \(error)")
      programs.append(Participant(name: name, version: nil, missing: "\(error)"))
    }
  }
}

struct Participant: Codable {
  let name: String
  let version: String?
  /// Why it takes no part.
  let missing: String?
}
