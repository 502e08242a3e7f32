import KithCore

/// What became of a raw record.
enum MapOutcome {
  case record(Record)
  /// Codes: `missing_key`, `missing`, `date`, `number`, `choice`, `range`, `size`.
  case reject(code: String, reason: String)
}

/// A value that does not fit its field.
struct MapFault: Error {
  let code: String
  let reason: String
}

/// Maps the raw records of one file. Not shared between threads: it reuses its buffers from record to record.
final class RecordMapper {
  /// The most bytes of a key, a text, and the most values of a list: what is longer is no such thing.
  static let maximumKeyBytes = 512
  static let maximumTextBytes = 65_536
  static let maximumValues = 100
  static let maximumLines = 10_000

  struct Lines {
    let each: [PathStep]
    let fields: [BoundField]
  }

  /// Where the fields of a record lie in `fields`.
  struct Plan {
    var own = [Int](repeating: -1, count: OwnField.allCases.count)
    var personKey = -1
    var identifiers: [(kind: Identifier.Kind, field: Int)] = []
    var attributes: [(attribute: Attribute, field: Int)] = []
    var consents: [(purpose: String, field: Int, at: Int)] = []
    var traits: [(name: String, field: Int)] = []
    /// Fields that the identity of a line without a key is made of.
    var lineIdentity: [(ordinal: Int64, field: Int)] = []
    /// What a count of traffic is a count of.
    var dimensions: [(ordinal: Int64, field: Int)] = []
  }

  let kind: Record.Kind
  let fields: [BoundField]
  let paths: PathTable
  let plan: Plan
  let lines: Lines?
  /// The fields of `lines` follow the record's own in `fields`.
  let lineOffset: Int
  let styles: [ValueStyle]
  let hasColumns: Bool
  /// Whether keys depend on the records before: such a file is read on only with what is remembered of those.
  let isPositional: Bool

  // Reused from record to record.
  var scratch: [UInt8] = []
  var stack: [Value] = []
  var occurrences: OccurrenceWindow

  init(kind: Record.Kind, fields: [BoundField], lines: Lines?, styles: [ValueStyle], hasColumns: Bool) {
    self.kind = kind
    let plan = RecordMapper.plan(fields)
    self.plan = plan
    self.lines = lines
    lineOffset = fields.count
    self.fields = fields + (lines?.fields ?? [])
    paths = PathTable(self.fields)
    self.styles = styles
    self.hasColumns = hasColumns
    switch kind {
    case .touchpoint: isPositional = plan.own[OwnField.key.rawValue] < 0
    case .orderLine: isPositional = plan.own[OwnField.lineKey.rawValue] < 0
    case .profile, .order, .product, .response, .ticket, .traffic: isPositional = false
    }
    // An order has some tens of lines: this remembers the rows of the last 4,096 orders and more.
    occurrences = OccurrenceWindow(capacity: kind == .orderLine ? 131_072 : OccurrenceWindow.portableCapacity)
    stack.reserveCapacity(16)
    scratch.reserveCapacity(1_024)
  }

  /// What a later run must know to give the next records their keys; nil when keys depend on nothing, or on more than
  /// can be carried along.
  var occurrenceState: String? { isPositional ? occurrences.state : nil }

  /// Takes up what an earlier run remembered. False when it cannot go on from there.
  func resume(after state: String?) -> Bool {
    guard isPositional else { return true }
    guard let state, let window = OccurrenceWindow(capacity: OccurrenceWindow.portableCapacity, state: state) else {
      return false
    }
    occurrences = window
    return true
  }

  private static func plan(_ fields: [BoundField]) -> Plan {
    var plan = Plan()
    var times: [String: Int] = [:]
    for (index, field) in fields.enumerated() {
      if case .consentAt(let purpose) = field.target { times[purpose] = index }
    }
    for (index, field) in fields.enumerated() {
      switch field.target {
      case .own(let own): plan.own[own.rawValue] = index
      case .personKey: plan.personKey = index
      case .identifier(let kind): plan.identifiers.append((kind, index))
      case .attribute(let attribute): plan.attributes.append((attribute, index))
      case .consent(let purpose): plan.consents.append((purpose, index, times[purpose] ?? -1))
      case .trait(let name): plan.traits.append((name, index))
      case .consentAt: break
      }
    }
    plan.identifiers.sort { $0.kind < $1.kind }
    plan.attributes.sort { $0.attribute.rawValue < $1.attribute.rawValue }
    let identity: [OwnField] = [.lineProductKey, .lineName, .lineQuantity, .lineUnitPrice, .lineTotal]
    for (ordinal, own) in identity.enumerated() where plan.own[own.rawValue] >= 0 {
      plan.lineIdentity.append((Int64(ordinal), plan.own[own.rawValue]))
    }
    let dimensions: [OwnField] = [.date, .channel, .trafficSource, .medium, .campaign, .page, .country, .device, .goal]
    for (ordinal, own) in dimensions.enumerated() where plan.own[own.rawValue] >= 0 {
      plan.dimensions.append((Int64(ordinal), plan.own[own.rawValue]))
    }
    return plan
  }

  func map(_ raw: RawRecord, root: RawRecord.NodeID = 0) -> MapOutcome {
    scratch.removeAll(keepingCapacity: true)
    return raw.nodes.withUnsafeBufferPointer { nodes in
      raw.bytes.withUnsafeBufferPointer { bytes in
        guard !nodes.isEmpty else { return .reject(code: "missing_key", reason: "The record is empty.") }
        do throws(MapFault) {
          return .record(try assemble(RecordView(nodes: nodes, bytes: bytes, root: root)))
        } catch {
          return .reject(code: error.code, reason: error.reason)
        }
      }
    }
  }

  private func assemble(_ view: RecordView) throws(MapFault) -> Record {
    switch kind {
    case .profile: .profile(try profile(view))
    case .touchpoint: .touchpoint(try touchpoint(view))
    case .order: .order(try order(view))
    case .orderLine: .orderLine(try flatLine(view))
    case .product: .product(try product(view))
    case .response: .response(try response(view))
    case .ticket: .ticket(try ticket(view))
    case .traffic: .traffic(try traffic(view))
    }
  }
}

/// A piece of text, by its place in the record or in the mapper's scratch memory.
struct Value {
  enum Base: UInt8 { case record, scratch }
  var base: Base
  /// Numbers of JSON say themselves how they are written.
  var isNumber: Bool
  var start: Int32
  var count: Int32
  /// -1: the field's.
  var style: Int32 = -1
}
