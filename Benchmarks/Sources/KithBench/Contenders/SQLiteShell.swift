import FoundationEssentials

/// The `sqlite3` command-line shell: the plainest way to get a file into SQLite, and the yardstick.
struct SQLiteShell: Contender {
  let name = "sqlite3"
  let path: String
  let scripts: URL
  let scratch: Program

  init(scripts: URL, scratch: Program) throws {
    path = try Command.find("sqlite3", package: "sqlite3")
    self.scripts = scripts
    self.scratch = scratch
  }

  /// It has no way to read XML, nor to ask a server, nor to tell who is who.
  func share(of workload: Workload) -> Share? {
    workload == .orders || workload == .identity || workload.pages != nil ? nil : .whole
  }

  func prepare() throws -> String {
    let version = try scratch.text(Command(program: path, arguments: ["--version"]))
    return version.split(separator: " ").first.map(String.init) ?? version
  }

  func command(for workload: Workload, in folder: URL) -> Command {
    let script = workload == .events ? "sqlite3-events.sql" : "sqlite3-customers.sql"
    return Command(
      program: path, arguments: ["-bail", Self.database], input: scripts.appendingPathComponent(script))
  }

  /// A number out of any contender's database, read only.
  func count(_ sql: String, in database: URL) throws -> Int? {
    try Int(scratch.text(Command(program: path, arguments: ["-readonly", database.path, sql])))
  }
}
