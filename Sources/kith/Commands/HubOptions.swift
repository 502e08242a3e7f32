import ArgumentParser
import Foundation
import KithCore
import KithEngine

/// What every command needs that works on a hub.
struct HubOptions: ParsableArguments {
  @Option(name: [.short, .long], help: "The configuration file.")
  var config = "connectors.yml"

  @Option(
    help: """
      The hub's database, in place of the one in the configuration: a file, postgres://USER@HOST/DATABASE, env:NAME \
      or file:PATH for such a URL, or memory for one that goes with the command. Also from KITH_DATABASE.
      """)
  var database: String?

  /// The database that was named beside the configuration.
  var namedDatabase: String? {
    let named = database ?? ProcessInfo.processInfo.environment["KITH_DATABASE"]
    return named?.isEmpty == true ? nil : named
  }

  func configuration() throws -> Configuration {
    let path = absolutePath(config, FileManager.default.currentDirectoryPath)
    var reader = ConfigurationReader(
      connectors: Registry.catalogue, time: SystemTime(), database: namedDatabase)
    return try reader.read(path: path)
  }

  func hub() throws -> Hub {
    let hub = try Hub(configuration: try configuration(), connectors: Registry.catalogue, time: SystemTime())
    if case .memory = hub.store.location {
      Terminal.error("note: the hub lies in memory: empty at first, and gone with this command")
    }
    return hub
  }
}

/// What every command takes that lists.
struct ListOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: "How many.")
  var limit = 20

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  func validate() throws {
    if !(1...100_000).contains(limit) {
      throw ValidationError("--limit is not allowed: \(limit); allowed: 1 to 100000")
    }
  }
}
