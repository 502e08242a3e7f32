import ArgumentParser
import FoundationEssentials

/// `kith-bench score`: reads a million lines twice, so it is a process of its own. In that of the bench it would raise
/// the peak below which no program's can be told, see `Program`.
struct Score: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tells how well clusters agree with who is who, as JSON.")

  @Argument(help: "record_id,cluster_id: what a program found.")
  var clusters: String

  @Argument(help: "record_id,entity_id: who is who.")
  var truth: String

  func run() throws {
    let score = try ClusterFiles.score(URL(fileURLWithPath: clusters), truth: URL(fileURLWithPath: truth))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    print(String(decoding: try encoder.encode(score), as: UTF8.self))
  }
}

extension ClusterScore {
  /// What `kith-bench score` tells of a run's clusters.
  static func of(_ clusters: URL, truth: URL, scratch: Program) throws -> ClusterScore {
    let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    _ = try scratch.run(Command(program: own, arguments: ["score", clusters.path, truth.path]))
    return try JSONDecoder().decode(ClusterScore.self, from: Data(contentsOf: scratch.output))
  }
}
