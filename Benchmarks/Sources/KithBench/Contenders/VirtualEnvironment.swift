import FoundationEssentials

/// A Python environment of one peer, made when it is first needed. Each has its own: they ask for versions of the same
/// libraries that exclude each other.
struct VirtualEnvironment {
  let folder: URL
  let packages: [String]
  let scratch: Program

  var python: String { folder.appendingPathComponent("bin/python").path }

  /// The mark of an installation that came to its end.
  private var mark: URL { folder.appendingPathComponent("installed.txt") }

  /// The interpreter itself. What stands on the PATH may be a script of a version manager, which would be timed, too.
  static func interpreter(_ scratch: Program) throws -> String {
    let found = try Command.find("python3", package: "python3-venv")
    return try scratch.text(Command(program: found, arguments: ["-c", "import sys; print(sys.executable)"]))
  }

  func install() throws {
    let wanted = packages.joined(separator: " ")
    if let installed = try? String(contentsOf: mark, encoding: .utf8), installed == wanted { return }
    Log.note("installing \(wanted) into \(folder.lastPathComponent)")
    let interpreter = try Self.interpreter(scratch)
    _ = try scratch.run(Command(program: interpreter, arguments: ["-m", "venv", "--clear", folder.path]))
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"] + packages
    _ = try scratch.run(Command(program: python, arguments: pip), limit: .seconds(900))
    try wanted.write(to: mark, atomically: true, encoding: .utf8)
  }

  /// A file of the installed packages, by its path inside `site-packages`.
  func file(_ path: String) throws -> String {
    let paths = try scratch.text(
      Command(program: python, arguments: ["-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]))
    let file = "\(paths)/\(path)"
    guard FileManager.default.fileExists(atPath: file) else {
      throw BenchError.notInPackage(path, packages.joined(separator: " "))
    }
    return file
  }
}
