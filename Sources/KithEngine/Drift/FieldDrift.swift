import KithCore
import KithStore

/// What becomes of a run whose stream has other fields than it had.
public enum DriftPolicy: String, Sendable, CaseIterable {
  /// It is told, and known from then on.
  case accept
  /// Records with other fields are set aside until a person has accepted them.
  case quarantine
  /// The run ends before such a batch is stored, until a person has accepted it.
  case stop
}

/// Compares the fields that a run sees with those that are known. Values in, values out.
public struct FieldDrift: Sendable {
  private let known: [String: StreamField]
  private(set) var sample = FieldSample()

  /// Of a field that was seen less often nobody knows what its values look like, or whether every record has it.
  public static let leastRecords = 10

  public init(_ known: [StreamField]) {
    self.known = Dictionary(known.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
  }

  public mutating func add(_ sample: FieldSample) { self.sample.add(sample) }

  /// By name; none for a stream that is read for the first time, and for a run that has read nothing.
  public var changes: [FieldChange] {
    if known.isEmpty || sample.isEmpty { return [] }
    var changes: [FieldChange] = []
    for (name, field) in sample.fields {
      guard let before = known[name], !before.isGone else {
        changes.append(FieldChange(.new, name, after: field.kind))
        continue
      }
      guard let kind = field.kind, let was = before.kind, before.filled >= Self.leastRecords else { continue }
      let joined = kind.joined(with: was)
      if joined != was { changes.append(FieldChange(.retyped, name, before: was, after: joined)) }
    }
    changes += known.values.filter(hasVanished).map { FieldChange(.vanished, $0.name, before: $0.kind) }
    return changes.sorted { $0.name < $1.name }
  }

  /// In a tree a field that only some records have is not missed.
  private func hasVanished(_ field: StreamField) -> Bool {
    guard !field.isGone, sample.fields[field.name] == nil, sample.fields.count < FieldSample.mostFields else {
      return false
    }
    if sample.isWhole { return true }
    return Self.isAlways(field) && sample.records >= Self.leastRecords
  }

  private static func isAlways(_ field: StreamField) -> Bool {
    field.records >= leastRecords && field.seen == field.records
  }

  /// The fields as they are known once this is accepted; nil when nothing was looked at.
  public var fields: [StreamField]? {
    if sample.isEmpty { return nil }
    let vanished = Set(changes.filter { $0.what == .vanished }.map(\.name))
    var fields: [StreamField] = []
    for (name, seen) in sample.fields {
      var field = known[name] ?? StreamField(name: name, kind: nil, records: 0, seen: 0, filled: 0)
      if field.isGone { field = StreamField(name: name, kind: nil, records: 0, seen: 0, filled: 0) }
      field.kind = seen.kind?.joined(with: field.kind) ?? field.kind
      (field.records, field.seen) = (field.records + sample.records, field.seen + seen.seen)
      field.filled += seen.filled
      fields.append(field)
    }
    for var field in known.values where sample.fields[field.name] == nil {
      field.isGone = field.isGone || vanished.contains(field.name)
      field.records += sample.records
      fields.append(field)
    }
    return fields
  }

  /// For a connector that sets aside what differs; nil before the first run.
  public static func expected(_ known: [StreamField]) -> ExpectedFields? {
    let there = known.filter { !$0.isGone }
    if there.isEmpty { return nil }
    var kinds: [String: FieldKind?] = [:]
    for field in there { kinds[field.name] = .some(field.filled >= leastRecords ? field.kind : nil) }
    return ExpectedFields(kinds: kinds, required: Set(there.filter(isAlways).map(\.name)))
  }

  /// `2 new (a, b), 1 vanished (c)`.
  public static func words(_ changes: [FieldChange]) -> String {
    FieldChange.What.allCases.compactMap { what in
      let names = changes.filter { $0.what == what }.map(\.name)
      if names.isEmpty { return nil }
      let shown = names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " …" : "")
      return "\(names.count) \(what.rawValue) (\(shown))"
    }.joined(separator: ", ")
  }
}
