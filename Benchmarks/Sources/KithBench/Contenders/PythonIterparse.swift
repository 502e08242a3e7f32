import FoundationEssentials

/// What a developer writes in an afternoon for XML: Python's iterparse into its sqlite3 module.
struct PythonIterparse: Contender {
  let name = "Python iterparse"
  private let interpreter: String
  private let script: URL
  private let scratch: Program

  init(scripts: URL, scratch: Program) throws {
    interpreter = try VirtualEnvironment.interpreter(scratch)
    script = scripts.appendingPathComponent("iterparse_orders.py")
    self.scratch = scratch
  }

  func share(of workload: Workload) -> Share? { workload == .orders ? .whole : nil }

  func prepare() throws -> String {
    let version = "import platform; print(platform.python_version())"
    return try scratch.text(Command(program: interpreter, arguments: ["-c", version]))
  }

  func command(for workload: Workload, in folder: URL) -> Command {
    Command(program: interpreter, arguments: [script.path, "input/orders.xml", Self.database])
  }
}
