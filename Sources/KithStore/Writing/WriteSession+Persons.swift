import KithCore

/// A profile as the merging of observations needs it.
struct StoredPerson {
  var id: Int64
  /// Hash of the attributes that stand in the profile.
  var winner: Int64
  var isDeleted: Bool
  var isListed: Bool
  var observedAt: Timestamp?
  var createdAt: Timestamp?
  var updatedAt: Timestamp?
  var email: String?
  var phone: String?

  /// From a row of `ProfileStatements.personColumns`, which begin at a column.
  init(_ row: FastStatement, from first: CInt) {
    func time(_ column: CInt) -> Timestamp? { row.optionalText(first + column).flatMap(Timestamp.init(sqlText:)) }
    id = row.int64(first)
    winner = row.int64(first + 1)
    isDeleted = row.int64(first + 2) != 0
    isListed = row.int64(first + 3) != 0
    (observedAt, createdAt, updatedAt) = (time(4), time(5), time(6))
    email = row.optionalText(first + 7)
    phone = row.optionalText(first + 8)
  }
}

// Persons that a stream does not list by itself but names in orders, touchpoints, answers and tickets. What many
// records say about one person is merged so that the order of their arrival does not matter: identifiers, consents and
// traits are united, and the attributes are those of the newest record that had any, as a whole.
extension WriteSession {
  /// The profile of a record's person, made or brought up to date; nil when the record names nobody.
  func profileID(of person: EncodedBatch.Person?, at time: Timestamp) throws -> Int64? {
    guard let person else { return nil }
    // Stored times are whole seconds: compare what the next run will compare.
    let time = Timestamp(seconds: time.seconds)
    if let id = settle(person, at: time) { return id }
    return try merge(person, at: time)
  }

  /// The common case, without a statement: this person said the same thing before.
  private func settle(_ person: EncodedBatch.Person, at time: Timestamp) -> Int64? {
    guard var entry = memory.persons[person.id] else { return nil }
    if entry.isListed { return entry.profileID }
    guard entry.content == person.content else { return nil }
    // Consents and traits carry the time of their record.
    if time > entry.mergedAt, person.isDated { return nil }
    if !person.hasAttributes { return entry.profileID }
    guard let observedAt = entry.observedAt else { return nil }
    if person.attributes == entry.winner {
      if time > observedAt {
        entry.observedAt = time
        if !entry.isDirty { dirtyPersons.append(person.id) }
        entry.isDirty = true
        memory.persons[person.id] = entry
      }
      return entry.profileID
    }
    return (time, person.attributes) < (observedAt, entry.winner) ? entry.profileID : nil
  }

  private func merge(_ person: EncodedBatch.Person, at time: Timestamp) throws -> Int64 {
    let known = memory.persons[person.id]
    // Nobody who was met is forgotten, so somebody unknown is new.
    if known == nil, memory.persons.isComplete { return insertPerson(person, at: time) }
    // What is to be read below may still wait to be written.
    if known != nil || pendingListed > 0 {
      try flushProfiles()
      try flushIdentifiers()
    }
    guard var stored = try findPerson(person) else { return insertPerson(person, at: time) }
    var entry = PersonCache.Entry(
      profileID: stored.id, content: person.content, winner: stored.winner, observedAt: stored.observedAt,
      mergedAt: time, isListed: stored.isListed)
    if !stored.isListed {
      if let known {
        // The memory may be ahead of the table until the batch ends.
        entry.observedAt = known.observedAt
        entry.isDirty = known.isDirty
        stored.observedAt = known.observedAt
        entry.mergedAt = max(time, known.mergedAt)
      }
      var hasChanged = try mergeParts(of: person, into: &stored, at: time)
      if person.hasAttributes {
        let isNewer = stored.observedAt.map { (time, person.attributes) > ($0, stored.winner) } ?? true
        if isNewer {
          hasChanged = hasChanged || stored.winner != person.attributes
          try updateAttributes(person, stored, at: time)
          entry.winner = person.attributes
          entry.observedAt = time
        }
      }
      if hasChanged { toResolve.append(stored.id) }
    }
    memory.persons[person.id] = entry
    return stored.id
  }

