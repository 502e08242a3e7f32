import Foundation
import KithSamples
import KithTesting
import Testing

@Suite struct SampleConfigurationTests {
  /// To bring them together again: KITH_WRITE_SAMPLES=1 swift test --filter SampleConfigurationTests
  @Test func isTheRepositorysOwn() throws {
    let repository = Program.repository
    let text = try String(contentsOf: repository.appendingPathComponent("connectors.yml"), encoding: .utf8)
    if ProcessInfo.processInfo.environment["KITH_WRITE_SAMPLES"] != nil {
      let indented = text.split(separator: "\n", omittingEmptySubsequences: false)
        .map { $0.isEmpty ? "" : "    " + $0 }.joined(separator: "\n")
      let source = """
        /// The configuration that fits the sample exports: the repository's own connectors.yml, letter by letter (a test holds
        /// them equal), so that a program without its repository can run the demo, too.
        public enum SampleConfiguration {
          public static let text = #\"\"\"
        \(indented)
            \"\"\"#
        }

        """
      try Data(source.utf8).write(
        to: repository.appendingPathComponent("Sources/KithSamples/SampleConfiguration.swift"))
    }
    #expect(SampleConfiguration.text == text)
  }
}
