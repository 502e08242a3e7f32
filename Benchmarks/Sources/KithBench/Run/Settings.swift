import FoundationEssentials

/// What was asked for on the command line, with the defaults of the two ways to run.
struct Settings {
  let purpose: Purpose
  let kith: URL
  let work: URL
  let runs: Int
  let scale: Double
  /// Lower-case names of workloads and programs; empty means all.
  let only: Set<String>
  let peers: Peers

  /// A comparison takes its time and is read by people; a check is quick and is read by its exit status.
  enum Purpose { case compare, check }
  enum Peers { case all, yardsticks, none }

  /// The folder of this package; the peers' scripts lie in it.
  static let package = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Kith's program: the one that was named, or that of this repository. Programs run in folders of their own, where a
  /// relative path would lead elsewhere.
  static func kith(_ named: String?) -> URL {
    named.map(absolute) ?? package.deletingLastPathComponent().appendingPathComponent(".build/release/kith")
  }

  /// The folder that was named, or one of that name in `.work`.
  static func folder(_ named: String?, or name: String = "") -> URL {
    named.map(absolute) ?? package.appendingPathComponent(".work").appendingPathComponent(name)
  }

  static func absolute(_ path: String) -> URL { URL(fileURLWithPath: path).absoluteURL.standardizedFileURL }

  var scripts: URL { Self.package.appendingPathComponent("Peers") }

  var workloads: [Workload] {
    let named = Workload.allCases.filter { !only.isDisjoint(with: $0.names) }
    return named.isEmpty ? Workload.allCases : named
  }

  /// Kith always takes part: the others are measured by it.
  func wants(_ program: String) -> Bool {
    let named = only.subtracting(Workload.allCases.flatMap(\.names))
    return program == "Kith" || named.isEmpty || named.contains(Roster.short(program))
  }
}
