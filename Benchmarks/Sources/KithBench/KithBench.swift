import ArgumentParser
import FoundationEssentials

@main
struct KithBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kith-bench", abstract: "Times Kith and its peers on the same generated files, in one run.",
    discussion: """
      EXAMPLES
        kith-bench                             everything, the full size; takes its time
        kith-bench --scale 0.05 --runs 1       a first look
        kith-bench --only customers sqlite3    one workload, Kith beside one peer
        kith-bench --only identity splink      who is who, Kith beside Splink
        kith-bench one-profile                 one new profile into a million
        kith-bench soak                        the API under load during syncs
        kith-bench --check                     what CI asks: rows, ratios, memory; exit status 1 beyond a limit

      NAMES FOR --only
        workloads: \(Workload.allCases.map(\.rawValue).joined(separator: " ")); pages: all sizes
        programs:  \(Roster.names.joined(separator: " "))
      """,
    subcommands: [Score.self, SoakCommand.self, OneProfileCommand.self])

  @Option(help: "Kith's program (default: .build/release/kith of this repository).")
  var kith: String?

  @Option(help: "Where data, environments and databases go; about 4 GB (default: Benchmarks/.work).")
  var work: String?

  @Option(help: "How often everything is measured.")
  var runs = 3

  @Option(help: "Share of the full number of rows (default: 1, with --check 0.05).")
  var scale: Double?

  @Option(parsing: .upToNextOption, help: "Only these workloads and programs.")
  var only: [String] = []

  @Flag(help: "Kith alone.")
  var skipPeers = false

  @Flag(help: "Small, only Kith, the sqlite3 shell and Python's json, with limits.")
  var check = false

  @Option(help: "Also write all samples to this file.")
  var json: String?

  func validate() throws {
    if runs < 1 { throw ValidationError("--runs is at least 1.") }
    if let scale, scale <= 0 || scale > 10 { throw ValidationError("--scale lies above 0 and at most at 10.") }
    let known = Workload.allCases.flatMap(\.names) + Roster.names
    let unknown = only.filter { !known.contains($0.lowercased()) }
    if !unknown.isEmpty { throw BenchError.unknownNames(unknown, known: known) }
  }

  func run() throws {
    let report = try Bench(settings()).run()
    if let json { try report.write(to: URL(fileURLWithPath: json)) }
    print(report.markdown())
    let claims = try report.claims() + (check && only.isEmpty ? [oneProfile()] : [])
    print(claims.map { $0.line(checked: check) }.joined(separator: "\n"))
    let broken = claims.filter { !$0.isWithinLimit }
    if check && !broken.isEmpty { throw BenchError.limits(broken.map(\.text)) }
  }

  /// Into few, and few times: whether it still is much less than resolving all.
  private func oneProfile() throws -> Claim {
    let hub = try OneProfileHub(
      Settings.kith(kith), settings().work.appendingPathComponent("one-profile"), profiles: 20_000)
    let result = try OneProfile(hub, profiles: 20_000, times: 20)
    print(result.text)
    return result.claim
  }

  private func settings() throws -> Settings {
    let folder = Settings.folder(work)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return Settings(
      purpose: check ? .check : .compare, kith: Settings.kith(kith), work: folder, runs: runs,
      scale: scale ?? (check ? 0.05 : 1), only: Set(only.map { $0.lowercased() }),
      peers: skipPeers ? .none : check ? .yardsticks : .all)
  }
}
