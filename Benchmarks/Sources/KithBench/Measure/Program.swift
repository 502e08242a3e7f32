import Dispatch
import FoundationEssentials
import Glibc

/// Runs one command to its end and measures it: wall time from before its start to after its end, and the peak of its
/// resident memory as the kernel tells it when the process is reaped (`wait4`).
///
/// Of a program that starts others, the peak is that of the biggest one among those that were waited for, not the sum. It
/// is never below the peak of this process, which the new one is made from: hence `Report.peakFloorBytes`.
struct Program {
  /// Where the program runs; what it writes goes to `stdout.txt` and `stderr.txt` in it.
  let folder: URL

  var output: URL { folder.appendingPathComponent("stdout.txt") }
  private var errors: URL { folder.appendingPathComponent("stderr.txt") }

  func run(_ command: Command, limit: Duration = .seconds(3_600)) throws -> Sample {
    let clock = ContinuousClock()
    let start = clock.now
    let process = try spawn(command)
    let guardian = Guardian(process, limit: limit)
    var status: Int32 = 0
    var usage = rusage()
    while wait4(process, &status, 0, &usage) < 0 && errno == EINTR {}
    guardian.cancel()
    let seconds = (clock.now - start) / .seconds(1)
    if status != 0 { throw BenchError.failed(command.program, ending(status), output: lastErrors()) }
    let cpu = Self.seconds(usage.ru_utime) + Self.seconds(usage.ru_stime)
    return Sample(seconds: seconds, cpuSeconds: cpu, peakBytes: Int(usage.ru_maxrss) * 1_024)
  }

  private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000 }

  /// What the program printed, for those that are asked something.
  func text(_ command: Command) throws -> String {
    _ = try run(command)
    return try String(contentsOf: output, encoding: .utf8)
      .split(whereSeparator: \.isNewline).joined(separator: "\n")
  }

  private func ending(_ status: Int32) -> String {
    status & 0x7F == 0 ? "ended with status \(status >> 8 & 0xFF)" : "was ended by signal \(status & 0x7F)"
  }

  /// The end of what it complained about, on one line so that it fits a table.
  private func lastErrors() -> String {
    let text = [output, errors].map { (try? String(contentsOf: $0, encoding: .utf8)) ?? "" }.joined()
    let lines = text.split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }
    return lines.suffix(3).joined(separator: " ").replacing("|", with: "/")
  }

  private func spawn(_ command: Command) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let written = O_WRONLY | O_CREAT | O_TRUNC
    posix_spawn_file_actions_addopen(&actions, 0, command.input?.path ?? "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output.path, written, 0o644)
    posix_spawn_file_actions_addopen(&actions, 2, errors.path, written, 0o644)
    let environment = ProcessInfo.processInfo.environment.merging(command.environment) { _, new in new }
    var process: pid_t = 0
    let code = try inFolder {
      withCStrings([command.program] + command.arguments) { arguments in
        withCStrings(environment.map { "\($0)=\($1)" }) { environment in
          posix_spawn(&process, command.program, &actions, nil, arguments, environment)
        }
      }
    }
    if code != 0 { throw BenchError.noStart(command.program, code) }
    return process
  }

  /// Swift sees no file action for the folder, so this program goes there itself, and back: all its own paths are absolute.
  private func inFolder<Result>(_ body: () -> Result) throws -> Result {
    let home = FileManager.default.currentDirectoryPath
    guard chdir(folder.path) == 0 else { throw BenchError.unwritable(folder.path, errno) }
    defer { _ = chdir(home) }
    return body()
  }
}

/// Ends a program that runs longer than anybody would wait for it.
private final class Guardian {
  private let work: DispatchWorkItem

  init(_ process: pid_t, limit: Duration) {
    work = DispatchWorkItem { kill(process, SIGKILL) }
    DispatchQueue.global().asyncAfter(deadline: .now() + limit / .seconds(1), execute: work)
  }

  func cancel() { work.cancel() }
}

/// Texts as C wants them, with the nil at the end; they live as long as the call.
private func withCStrings<Result>(_ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result) -> Result {
  let pointers = texts.map { strdup($0) } + [nil]
  defer { for pointer in pointers { free(pointer) } }
  return body(pointers)
}
