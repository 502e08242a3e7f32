import KithConnectorKit
import KithCore

/// What can be checked of a configured source with the tool itself, live or played: little is asked for, nothing is
/// stored, and wrong credentials are not tried, since tools lock those out who do.
public struct LiveConformance: Sendable {
  /// What was found of one stream.
  public struct Report: Sendable {
    public var stream: String
    /// What came, for a person to judge.
    public var told: String
    /// Sentences about what is wrong.
    public var failures: [String] = []
  }

  private let connector: any Connector
  private let settings: SourceSettings
  private let secrets: SecretWatch
  /// Records that are looked at.
  private static let most = 100

  public init(_ connector: any Connector, _ settings: SourceSettings) {
    self.connector = connector
    self.settings = settings
    secrets = SecretWatch(settings)
  }

  /// The check of the connection, and the first page of the stream's lists, twice.
  public func report(_ stream: String) async -> Report {
    var report = Report(stream: stream, told: "nothing could be read")
    do throws(KithError) {
      let source = try connector.open(settings)
      if let source = source as? any CheckableSource {
        for problem in await source.check(stream: stream) { report.failures.append("check: \(problem)") }
      }
      guard let source = source as? any PreviewableSource, report.failures.isEmpty else {
        return watched(report)
      }
      let seen = try await source.preview(stream: stream, limit: Self.most)
      let again = try await source.preview(stream: stream, limit: Self.most)
      look(at: seen, again, &report)
    } catch {
      report.failures.append("\(error)")
    }
    return watched(report)
  }

  private func look(at seen: [PreviewedRecord], _ again: [PreviewedRecord], _ report: inout Report) {
    func records(_ seen: [PreviewedRecord]) -> [Record] {
      seen.compactMap { if case .record(let record) = $0.outcome { record } else { nil } }
    }
    let found = records(seen)
    let rejects = seen.compactMap { if case .reject(let reject) = $0.outcome { reject } else { nil } }
    let kinds = Set(found.map(\.kind.rawValue)).sorted().joined(separator: ", ")
    report.told = "\(found.count) records\(kinds.isEmpty ? "" : " (\(kinds))"), \(rejects.count) rejects"
    if let reject = rejects.first { report.told += "; the first: \(reject.place): \(reject.reason)" }
    if found != records(again) { report.told += "; asked again, others came" }
    report.failures += ConnectorConformance.wrong(found)
    report.failures += secrets.failures(in: found.map(RecordText.text(of:)).joined(separator: "\n"))
  }

  /// A report without secrets.
  private func watched(_ report: Report) -> Report {
    var report = report
    let shown = secrets.failures(in: ([report.told] + report.failures).joined(separator: "\n"))
    if shown.isEmpty { return report }
    report.told = "what it says holds a secret, and is not shown"
    report.failures = shown
    return report
  }
}
