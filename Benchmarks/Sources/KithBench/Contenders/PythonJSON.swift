import FoundationEssentials

/// Python's json module, which only parses the pages: no request, nothing mapped, nothing stored. The yardstick of a check.
struct PythonJSON: SelfReportingContender {
  let name = "Python json"
  private let interpreter: String
  private let scratch: Program

  private static let script = """
    import json, sys
    count = 0
    with open(sys.argv[1], "rb") as pages:
        for page in pages:
            count += len(json.loads(page)["contacts"])
    print(count)
    """

  init(scratch: Program) throws {
    interpreter = try VirtualEnvironment.interpreter(scratch)
    self.scratch = scratch
  }

  func share(of workload: Workload) -> Share? { workload.pages == nil ? nil : .whole }

  func prepare() throws -> String {
    let version = "import platform; print(platform.python_version())"
    return try scratch.text(Command(program: interpreter, arguments: ["-c", version]))
  }

  func command(for workload: Workload, in folder: URL) -> Command {
    Command(program: interpreter, arguments: ["-c", Self.script, "input/\(workload.exportName)"])
  }

  func checks(for load: Load, _ expected: Expected) -> [Check] { [] }

  func verify(_ output: URL, for load: Load, _ expected: Expected) throws {
    let found = try String(contentsOf: output, encoding: .utf8).prefix(while: \.isNumber)
    if found != "\(expected.rows)" {
      throw BenchError.wrongCount("records that \(name) parsed", found: String(found), expected: "\(expected.rows)")
    }
  }
}
