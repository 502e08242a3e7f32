import Foundation
import PackagePlugin

/// Gives every target that uses it a `ConnectorRegistry`: the connector modules among its dependencies, by name, and the
/// REST manifests below Plugins/. So a connector is one folder and one line in Package.swift, or one folder.
@main
struct ConnectorRegistryPlugin: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let folder = context.package.directoryURL.appending(path: "Plugins").path + "/"
    let connectors = target.dependencies.compactMap { dependency -> String? in
      guard case .target(let module) = dependency, module.directory.string.hasPrefix(folder) else { return nil }
      return module.name
    }
    let plugins = context.package.directoryURL.appending(path: "Plugins")
    let inputs = try [plugins] + Self.manifests(below: plugins)
    let output = context.pluginWorkDirectoryURL.appending(path: "ConnectorRegistry.swift")
    return [
      .buildCommand(
        displayName: "Listing the connectors of \(target.name)",
        executable: try context.tool(named: "connector-registry").url,
        arguments: [output.path, plugins.path] + connectors, inputFiles: inputs, outputFiles: [output])
    ]
  }

  /// `NAME/…yml` of every connector's folder. SwiftPM asks again only when it plans the build anew; the folder of all is
  /// an input as well, so that a new connector is found before.
  private static func manifests(below plugins: URL) throws -> [URL] {
    let files = FileManager.default
    var manifests: [URL] = []
    for folder in try files.contentsOfDirectory(atPath: plugins.path).sorted() {
      let path = plugins.appending(path: folder)
      // What is no folder has no contents.
      guard let names = try? files.contentsOfDirectory(atPath: path.path) else { continue }
      manifests += names.sorted().filter { $0.hasSuffix(".yml") }.map { path.appending(path: $0) }
    }
    return manifests
  }
}
