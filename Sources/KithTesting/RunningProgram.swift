import Foundation
import Synchronization

/// How a run of a program ended.
public struct ProgramOutcome: Sendable {
  /// The exit status; 128 and the signal's number when a signal ended it, as shells have it.
  public var status: Int32
  /// The signal that ended it.
  public var signal: Int32?
  /// It ran longer than a test waits, and was killed.
  public var isTimedOut: Bool
  public var output: String
  public var errors: String
  /// What the fault plan did; nil without one.
  public var faults: FaultReport?
}

/// A program that has been started and must be waited for.
public final class RunningProgram: Sendable {
  private struct State {
    /// Whether the process has ended: its number may then belong to another one.
    var hasEnded = false
    var isTimedOut = false
  }

  private let process: pid_t
  private let files: RunFiles
  private let hasFaults: Bool
  private let state = Mutex(State())

  /// No program of a test runs longer than that; it is there so that a hanging one fails its test and no other.
  private static let limit = DispatchTimeInterval.seconds(120)

  init(_ command: [String], environment: [String: String], files: RunFiles) throws {
    self.files = files
    hasFaults = FileManager.default.fileExists(atPath: files.report.path)
    process = try Self.spawn(command, environment: environment, files: files)
    DispatchQueue.global().asyncAfter(deadline: .now() + Self.limit) { [weak self] in self?.timeOut() }
  }

  /// A test that gave up waiting leaves no program behind, least of all a stopped one.
  deinit {
    if state.withLock({ $0.hasEnded }) { return }
    kill(process, SIGKILL)
    while waitpid(process, nil, 0) < 0, errno == EINTR {}
  }

  /// Waits for the program's end.
  public func wait() throws -> ProgramOutcome {
    var information = siginfo_t()
    while waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT) != 0 {
      if errno != EINTR { throw ProgramError("waiting for a program failed: \(String(cString: strerror(errno)))") }
    }
    let isTimedOut = state.withLock { state in
      state.hasEnded = true
      return state.isTimedOut
    }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7F
    return ProgramOutcome(
      status: signal == 0 ? (status >> 8) & 0xFF : 128 + signal, signal: signal == 0 ? nil : signal,
      isTimedOut: isTimedOut, output: String(decoding: try Data(contentsOf: files.output), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: files.errors), as: UTF8.self), faults: try report())
  }

  /// Waits until a plan's `stop` has stopped the program; false when it ended without.
  public func waitUntilStopped() throws -> Bool {
    var information = siginfo_t()
    while waitid(P_PID, id_t(process), &information, WEXITED | WSTOPPED | WNOWAIT) != 0 {
      if errno != EINTR { throw ProgramError("waiting for a program failed: \(String(cString: strerror(errno)))") }
    }
    return information.si_code == CLD_STOPPED
  }

  /// Lets a stopped program go on.
  public func resume() { kill(process, SIGCONT) }

  private func report() throws -> FaultReport? {
    hasFaults ? FaultReport(try Data(contentsOf: files.report)) : nil
  }

  private func timeOut() {
    state.withLock { state in
      guard !state.hasEnded else { return }
      state.isTimedOut = true
      kill(process, SIGKILL)
    }
  }

  private static func spawn(_ command: [String], environment: [String: String], files: RunFiles) throws -> pid_t {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, files.output.path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, files.errors.path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    // The thread of a test may block signals that the program is to get.
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    let arguments = command.map { strdup($0) } + [nil]
    let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in arguments + variables { free(text) } }
    var process: pid_t = 0
    let error = posix_spawn(&process, command[0], &actions, &attributes, arguments, variables)
    if error != 0 { throw ProgramError("\(command[0]) cannot be started: \(String(cString: strerror(error)))") }
    return process
  }
}
