import ArgumentParser
import Foundation
import KithConnectorKit
import KithCore
import KithEngine
import KithServer

struct ConnectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "connect", abstract: "Have a person agree that a source is read on their behalf (OAuth 2).",
    discussion: """
      Prints a page to open in a browser. The tool sends the browser back to this machine, and Kith keeps the refresh token \
      that it gets in .kith/tokens/ beside connectors.yml. The tool must know the redirect URI that is printed.

      EXAMPLES
        kith connect crm
        kith connect crm --paste     the browser is on another machine: paste the address that it ends at
      """)

  @OptionGroup var options: HubOptions

  @Argument(help: "The source.") var source: String

  @Option(name: .long, help: "Of this machine, for the browser that is sent back.")
  var port = 8_485

  @Flag(name: .long, help: "Listen at no port; ask for the address that the browser was sent to.")
  var paste = false

  func validate() throws {
    if !(1...65_535).contains(port) {
      throw ValidationError("--port is not allowed: \(port); allowed: 1 to 65535")
    }
  }

  func run() async throws {
    let hub = try options.hub()
    let source = try hub.source(named: source)
    guard let connector = hub.connectors.connector(named: source.connector) as? RESTConnector else {
      throw KithError(
        .configuration, "nobody has to agree that this source is read", place: source.place, seen: source.connector,
        allowed: "a connector that asks a tool over HTTP", fix: "Run: kith check \(source.name)")
    }
    let server = CallbackServer(port: port)
    let consent: RESTConsent
    do throws(KithError) {
      consent = try connector.consent(source.settings, redirect: server.redirect)
    } catch { throw error.at(source.place) }
    let words = """
      The redirect URI, as the tool must know it: \(server.redirect)
      Open this page in a browser and agree there:

      \(consent.page)

      """
    let answer: String
    if paste {
      Self.say(words)
      Self.say("Then paste the address that the browser was sent to, also one that it cannot open, and press Return:\n")
      guard let line = readLine(), !line.isEmpty else { throw Self.noAnswer }
      answer = line
    } else {
      let waiting = words + "\nWaiting for the answer; Ctrl-C ends it.\n"
      guard let got = try await server.answer(onListening: { Self.say(waiting) }) else { throw Self.noAnswer }
      answer = got
    }
    try await consent.finish(answer: answer)
    print("\(source.name) is connected. Back up \(consent.kept): it is the only one. Run: kith check \(source.name)")
  }

  /// At once, also where somebody reads it through a pipe.
  private static func say(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }

  private static let noAnswer = KithError(
    .configuration, "there was no answer", fix: "Begin anew with `kith connect`; nothing was changed.")
}
