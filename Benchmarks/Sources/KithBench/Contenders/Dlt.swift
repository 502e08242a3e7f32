import FoundationEssentials

/// dlt, a loader written in Python, with SQLite through its SQLAlchemy destination and a merge by primary key.
struct Dlt: Contender {
  let name = "dlt"
  private static let version = "1.31.0"
  private let environment: VirtualEnvironment
  private let script: URL

  init(work: URL, scripts: URL, scratch: Program) {
    environment = VirtualEnvironment(
      folder: work.appendingPathComponent("venvs/dlt"), packages: ["dlt[sqlalchemy]==\(Self.version)"],
      scratch: scratch)
    script = scripts.appendingPathComponent("dlt_customers.py")
  }

  func share(of workload: Workload) -> Share? { workload == .customers ? .tenth : nil }

  func prepare() throws -> String {
    try environment.install()
    return Self.version
  }

  func command(for workload: Workload, in folder: URL) -> Command {
    Command(
      program: environment.python, arguments: [script.path, "input/customers.csv", Self.database],
      environment: settings(folder).merging(Command.offline) { own, _ in own })
  }

  private func settings(_ folder: URL) -> [String: String] {
    ["DLT_DATA_DIR": folder.appendingPathComponent("dlt").path, "RUNTIME__DLTHUB_TELEMETRY": "false"]
  }
}
