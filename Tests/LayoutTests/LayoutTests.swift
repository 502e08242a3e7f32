import Foundation
import Testing

/// Imports go only in the agreed directions, and only the program knows a connector's name.
@Suite struct LayoutTests {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Which of Kith's modules each module may import.
  static let allowed: [String: Set<String>] = [
    "KithCore": [],
    "KithConnectorKit": ["KithCore", "KithHTTP"],
    "KithHTTP": ["KithCore"],
    "KithNormalise": ["KithCore"],
    "KithIdentity": ["KithCore", "KithNormalise"],
    "KithStore": ["KithCore"],
    "KithEngine": ["KithCore", "KithConnectorKit", "KithHTTP", "KithNormalise", "KithIdentity", "KithStore"],
    "KithServer": ["KithCore", "KithEngine", "KithIdentity", "KithStore"],
    "KithTesting": ["KithCore", "KithConnectorKit", "KithHTTP"],
    "KithSamples": ["KithCore"],
    "KithParquet": ["KithCore"],
  ]

  static let plugins: [String] = names(in: "Plugins")

  @Test(arguments: allowed.keys.sorted()) func importsPointOneWay(module: String) throws {
    let allowed = try #require(LayoutTests.allowed[module])
    let files = LayoutTests.swiftFiles(in: "Sources/\(module)")
    #expect(!files.isEmpty)
    for file in files {
      for name in try LayoutTests.imports(of: file) where LayoutTests.isOurs(name) {
        #expect(allowed.contains(name), "\(file.lastPathComponent) of \(module) imports \(name)")
      }
    }
  }

  @Test func theCoreImportsNothing() throws {
    for file in LayoutTests.swiftFiles(in: "Sources/KithCore") {
      #expect(try LayoutTests.imports(of: file).isEmpty, "\(file.lastPathComponent)")
    }
  }

  @Test(arguments: plugins) func connectorsImportOnlyTheContract(plugin: String) throws {
    for file in LayoutTests.swiftFiles(in: "Plugins/\(plugin)") {
      for name in try LayoutTests.imports(of: file) {
        #expect(["KithCore", "KithConnectorKit"].contains(name), "\(plugin) imports \(name)")
      }
    }
  }

  @Test(arguments: plugins) func everyConnectorIsComplete(plugin: String) {
    let folder = LayoutTests.root.appendingPathComponent("Plugins/\(plugin)")
    #expect(FileManager.default.fileExists(atPath: folder.appendingPathComponent("README.md").path))
    #expect(!LayoutTests.names(in: "Plugins/\(plugin)/Fixtures").isEmpty)
  }

  /// A folder that Package.swift does not list would be there for nobody, and untested. One that is a manifest is found.
  @Test(arguments: plugins) func everyConnectorIsListed(plugin: String) throws {
    if LayoutTests.names(in: "Plugins/\(plugin)").contains(where: { $0.hasSuffix(".yml") }) { return }
    let manifest = try String(contentsOf: LayoutTests.root.appendingPathComponent("Package.swift"), encoding: .utf8)
    #expect(manifest.contains("  \"\(plugin)\","))
  }

  /// A core that knows connectors grows a list of special cases; only the registry and the samples may name them.
  @Test(arguments: allowed.keys.sorted()) func noCoreModuleNamesAConnector(module: String) throws {
    if module == "KithSamples" { return }
    let words = LayoutTests.plugins + LayoutTests.plugins.map(LayoutTests.snakeCase)
    for file in LayoutTests.swiftFiles(in: "Sources/\(module)") {
      let code = try LayoutTests.code(of: file)
      for word in words { #expect(!code.contains(word), "\(file.lastPathComponent) of \(module) names \(word)") }
    }
  }

  @Test func filesStaySmall() throws {
    for folder in ["Sources", "Plugins"] {
      for file in LayoutTests.swiftFiles(in: folder) {
        let lines = try String(contentsOf: file, encoding: .utf8).split(
          separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count <= 401, "\(file.lastPathComponent) has \(lines.count) lines; split it at 400")
      }
    }
  }

  @Test func everySourceOfKithIsListed() {
    let modules = LayoutTests.names(in: "Sources").filter { $0.hasPrefix("Kith") }
    #expect(Set(modules) == Set(LayoutTests.allowed.keys), "a module without agreed imports")
  }

  // MARK: reading the tree

  static func names(in folder: String) -> [String] {
    let path = root.appendingPathComponent(folder).path
    return ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter { !$0.hasPrefix(".") }.sorted()
  }

  static func swiftFiles(in folder: String) -> [URL] {
    let enumerator = FileManager.default.enumerator(
      at: root.appendingPathComponent(folder), includingPropertiesForKeys: nil)
    return (enumerator?.allObjects as? [URL] ?? []).filter { $0.pathExtension == "swift" }
  }

  static func imports(of file: URL) throws -> [String] {
    try String(contentsOf: file, encoding: .utf8).split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ").map(String.init).filter { !$0.hasPrefix("@") }
      guard words.first == "import", words.count >= 2 else { return nil }
      let name = ["struct", "class", "enum", "func", "protocol"].contains(words[1]) ? words[2] : words[1]
      return String(name.split(separator: ".")[0])
    }
  }

  /// The file without comments.
  static func code(of file: URL) throws -> String {
    try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { line in
      line.range(of: "//").map { line[..<$0.lowerBound] } ?? line
    }.joined(separator: "\n")
  }

  static func isOurs(_ module: String) -> Bool { module.lowercased().hasPrefix("kith") || plugins.contains(module) }

  /// `CRMExport` → `crm_export`.
  static func snakeCase(_ name: String) -> String {
    var result = ""
    let letters = Array(name)
    for (index, letter) in letters.enumerated() {
      let startsWord =
        letter.isUppercase && index > 0
        && (letters[index - 1].isLowercase || (index + 1 < letters.count && letters[index + 1].isLowercase))
      if startsWord { result += "_" }
      result += letter.lowercased()
    }
    return result
  }
}
