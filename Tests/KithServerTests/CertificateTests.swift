import Foundation
import KithCore
import KithEngine
import KithTesting
import Testing

@testable import KithServer

/// The API over TLS, with certificates of `openssl`, asked by `curl`.
@Suite(
  .enabled(if: ["openssl", "curl"].allSatisfy { FileManager.default.isExecutableFile(atPath: "/usr/bin/\($0)") }))
struct CertificateTests {
  /// A folder with certificates `one` and `two`, each with its key.
  private static func folder() throws -> String {
    let folder = NSTemporaryDirectory() + "kith-tls-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for name in ["one", "two"] {
      _ = try run(
        "/usr/bin/openssl",
        [
          "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "\(folder)/\(name).key", "-out",
          "\(folder)/\(name).pem", "-days", "2", "-subj", "/CN=\(name)", "-addext", "subjectAltName=IP:127.0.0.1",
        ])
    }
    return folder
  }

  private static func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  private static func files(_ folder: String, _ certificate: String, key: String) -> TLSFiles {
    TLSFiles(
      certificate: "\(folder)/\(certificate).pem", key: "\(folder)/\(key).key", place: "connectors.yml:2")
  }

  @Test func connectionsAreEncryptedAndTheCertificateChanges() async throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let certificate = try ServerCertificate(Self.files(folder, "one", key: "one"))
    #expect(certificate.end.seconds > Int64(Date().timeIntervalSince1970))
    try await ServedHub(certificate: certificate).serve { stage in
      #expect(stage.log.text.contains("isEncrypted: true"))
      let token = try stage.token(.admin)
      func ask(_ trusted: String, _ more: String...) throws -> (status: Int32, output: String) {
        try Self.run(
          "/usr/bin/curl",
          [
            "--silent", "--show-error", "--max-time", "300", "--cacert", "\(folder)/\(trusted).pem", "-H",
            "Authorization: Bearer \(token)",
          ] + more + ["https://\(stage.log.address)/api/v1/me"])
      }
      let first = try ask("one")
      #expect(first.status == 0 && first.output.contains("\"role\":\"admin\""), "\(first)")
      // 60: not to be trusted.
      #expect(try ask("two").status == 60)
      try certificate.take(Self.files(folder, "two", key: "two"))
      let second = try ask("two")
      #expect(second.status == 0 && second.output.contains("admin"), "\(second)")
      #expect(try ask("one").status == 60)
      // One that is wrong leaves the old one.
      #expect(throws: KithError.self) { try certificate.take(Self.files(folder, "one", key: "two")) }
      #expect(try ask("two").status == 0)
      #expect(try ask("two", "--tls-max", "1.1").status != 0)
      // Who speaks without TLS gets nothing.
      let plain = try Self.run(
        "/usr/bin/curl", ["--silent", "--max-time", "300", "http://\(stage.log.address)/api/v1/me"])
      #expect(plain.status != 0 && plain.output.isEmpty, "\(plain)")
    }
  }

  @Test func whatIsWrongIsTold() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Data("nonsense".utf8).write(to: URL(fileURLWithPath: folder + "/broken.pem"))
    try Data().write(to: URL(fileURLWithPath: folder + "/broken.key"))
    for (certificate, key, words) in [
      ("broken", "one", "the certificate cannot be read"), ("one", "broken", "the certificate's key cannot be read"),
      ("one", "two", "the key is not the certificate's"), ("nothing", "one", "the certificate cannot be read"),
    ] {
      let error = #expect(throws: KithError.self) {
        try ServerCertificate(Self.files(folder, certificate, key: key))
      }
      #expect(error?.what == words && error?.place == "connectors.yml:2", "\(String(describing: error))")
      #expect(error?.recovery == .configuration)
    }
  }

  @Test func otherAddressesNeedACertificate() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let certificate = try ServerCertificate(Self.files(folder, "one", key: "one"))
    let address = try ListenAddress("0.0.0.0:8484")
    #expect(throws: KithError.self) { try ServerSettings(address: address) }
    let settings = try ServerSettings(address: address, certificate: certificate)
    #expect(!settings.allowsNoToken)
  }
}
