import Foundation
import KithTesting
import Synchronization
import Testing

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// `kith connect`, with a tool on loopback and a browser that does what it is told.
@Suite struct ConnectCommandTests {
  private static let manifest = """
    name: club
    title: Club
    summary: The members of a club.
    options:
      url: {kind: text, summary: "Where it is.", required: true}
      client_id: {kind: text, summary: "Of the application.", required: true}
      client_secret: {kind: secret, summary: "Of the application.", required: true}
      refresh_token: {kind: secret, summary: "What an agreement gave."}
    base_url: ${url}
    authorisation:
      oauth2:
        token_url: ${url}/token
        authorise_url: ${url}/agree
        authorise_parameters: {scope: members offline_access}
        client_id: ${client_id}
        client_secret: ${client_secret}
        refresh_token: ${refresh_token}
    streams:
      members:
        summary: A member.
        record: profile
        request: {path: /members}
        records: members
        fields: {key: no, full_name: name}
    """

  /// The forms that came to the token endpoint.
  private final class Forms: Sendable {
    private let state = Mutex<[String]>([])
    var all: [String] { state.withLock { $0 } }
    func add(_ form: String) { state.withLock { $0.append(form) } }
  }

  /// Gives tokens for the right code, and members for the right token.
  private static func tool(_ forms: Forms) throws -> LoopbackServer {
    try LoopbackServer { request in
      if request.path != "/token" {
        return request["Authorization"] == "Bearer canary-access"
          ? .text(#"{"members": [{"no": 1, "name": "Ada Sample"}]}"#) : .text("{}", 401)
      }
      forms.add(request.text)
      let isRight = ["code=canary-code-7&", "refresh_token=canary-refresh-1", "refresh_token=canary-refresh-2"]
        .contains { request.text.contains($0) }
      let number = request.text.contains("grant_type=authorization_code") ? 1 : 2
      return isRight
        ? .text(#"{"access_token": "canary-access", "refresh_token": "canary-refresh-\#(number)"}"#)
        : .text(#"{"error": "invalid_grant"}"#, 400)
    }
  }

  private func program(_ tool: LoopbackServer) throws -> Program {
    let program = try Program()
    try program.write("connectors/club/club.yml", Self.manifest)
    try program.write(
      "connectors.yml",
      """
      hub: {connectors: connectors}
      sources:
        - name: members
          connector: club
          options:
            url: "\(tool.url)"
            allow_private_network: true
            client_id: kith
            client_secret: env:CLUB_SECRET
        - {name: crm, connector: crm_export, streams: {contacts: {path: a.csv}}}
      """)
    return program
  }

  private static let environment = ["CLUB_SECRET": "canary-secret"]

  /// Has `kith connect` running, sends the browser to the page's redirect URI with what `answer` makes of the state.
  private func connect(
    _ program: Program, paste: Bool = false, answer: (_ state: String) -> String
  ) async throws -> (status: Int32, output: String, errors: String) {
    let process = Process()
    process.executableURL = program.executable
    let port = try { try LoopbackServer { _ in .text("") }.port }()
    process.arguments = ["connect", "members", "--port", "\(port)"] + (paste ? ["--paste"] : [])
    process.currentDirectoryURL = program.folder
    process.environment = ProcessInfo.processInfo.environment.merging(Self.environment) { $1 }
    let (output, errors, input) = (Pipe(), Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    process.standardInput = input
    try process.run()
    var seen = ""
    while !seen.contains(paste ? "press Return" : "Waiting") {
      let data = output.fileHandleForReading.availableData
      if data.isEmpty { break }
      seen += String(decoding: data, as: UTF8.self)
    }
    let page = try #require(seen.firstMatch(of: /http:\S+\/agree\?\S+/)?.output)
    let query = try #require(URLComponents(string: String(page))?.queryItems)
    func value(_ name: String) -> String { query.first { $0.name == name }?.value ?? "" }
    #expect(value("response_type") == "code" && value("client_id") == "kith", "\(page)")
    #expect(value("scope") == "members offline_access" && value("code_challenge_method") == "S256", "\(page)")
    #expect(value("code_challenge").count == 43 && value("redirect_uri") == "http://127.0.0.1:\(port)/callback")
    let back = value("redirect_uri") + "?" + answer(value("state"))
    if paste {
      input.fileHandleForWriting.write(Data((back + "\n").utf8))
    } else {
      var request = URLRequest(url: try #require(URL(string: back)))
      // Tests that keep all threads busy may run beside this one: only a hang may end it.
      request.timeoutInterval = 900
      let (text, _) = try await URLSession.shared.data(for: request)
      #expect(String(decoding: text, as: UTF8.self).contains("You may close this window"))
    }
    seen += String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let problems = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, seen, problems)
  }

  @Test(arguments: [false, true]) func aPersonAgrees(paste: Bool) async throws {
    let forms = Forms()
    let tool = try Self.tool(forms)
    let program = try program(tool)
    defer { program.remove() }
    let before = try program.run("sync", "members", environment: Self.environment)
    #expect(before.status != 0 && before.errors.contains("kith connect members"), "\(before.errors)")
    let outcome = try await connect(program, paste: paste) { "state=\($0)&code=canary-code-7" }
    #expect(outcome.status == 0 && outcome.output.contains("members is connected"), "\(outcome.errors)")
    let form = forms.all.first ?? ""
    #expect(form.contains("grant_type=authorization_code") && form.contains("code_verifier="), "\(form)")
    let first = try program.run("sync", "members", environment: Self.environment)
    #expect(first.status == 0 && first.output.contains("1 new"), "\(first.errors)")
    // The token that came with the first sync is the one that the second is asked for.
    #expect(try program.run("sync", "members", environment: Self.environment).status == 0)
    #expect(forms.all.map { $0.contains("canary-refresh-2") } == [false, false, true])
    let tokens = program.folder.appendingPathComponent(".kith/tokens")
    let kept = try FileManager.default.contentsOfDirectory(atPath: tokens.path)
    #expect(kept.count == 1)
    let rights = try FileManager.default.attributesOfItem(atPath: tokens.appendingPathComponent(kept[0]).path)
    #expect((rights[.posixPermissions] as? NSNumber)?.intValue == 0o600)
    #expect(!(outcome.output + outcome.errors + first.output + first.errors).contains("canary"))
  }

  @Test func whatIsWrongIsTold() async throws {
    let tool = try Self.tool(Forms())
    let program = try program(tool)
    defer { program.remove() }
    let denied = try await connect(program) { "state=\($0)&error=access_denied&error_description=No+thanks" }
    #expect(denied.status != 0 && denied.errors.contains("the person did not agree"), "\(denied.errors)")
    #expect(denied.errors.contains("No thanks"), "\(denied.errors)")
    let stranger = try await connect(program) { _ in "state=other&code=canary-code-7" }
    #expect(stranger.status != 0 && stranger.errors.contains("belongs to another question"), "\(stranger.errors)")
    let spent = try await connect(program) { "state=\($0)&code=canary-code-8" }
    #expect(spent.status != 0 && spent.errors.contains("refused with status 400"), "\(spent.errors)")
    #expect(!(denied.errors + stranger.errors + spent.errors).contains("canary"))
    #expect(!FileManager.default.fileExists(atPath: program.folder.appendingPathComponent(".kith/tokens").path))
    let other = try program.run("connect", "crm", environment: Self.environment)
    #expect(other.status == 2 && other.errors.contains("nobody has to agree"), "\(other.errors)")
    let unknown = try program.run("connect", "member", environment: Self.environment)
    #expect(unknown.status == 2 && unknown.errors.contains("Did you mean \"members\"?"), "\(unknown.errors)")
    let taken = try program.run("connect", "members", "--port", "\(tool.port)", environment: Self.environment)
    #expect(taken.status == 2 && taken.errors.contains("the port cannot be listened at"), "\(taken.errors)")
  }
}
