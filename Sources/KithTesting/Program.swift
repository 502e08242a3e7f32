import Foundation

/// Runs a program that is built beside the tests as a process, in a folder of its own, as its users do.
public struct Program: Sendable {
  /// The program's working folder. Faults concern the files below it.
  public let folder: URL
  public let executable: URL
  /// Beside the folder: what the runs print and report.
  private let runs: URL

  /// Makes a new folder for the program.
  public init(_ name: String = "kith") throws {
    let place = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
      .appendingPathComponent("kith-test-\(UUID().uuidString)")
    folder = place.appendingPathComponent("work")
    runs = place.appendingPathComponent("runs")
    executable = try Program.product(name)
    for folder in [folder, runs] {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }
  }

  /// What cannot be removed is left to the system's own cleaning.
  public func remove() { try? FileManager.default.removeItem(at: folder.deletingLastPathComponent()) }

  /// Whether `FaultPlan`s work here: on Linux, with the library that is preloaded beside the tests.
  public static let hasFaults = (try? library) != nil

  static var library: URL {
    get throws {
      #if os(Linux)
        let file = try product("libkith-faults.so")
        // The loader takes a list, and knows no quotes.
        if file.path.contains(where: { " :".contains($0) }) {
          throw ProgramError("faults need a checkout whose path has no blanks and colons: \(file.path)")
        }
        return file
      #else
        throw ProgramError("faults are injected on Linux only")
      #endif
    }
  }

  /// Writes a file below the folder, making the folders on its way.
  public func write(_ name: String, _ text: String) throws {
    let url = folder.appendingPathComponent(name)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  /// Runs the program to its end.
  public func run(
    _ arguments: String..., faults: FaultPlan? = nil, fileLimit: Int? = nil, memoryLimit: Int? = nil,
    environment: [String: String] = [:]
  ) throws -> ProgramOutcome {
    try start(
      arguments, faults: faults, fileLimit: fileLimit, memoryLimit: memoryLimit, environment: environment
    ).wait()
  }

  /// Starts the program. `fileLimit` is the most 512-byte blocks that a file may have: a write beyond it fails with
  /// EFBIG, because the signal that comes with it is ignored. `memoryLimit` is the most megabytes of data, stacks
  /// included, that the program gets from the kernel (on Linux): beyond it there is no memory for it.
  public func start(
    _ arguments: [String], faults: FaultPlan? = nil, fileLimit: Int? = nil, memoryLimit: Int? = nil,
    environment: [String: String] = [:]
  ) throws -> RunningProgram {
    let name = UUID().uuidString
    let files = RunFiles(
      output: runs.appendingPathComponent("\(name).out"), errors: runs.appendingPathComponent("\(name).err"),
      report: runs.appendingPathComponent("\(name).faults"))
    var environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    if let faults {
      try Data(count: FaultReport.size).write(to: files.report)
      let own = faults.environment(folder: folder, report: files.report, library: try Program.library)
      environment.merge(own) { $1 }
    }
    // The shell changes the folder, sets the limits and becomes the program.
    var limit = fileLimit.map { "trap '' XFSZ; ulimit -f \($0); " } ?? ""
    if let memoryLimit { limit += "ulimit -d \(memoryLimit * 1_024); " }
    let command =
      ["/bin/sh", "-c", "\(limit)cd \"$0\" && exec \"$@\"", folder.path, executable.path] + arguments
    return try RunningProgram(command, environment: environment, files: files)
  }

  /// A file that the build put beside the tests.
  private static func product(_ name: String) throws -> URL {
    var folder = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
    for _ in 0..<4 {
      let candidate = folder.appendingPathComponent(name)
      if FileManager.default.fileExists(atPath: candidate.path) { return candidate }
      folder = folder.deletingLastPathComponent()
    }
    throw ProgramError("\(name) is not beside the tests in \(folder.path); build it: swift build --build-tests")
  }
}

/// A program could not be run.
public struct ProgramError: Error, CustomStringConvertible, Sendable {
  public let description: String
  init(_ description: String) { self.description = description }
}

/// Files that hold what a run printed: a pipe could fill up and block the program.
struct RunFiles: Sendable {
  var output: URL
  var errors: URL
  var report: URL
}
