import KithCore

/// The statements for what hangs on a profile.
struct ProfileStatements {
  let mergeIdentifier: FastStatement
  let insertIdentifiers: BulkInsert
  let firstIdentifier: FastStatement
  let insertTrait: FastStatement
  let mergeTrait: FastStatement
  let insertConsent: FastStatement
  let mergeConsent: FastStatement
  let clear: [FastStatement]
  let identifiers: FastStatement
  let clearIdentifier: FastStatement
  let queueHolders: FastStatement
  let findPerson: FastStatement
  let queueObservation: FastStatement
  let setContacts: FastStatement
  let setDates: FastStatement

  init(_ db: StoreConnection, arena: BindArena) throws {
    func statement(_ sql: String) throws -> FastStatement { try FastStatement(sql, in: db, arena: arena) }
    mergeIdentifier = try statement(
      """
      INSERT INTO identifiers (\(Self.identifierColumns.joined(separator: ", ")))
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) \(Self.identifierMerge(db.dialect))
      """)
    insertIdentifiers = try BulkInsert(
      into: "identifiers", Self.identifierColumns, rows: 64,
      ending: db.isRemote ? Self.identifierMerge(db.dialect) : "ON CONFLICT DO NOTHING", in: db, arena: arena)
    firstIdentifier = try statement(
      "SELECT COALESCE(display, value) FROM identifiers WHERE profile_id = ?1 AND kind = ?2 ORDER BY namespace, value LIMIT 1"
    )
    let trait =
      "INSERT INTO profile_traits (profile_id, name, value, observed_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (profile_id, name)"
    insertTrait = try statement("\(trait) DO UPDATE SET value = excluded.value, observed_at = excluded.observed_at")
    mergeTrait = try statement(
      """
      \(trait) DO UPDATE SET value = excluded.value, observed_at = excluded.observed_at
      WHERE profile_traits.observed_at IS NULL
        OR (excluded.observed_at, excluded.value) > (profile_traits.observed_at, profile_traits.value)
      """)
    let consent =
      "INSERT INTO consents (profile_id, purpose, status, changed_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (profile_id, purpose)"
    insertConsent = try statement("\(consent) DO UPDATE SET status = excluded.status, changed_at = excluded.changed_at")
    mergeConsent = try statement(
      """
      \(consent) DO UPDATE SET status = excluded.status, changed_at = excluded.changed_at
      WHERE consents.changed_at IS NULL
        OR (excluded.changed_at, excluded.status) > (consents.changed_at, consents.status)
      """)
    clear = try ["profile_traits", "consents"].map {
      try statement("DELETE FROM \($0) WHERE profile_id = ?1")
    }
    clearIdentifier = try statement("DELETE FROM identifiers WHERE profile_id = ?1 AND identifier_hash = ?2")
    identifiers = try statement(
      "SELECT identifier_hash, links, display, delivered FROM identifiers WHERE profile_id = ?1")
    queueHolders = try statement(
      """
      INSERT INTO resolve_queue
      SELECT profile_id FROM identifiers WHERE identifier_hash = ?1 AND links LIMIT ?2 ON CONFLICT DO NOTHING
      """)
    findPerson = try statement(
      "SELECT \(Self.personColumns(db.dialect)) FROM profiles WHERE stream_id = ?1 AND key = ?2")
    queueObservation = try statement(HubStore.queueObservation)
    setContacts = try statement("UPDATE profiles SET email = ?2, phone = ?3 WHERE profile_id = ?1")
    setDates = try statement(
      "UPDATE profiles SET created_at = ?2, updated_at = ?3, is_deleted = FALSE, deleted_at = NULL, run_id = ?4 "
        + "WHERE profile_id = ?1")
  }

  static func personColumns(_ dialect: SQLDialect) -> String {
    "profile_id, hash, is_deleted, is_listed, \(HubStore.observedAt(dialect)), created_at, updated_at, email, phone"
  }

  private static let identifierColumns = [
    "profile_id", "identifier_hash", "kind", "namespace", "value", "display", "delivered", "links",
  ]

