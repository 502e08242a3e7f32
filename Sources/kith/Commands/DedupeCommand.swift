import ArgumentParser
import Foundation
import KithCore
import KithEngine
import KithIdentity

struct DedupeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dedupe", abstract: "Which records of a file are the same person; no hub is needed.",
    discussion: """
      Columns are recognised by their names and values, and shown; --columns corrects them. The model is learned from
      the file itself, without labels.

      EXAMPLES
        kith dedupe customers.csv --output clusters.csv
        kith dedupe leads.csv --key Id --columns Ref=ignore,Zuname=family_name
        kith dedupe records.csv --truth truth.csv
      """)

  @Argument(help: "A file of people: CSV or TSV with a header, JSON, XML or vCards, compressed or not.")
  var file: String

  @Option(help: "The column that names the records (default: the first).")
  var key: String?

  @Option(help: "What columns say: NAME=ROLE,…; roles: \(ColumnRole.names.joined(separator: ", ")).")
  var columns: String?

  @Option(help: "Where the clusters go: record_id,cluster_id, a line for each record.")
  var output: String?

  @Option(help: "The country of telephone numbers without one, two letters.")
  var country = "DE"

  @Option(help: "Who is who, record_id,entity_id: prints precision and recall.")
  var truth: String?

  @Option(help: "Where pairs go that a person should look at: record_id_l,record_id_r,odds,joined.")
  var review: String?

  @Option(help: "Percent of joined pairs that should be right, 50 to 99.99 (default: likelier one than two).")
  var precision: Double?

  func run() throws {
    if let precision, !IdentitySettings.precisions.contains(precision) {
      throw KithError(
        .configuration, "--precision is not allowed", seen: "\(precision)", allowed: "a number from 50 to 99.99")
    }
    let folder = FileManager.default.currentDirectoryPath
    guard country.utf8.count == 2, country.allSatisfy(\.isLetter) else {
      throw KithError(.configuration, "--country is no country", seen: country, allowed: "two letters, such as CH")
    }
    let people = try PeopleFile(
      path: absolutePath(file, folder), key: key, overrides: try overrides(), country: country.uppercased(),
      today: SystemTime().now().date)
    printColumns(people)
    var settings = IdentitySettings()
    settings.precision = precision
    let matching = Matching(people.table, settings: settings)
    let clusters = DedupedPeople(keys: people.keys, matching: matching)
    print(
      "\(grouped(people.keys.count)) records, \(grouped(clusters.count)) persons; "
        + "\(grouped(matching.pairs)) pairs compared.")
    print(matching.model.expectation(settings))
    if let truth { print(try scores(matching, people, absolutePath(truth, folder))) }
    if let output { try write(clusters.clustersCSV, to: absolutePath(output, folder)) }
    if let review { try write(clusters.reviewCSV, to: absolutePath(review, folder)) }
    if people.rejectedCount > 0 {
      for reject in people.rejected { Terminal.error("line \(reject.line): \(reject.reason)") }
      Terminal.error("error: \(people.rejectedCount) records could not be read and are in no cluster")
      throw ExitCode(1)
    }
  }

  private func printColumns(_ people: PeopleFile) {
    var table = TextTable([("column", .left), ("says", .left), ("known by", .left)])
    for column in people.columns where column.role != .ignored {
      table.add([column.name, column.role.name, column.origin.words])
    }
    print(table.text())
    let others = people.columns.filter { $0.role == .ignored }.map(\.name)
    if !others.isEmpty {
      let more = others.count > 12 ? " and \(others.count - 12) more" : ""
      print("  not used: \(others.prefix(12).joined(separator: ", "))\(more)")
    }
    print("")
  }

  private func overrides() throws -> [String: ColumnRole] {
    var result: [String: ColumnRole] = [:]
    for item in columns?.split(separator: ",") ?? [] {
      let parts = item.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2, let role = ColumnRole(name: parts[1]) else {
        throw KithError(
          .configuration, "--columns has a part that is no NAME=ROLE", seen: String(item),
          allowed: "roles \(ColumnRole.names.joined(separator: ", "))")
      }
      result[parts[0]] = role
    }
    return result
  }

  private func scores(_ matching: Matching, _ people: PeopleFile, _ truth: String) throws -> String {
    let persons = try TruthFile.persons(of: people.keys, path: truth)
    let scores = ClusterScores(clusters: matching.clusters, persons: persons)
    func line(_ name: String, _ score: ClusterScores.Score) -> String {
      String(format: "\(name): precision %.4f, recall %.4f, F1 %.4f", score.precision, score.recall, score.f1)
    }
    return line("pairwise", scores.pairwise) + "\n" + line("B-cubed", scores.bCubed)
      + "\nmost true persons in one cluster: \(scores.mostPersons)"
  }

  private func write(_ text: [UInt8], to path: String) throws {
    do {
      try Data(text).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw KithError(.configuration, "the file cannot be written", place: path, seen: "\(error.localizedDescription)")
    }
  }
}

extension RecognisedColumn.Origin {
  fileprivate var words: String {
    switch self {
    case .name: "its name"
    case .values: "its values"
    case .option: "what you said"
    case .position: "it is the first"
    case .unused: ""
    }
  }
}
