import Foundation
import Synchronization

/// A real SSH server on 127.0.0.1 for tests that serves files and nothing else: OpenSSH's, one process for each
/// connection, for the account that runs the tests, who comes in with a key. It ends with its last reference.
public final class SFTPServer: Sendable {
  /// What it serves lies here.
  public let folder: URL
  public let port: Int
  public let user: String
  /// The private key that it lets in.
  public let keyFile: String
  /// Of its host key.
  public let fingerprint: String
  /// A line for a file of known hosts.
  public let knownHost: String
  private let home: Home
  private let gate: LoopbackGate

  /// Keys, configuration and files: a server that is started again has the same ones.
  private final class Home: Sendable {
    let url: URL
    let fingerprint: String
    let hostKey: String

    init() throws(ProgramError) {
      guard FileManager.default.isExecutableFile(atPath: SFTPServer.program) else {
        throw ProgramError("there is no SSH server for the tests: apt-get install openssh-server")
      }
      url = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
        .appendingPathComponent("kith-sftp-\(UUID().uuidString)")
      let lines = try ChildProcess.shell(SFTPServer.script(url.path)).split(separator: "\n").map(String.init)
      guard lines.count == 2 else { throw ProgramError("the keys of the SSH server cannot be made: \(lines)") }
      (fingerprint, hostKey) = (lines[0], lines[1])
    }

    deinit { try? FileManager.default.removeItem(at: url) }
  }

  public convenience init() throws(ProgramError) { try self.init(Home(), port: 0) }

  /// The same server once more, after `stop`.
  public convenience init(again server: SFTPServer) throws(ProgramError) {
    try self.init(server.home, port: server.port)
  }

  private init(_ home: Home, port wanted: Int) throws(ProgramError) {
    self.home = home
    folder = home.url.appendingPathComponent("files")
    user = NSUserName()
    keyFile = home.url.appendingPathComponent("client").path
    fingerprint = home.fingerprint
    let listener: Int32
    (listener, port) = try LoopbackServer.listen(wanted)
    knownHost = "[127.0.0.1]:\(port) \(home.hostKey)"
    gate = try LoopbackGate(listener: listener)
    let configuration = home.url.appendingPathComponent("sshd_config").path
    Thread { [gate] in
      while let connection = gate.accept() {
        Thread {
          Self.serve(connection, configuration)
          gate.dismiss(connection)
        }.start()
      }
    }.start()
  }

  deinit { stop() }

  /// The path of a file as a source names it.
  public func path(_ name: String) -> String { "sftp://127.0.0.1:\(port)\(folder.path)/\(name)" }

  /// Breaks every connection off and takes no more.
  public func stop() { gate.end() }

  fileprivate static let program = "/usr/sbin/sshd"

  /// The process reads and writes the connection itself (`-i`).
  private static func serve(_ connection: Int32, _ configuration: String) {
    let process = ChildProcess.start(
      [program, "-i", "-f", configuration, "-E", configuration + ".log"], descriptors: [0: connection, 1: connection])
    if let process { _ = ChildProcess.wait(process) }
  }

  /// Prints the fingerprint and the public key of the host.
  fileprivate static func script(_ home: String) -> String {
    """
    set -e
    umask 077
    mkdir -p '\(home)/files'
    # Where the server of root locks itself in.
    [ "$(id -u)" -ne 0 ] || mkdir -p /run/sshd
    ssh-keygen -q -t ed25519 -N '' -C host -f '\(home)/host'
    ssh-keygen -q -t ed25519 -N '' -C client -f '\(home)/client'
    cat >'\(home)/sshd_config' <<END
    HostKey \(home)/host
    AuthorizedKeysFile \(home)/client.pub
    PidFile none
    UsePAM no
    StrictModes no
    PermitRootLogin yes
    PasswordAuthentication yes
    KbdInteractiveAuthentication no
    Subsystem sftp internal-sftp
    ForceCommand internal-sftp
    END
    ssh-keygen -lf '\(home)/host.pub' | cut -d' ' -f2
    cut -d' ' -f1,2 '\(home)/host.pub'
    """
  }
}
