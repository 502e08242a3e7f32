import Foundation

/// Writes the list of connector modules as Swift: `connector-registry OUTPUT MODULE…`.
@main
enum ConnectorRegistryTool {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count >= 2 else {
      FileHandle.standardError.write(Data("usage: connector-registry OUTPUT MODULE…\n".utf8))
      exit(2)
    }
    let modules = arguments.dropFirst(2).sorted()
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
      }

      """
    try Data(source.utf8).write(to: URL(fileURLWithPath: arguments[1]), options: .atomic)
  }
}
