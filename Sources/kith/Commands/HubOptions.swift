import ArgumentParser
import Foundation
import KithCore
import KithEngine

/// What every command needs that works on a hub.
struct HubOptions: ParsableArguments {
  @Option(name: [.short, .long], help: "The configuration file.")
  var config = "connectors.yml"

  func configuration() throws -> Configuration {
    let path = absolutePath(config, FileManager.default.currentDirectoryPath)
    var reader = ConfigurationReader(connectors: Registry.specifications, time: SystemTime())
    return try reader.read(path: path)
  }

  func hub() throws -> Hub {
    try Hub(configuration: try configuration(), connectors: Registry.connectors, time: SystemTime())
  }
}
