import Foundation

/// A program that serves on 127.0.0.1 with TLS, for the time of a test, in a folder of its own with a certificate for
/// `localhost`: `cert.pem` and `key.pem`. It ends with its last reference.
public final class TLSPeer {
  public let port: Int
  /// The certificate's file, for those who are to trust it.
  public let certificate: String
  /// What it serves lies here.
  public let folder: URL
  private let process = Process()

  /// Whether a program is there that makes certificates, and these others.
  public static func isThere(_ programs: String...) -> Bool {
    (programs + ["/usr/bin/openssl"]).allSatisfy { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// `command`, for the shell, says `127.0.0.1:PORT` and the end of the line as soon as it serves; what it
  /// says after that is not kept.
  public init(_ command: String) throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("kith-tls-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("files"), withIntermediateDirectories: true)
    certificate = folder.appendingPathComponent("cert.pem").path
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.currentDirectoryURL = folder
    process.arguments = [
      "-c",
      """
      openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost 2>/dev/null
      exec \(command) 2>/dev/null
      """,
    ]
    process.standardOutput = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
    var told = ""
    while true {
      let data = output.fileHandleForReading.availableData
      if data.isEmpty { throw ProgramError("\(command.prefix { $0 != " " }) does not start: \(told)") }
      told += String(decoding: data, as: UTF8.self)
      guard let said = told.firstMatch(of: /127\.0\.0\.1:([0-9]+)\n/), let number = Int(said.output.1) else { continue }
      port = number
      // Nobody waits for room in the pipe.
      output.fileHandleForReading.readabilityHandler = { if $0.availableData.isEmpty { $0.readabilityHandler = nil } }
      return
    }
  }

  /// Puts a file where it is served.
  public func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: folder.appendingPathComponent("files/\(name)"))
  }

  /// Its end is not waited for: programs that run at the same time hold each other's sockets, and Foundation would wait
  /// for all of them.
  deinit {
    process.terminate()
    try? FileManager.default.removeItem(at: folder)
  }
}