  private func insertPerson(_ person: EncodedBatch.Person, at time: Timestamp) -> Int64 {
    let observedAt = person.hasAttributes ? time : nil
    let id = takeID(.profiles)
    pendingProfiles.append(
      PendingProfile(
        id: id, hash: person.attributes, isListed: false, person: person.place, at: time,
        observedAt: observedAt))
    memory.persons[person.id] = PersonCache.Entry(
      profileID: id, content: person.content, winner: person.attributes, observedAt: observedAt, mergedAt: time)
    return id
  }

  private func findPerson(_ person: EncodedBatch.Person) throws -> StoredPerson? {
    if let known = prefetch.takePerson(person.id) { return known }
    let find = parts.findPerson
    find.begin().integer(context.streamID).text(person.key, in: view)
    defer { find.reset() }
    return try find.step() ? StoredPerson(find, from: 0) : nil
  }

  /// Unites identifiers, traits, consents and dates; true when something is new.
  private func mergeParts(
    of person: EncodedBatch.Person, into stored: inout StoredPerson, at time: Timestamp
  ) throws -> Bool {
    var newIdentifiers = false
    let known = prefetch.takeIdentifiers(of: stored.id) ?? []
    for identifier in view.identifiers[person.identifiers] where !known.contains(where: { isEqual($0, identifier) }) {
      bind(identifier, stored.id, to: parts.mergeIdentifier.begin())
      try parts.mergeIdentifier.run()
      newIdentifiers = try parts.mergeIdentifier.changes > 0 || newIdentifiers
    }
    var hasChanged = newIdentifiers
    for trait in view.traits[person.traits] {
      try parts.mergeTrait.begin().integer(stored.id).text(trait.name, in: view).text(trait.value, in: view).time(time)
        .run()
    }
    for consent in view.consents[person.consents] {
      try parts.mergeConsent.begin().integer(stored.id).text(consent.purpose, in: view).text(consent.status, in: view)
        .time(consent.changedAt ?? time).run()
      hasChanged = try parts.mergeConsent.changes > 0 || hasChanged
    }
    if newIdentifiers { try updateContacts(&stored) }
    let created = [stored.createdAt, person.createdAt].compactMap(\.self).min()
    let updated = [stored.updatedAt, person.updatedAt].compactMap(\.self).max()
    if stored.isDeleted || created?.seconds != stored.createdAt?.seconds
      || updated?.seconds != stored.updatedAt?.seconds
    {
      (stored.createdAt, stored.updatedAt) = (created, updated)
      try parts.setDates.begin().integer(stored.id).time(created).time(updated).integer(context.run.rawValue).run()
      hasChanged = true
    }
    return hasChanged
  }

  /// The profile shows the first identifier of a kind by value: any order of arrival gives the same.
  private func updateContacts(_ stored: inout StoredPerson) throws {
    let email = try firstIdentifier(.email, of: stored.id)
    let phone = try firstIdentifier(.phone, of: stored.id)
    if email == stored.email, phone == stored.phone { return }
    (stored.email, stored.phone) = (email, phone)
    try parts.setContacts.begin().integer(stored.id).text(email).text(phone).run()
  }

  private func firstIdentifier(_ kind: Identifier.Kind, of profile: Int64) throws -> String? {
    let find = parts.firstIdentifier
    find.begin().integer(profile).integer(Int64(kind.rawValue))
    defer { find.reset() }
    return try find.step() ? find.optionalText(0) : nil
  }

  private func updateAttributes(_ person: EncodedBatch.Person, _ stored: StoredPerson, at time: Timestamp) throws {
    let update = statements(.profiles).update.begin().integer(stored.id)
    let columns = ProfileColumns(
      hash: person.attributes, isListed: false, createdAt: stored.createdAt, updatedAt: stored.updatedAt,
      observedAt: time)
    bind(columns, person, to: update)
    update.text(stored.email).text(stored.phone)
    try update.cells(person.cells, width: RecordTable.profiles.contentWidth, in: view).run()
  }

  /// Writes the observation times that `settle` only noted.
  func flushPersons() throws {
    for entry in memory.persons.takeDirty(dirtyPersons) {
      try parts.queueObservation.begin().integer(entry.profileID).time(entry.observedAt).run()
    }
    dirtyPersons.removeAll()
  }
}
