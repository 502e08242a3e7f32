import KithCore
import Testing

@testable import KithConnectorKit

@Suite struct YAMLNodesTests {
  private func problem(_ text: String) -> String? {
    do {
      _ = try YAMLNodes.parse(text, name: "connectors.yml")
      return nil
    } catch { return error.description }
  }

  @Test func placesAndNulls() throws {
    let node = try YAMLNodes.parse("a: 1\nb:\n  - x\n  - null\n  - 'null'\nc: ~\n", name: "f")
    #expect(
      node
        == MappingNode(
          .map([
            MappingEntry(key: "a", value: MappingNode(.scalar("1"), place: "f:1")),
            MappingEntry(
              key: "b",
              value: MappingNode(
                .list([
                  MappingNode(.scalar("x"), place: "f:3"), MappingNode(.scalar(""), place: "f:4"),
                  MappingNode(.scalar("null"), place: "f:5"),
                ]), place: "f:3")),
            MappingEntry(key: "c", value: MappingNode(.scalar(""), place: "f:6")),
          ]), place: "f:1"))
  }

  @Test func aliasBombIsRefusedAtOnce() {
    var bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
    for level in 1..<9 {
      bomb += "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ",") + "]\n"
    }
    let started = ContinuousClock.now
    #expect(problem(bomb)?.contains("too many YAML anchors or aliases; allowed: at most 16 of each") == true)
    #expect(ContinuousClock.now - started < .seconds(1))
  }

  @Test func aliasesMultiplyOnlySoFar() throws {
    #expect(problem("a: &a [1]\nb: *a\n") == nil)
    let base = "a: &a [" + Array(repeating: "x", count: 60_000).joined(separator: ",") + "]\n"
    #expect(problem(base + "b: [*a,*a,*a,*a]\n")?.contains("too deep or has too many values") == true)
  }

  @Test func quotingDoesNotHideAliases() {
    let quoted = "x: |\n  '\n" + String(repeating: "y: [*a]\n", count: 20)
    #expect(problem(quoted)?.contains("too many") == true)
  }

  @Test func otherMistakes() {
    #expect(problem("a: 1\nb: 2\na: 3\n")?.hasSuffix(": a key stands twice: \"a\". Leave one of them.") == true)
    #expect(problem("email: *mail*\n")?.contains("Put a text that begins with * in quotes.") == true)
    #expect(problem("a: [1\n")?.hasPrefix("connectors.yml:2: this is not YAML") == true)
    #expect(
      problem(String(repeating: "#", count: 1_048_577))
        == "connectors.yml: the file is too large for a configuration: \"1048577 bytes\"; allowed: at most 1 MiB")
    #expect(problem("? [a]\n: 1\n")?.contains("a key must be a text") == true)
    #expect(
      problem(String(repeating: "[", count: 100) + String(repeating: "]", count: 100))?.contains("too deep") == true)
    #expect(problem("") == nil)
  }
}
