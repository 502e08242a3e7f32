import FoundationEssentials

/// A Singer target that writes SQLite. A tap would stand before it; its messages are made beforehand, so that the target
/// alone is timed.
struct Singer: EquippingContender, TranslatingContender {
  let name = "Singer target-sqlite"
  private static let version = "0.2.0"
  private let environment: VirtualEnvironment
  private let translator: URL
  private let launcher: URL

  init(work: URL, scripts: URL, scratch: Program) {
    environment = VirtualEnvironment(
      folder: work.appendingPathComponent("venvs/singer"), packages: ["target-sqlite==\(Self.version)"],
      scratch: scratch)
    translator = scripts.appendingPathComponent("singer_messages.py")
    launcher = scripts.appendingPathComponent("singer_target.py")
  }

  func share(of workload: Workload) -> Share? { workload == .customers ? .tenth : nil }

  func prepare() throws -> String {
    try environment.install()
    _ = try environment.file("target_sqlite")
    return Self.version
  }

  func translated(_ file: URL) throws -> URL {
    let messages = file.deletingPathExtension().appendingPathExtension("singer.jsonl")
    if FileManager.default.fileExists(atPath: messages.path) { return messages }
    let partial = messages.appendingPathExtension("part")
    _ = try environment.scratch.run(
      Command(program: environment.python, arguments: [translator.path, file.path, partial.path]))
    try FileManager.default.moveItem(at: partial, to: messages)
    return messages
  }

  /// Batches far above its default of 50 rows, which would be slower still.
  func equip(_ folder: URL, for workload: Workload, port: UInt16?) throws {
    try "{\"database\": \"\(Self.database)\", \"batch_size\": 5000}"
      .write(to: folder.appendingPathComponent("target.json"), atomically: true, encoding: .utf8)
  }

  func command(for workload: Workload, in folder: URL) -> Command {
    Command(
      program: environment.python, arguments: [launcher.path, "-c", "target.json"],
      environment: Command.offline, input: folder.appendingPathComponent("input/customers.csv"))
  }
}
