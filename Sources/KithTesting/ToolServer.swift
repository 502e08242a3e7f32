import Foundation
import Synchronization

/// A real server of a tool, as Debian packages it, on 127.0.0.1, with all that it keeps in a folder of its own. It ends
/// with the process that started it, however that ends; its folder goes with its last reference.
public final class ToolServer: Sendable {
  /// A tool whose server can be started.
  public struct Kind: Sendable {
    private let programs: [String]
    fileprivate let preparation: @Sendable (_ port: Int) -> String
    fileprivate let command: @Sendable (_ port: Int) -> String

    /// `programs` are those that it needs. `preparation` is a shell script that is run once, `command` the shell command
    /// that serves, without single quotes; both begin in the server's folder.
    public init(
      programs: [String], preparation: @escaping @Sendable (_ port: Int) -> String,
      command: @escaping @Sendable (_ port: Int) -> String
    ) {
      self.programs = programs
      self.preparation = preparation
      self.command = command
    }

    /// Whether it can be started on this machine.
    public var isInstalled: Bool {
      (programs + ["/usr/bin/setsid"]).allSatisfy { FileManager.default.isExecutableFile(atPath: $0) }
    }
  }

  /// A server that runs.
  private struct Life {
    /// Ends the server when it is closed.
    var input: Int32
    /// At its end as soon as the server is.
    var output: Int32
    /// Starts the server, and kills it at the end of its own input.
    var supervisor: pid_t
  }

  public let port: Int
  private let kind: Kind
  /// Where its data lies.
  public let folder: URL
  private let life = Mutex<Life?>(nil)

  /// Prepares and starts a server.
  public init(_ kind: Kind) throws(ProgramError) {
    self.kind = kind
    port = try ToolServer.freePort()
    folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
      .appendingPathComponent("kith-tool-\(UUID().uuidString)")
    _ = try ChildProcess.shell(
      "exec 2>&1; set -e; umask 077; mkdir '\(folder.path)'; cd '\(folder.path)'\n" + kind.preparation(port))
    try start()
  }

  deinit {
    stop()
    try? FileManager.default.removeItem(at: folder)
  }

  public var url: String { "http://127.0.0.1:\(port)" }

  /// Kills the server where it stands. It has ended when this returns.
  public func stop() {
    life.withLock { life in
      guard let ending = life else { return }
      close(ending.input)
      _ = ChildProcess.wait(ending.supervisor)
      close(ending.output)
      life = nil
    }
  }

  /// Starts a server that was stopped, at the same port. It takes connections when this returns.
  public func start() throws(ProgramError) {
    let result = life.withLock { life -> Result<Void, ProgramError> in
      Result { () throws(ProgramError) in
        if life == nil { life = try begin() }
      }
    }
    try result.get()
  }

  private func begin() throws(ProgramError) -> Life {
    let (input, output) = (try ToolServer.pipe(), try ToolServer.pipe())
    let supervisor = ChildProcess.start(
      ["/bin/sh", "-c", script], descriptors: [0: input.read, 3: output.write])
    close(input.read)
    close(output.write)
    guard let supervisor else { throw ProgramError("the shell cannot be started") }
    let life = Life(input: input.write, output: output.read, supervisor: supervisor)
    while !ToolServer.listens(port) {
      // Its end, or the time to ask again.
      var event = pollfd(fd: life.output, events: Int16(POLLIN), revents: 0)
      guard poll(&event, 1, 50) > 0 else { continue }
      close(life.input)
      _ = ChildProcess.wait(supervisor)
      close(life.output)
      let log = FileManager.default.contents(atPath: folder.appendingPathComponent("log").path) ?? Data()
      throw ProgramError("the server does not start: \(String(decoding: log, as: UTF8.self).suffix(2_000))")
    }
    return life
  }

  /// The server has a group of its own: what it starts is killed with it. Descriptor 3 is closed with the last of them.
  private var script: String {
    """
    cd '\(folder.path)'
    setsid sh -c '\(kind.command(port))' </dev/null >>log 2>&1 &
    exec 3>&-
    cat >/dev/null
    kill -KILL -$!
    wait
    """
  }

  private static func pipe() throws(ProgramError) -> (read: Int32, write: Int32) {
    var ends: [Int32] = [0, 0]
    if Foundation.pipe(&ends) != 0 { throw ProgramError("no pipe: \(String(cString: strerror(errno)))") }
    for end in ends { LoopbackGate.closeOnExec(end) }
    return (ends[0], ends[1])
  }

  /// A port that keeps free while the server is away: no connection gets one of these by itself.
  private static func freePort() throws(ProgramError) -> Int {
    for _ in 0..<100 {
      guard let (listener, port) = try? LoopbackServer.listen(Int.random(in: 20_000..<32_000)) else { continue }
      close(listener)
      return port
    }
    throw ProgramError("no free port between 20000 and 32000")
  }

  private static func listens(_ port: Int) -> Bool {
    #if canImport(Darwin)
      let connection = socket(AF_INET, SOCK_STREAM, 0)
    #else
      let connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #endif
    defer { close(connection) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    address.sin_port = in_port_t(UInt16(clamping: port)).bigEndian
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(connection, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }
}
