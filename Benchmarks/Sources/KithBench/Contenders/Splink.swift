import FoundationEssentials

/// Splink, a library in Python that tells who is who by the same kind of statistics, with DuckDB behind it. The script
/// is what a careful user writes for this file.
struct Splink: Contender {
  let name = "Splink"
  private static let version = "5.0.0"
  private let environment: VirtualEnvironment
  private let script: URL

  /// DuckDB does the work, so its version is named, too.
  init(work: URL, scripts: URL, scratch: Program) {
    environment = VirtualEnvironment(
      folder: work.appendingPathComponent("venvs/splink"),
      packages: ["splink==\(Self.version)", "duckdb==2.0.1"], scratch: scratch)
    script = scripts.appendingPathComponent("splink_dedupe.py")
  }

  func share(of workload: Workload) -> Share? { workload == .identity ? .whole : nil }

  func prepare() throws -> String {
    try environment.install()
    return Self.version
  }

  func command(for workload: Workload, in folder: URL) -> Command {
    Command(
      program: environment.python, arguments: [script.path, "input/\(workload.exportName)", Self.clusters],
      environment: Command.offline)
  }
}
