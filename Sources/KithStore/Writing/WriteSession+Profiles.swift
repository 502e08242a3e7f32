import GRDB
import KithCore

/// The statements for what hangs on a profile.
struct ProfileStatements {
  let mergeIdentifier: FastStatement
  let firstIdentifier: FastStatement
  let insertTrait: FastStatement
  let mergeTrait: FastStatement
  let insertConsent: FastStatement
  let mergeConsent: FastStatement
  let clear: [FastStatement]
  let linkingIdentifiers: FastStatement
  let queueHolders: FastStatement
  let findPerson: FastStatement
  let setObserved: FastStatement
  let setContacts: FastStatement
  let setDates: FastStatement

  init(_ db: Database, arena: BindArena) throws {
    func statement(_ sql: String) throws -> FastStatement { try FastStatement(sql, in: db, arena: arena) }
    // The smaller text wins, so that the order of arrival does not matter.
    mergeIdentifier = try statement(
      """
      INSERT INTO identifiers (profile_id, kind, namespace, value, display, delivered, links)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
      ON CONFLICT (profile_id, kind, namespace, value) DO UPDATE SET display = MIN(display, excluded.display),
        delivered = MIN(delivered, excluded.delivered), links = MIN(links, excluded.links)
      WHERE excluded.display < display OR excluded.delivered < delivered OR excluded.links < links
      """)
    firstIdentifier = try statement(
      "SELECT display FROM identifiers WHERE profile_id = ?1 AND kind = ?2 ORDER BY namespace, value LIMIT 1")
    let trait = "INSERT INTO profile_traits (profile_id, name, value, observed_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT"
    insertTrait = try statement("\(trait) DO UPDATE SET value = excluded.value, observed_at = excluded.observed_at")
    mergeTrait = try statement(
      """
      \(trait) (profile_id, name) DO UPDATE SET value = excluded.value, observed_at = excluded.observed_at
      WHERE observed_at IS NULL OR (excluded.observed_at, excluded.value) > (observed_at, value)
      """)
    let consent = "INSERT INTO consents (profile_id, purpose, status, changed_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT"
    insertConsent = try statement("\(consent) DO UPDATE SET status = excluded.status, changed_at = excluded.changed_at")
    mergeConsent = try statement(
      """
      \(consent) (profile_id, purpose) DO UPDATE SET status = excluded.status, changed_at = excluded.changed_at
      WHERE changed_at IS NULL OR (excluded.changed_at, excluded.status) > (changed_at, status)
      """)
    clear = try ["identifiers", "profile_traits", "consents"].map {
      try statement("DELETE FROM \($0) WHERE profile_id = ?1")
    }
    linkingIdentifiers = try statement(
      "SELECT kind, namespace, value FROM identifiers WHERE profile_id = ?1 AND links")
    queueHolders = try statement(
      """
      INSERT OR IGNORE INTO resolve_queue
      SELECT profile_id FROM identifiers WHERE kind = ?1 AND namespace = ?2 AND value = ?3 AND links LIMIT ?4
      """)
    findPerson = try statement(
      """
      SELECT profile_id, hash, is_deleted, is_listed, observed_at, created_at, updated_at, email, phone
      FROM profiles WHERE stream_id = ?1 AND key = ?2
      """)
    setObserved = try statement("UPDATE profiles SET observed_at = ?2 WHERE profile_id = ?1")
    setContacts = try statement("UPDATE profiles SET email = ?2, phone = ?3 WHERE profile_id = ?1")
    setDates = try statement(
      "UPDATE profiles SET created_at = ?2, updated_at = ?3, is_deleted = 0, deleted_at = NULL, run_id = ?4 "
        + "WHERE profile_id = ?1")
  }
}

/// The columns of a profile that are not in the profile itself.
struct ProfileColumns {
  var hash: Int64
  var isListed: Bool
  var createdAt: Timestamp?
  var updatedAt: Timestamp?
  var observedAt: Timestamp?
  var email: String?
  var phone: String?
}

