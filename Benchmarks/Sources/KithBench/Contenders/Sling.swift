import FoundationEssentials

/// Sling, a loader written in Go, out of its wheel without the wrapper around it.
struct Sling: Contender {
  let name = "Sling"
  private static let version = "1.4.11"
  private let environment: VirtualEnvironment

  private let shell: String

  init(work: URL, shell: String, scratch: Program) {
    self.shell = shell
    environment = VirtualEnvironment(
      folder: work.appendingPathComponent("venvs/sling"), packages: ["sling-linux-amd64==\(Self.version)"],
      scratch: scratch)
  }

  private static let binary = "sling_linux_amd64/bin/sling-linux-amd64"
  /// Where `prepare` leaves the program under a name that is known without asking Python again.
  private var program: URL { environment.folder.appendingPathComponent("sling") }

  func share(of workload: Workload) -> Share? { workload == .customers ? .whole : nil }

  func prepare() throws -> String {
    try environment.install()
    let binary = try environment.file(Self.binary)
    _ = try? FileManager.default.removeItem(at: program)
    try FileManager.default.createSymbolicLink(atPath: program.path, withDestinationPath: binary)
    return Self.version
  }

  /// With a primary key and no column that tells what is new, `incremental` upserts the whole file.
  func command(for workload: Workload, in folder: URL) -> Command {
    let file = folder.appendingPathComponent("input/customers.csv").path
    return Command(
      program: program.path,
      arguments: [
        "run", "--src-stream", "file://\(file)", "--tgt-conn", "HUB", "--tgt-object", "main.customers",
        "--mode", "incremental", "--primary-key", "id",
      ],
      environment: settings(folder).merging(Command.offline) { own, _ in own })
  }

  /// It fills SQLite through the sqlite3 shell and would download one; told of the one that is here it is five times
  /// faster than without.
  private func settings(_ folder: URL) -> [String: String] {
    [
      "HUB": "sqlite://\(folder.appendingPathComponent(Self.database).path)",
      "SLING_HOME_DIR": folder.appendingPathComponent("home").path, "SLING_DISABLE_TELEMETRY": "TRUE",
      "SQLITE_PATH": shell,
    ]
  }
}
