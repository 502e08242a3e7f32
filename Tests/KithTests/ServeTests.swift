import Foundation
import KithTesting
import Testing

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// `kith serve` as a process: signals, logs, HTTP, tokens, wrong use.
@Suite struct ServeTests {
  private static let configuration = """
    sources:
      - {name: crm, connector: crm_export, schedule: "0 0 1 1 *", streams: {contacts: {path: a.csv}}}
    """

  /// Reads what the process logs until a line has the words.
  private func wait(for words: String, _ log: FileHandle, _ seen: inout String) {
    while !seen.contains(words) {
      let data = log.availableData
      if data.isEmpty { break }
      seen += String(decoding: data, as: UTF8.self)
    }
    #expect(seen.contains(words), "\(seen)")
  }

  @Test(arguments: [SIGTERM, SIGINT]) func signalsReloadAndEndIt(ending: Int32) throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("connectors.yml", Self.configuration)
    let process = Process()
    process.executableURL = program.executable
    process.arguments = ["serve", "--no-http"]
    process.currentDirectoryURL = program.folder
    let log = Pipe()
    process.standardError = log
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    var seen = ""
    wait(for: "1 source is scheduled", log.fileHandleForReading, &seen)
    try program.write("connectors.yml", "sources:\n  - {name: crm, connector: nothing}\n")
    kill(process.processIdentifier, SIGHUP)
    wait(for: "the old one stays", log.fileHandleForReading, &seen)
    #expect(seen.contains("unknown connector"))
    try program.write("connectors.yml", Self.configuration + "\n")
    kill(process.processIdentifier, SIGHUP)
    wait(for: "was read anew", log.fileHandleForReading, &seen)
    kill(process.processIdentifier, ending)
    wait(for: "Z stopped", log.fileHandleForReading, &seen)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0 && process.terminationReason == .exit)
  }

  /// Starts it with an address that the system chooses, and reads that from the log.
  private func start(
    _ program: Program, _ arguments: String...
  ) throws -> (process: Process, address: String, log: FileHandle) {
    let process = Process()
    process.executableURL = program.executable
    process.arguments = ["serve", "--listen", "127.0.0.1:0"] + arguments
    process.currentDirectoryURL = program.folder
    let log = Pipe()
    process.standardError = log
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    var seen = ""
    wait(for: "answers at http://127.0.0.1:", log.fileHandleForReading, &seen)
    let address = try #require(seen.firstMatch(of: /answers at (http:\/\/127\.0\.0\.1:\d+)/)).output.1
    return (process, String(address), log.fileHandleForReading)
  }

  private func get(_ address: String, token: String? = nil) async throws -> (status: Int, text: String) {
    var request = URLRequest(url: try #require(URL(string: address)))
    if let token { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
    // Tests that keep all threads busy may run beside this one: only a hang may end it.
    request.timeoutInterval = 900
    let (data, response) = try await URLSession.shared.data(for: request)
    return ((response as? HTTPURLResponse)?.statusCode ?? 0, String(decoding: data, as: UTF8.self))
  }

  /// Without a schedule as well: the API alone is worth serving.
  @Test(arguments: [[], ["--json"]]) func itAnswersUntilItIsStopped(arguments: [String]) async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write(
      "connectors.yml", "sources:\n  - {name: crm, connector: crm_export, streams: {contacts: {path: a.csv}}}\n")
    let token = try program.run("token", "create", "--role", "ops", "--name", "monitoring", "--expires", "90d")
    #expect(token.status == 0 && token.errors.contains("shown this once"), "\(token.errors)")
    let secret = token.output.trimmingCharacters(in: .whitespacesAndNewlines)
    let (process, address, log) =
      arguments.isEmpty ? try start(program) : try start(program, "--json", "--requests-per-second", "50")
    #expect(try await get(address + "/health").status == 200)
    let ready = try await get(address + "/ready")
    #expect(ready.status == 200 && ready.text.contains("\"configuration\":\"valid\""), "\(ready.text)")
    #expect(try await get(address + "/api/v1/me").status == 401)
    let me = try await get(address + "/api/v1/me", token: secret)
    #expect(me.status == 200 && me.text.contains("\"role\":\"ops\""), "\(me.text)")
    #expect(try await get(address + "/metrics", token: secret).text.contains("kith_configuration_valid 1"))
    #expect(try program.run("token", "revoke", "1").status == 0)
    #expect(try await get(address + "/api/v1/me", token: secret).status == 401)
    kill(process.processIdentifier, SIGTERM)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0 && process.terminationReason == .exit)
    let rest = String(decoding: log.readDataToEndOfFile(), as: UTF8.self)
    let plain = try #require(secret.split(separator: ".").last)
    #expect(rest.contains("stopped") && !rest.contains(plain), "\(rest)")
  }

  /// SIGHUP reads the certificate anew, and keeps the old one where the new one is wrong.
  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl")))
  func theCertificateIsReadAnew() throws {
    let program = try Program()
    defer { program.remove() }
    for name in ["one", "two"] {
      _ = try lines(
        of: "openssl",
        [
          "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=\(name)", "-keyout",
          program.folder.appendingPathComponent("\(name).key").path, "-out",
          program.folder.appendingPathComponent("\(name).pem").path,
        ])
    }
    func configure(_ key: String) throws {
      try program.write(
        "connectors.yml", "hub: {tls: {certificate_file: one.pem, key_file: \(key).key}}\n" + Self.configuration)
    }
    try configure("two")
    let wrong = try program.run("serve", "--listen", "0.0.0.0:0")
    #expect(wrong.status == 2 && wrong.errors.contains("the key is not the certificate's"), "\(wrong.errors)")
    try configure("one")
    let process = Process()
    process.executableURL = program.executable
    process.arguments = ["serve", "--listen", "127.0.0.1:0"]
    process.currentDirectoryURL = program.folder
    let log = Pipe()
    process.standardError = log
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    var seen = ""
    wait(for: "answers at https://127.0.0.1:", log.fileHandleForReading, &seen)
    try configure("two")
    kill(process.processIdentifier, SIGHUP)
    wait(for: "the old one stays: connectors.yml:1: the key is not the certificate's", log.fileHandleForReading, &seen)
    try configure("one")
    kill(process.processIdentifier, SIGHUP)
    wait(for: "was read anew", log.fileHandleForReading, &seen)
    try program.write("connectors.yml", Self.configuration)
    kill(process.processIdentifier, SIGHUP)
    wait(for: "cannot change while it answers", log.fileHandleForReading, &seen)
    kill(process.processIdentifier, SIGTERM)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  @Test func addressesThatCannotBeAreTold() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("connectors.yml", Self.configuration)
    let open = try program.run("serve", "--listen", "0.0.0.0:0")
    #expect(open.status == 2 && open.errors.contains("--behind-proxy"), "\(open.errors)")
    let wrong = try program.run("serve", "--listen", "8484")
    #expect(wrong.status == 2 && wrong.errors.contains("HOST:PORT"), "\(wrong.errors)")
    let (process, address, _) = try start(program)
    let taken = try program.run("serve", "--listen", address.replacing("http://", with: ""))
    #expect(taken.status == 2 && taken.errors.contains("cannot be listened at"), "\(taken.errors)")
    kill(process.processIdentifier, SIGTERM)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  @Test func tokensAreListedWithoutSecrets() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("connectors.yml", Self.configuration)
    #expect(try program.run("token").output.contains("There are no tokens"))
    let secret = try program.run("token", "create", "--role", "analyst", "--name", "notebooks").output
    _ = try program.run("token", "create", "--role", "admin", "--name", "boss", "--expires", "12h")
    _ = try program.run("token", "revoke", "1")
    let list = try program.run("token", "list").output
    #expect(list.contains("revoked") && list.contains("valid") && list.contains("notebooks"), "\(list)")
    let plain = try #require(secret.split(separator: ".").last).trimmingCharacters(in: .newlines)
    #expect(plain.count == 43 && !list.contains(plain))
    #expect(try program.run("token", "list", "--json").output.contains("\"state\" : \"revoked\""))
    let limited = try program.run(
      "token", "create", "--role", "integrator", "--name", "nightly", "--source", "crm", "--scope", "runs", "--scope",
      "sources")
    #expect(limited.status == 0, "\(limited.errors)")
    #expect(try program.run("token").output.contains("integrator  crm           runs, sources"))
    for wrong in [
      ["create", "--role", "boss", "--name", "x"], ["create", "--role", "ops", "--name", ""],
      ["create", "--role", "ops", "--name", "x", "--expires", "soon"], ["revoke", "9"],
      ["create", "--role", "ops", "--name", "x", "--source", "crn"],
      ["create", "--role", "integrator", "--name", "x", "--scope", "tables"],
      ["create", "--role", "admin", "--name", "x", "--source", "crm", "--scope", "customers"],
      ["create", "--role", "ops", "--name", "x", "--scope", "rums"],
    ] {
      let outcome = try program.start(["token"] + wrong).wait()
      #expect([2, 64].contains(outcome.status), "\(wrong): \(outcome.errors)")
    }
    let audit = try lines(
      of: "sqlite3",
      [
        program.folder.appendingPathComponent("kith.sqlite").path,
        "SELECT action, object FROM audit_log ORDER BY audit_id",
      ])
    #expect(
      audit == ["create token|token 1", "create token|token 2", "revoke token|token 1", "create token|token 3"],
      "\(audit)")
  }

  @Test func theDocumentIsPrinted() throws {
    let program = try Program()
    defer { program.remove() }
    let document = try program.json(try program.run("serve", "--openapi").output)
    #expect(document["openapi"] as? String == "3.1.0")
    let paths = try #require(document["paths"] as? [String: Any])
    let text = try String(
      contentsOf: Program.repository.appendingPathComponent("docs/api.md"), encoding: .utf8)
    for path in paths.keys { #expect(text.contains(path), "docs/api.md does not name \(path)") }
  }

  @Test func wrongUseIsTold() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write(
      "connectors.yml", "sources:\n  - {name: crm, connector: crm_export, streams: {contacts: {path: a.csv}}}\n")
    let unscheduled = try program.run("serve", "--no-http")
    #expect(unscheduled.status == 2 && unscheduled.errors.contains("no source has a schedule"))
    #expect([2, 64].contains(try program.run("serve", "--at-once", "0").status))
    let unknown = try program.run("pause", "crn")
    #expect(unknown.status == 2 && unknown.errors.contains("Did you mean \"crm\"?"), "\(unknown.errors)")
  }

  /// What failed and what is late stands below the table, with what to do.
  @Test func statusTellsWhatIsWrong() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("connectors.yml", Self.configuration)
    #expect(try program.run("sync").status == 1)
    let failed = try program.run("status")
    #expect(failed.output.contains("crm failed at 20") && !failed.output.contains("late"), "\(failed.output)")
    _ = try lines(
      of: "sqlite3",
      [
        program.folder.appendingPathComponent("kith.sqlite").path,
        "UPDATE runs SET scheduled_at = '2024-01-01 00:00:00'",
      ])
    #expect(try program.run("status").output.contains("crm is late: it was due at 2025-01-01 00:00:00"))
    #expect(try program.run("pause", "crm").status == 0)
    #expect(try !program.run("status").output.contains("late"))
  }

  @Test func pausesAreShownAndTakenBack() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("connectors.yml", Self.configuration)
    #expect(try program.run("pause", "crm", "--reason", "moving").status == 0)
    let paused = try program.run("status")
    #expect(paused.output.contains("paused") && paused.output.contains("crm is paused: moving"), "\(paused.output)")
    #expect(try program.run("resume", "crm").output.contains("runs again"))
    #expect(try program.run("status").output.contains("-01-01 "), "the next run is shown")
    #expect(try program.run("resume", "crm").output.contains("was not paused"))
  }
}
