import ArgumentParser
import Foundation
import KithCore

struct InitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Write a commented connectors.yml to start from.",
    discussion: """
      EXAMPLES
        kith init            connectors.yml in this folder
        kith init hub        in the folder hub, made if it is not there
      """)

  @Argument(help: "The folder.")
  var directory = "."

  func run() throws {
    let folder = URL(fileURLWithPath: directory)
    let file = folder.appendingPathComponent("connectors.yml")
    if FileManager.default.fileExists(atPath: file.path) {
      throw KithError(
        .configuration, "there is a configuration already", seen: file.path,
        fix: "It is left as it is; remove it, or name another folder.")
    }
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data(ConfigurationTemplate.text(Registry.catalogue).utf8).write(to: file)
    } catch {
      throw KithError(
        .configuration, "the configuration cannot be written", seen: file.path, fix: error.localizedDescription)
    }
    print("Wrote \(directory == "." ? "connectors.yml" : directory + "/connectors.yml").")
    print("Uncomment the sources that you have, put in their paths, then run: kith check")
  }
}
