import GRDB
import KithCore

/// A profile as the merging of observations needs it.
private struct StoredPerson {
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
}

// Persons that a stream does not list by itself but names in orders, touchpoints, answers and tickets. What many
// records say about one person is merged so that the order of their arrival does not matter: identifiers, consents and
// traits are united, and the attributes are those of the newest record that had any, as a whole.
extension WriteSession {
  /// The profile of a record's person, made or brought up to date; nil when the record names nobody.
  func profileID(of person: CanonicalProfile?, at time: Timestamp) throws -> Int64? {
    guard let person else { return nil }
    // Stored times are whole seconds: compare what the next run will compare.
    let time = Timestamp(seconds: time.seconds)
    let (content, attributes) = Self.hashes(of: person)
    if let id = settle(person, content, attributes, at: time) { return id }
    return try merge(person, content, attributes, at: time)
  }

  /// The common case, without a statement: this person said the same thing before.
  private func settle(_ person: CanonicalProfile, _ content: Int64, _ attributes: Int64, at time: Timestamp) -> Int64? {
    guard var entry = memory.persons[person.key] else { return nil }
    if entry.isListed { return entry.profileID }
    guard entry.content == content else { return nil }
    // Consents and traits carry the time of their record.
    if time > entry.mergedAt, !person.consents.isEmpty || !person.traits.isEmpty { return nil }
    if person.attributes.isEmpty { return entry.profileID }
    guard let observedAt = entry.observedAt else { return nil }
    if attributes == entry.winner {
      if time > observedAt {
        entry.observedAt = time
        if !entry.isDirty { dirtyPersons.append(person.key) }
        entry.isDirty = true
        memory.persons[person.key] = entry
      }
      return entry.profileID
    }
    return (time, attributes) < (observedAt, entry.winner) ? entry.profileID : nil
  }

  private func merge(
    _ person: CanonicalProfile, _ content: Int64, _ attributes: Int64, at time: Timestamp
  ) throws -> Int64 {
    guard var stored = try findPerson(person.key) else {
      return try insertPerson(person, content, attributes, at: time)
    }
    var entry = PersonCache.Entry(
      profileID: stored.id, content: content, winner: stored.winner, observedAt: stored.observedAt, mergedAt: time,
      isListed: stored.isListed)
    if !stored.isListed {
      if let known = memory.persons[person.key] {
        // The memory may be ahead of the table until the batch ends.
        entry.observedAt = known.observedAt
        entry.isDirty = known.isDirty
        stored.observedAt = known.observedAt
        entry.mergedAt = max(time, known.mergedAt)
      }
      var hasChanged = try mergeParts(of: person, into: &stored, at: time)
      if !person.attributes.isEmpty {
        let isNewer = stored.observedAt.map { (time, attributes) > ($0, stored.winner) } ?? true
        if isNewer {
          hasChanged = hasChanged || stored.winner != attributes
          try updateAttributes(person, attributes, stored, at: time)
          entry.winner = attributes
          entry.observedAt = time
        }
      }
      if hasChanged { toResolve.append(stored.id) }
    }
    memory.persons[person.key] = entry
    return stored.id
  }

  private func insertPerson(
    _ person: CanonicalProfile, _ content: Int64, _ attributes: Int64, at time: Timestamp
  ) throws -> Int64 {
    let observedAt = person.attributes.isEmpty ? nil : time
    var columns = ProfileColumns(hash: attributes, isListed: false)
    columns.createdAt = person.createdAt
    columns.updatedAt = person.updatedAt
    columns.observedAt = observedAt
    guard let id = try insertProfile(person, key: person.key, columns) else {
      throw KithError(.bug, "a profile is both there and not there", place: "profiles", seen: person.key)
    }
    var stored = StoredPerson(id: id, winner: attributes, isDeleted: false, isListed: false)
    stored.createdAt = person.createdAt
    stored.updatedAt = person.updatedAt
    _ = try mergeParts(of: person, into: &stored, at: time)
    toResolve.append(id)
    memory.persons[person.key] = PersonCache.Entry(
      profileID: id, content: content, winner: attributes, observedAt: observedAt, mergedAt: time)
    return id
  }