extension WriteSession {
  /// A person that the stream lists: what it says now replaces what it said before.
  func writeProfile(_ person: CanonicalProfile, hash: Int64) throws {
    let key = person.key
    if memory.expectsNew, let id = try insertProfile(person, key: key, Self.columns(person, hash)) {
      return try finishInsert(id, person)
    }
    let statements = statements(.profiles)
    guard let stored = try statements.row(context.streamID, key) else {
      guard let id = try insertProfile(person, key: key, Self.columns(person, hash)) else {
        throw KithError(.bug, "a profile is both there and not there", place: "profiles", seen: key)
      }
      memory.expectsNew = true
      return try finishInsert(id, person)
    }
    memory.expectsNew = false
    see(stored.id, in: .profiles)
    if stored.hash == hash, !stored.isDeleted, stored.owner == 1 {
      counts.unchanged += 1
      return
    }
    counts.updated += 1
    try bind(person, Self.columns(person, hash), to: statements.update.begin().integer(stored.id).null()).run()
    try queueFormerNeighbours(of: stored.id, becoming: person)
    for statement in parts.clear { try statement.begin().integer(stored.id).run() }
    try insertParts(of: person, profile: stored.id)
    toResolve.append(stored.id)
    // Records that name this person by its key must not act on what was known before.
    memory.persons[key] = nil
  }

  private static func columns(_ person: CanonicalProfile, _ hash: Int64) -> ProfileColumns {
    ProfileColumns(
      hash: hash, isListed: true, createdAt: person.createdAt, updatedAt: person.updatedAt,
      email: first(.email, of: person), phone: first(.phone, of: person))
  }

  private func finishInsert(_ id: Int64, _ person: CanonicalProfile) throws {
    counts.inserted += 1
    see(id, in: .profiles)
    try insertParts(of: person, profile: id)
    toResolve.append(id)
  }

  /// The new profile's number, nil when the key is taken.
  func insertProfile(_ person: CanonicalProfile, key: String, _ columns: ProfileColumns) throws -> Int64? {
    let insert = statements(.profiles).insert
    try bind(person, columns, to: insert.begin().integer(context.streamID).text(key)).run()
    return insert.changes == 0 ? nil : insert.lastID
  }

  /// Binds from parameter 3 on, in the order of the schema.
  @discardableResult
  func bind(_ person: CanonicalProfile, _ columns: ProfileColumns, to statement: FastStatement) -> FastStatement {
    statement.integer(columns.hash).integer(context.run.rawValue).integer(columns.isListed)
      .text(context.source).text(person.kind.rawValue)
      .time(columns.createdAt).time(columns.updatedAt).time(columns.observedAt)
      .text(columns.email).text(columns.phone)
    // Attributes come in order and at most once each: one pass over both lists.
    var index = 0
    for attribute in Schema.storedAttributes {
      statement.text(Self.take(attribute, person.attributes, &index)?.value)
    }
    index = 0
    for attribute in Attribute.allCases {
      let found = Self.take(attribute, person.attributes, &index)
      let hasColumn = attribute != .fullName && attribute != .address
      statement.text(hasColumn ? found?.delivered : found.map { $0.delivered ?? $0.value })
    }
    return statement
  }

  @inline(__always)
  private static func take(
    _ attribute: Attribute, _ list: [CanonicalAttribute], _ index: inout Int
  ) -> CanonicalAttribute? {
    while index < list.count, list[index].attribute.rawValue < attribute.rawValue { index += 1 }
    guard index < list.count, list[index].attribute == attribute else { return nil }
    return list[index]
  }

  private func insertParts(of person: CanonicalProfile, profile: Int64) throws {
    for identifier in person.identifiers { newIdentifiers.append((profile, identifier)) }
    for trait in person.traits {
      try parts.insertTrait.begin().integer(profile).text(trait.name).text(trait.value).null().run()
    }
    for consent in person.consents {
      try parts.insertConsent.begin().integer(profile).text(consent.purpose).text(consent.status.rawValue)
        .time(consent.changedAt).run()
    }
  }

  func flushIdentifiers() throws {
    if newIdentifiers.isEmpty { return }
    let insert = try BulkInsert(
      "INSERT INTO identifiers (profile_id, kind, namespace, value, display, delivered, links) VALUES", columns: 7,
      rows: 32, ending: "ON CONFLICT DO NOTHING", in: db, arena: arena)
    try insert.insert(newIdentifiers) { bind($0.identifier, $0.profile, to: $1) }
    newIdentifiers.removeAll()
  }

  func bind(_ identifier: CanonicalIdentifier, _ profile: Int64, to statement: FastStatement) {
    statement.integer(profile).integer(Int64(identifier.kind.rawValue)).text(identifier.namespace)
      .text(identifier.value).text(identifier.display).text(identifier.delivered).integer(identifier.links)
  }

  static func first(_ kind: Identifier.Kind, of person: CanonicalProfile) -> String? {
    person.identifiers.first { $0.kind == kind }?.display
  }
}
