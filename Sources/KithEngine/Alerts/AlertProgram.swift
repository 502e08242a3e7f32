import Foundation
import KithCore
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Runs a program that gets an alert on its standard input, and ends it with all that it started when it takes too long.
/// What it prints on standard error is seen where Kith's own is; its standard output is not.
struct AlertProgram {
  private let command: AlertCommand
  private let time: any WaitingTime

  /// What a pipe holds on every system before somebody reads.
  private static let mostInput = 16 << 10

  init(_ command: AlertCommand, time: any WaitingTime) {
    self.command = command
    self.time = time
  }

  /// Returns how it ended; anything but status 0 is a `transient` error.
  func run(_ input: [UInt8]) async throws(KithError) -> String {
    let process = AlertProcess(try start(input))
    let time = time
    let end = time.now().adding(seconds: Double(command.seconds))
    let timer = Task {
      do throws(KithError) {
        try await time.sleep(until: end)
        process.end()
      } catch {
        // It ended by itself.
      }
    }
    let status = await withCheckedContinuation { continuation in
      // Waiting takes a thread of its own.
      Thread { continuation.resume(returning: process.wait()) }.start()
    }
    timer.cancel()
    if process.wasEnded { throw failure("the command took too long and was ended", seen: nil) }
    if status & 0x7F != 0 { throw failure("the command was ended by a signal", seen: "signal \(status & 0x7F)") }
    let code = (status >> 8) & 0xFF
    // How shells say that there is no such program, or that it may not be run.
    if code == 126 || code == 127 {
      throw KithError(
        .configuration, "the command cannot be started", seen: command.words[0],
        fix: "Name a program that is there and may be run.")
    }
    if code != 0 { throw failure("the command failed", seen: "exit status \(code)") }
    return "exit status 0"
  }

  private func failure(_ what: String, seen: String?) -> KithError {
    KithError(.transient, what, seen: seen, allowed: "exit status 0 within \(command.seconds) seconds")
  }

  /// Its own process group, so that children that it leaves behind end with it; signals as they are by default.
  private func start(_ input: [UInt8]) throws(KithError) -> pid_t {
    let reading = try filledPipe(input)
    defer { close(reading) }
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, reading, 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var (none, usual) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    sigemptyset(&usual)
    for signal in [SIGTERM, SIGINT, SIGHUP, SIGPIPE] { sigaddset(&usual, signal) }
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &usual)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETPGROUP))
    // The shell changes the folder and becomes the program.
    let words = ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", command.folder] + command.words
    let arguments = words.map { strdup($0) } + [nil]
    let variables = ProcessInfo.processInfo.environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in arguments + variables { free(text) } }
    var process: pid_t = 0
    let code = posix_spawn(&process, words[0], &actions, &attributes, arguments, variables)
    if code == 0 { return process }
    throw KithError(.transient, "no process can be started", seen: String(cString: strerror(code)))
  }

  /// The end of a pipe to read from that holds the input already: nobody waits for a program that does not read.
  private func filledPipe(_ input: [UInt8]) throws(KithError) -> Int32 {
    var ends: [Int32] = [-1, -1]
    guard input.count <= Self.mostInput, pipe(&ends) == 0 else {
      throw KithError(.transient, "the command gets no input", seen: "\(input.count) bytes")
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let written = input.withUnsafeBytes { write(ends[1], $0.baseAddress, $0.count) }
    close(ends[1])
    if written == input.count { return ends[0] }
    close(ends[0])
    throw KithError(.transient, "the command gets no input", seen: String(cString: strerror(errno)))
  }
}

/// A process with its group. Its number is not used once somebody has heard of its end.
private final class AlertProcess: Sendable {
  private struct State {
    var hasEnded = false
    var wasEnded = false
  }

  private let process: pid_t
  private let state = Mutex(State())

  init(_ process: pid_t) { self.process = process }

  var wasEnded: Bool { state.withLock { $0.wasEnded } }

  func end() {
    state.withLock { state in
      guard !state.hasEnded else { return }
      state.wasEnded = true
      kill(-process, SIGKILL)
    }
  }

  /// Waits for its end; returns what the system says of it.
  func wait() -> Int32 {
    var information = siginfo_t()
    while waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
    return state.withLock { state in
      state.hasEnded = true
      // Whatever it has left behind.
      kill(-process, SIGKILL)
      var status: Int32 = 0
      while waitpid(process, &status, 0) < 0, errno == EINTR {}
      return status
    }
  }
}