  private func findPerson(_ key: String) throws -> StoredPerson? {
    let find = parts.findPerson
    find.begin().integer(context.streamID).text(key)
    defer { find.reset() }
    guard try find.step() else { return nil }
    return StoredPerson(
      id: find.int64(0), winner: find.int64(1), isDeleted: find.int64(2) != 0, isListed: find.int64(3) != 0,
      observedAt: find.optionalText(4).flatMap(Timestamp.init(sqlText:)),
      createdAt: find.optionalText(5).flatMap(Timestamp.init(sqlText:)),
      updatedAt: find.optionalText(6).flatMap(Timestamp.init(sqlText:)), email: find.optionalText(7),
      phone: find.optionalText(8))
  }

  /// Unites identifiers, traits, consents and dates; true when something is new.
  private func mergeParts(
    of person: CanonicalProfile, into stored: inout StoredPerson, at time: Timestamp
  ) throws -> Bool {
    var newIdentifiers = false
    for identifier in person.identifiers {
      bind(identifier, stored.id, to: parts.mergeIdentifier.begin())
      try parts.mergeIdentifier.run()
      newIdentifiers = parts.mergeIdentifier.changes > 0 || newIdentifiers
    }
    var hasChanged = newIdentifiers
    for trait in person.traits {
      try parts.mergeTrait.begin().integer(stored.id).text(trait.name).text(trait.value).time(time).run()
    }
    for consent in person.consents {
      try parts.mergeConsent.begin().integer(stored.id).text(consent.purpose).text(consent.status.rawValue)
        .time(consent.changedAt ?? time).run()
      hasChanged = parts.mergeConsent.changes > 0 || hasChanged
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

  private func updateAttributes(
    _ person: CanonicalProfile, _ attributes: Int64, _ stored: StoredPerson, at time: Timestamp
  ) throws {
    var columns = ProfileColumns(hash: attributes, isListed: false)
    columns.createdAt = stored.createdAt
    columns.updatedAt = stored.updatedAt
    columns.observedAt = time
    columns.email = stored.email
    columns.phone = stored.phone
    let update = statements(.profiles).update
    try bind(person, columns, to: update.begin().integer(stored.id).null()).run()
  }

  /// Writes the observation times that `settle` only noted.
  func flushPersons() throws {
    for entry in memory.persons.takeDirty(dirtyPersons) {
      try parts.setObserved.begin().integer(entry.profileID).time(entry.observedAt).run()
    }
    dirtyPersons.removeAll()
  }

  /// All that was said about a person, and its attributes alone.
  private static func hashes(of person: CanonicalProfile) -> (content: Int64, attributes: Int64) {
    var attributes = ContentHash()
    for attribute in person.attributes {
      attributes.combine(Int64(attribute.attribute.rawValue))
      attributes.combine(attribute.value)
      if let delivered = attribute.delivered { attributes.combine(delivered) }
    }
    if !person.attributes.isEmpty { attributes.combine(person.kind.rawValue) }
    var content = attributes
    for identifier in person.identifiers {
      content.combine(Int64(identifier.kind.rawValue))
      content.combine(identifier.namespace)
      content.combine(identifier.value)
      content.combine(identifier.delivered)
    }
    for consent in person.consents {
      content.combine(consent.purpose)
      content.combine(consent.status.rawValue)
      content.combine(consent.changedAt?.microseconds ?? 0)
    }
    for trait in person.traits {
      content.combine(trait.name)
      content.combine(trait.value)
    }
    content.combine(person.createdAt?.microseconds ?? 0)
    content.combine(person.updatedAt?.microseconds ?? 0)
    return (content.value, attributes.value)
  }
}
