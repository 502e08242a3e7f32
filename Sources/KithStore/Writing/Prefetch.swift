import KithCore

/// What is stored of a batch's records and persons, asked for all at once: over a network each question by itself would
/// cost more than what it asks for. An answer holds until it is taken, or until the batch changes the row before.
final class Prefetch {
  /// By table and key; nil for a row that is not there.
  private var rows: [[KeyHash: StoredRow?]]
  private var persons: [KeyHash: StoredPerson?] = [:]
  /// The identifiers of profiles that are there.
  private var identifiers: [Int64: [StoredIdentifier]] = [:]

  struct StoredIdentifier {
    var hash: Int64
    var links: Bool
    var display: String?
    var delivered: String?
  }

  init() { rows = [[KeyHash: StoredRow?]](repeating: [:], count: RecordTable.allCases.count) }

  /// Takes the answer for a key: nil when nobody asked, or the answer was taken or has been overtaken.
  func takeRow(_ table: RecordTable, _ key: KeyHash) -> StoredRow?? { rows[table.rawValue].removeValue(forKey: key) }

  func takePerson(_ key: KeyHash) -> StoredPerson?? { persons.removeValue(forKey: key) }

  func takeIdentifiers(of profile: Int64) -> [StoredIdentifier]? { identifiers.removeValue(forKey: profile) }

  /// The batch is about to change the row of this key.
  func forget(_ table: RecordTable, _ key: KeyHash) {
    rows[table.rawValue][key] = nil
    if table == .profiles { persons[key] = nil }
  }

  // MARK: asking

  func askForRows(_ table: RecordTable, _ keys: [String], stream: Int64, in db: StoreConnection) throws {
    if keys.isEmpty { return }
    try find(keys, "SELECT key, \(table.foundColumns) FROM \(table.name)", stream, in: db) { key, row in
      rows[table.rawValue][key] = row.map { StoredRow($0, from: 1, of: table) }
    }
  }

  func askForPersons(_ keys: [String], stream: Int64, in db: StoreConnection) throws {
    if keys.isEmpty { return }
    try find(keys, "SELECT key, \(ProfileStatements.personColumns(db.dialect)) FROM profiles", stream, in: db) {
      key, row in
      persons[key] = row.map { StoredPerson($0, from: 1) }
    }
  }

  /// Of all profiles that the answers have named until now.
  func askForIdentifiers(in db: StoreConnection) throws {
    let listed = rows[RecordTable.profiles.rawValue].values.compactMap { $0?.id }
    let profiles = Set(listed + persons.values.compactMap { $0?.id })
    if profiles.isEmpty { return }
    let statement = try db.statement(
      """
      SELECT profile_id, identifier_hash, links, display, delivered FROM identifiers
      WHERE profile_id = ANY(?::bigint[])
      """)
    defer { statement.reset() }
    statement.begin().text("{" + profiles.map(String.init).joined(separator: ",") + "}")
    for profile in profiles { identifiers[profile] = [] }
    while try statement.step() {
      identifiers[statement.int64(0), default: []].append(
        StoredIdentifier(
          hash: statement.int64(1), links: statement.int64(2) != 0, display: statement.optionalText(3),
          delivered: statement.optionalText(4)))
    }
  }

  /// Calls `body` for each key: with its row, or with none.
  private func find(
    _ keys: [String], _ select: String, _ stream: Int64, in db: StoreConnection,
    _ body: (KeyHash, FastStatement?) -> Void
  ) throws {
    for key in keys { body(KeyHash(key), nil) }
    let statement = try db.statement("\(select) WHERE stream_id = ? AND key = ANY(?::text[])")
    defer { statement.reset() }
    statement.begin().integer(stream).text(Prefetch.array(keys))
    while try statement.step() { body(statement.withText(0) { KeyHash($0) }, statement) }
  }

  /// An array as PostgreSQL writes it (https://www.postgresql.org/docs/15/arrays.html#ARRAYS-IO).
  static func array(_ texts: [String]) -> String {
    var result = "{"
    for (index, text) in texts.enumerated() {
      if index > 0 { result.append(",") }
      result.append("\"")
      result.append(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))
      result.append("\"")
    }
    return result + "}"
  }
}

extension WriteSession {
  /// Asks for what the batch will need. A stream's first load finds nothing.
  func askAhead() throws {
    guard db.isRemote, !memory.isFirstLoad else { return }
    var keys = [[String]](repeating: [], count: RecordTable.allCases.count)
    var people: Set<KeyHash> = []
    var peopleKeys: [String] = []
    for record in view.records where !record.isReplaced && record.typed < 0 {
      keys[record.table.rawValue].append(view.string(record.key))
      if record.derived >= 0 {
        keys[RecordTable.touchpoints.rawValue].append(view.string(view.derived[Int(record.derived)].key))
      }
      if record.table == .profiles { continue }
      guard let person = view.person(of: record), memory.persons[person.id] == nil else { continue }
      if people.insert(person.id).inserted { peopleKeys.append(view.string(person.key)) }
    }
    for table in RecordTable.allCases {
      try prefetch.askForRows(table, keys[table.rawValue], stream: context.streamID, in: db)
    }
    if !memory.persons.isComplete { try prefetch.askForPersons(peopleKeys, stream: context.streamID, in: db) }
    try prefetch.askForIdentifiers(in: db)
  }
}