  /// The smaller text wins, so that the order of arrival does not matter.
  private static func identifierMerge(_ dialect: SQLDialect) -> String {
    func shown(_ row: String) -> String { "COALESCE(\(row).display, \(row).value)" }
    func delivered(_ row: String) -> String { "COALESCE(\(row).delivered, \(row).display, \(row).value)" }
    let (known, given) = ("identifiers", "excluded")
    let display = dialect.least(shown(known), shown(given))
    return """
      ON CONFLICT (profile_id, identifier_hash) DO UPDATE SET display = NULLIF(\(display), identifiers.value),
        delivered = NULLIF(\(dialect.least(delivered(known), delivered(given))), \(display)),
        links = \(dialect.least("identifiers.links", "excluded.links"))
      WHERE \(shown(given)) < \(shown(known)) OR excluded.links < identifiers.links
        OR \(delivered(given)) < \(delivered(known))
      """
  }
}

/// A profile that is not in its table yet.
struct PendingProfile: BitwiseCopyable {
  let id: Int64
  let hash: Int64
  /// The stream lists it by itself; false when it was met in a record.
  let isListed: Bool
  /// Its place in the batch.
  let person: Int32
  /// For profiles met in records: the time of the record.
  let at: Timestamp
  let observedAt: Timestamp?
}

/// The columns of a profile that are not what a batch says about the person.
struct ProfileColumns {
  var hash: Int64
  var isListed: Bool
  var createdAt: Timestamp?
  var updatedAt: Timestamp?
  var observedAt: Timestamp?
}

extension WriteSession {
  /// A person that the stream lists: what it says now replaces what it said before.
  func writeProfile(_ record: EncodedBatch.Record) throws {
    guard let person = view.person(of: record) else {
      throw KithError(.bug, "a profile came without its person", place: context.source)
    }
    let wasMet = memory.persons[person.id] != nil
    if wasMet {
      try flushProfiles()
      try flushIdentifiers()
    }
    if wasMet {
      // Records of this batch may have changed the row since it was asked for.
      prefetch.forget(.profiles, person.id)
    }
    if wasMet || !memory.expectsNew, let stored = try storedRow(.profiles, record.key) {
      return try writeProfile(person, hash: record.hash, over: stored)
    }
    prefetch.forget(.profiles, person.id)
    counts.inserted += 1
    pendingProfiles.append(
      PendingProfile(
        id: takeID(.profiles), hash: record.hash, isListed: true, person: record.person, at: now, observedAt: nil))
    pendingListed += 1
    // Records that name this person by its key must not act on what was known before.
    memory.persons.forget(person.id)
  }

  private func writeProfile(_ person: EncodedBatch.Person, hash: Int64, over stored: StoredRow) throws {
    see(stored.id, in: .profiles)
    prefetch.forget(.profiles, person.id)
    let wasListed = stored.owner == 1
    if stored.hash == hash, !stored.isDeleted, wasListed {
      counts.unchanged += 1
      return
    }
    // Somebody who was only met in records so far is new to the listing.
    if wasListed { counts.updated += 1 } else { counts.inserted += 1 }
    let update = statements(.profiles).update.begin().integer(stored.id)
    let columns = ProfileColumns(
      hash: hash, isListed: true, createdAt: person.createdAt, updatedAt: person.updatedAt)
    bind(columns, person, to: update)
    bindContacts(of: person, to: update)
    try update.cells(person.cells, width: RecordTable.profiles.contentWidth, in: view).run()
    try replaceIdentifiers(of: stored.id, by: person)
    for statement in parts.clear { try statement.begin().integer(stored.id).run() }
    try insertTraitsAndConsents(of: person, profile: stored.id, at: nil)
    toResolve.append(stored.id)
    memory.persons.forget(person.id)
  }

  /// Binds from the hash on, in the order of the schema; contacts and attributes follow.
  func bind(_ columns: ProfileColumns, _ person: EncodedBatch.Person, to statement: FastStatement) {
    statement.integer(columns.hash).integer(context.run.rawValue).integer(columns.isListed)
      .text(context.source).text(person.kind, in: view)
      .time(columns.createdAt).time(columns.updatedAt).time(columns.observedAt)
  }

