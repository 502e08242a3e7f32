import Foundation
import PackagePlugin

/// Gives every target that uses it a `ConnectorRegistry`: the connector modules among its dependencies, by name. So a
/// connector is one folder and one line in Package.swift.
@main
struct ConnectorRegistryPlugin: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let folder = context.package.directoryURL.appending(path: "Plugins").path + "/"
    let connectors = target.dependencies.compactMap { dependency -> String? in
      guard case .target(let module) = dependency, module.directory.string.hasPrefix(folder) else { return nil }
      return module.name
    }
    let output = context.pluginWorkDirectoryURL.appending(path: "ConnectorRegistry.swift")
    return [
      .buildCommand(
        displayName: "Listing the connectors of \(target.name)",
        executable: try context.tool(named: "connector-registry").url, arguments: [output.path] + connectors,
        outputFiles: [output])
    ]
  }
}
