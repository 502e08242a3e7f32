import Foundation
import KithTesting
import Testing

/// Files of a server, as processes.
@Suite struct ServerFilesTests {
  /// What is left of a connection when the program ends must not end the program: of twelve runs that crash two times in
  /// five, one that does not is one in five hundred.
  @Test func everyRunEndsInOrder() throws {
    let server = try SFTPServer()
    let program = try Program()
    defer { program.remove() }
    try program.write(
      "connectors.yml",
      """
      sources:
        - name: crm
          connector: crm_export
          options:
            user: \(server.user)
            key_file: \(server.keyFile)
            host_key: "\(server.fingerprint)"
            allow_private_network: true
          streams:
            contacts: {path: "\(server.path("*.csv"))", layout: custom, mapping: {key: Id, email: Email}}
      """)
    try Data("Id,Email\n1,anna@example.org\n2,ben@example.org\n".utf8).write(
      to: server.folder.appendingPathComponent("a.csv"))
    let first = try program.run("sync")
    #expect(first.status == 0 && first.output.contains("2 records read"), "\(first.output) \(first.errors)")
    for _ in 0..<12 {
      let again = try program.run("sync")
      #expect(again.status == 0, "\(again.status): \(again.errors)")
    }
  }
}
