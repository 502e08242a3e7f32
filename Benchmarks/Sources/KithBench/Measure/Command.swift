import FoundationEssentials

/// A program with all that it needs to run in a folder of its own.
struct Command {
  /// An absolute path.
  var program: String
  var arguments: [String] = []
  /// What is set beside the environment of this process.
  var environment: [String: String] = [:]
  /// What it reads on its standard input.
  var input: URL?

  /// Proxies at a port where nobody listens: no peer asks the network for updates or reports its use while timed.
  static let offline = [
    "HTTP_PROXY": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9",
    "https_proxy": "http://127.0.0.1:9",
  ]

  /// Where a program is that the user calls by its bare name.
  static func find(_ name: String, package: String) throws -> String {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    for folder in path.split(separator: ":") {
      let candidate = "\(folder)/\(name)"
      if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
    }
    throw BenchError.notOnPath(name, package: package)
  }
}
