import Foundation
import KithCore
import KithTesting
import Testing

@testable import KithStore

/// The databases that a hub may lie in.
enum Backend: String, CaseIterable, CustomTestStringConvertible {
  case sqlite, postgres, memory

  var testDescription: String { rawValue }
}

/// A hub in a folder, or a schema, of its own, which goes with the value.
final class TemporaryHub {
  let folder: String
  let path: String
  let location: HubLocation
  private(set) var store: HubStore

  init(_ backend: Backend = .sqlite) throws {
    folder = NSTemporaryDirectory() + "kith-store-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    path = folder + "/hub.sqlite"
    location =
      switch backend {
      case .sqlite: .file(path)
      case .postgres: .postgres(try PostgresURL(try PostgresServer.shared().schemaURL(), isPublic: false))
      case .memory: .memory(name: UUID().uuidString)
      }
    store = try HubStore(location)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// Drops the store without closing it, as a killed process would, and opens the hub again.
  func reopen() throws { store = try HubStore(location) }

  func rows(_ sql: String, _ arguments: StoreArguments = []) throws -> [[TableValue]] {
    try store.read { db in
      let statement = try db.statement(sql)
      try statement.begin().bind(arguments)
      defer { statement.reset() }
      var rows: [[TableValue]] = []
      while try statement.step() { rows.append((0..<statement.columnCount).map { statement.value($0) }) }
      return rows
    }
  }

  func int(_ sql: String) throws -> Int { try store.read { try Int.fetchOne($0, sql: sql) ?? -1 } }
  func text(_ sql: String) throws -> String? { try store.read { try String.fetchOne($0, sql: sql) } }
  /// All rows in one text: `cell cell,cell cell`.
  func list(_ sql: String) throws -> String {
    try rows(sql).map { row in
      row.map { if case .text(let text) = $0 { text } else { $0.text } }.joined(separator: " ")
    }.joined(separator: ",")
  }
  func run(_ sql: String) throws { try store.write { try $0.execute(sql: sql) } }

  func writer(
    _ stream: String = "contacts", source: String = "crm", rates: [String: Double] = [:]
  ) throws -> StreamWriter {
    let run = try store.startRun(source: source, connector: "csv", mode: "incremental", at: FixedTime.noon)
    return try StreamWriter(
      store: store, source: source, stream: stream, run: run, money: MoneySettings(baseCurrency: "EUR", rates: rates),
      time: FixedTime())
  }

  /// Everything a stream stored, with numbers that depend on the order of arrival replaced by keys.
  func dump() throws -> [[String]] {
    // As a stream does that ends.
    try store.write { db in try HubStore.settleObservations(in: db) }
    let queries = [
      """
      SELECT key, kind, is_listed, is_deleted, given_name, family_name, city, email, phone, observed_at, created_at
      FROM profiles ORDER BY key
      """,
      """
      SELECT p.key, i.kind, i.namespace, i.value, COALESCE(i.display, i.value), i.delivered, i.links
      FROM identifiers i JOIN profiles p USING (profile_id) ORDER BY 1, 2, 3, 4
      """,
      """
      SELECT p.key, c.purpose, c.status, c.changed_at FROM consents c JOIN profiles p USING (profile_id) ORDER BY 1, 2
      """,
      "SELECT p.key, t.name, t.value FROM profile_traits t JOIN profiles p USING (profile_id) ORDER BY 1, 2",
      """
      SELECT t.key, p.key, t.type, t.occurred_at, t.valence, t.is_deleted
      FROM touchpoints t LEFT JOIN profiles p USING (profile_id) ORDER BY t.key
      """,
      """
      SELECT o.key, p.key, o.kind, o.placed_at, o.status, o.currency, o.total, o.total_base, o.country, o.line_count,
        o.is_deleted, o.header_line FROM orders o LEFT JOIN profiles p USING (profile_id) ORDER BY o.key
      """,
      """
      SELECT o.key, l.key, l.quantity, l.total, l.is_return, l.is_deleted
      FROM order_lines l JOIN orders o USING (order_id) ORDER BY 1, 2
      """,
    ]
    return try queries.map { try rows($0).map { $0.map(\.text).joined(separator: "|") } }
  }
}

extension TableValue {
  /// The same for both databases: a decimal without digits behind the point is a whole number in one of them.
  var text: String {
    switch self {
    case .null: "NULL"
    case .integer(let value): "\(value)"
    case .real(let value): value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
    case .text(let value): "\"\(value)\""
    case .blob(let bytes): "\(bytes)"
    }
  }
}

struct FixedTime: TimeSource {
  static let noon = Timestamp(seconds: 1_700_000_000)
  func now() -> Timestamp { Self.noon }
}

func time(_ second: Int64) -> Timestamp { Timestamp(seconds: 1_600_000_000 + second) }

func email(_ value: String, display: String? = nil) -> CanonicalIdentifier {
  CanonicalIdentifier(kind: .email, value: value, display: display ?? value, delivered: display ?? value)
}

func person(
  _ key: String, emails: [String] = [], name: String? = nil, city: String? = nil
) -> CanonicalProfile {
  var attributes: [CanonicalAttribute] = []
  if let name { attributes.append(CanonicalAttribute(.givenName, name, delivered: name.uppercased())) }
  if let city { attributes.append(CanonicalAttribute(.city, city)) }
  return CanonicalProfile(key: key, identifiers: emails.map { email($0) }, attributes: attributes)
}

private func hash(_ value: Any) -> Int64 {
  var hash = ContentHash()
  hash.combine(String(describing: value))
  return hash.value
}

func contact(_ person: CanonicalProfile) -> CanonicalRecord {
  CanonicalRecord(record: .profile(Profile(key: person.key, kind: person.kind)), person: person, hash: hash(person))
}

func visit(
  _ key: String, _ person: CanonicalProfile?, at second: Int64 = 0, type: String = "page_viewed"
) -> CanonicalRecord {
  let touchpoint = Touchpoint(key: key, channel: .web, type: type, occurredAt: time(second))
  return CanonicalRecord(record: .touchpoint(touchpoint), person: person, hash: hash((touchpoint, person)))
}

func purchase(_ order: Order, _ person: CanonicalProfile? = nil) -> CanonicalRecord {
  CanonicalRecord(record: .order(order), person: person, hash: hash((order, person)))
}

func row(_ order: Order, _ line: OrderLine?, _ person: CanonicalProfile? = nil) -> CanonicalRecord {
  CanonicalRecord(
    record: .orderLine(FlatOrderLine(order: order, line: line)), person: person, hash: hash((order, line, person)))
}

func deletion(_ kind: KithCore.Record.Kind, _ key: String) -> CanonicalRecord {
  CanonicalRecord(record: .deletion(Deletion(kind: kind, key: key)), hash: 0)
}

func reject(_ place: String, code: String = "date", raw: String = "a;b") -> Reject {
  Reject(code: code, reason: "31/02/1999 is no date", place: place, raw: Array(raw.utf8), context: "name;date")
}
