import Foundation

/// Writes the list of connectors as Swift: `connector-registry OUTPUT PLUGINS MODULE…`, with the REST
/// manifests below the folder PLUGINS.
@main
enum ConnectorRegistryTool {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count >= 3 else {
      FileHandle.standardError.write(Data("usage: connector-registry OUTPUT PLUGINS MODULE…\n".utf8))
      exit(2)
    }
    let modules = arguments.dropFirst(3).sorted()
    let manifests = try manifests(below: arguments[2]).map { path in
      let url = URL(fileURLWithPath: path)
      let name = url.deletingPathExtension().lastPathComponent
      let text = try String(contentsOf: url, encoding: .utf8)
      let folder = url.deletingLastPathComponent().lastPathComponent
      return "    (\"\(folder)\", \"\(name)\", \(literal(text))),"
    }.joined(separator: "\n")
    let imports = modules.map { "import \($0)" }.joined(separator: "\n")
    let entries = modules.map { "    (\"\($0)\", \($0).connector)," }.joined(separator: "\n")
    let source = """
      \(imports)
      import KithCore

      /// The connector modules that Package.swift lists, each with its folder below Plugins/.
      enum ConnectorRegistry {
        static let modules: [(folder: String, connector: any Connector)] = [
      \(entries)
        ]

        /// The REST manifests, each in its folder below Plugins/.
        static let manifests: [(folder: String, name: String, text: String)] = [
      \(manifests)
        ]
      }

      """
    try Data(source.utf8).write(to: URL(fileURLWithPath: arguments[1]), options: .atomic)
  }

  private static func manifests(below plugins: String) throws -> [String] {
    var paths: [String] = []
    for folder in try FileManager.default.contentsOfDirectory(atPath: plugins).sorted() {
      // What is no folder has no contents.
      let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(plugins)/\(folder)")) ?? []
      paths += names.sorted().filter { $0.hasSuffix(".yml") }.map { "\(plugins)/\(folder)/\($0)" }
    }
    return paths
  }

  /// A text as a literal of Swift, on one line.
  private static func literal(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\n": result += "\\n"
      default: if scalar.value < 0x20 { result += " " } else { result.unicodeScalars.append(scalar) }
      }
    }
    return result + "\""
  }
}