  func bindContacts(of person: EncodedBatch.Person, to statement: FastStatement) {
    statement.text(person.email, in: view).text(person.phone, in: view)
  }

  func flushProfiles() throws {
    var waiting: [PendingProfile] = []
    swap(&waiting, &pendingProfiles)
    pendingListed = 0
    if waiting.isEmpty { return }
    let width = RecordTable.profiles.contentWidth
    try statements(.profiles).insert.insert(
      waiting,
      { profile, statement in
        let person = view.persons[Int(profile.person)]
        statement.integer(profile.id).integer(context.streamID).text(person.key, in: view)
        let columns = ProfileColumns(
          hash: profile.hash, isListed: profile.isListed, createdAt: person.createdAt, updatedAt: person.updatedAt,
          observedAt: profile.observedAt)
        bind(columns, person, to: statement)
        bindContacts(of: person, to: statement)
        statement.cells(person.cells, width: width, in: view)
      },
      settled: { profiles, changes in
        for profile in profiles {
          if try changes == profiles.count || isInserted(profile) { try settle(profile) }
        }
      })
  }

  private func settle(_ profile: PendingProfile) throws {
    if profile.isListed { see(profile.id, in: .profiles) }
    toResolve.append(profile.id)
    let person = view.persons[Int(profile.person)]
    addIdentifiers(of: person, profile: profile.id)
    try insertTraitsAndConsents(of: person, profile: profile.id, at: profile.isListed ? nil : profile.at)
  }

  /// Some of a group's profiles were there already: it is found out which, and they are written over.
  private func isInserted(_ profile: PendingProfile) throws -> Bool {
    let person = view.persons[Int(profile.person)]
    let stored = try statements(.profiles).row(context.streamID, person.key, in: view)
    if stored?.id == profile.id { return true }
    guard let stored, profile.isListed else {
      throw KithError(.bug, "a profile is both there and not there", place: "profiles", seen: view.string(person.key))
    }
    memory.expectsNew = false
    counts.inserted -= 1
    try writeProfile(person, hash: profile.hash, over: stored)
    return false
  }

  func addIdentifiers(of person: EncodedBatch.Person, profile: Int64) {
    let first = Int(person.identifiers.start)
    for index in first..<first + Int(person.identifiers.count) { newIdentifiers.append((profile, index)) }
  }

  /// For a profile that has none of it yet. `time` is that of the record that it was met in.
  private func insertTraitsAndConsents(of person: EncodedBatch.Person, profile: Int64, at time: Timestamp?) throws {
    for trait in view.traits[person.traits] {
      try parts.insertTrait.begin().integer(profile).text(trait.name, in: view).text(trait.value, in: view).time(time)
        .run()
    }
    for consent in view.consents[person.consents] {
      try parts.insertConsent.begin().integer(profile).text(consent.purpose, in: view).text(consent.status, in: view)
        .time(consent.changedAt ?? time).run()
    }
  }

  func flushIdentifiers() throws {
    if newIdentifiers.isEmpty { return }
    try parts.insertIdentifiers.insert(
      newIdentifiers, { bind(view.identifiers[$0.identifier], $0.profile, to: $1) },
      settled: { identifiers, changes in
        // A profile that has one twice; a statement for many rows can only leave it as it came first.
        if db.isRemote || changes == identifiers.count { return }
        for identifier in identifiers {
          bind(view.identifiers[identifier.identifier], identifier.profile, to: parts.mergeIdentifier.begin())
          try parts.mergeIdentifier.run()
        }
      })
    newIdentifiers.removeAll(keepingCapacity: true)
  }

  func bind(_ identifier: EncodedBatch.Identifier, _ profile: Int64, to statement: FastStatement) {
    statement.integer(profile).integer(identifier.hash).integer(Int64(identifier.kind))
      .text(identifier.namespace, in: view).text(identifier.value, in: view).text(identifier.display, in: view)
      .text(identifier.delivered, in: view).integer(identifier.links)
  }
}
