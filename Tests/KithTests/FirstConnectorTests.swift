import Foundation
import KithTesting
import Testing

/// docs/first-connector.md, followed as it stands.
@Suite struct FirstConnectorTests {
  private struct Block {
    var kind: String
    var text: String
  }

  private static func blocks() throws -> [Block] {
    let text = try String(
      contentsOf: Program.repository.appendingPathComponent("docs/first-connector.md"), encoding: .utf8)
    return text.matches(of: /```([^\n]+)\n((?:.|\n)*?)```/).map {
      Block(kind: String($0.output.1), text: String($0.output.2))
    }
  }

  @Test func everyStepWorks() throws {
    let program = try Program()
    defer { program.remove() }
    // A port that nobody has: the guide's own may be taken.
    let port = try { try LoopbackServer { _ in .text("") }.port }()
    var environment: [String: String] = [:]
    var outputs: [String: String] = [:]
    var playing: RunningProgram?
    for block in try Self.blocks() {
      let text = block.text.replacing("8700", with: "\(port)")
      if let file = block.kind.firstMatch(of: /file=(\S+)/)?.output.1 {
        try program.write(String(file), text)
        continue
      }
      for line in text.split(separator: "\n").map(String.init) {
        let words = line.split(separator: " ").map(String.init)
        switch words[0] {
        case "kith" where block.kind == "sh background":
          playing = try program.start(Array(words.dropFirst()))
        case "kith":
          let outcome = try program.start(Array(words.dropFirst()), environment: environment).wait()
          #expect(outcome.status == 0, "\(line): \(outcome.errors)")
          outputs[line] = outcome.output
        case "export":
          let pair = words[1].split(separator: "=").map(String.init)
          environment[pair[0]] = pair[1]
        case "rm": try FileManager.default.removeItem(at: program.folder.appendingPathComponent(words[2]))
        case "cat":
          #expect(
            try String(contentsOf: program.folder.appendingPathComponent(words[1]), encoding: .utf8).contains(
              "Ada Sample"))
        default: Issue.record("the guide has a step that this test does not know: \(line)")
        }
      }
    }
    #expect(playing != nil)
    #expect(outputs["kith sync"]?.contains("3 new") == true, "\(outputs)")
    #expect(outputs["kith customers"]?.contains("Ada Sample") == true)
    let again = try program.start(["sync"], environment: environment).wait()
    #expect(again.output.contains("3 unchanged"), "\(again.output)")
  }

  @Test func theManifestIsShort() throws {
    let manifests = try Self.blocks().filter { $0.kind.contains("guestbook.yml") }
    #expect(manifests.count == 1)
    #expect(manifests[0].text.split(separator: "\n").count < 80)
  }
}
