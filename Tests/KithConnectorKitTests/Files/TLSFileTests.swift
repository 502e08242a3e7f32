import Foundation
import KithCore
import KithTesting
import Testing

@testable import KithConnectorKit

/// Files of a real FTP server with TLS: one vsftpd for each connection. Needs the package of this name.
@Suite(.enabled(if: TLSPeer.isThere("/usr/bin/python3", "/usr/sbin/vsftpd"))) struct TLSFileTests {
  /// Hands each connection to a server of its own, as inetd does.
  private static let program = """
    import signal, socket, subprocess
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listener = socket.create_server(("127.0.0.1", 0))
    print("127.0.0.1:%d" % listener.getsockname()[1], flush=True)
    while True:
        connection, _ = listener.accept()
        subprocess.Popen(["/usr/sbin/vsftpd", "vsftpd.conf"], stdin=connection, stdout=connection)
        connection.close()
    """

  /// Lets nobody in but `ftp`, with any password, and nobody without TLS, on either connection.
  private static let configuration = """
    listen=NO
    run_as_launching_user=YES
    anonymous_enable=YES
    anon_world_readable_only=NO
    ssl_enable=YES
    allow_anon_ssl=YES
    force_anon_data_ssl=YES
    force_anon_logins_ssl=YES
    rsa_cert_file=cert.pem
    rsa_private_key_file=key.pem
    anon_root=files
    secure_chroot_dir=files
    seccomp_sandbox=NO
    xferlog_enable=NO
    implicit_ssl=
    """

  private func server(_ scheme: String) throws -> (peer: TLSPeer, world: FileWorld) {
    let peer = try TLSPeer("/usr/bin/python3 -c '\(Self.program)'")
    // Read by each server when its connection comes.
    try Data((Self.configuration + (scheme == "ftps" ? "YES" : "NO") + "\n").utf8)
      .write(to: peer.folder.appendingPathComponent("vsftpd.conf"))
    let files = peer.folder.resolvingSymlinksInPath().appendingPathComponent("files").path
    let world = try FileWorld(folder: files)
    world.options = ["path": .text("\(scheme)://localhost:\(peer.port)\(files)/*.csv")]
    world.sourceOptions = [
      "user": .text("ftp"), "password": .secret(Secret("canary-7")), "certificate_file": .text(peer.certificate),
      "allow_private_network": .text("true"),
    ]
    return (peer, world)
  }

  @Test(arguments: ["ftpes", "ftps"]) func filesAreReadOnce(_ scheme: String) async throws {
    let (peer, world) = try server(scheme)
    defer { withExtendedLifetime(peer) {} }
    try world.write("a.csv", "id,email,name\n1,a@example.org,A\n2,b@example.org,B\n", age: 100)
    #expect(try await world.keys() == ["1", "2"])
    #expect(try await world.keys() == [])
    try world.write("a.csv", "id,email,name\n1,a@example.org,A\n2,b@example.org,B\n3,c@example.org,C\n", age: 50)
    #expect(try await world.keys() == ["3"])
    #expect(try await world.source().check(stream: "people") == [])
  }

  @Test(arguments: ["ftpes", "ftps"]) func whatIsWrongIsTold(_ scheme: String) async throws {
    let (peer, world) = try server(scheme)
    defer { withExtendedLifetime(peer) {} }
    try world.write("a.csv", "id,email,name\n", age: 100)
    world.sourceOptions["user"] = .text("anna")
    let refused = try #require(try await world.source().check(stream: "people").first)
    #expect(refused.recovery == .authorisation)
    #expect(!"\(refused)".contains("canary-7"))
    world.sourceOptions["user"] = .text("ftp")
    world.sourceOptions["certificate_file"] = nil
    let stranger = try #require(try await world.source().check(stream: "people").first)
    #expect(stranger.recovery == .configuration)
    #expect("\(stranger)".contains("the server's certificate is not to be trusted"), "\(stranger)")
  }
}
