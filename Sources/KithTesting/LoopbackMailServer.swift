import Foundation
import Synchronization

/// A small SMTP server on 127.0.0.1 for tests, without TLS: it takes mail, or refuses what a test tells it to, and
/// remembers what was said. It ends with its last reference.
public final class LoopbackMailServer: Sendable {
  public struct Message: Sendable {
    public var from = ""
    public var to: [String] = []
    /// Head and body as they came, lines ended by CRLF.
    public var text = ""
  }

  private struct State {
    var lines: [String] = []
    var messages: [Message] = []
  }

  public let port: Int
  private let gate: LoopbackGate
  private let state = Mutex(State())

  /// - Parameters:
  ///   - capabilities: what it offers when it is greeted, such as `STARTTLS`.
  ///   - refused: by the verb of a command the whole answer in place of the usual one.
  public init(capabilities: [String] = [], refused: [String: String] = [:]) throws(ProgramError) {
    let listener: Int32
    (listener, port) = try LoopbackServer.listen(0)
    gate = try LoopbackGate(listener: listener)
    let state = Session(capabilities: capabilities, refused: refused)
    Thread { [weak self, gate] in
      while let connection = gate.accept() {
        Thread { [weak self] in
          state.serve(connection, gate) { line, message in
            self?.state.withLock { state in
              if let line { state.lines.append(line) }
              if let message { state.messages.append(message) }
            }
          }
        }.start()
      }
    }.start()
  }

  deinit { gate.end() }

  /// The commands that came.
  public var lines: [String] { state.withLock { $0.lines } }
  public var messages: [Message] { state.withLock { $0.messages } }

  private struct Session: Sendable {
    var capabilities: [String]
    var refused: [String: String]

    /// Tells each command, and each message that was taken.
    func serve(_ connection: Int32, _ gate: LoopbackGate, _ told: (String?, Message?) -> Void) {
      defer { gate.dismiss(connection) }
      var socket = LoopbackConnection(connection, gate: gate)
      func answer(_ text: String) -> Bool { socket.send(LoopbackReply([.bytes(Array((text + "\r\n").utf8))])) }
      guard answer("220 loopback") else { return }
      var message = Message()
      while let line = socket.readLine() {
        told(line, nil)
        let verb = String(line.prefix { $0 != " " && $0 != ":" }).uppercased()
        if let refusal = refused[verb] {
          guard answer(refusal) else { return }
          continue
        }
        let address = String(line.drop { $0 != "<" }.dropFirst().prefix { $0 != ">" })
        switch verb {
        case "EHLO":
          let all = ["loopback"] + capabilities + ["SIZE"]
          let text = all.dropLast().map { "250-\($0)" } + ["250 SIZE"]
          guard answer(text.joined(separator: "\r\n")) else { return }
        case "MAIL":
          message = Message(from: address)
          guard answer("250 ok") else { return }
        case "RCPT":
          message.to.append(address)
          guard answer("250 ok") else { return }
        case "AUTH": guard answer("235 ok") else { return }
        case "DATA":
          guard answer("354 go on"), let text = socket.readMail() else { return }
          message.text = text
          told(nil, message)
          guard answer("250 taken") else { return }
        case "QUIT":
          _ = answer("221 bye")
          return
        default: guard answer("250 ok") else { return }
        }
      }
    }
  }
}

extension LoopbackConnection {
  fileprivate mutating func readLine() -> String? { readText(until: "\r\n") }

  fileprivate mutating func readMail() -> String? { readText(until: "\r\n.\r\n") }
}
