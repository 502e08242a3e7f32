import Foundation
import KithConnectorKit
import KithCore
import KithTesting
import Synchronization

/// A vendor's own manifest, read from a tool that answers as that vendor does. Logins that ask for a token get one.
struct Vendor: Sendable {
  let server: LoopbackServer
  let source: any Source
  let stream: String
  let time: InstantTime

  /// `plugin`: the folder of the manifest. `answer` gets the number of a request, from 1, logins not counted.
  init(
    _ plugin: String, _ stream: String, options: [String: OptionValue] = [:], time: InstantTime = InstantTime(),
    timeZone: String = "UTC", _ answer: @escaping @Sendable (Int, LoopbackServer.Request) -> LoopbackReply
  ) throws {
    let count = Mutex(0)
    server = try LoopbackServer { request in
      if request.isLogin { return .text("{\"access_token\": \"made-up\", \"token_type\": \"Bearer\"}") }
      return answer(
        count.withLock { count in
          count += 1
          return count
        }, request)
    }
    let manifest = try Self.manifest(plugin)
    var given: [String: OptionValue] = ["base_url": .text(server.url)]
    for option in RESTConnector(manifest: manifest).specification.options where given[option.name] == nil {
      switch option.kind {
      case .secret: given[option.name] = .secret(Secret("made-up-\(option.name)"))
      case .list: given[option.name] = .list(["7"])
      default:
        if ["url", "instance_url", "login_url"].contains(option.name) {
          given[option.name] = .text(server.url)
        } else if option.isRequired {
          given[option.name] = .text("sample")
        }
      }
    }
    given.merge(options) { $1 }
    source = try REST.open(manifest, given, time: time, timeZone: timeZone)
    self.stream = stream
    self.time = time
  }

  static func folder(_ plugin: String) -> URL {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { root.deleteLastPathComponent() }
    return root.appendingPathComponent("Plugins/\(plugin)")
  }

  private static func manifestFile(_ plugin: String) throws -> URL? {
    try FileManager.default.contentsOfDirectory(at: folder(plugin), includingPropertiesForKeys: nil)
      .first { $0.pathExtension == "yml" }
  }

  /// The folders that are a manifest.
  static func plugins() throws -> [String] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder("").path)
    return try names.filter { try manifestFile($0) != nil }
  }

  /// The text of a manifest in Plugins.
  static func manifest(_ plugin: String) throws -> String {
    guard let file = try manifestFile(plugin) else {
      throw KithError(.configuration, "there is no manifest", place: folder(plugin).path)
    }
    return try String(contentsOf: file, encoding: .utf8)
  }

  func read(from checkpoint: Checkpoint? = nil) async -> (sink: CollectingSink, error: KithError?) {
    await REST.read(source, stream, from: checkpoint)
  }

  /// What was asked, logins left out.
  var requests: [LoopbackServer.Request] { server.requests.filter { !$0.isLogin } }
}

extension LoopbackServer.Request {
  fileprivate var isLogin: Bool { method == "POST" && path.hasSuffix("/token") }

  /// The parameters of the target.
  var query: [String: String] {
    let items = URLComponents(string: target)?.queryItems ?? []
    return Dictionary(items.map { ($0.name, $0.value ?? "") }) { first, _ in first }
  }

  func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name.lowercased() }?.value }
}

extension KithCore.Record {
  /// What the record has under the name that mappings use.
  func value(_ name: String) -> String? { fields.first { $0.name == name }?.value }
}

/// A list with one object for each number.
func objects(_ numbers: some Sequence<Int>, _ object: (Int) -> String) -> String {
  "[" + numbers.map(object).joined(separator: ", ") + "]"
}
