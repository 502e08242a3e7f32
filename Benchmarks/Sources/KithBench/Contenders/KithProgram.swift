import FoundationEssentials

/// Kith itself: the released program, `kith sync` with a connectors.yml of one source, or `kith dedupe`.
struct KithProgram: EquippingContender, SelfReportingContender {
  let name = "Kith"
  let path: URL
  let scratch: Program
  /// `--no-resolve` where this build knows it: the peers only store, so who is who is left out of the comparison.
  private let flags: [String]

  init(_ path: URL, scratch: Program) throws {
    guard FileManager.default.isExecutableFile(atPath: path.path) else { throw BenchError.noKith(path.path) }
    self.path = path
    self.scratch = scratch
    let help = try scratch.text(Command(program: path.path, arguments: ["sync", "--help"]))
    flags = help.contains("--no-resolve") ? ["--no-resolve"] : []
    if flags.isEmpty { Log.note("this Kith knows no --no-resolve: its times hold the identity pass, too") }
  }

  func share(of workload: Workload) -> Share? { .whole }

  func prepare() throws -> String { try scratch.text(Command(program: path.path, arguments: ["--version"])) }

  func equip(_ folder: URL, for workload: Workload, port: UInt16?) throws {
    try KithConfiguration.text(workload, database: Self.database, port: port)?
      .write(to: folder.appendingPathComponent("connectors.yml"), atomically: true, encoding: .utf8)
    guard workload.pages != nil else { return }
    let connectors = folder.appendingPathComponent("connectors")
    try FileManager.default.createDirectory(at: connectors, withIntermediateDirectories: true)
    try KithConfiguration.pagesManifest
      .write(to: connectors.appendingPathComponent("pages.yml"), atomically: true, encoding: .utf8)
  }

  func command(for workload: Workload, in folder: URL) -> Command {
    let arguments = workload == .identity ? dedupe(workload) : ["sync", "--json"] + flags
    return Command(program: path.path, arguments: arguments)
  }

  /// As somebody calls it who only knows the key and where the telephone numbers are from.
  private func dedupe(_ workload: Workload) -> [String] {
    [
      "dedupe", "input/\(workload.exportName)", "--key", "record_id", "--country", "CH", "--output", Self.clusters,
    ]
  }

  func checks(for load: Load, _ expected: Expected) -> [Check] {
    switch load.workload {
    case .customers, .memory, .pages300, .pages600, .pages1300: Check.people("profiles", load, expected)
    case .events: [Check(sql: "SELECT count(*) FROM touchpoints", expected: expected.rows)]
    case .orders: Check.orders(expected)
    case .identity: []
    }
  }

  /// Its own counts must add up as well: nothing set aside, and of a re-export only what changed counted as updated.
  func verify(_ output: URL, for load: Load, _ expected: Expected) throws {
    let outcome = try JSONDecoder().decode(Outcome.self, from: Data(contentsOf: output))
    let found = outcome.sources.first?.counts
    let again = load.stage == .again
    let due = Counts(
      read: expected.rows, inserted: again ? 0 : expected.rows, updated: again ? expected.changed : 0,
      unchanged: again ? expected.rows - expected.changed : 0, quarantined: 0)
    guard found == due else {
      throw BenchError.wrongCount(
        "Kith's own counts", found: found.map { "\($0)" } ?? "no source", expected: "\(due)")
    }
  }

  private struct Outcome: Decodable {
    struct Source: Decodable { let counts: Counts }
    let sources: [Source]
  }

  private struct Counts: Decodable, Equatable, CustomStringConvertible {
    let read: Int
    let inserted: Int
    let updated: Int
    let unchanged: Int
    let quarantined: Int

    var description: String {
      "\(read) read, \(inserted) inserted, \(updated) updated, \(unchanged) unchanged, \(quarantined) quarantined"
    }
  }
}
