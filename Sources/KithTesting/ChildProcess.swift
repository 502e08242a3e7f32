import Foundation

/// Other programs, as processes of the tests. Foundation's `Process` waits without end where programs that run at the same
/// time hold each other's sockets.
enum ChildProcess {
  /// Starts a program with these descriptors of the tests' under its own numbers; of the first three, those that are not
  /// named are /dev/null. nil: there is no such program.
  static func start(_ arguments: [String], descriptors: [Int32: Int32]) -> pid_t? {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
    #else
      var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (number, descriptor) in descriptors.sorted(by: { $0.key < $1.key }) {
      posix_spawn_file_actions_adddup2(&actions, descriptor, number)
    }
    for number in Int32(0)...2 where descriptors[number] == nil {
      posix_spawn_file_actions_addopen(&actions, number, "/dev/null", number == 0 ? O_RDONLY : O_WRONLY, 0)
    }
    let words = arguments.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var process: pid_t = 0
    return posix_spawn(&process, arguments[0], &actions, nil, words, environ) == 0 ? process : nil
  }

  /// Waits for its end. Returns the exit status, 128 and the signal's number when a signal ended it.
  static func wait(_ process: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7F
    return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
  }

  /// Runs a script to its end. Returns what it prints; an exit status other than 0 is an error that tells it.
  static func shell(_ script: String) throws(ProgramError) -> String {
    let name = FileManager.default.temporaryDirectory.appendingPathComponent("kith-shell-\(UUID().uuidString)").path
    let file = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    defer {
      close(file)
      unlink(name)
    }
    guard let process = start(["/bin/sh", "-c", script], descriptors: [1: file]) else {
      throw ProgramError("the shell cannot be started")
    }
    let status = wait(process)
    let output = String(decoding: FileManager.default.contents(atPath: name) ?? Data(), as: UTF8.self)
    if status != 0 { throw ProgramError("a script ended with status \(status): \(output.suffix(2_000))") }
    return output
  }
}
