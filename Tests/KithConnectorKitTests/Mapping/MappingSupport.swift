import KithCore
import Testing

@testable import KithConnectorKit

/// A mapping from YAML, without mistakes.
func mapping(
  _ kind: Record.Kind, _ yaml: String, overrides: String? = nil, zone: String = "UTC",
  location: SourceLocation = #_sourceLocation
) throws -> RecordMapping {
  let compiled = RecordMapping.compile(
    kind: kind, fields: try YAMLNodes.parse(yaml, name: "layout"),
    overrides: try overrides.map { try YAMLNodes.parse($0, name: "connectors.yml") },
    defaults: RecordMapping.Defaults(timeZone: zone))
  #expect(compiled.problems.isEmpty, sourceLocation: location)
  return compiled.mapping
}

func mistakes(_ kind: Record.Kind, _ yaml: String, overrides: String? = nil) throws -> [String] {
  RecordMapping.compile(
    kind: kind, fields: try YAMLNodes.parse(yaml, name: "layout"),
    overrides: try overrides.map { try YAMLNodes.parse($0, name: "connectors.yml") },
    defaults: RecordMapping.Defaults(timeZone: "UTC")
  ).problems.map(\.description)
}

/// A record with columns, as the CSV reader fills it.
func row(_ values: [String]) -> RawRecord {
  let record = RawRecord()
  record.begin(.object)
  for value in values { record.leaf("", value) }
  record.end()
  return record
}

/// A record that is a tree, from JSON.
func tree(_ json: String) throws -> RawRecord {
  let reader = try RecordReaders.makeReader(
    stream: MemoryStream(Array(json.utf8)), options: ReadingOptions(format: .ndjson))
  let record = RawRecord()
  #expect(try reader.next(into: record) == .record)
  return record
}

extension RecordMapping {
  func mapper(_ columns: [String]?, location: SourceLocation = #_sourceLocation) -> RecordMapper {
    let bound = bind(columns: columns, place: "file.csv")
    #expect(bound.problems.isEmpty, sourceLocation: location)
    return bound.mapper
  }
}

extension MapOutcome {
  var record: Record? { if case .record(let record) = self { record } else { nil } }
  var reason: String? { if case .reject(let code, let reason) = self { "\(code): \(reason)" } else { nil } }
  var profile: Profile? { if case .profile(let profile)? = record { profile } else { nil } }
  var order: Order? { if case .order(let order)? = record { order } else { nil } }
  var flatLine: FlatOrderLine? { if case .orderLine(let line)? = record { line } else { nil } }
  var touchpoint: Touchpoint? { if case .touchpoint(let touchpoint)? = record { touchpoint } else { nil } }
  var ticket: Ticket? { if case .ticket(let ticket)? = record { ticket } else { nil } }
  var response: SurveyResponse? { if case .response(let response)? = record { response } else { nil } }
  var traffic: Traffic? { if case .traffic(let traffic)? = record { traffic } else { nil } }
}
