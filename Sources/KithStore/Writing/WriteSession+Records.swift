import GRDB
import KithCore

/// What becomes of a record once its stored row is known.
enum Outcome {
  case unchanged(StoredRow)
  case update(StoredRow)
  case insert
}

extension WriteSession {
  /// Looks a record up and counts it.
  func outcome(_ table: RecordTable, _ key: String, _ hash: Int64) throws -> Outcome {
    guard let stored = try statements(table).row(context.streamID, key) else {
      counts.inserted += 1
      return .insert
    }
    see(stored.id, in: table)
    if stored.hash == hash, !stored.isDeleted {
      counts.unchanged += 1
      return .unchanged(stored)
    }
    counts.updated += 1
    return .update(stored)
  }

  /// Writes a record's row. `bind` binds the content, from the fourth column on (the third for tables without a
  /// profile). Both the profile that loses a record and the one that gets it are queued.
  @discardableResult
  func put(
    _ table: RecordTable, _ key: String, _ hash: Int64, _ outcome: Outcome, profile: Int64?,
    _ bind: (FastStatement) -> Void
  ) throws -> Int64 {
    let statements = statements(table)
    let stored: StoredRow?
    if case .update(let row) = outcome { stored = row } else { stored = nil }
    let statement = stored == nil ? statements.insert : statements.update
    if let stored {
      statement.begin().integer(stored.id).null()
    } else {
      statement.begin().integer(context.streamID).text(key)
    }
    statement.integer(hash).integer(context.run.rawValue)
    if table != .products { statement.integer(profile) }
    bind(statement)
    try statement.run()
    if let profile { toRefresh.append(profile) }
    if let old = stored?.owner, old != profile { toRefresh.append(old) }
    if let stored { return stored.id }
    let id = statement.lastID
    see(id, in: table)
    return id
  }

  func writeTouchpoint(_ touchpoint: Touchpoint, _ record: CanonicalRecord) throws {
    let outcome = try outcome(.touchpoints, touchpoint.key, record.hash)
    if case .unchanged = outcome { return }
    let profile = try profileID(of: record.person, at: touchpoint.occurredAt)
    try put(.touchpoints, touchpoint.key, record.hash, outcome, profile: profile) {
      Self.bind(touchpoint, origin: "touchpoint", to: $0)
    }
  }

  static func bind(_ touchpoint: Touchpoint, origin: String, to statement: FastStatement) {
    let valence = touchpoint.valence ?? TouchpointDefaults.valence(type: touchpoint.type)
    statement.text(origin).text(touchpoint.channel.rawValue).text(touchpoint.type).time(touchpoint.occurredAt)
      .real(valence).text(touchpoint.subject).text(touchpoint.location).text(touchpoint.campaign)
      .text(touchpoint.referrer).text(touchpoint.sessionID).real(touchpoint.durationSeconds)
  }

  /// The touchpoint that an order, answer or ticket is. Its key tells its origin: `order:4711`.
  func putDerived(_ touchpoint: Touchpoint, origin: String, key: String, profile: Int64?) throws {
    let key = "\(origin):\(key)"
    var hash = ContentHash()
    for text in [touchpoint.type, touchpoint.channel.rawValue, touchpoint.subject, touchpoint.campaign] {
      hash.combine(text ?? "\u{0}")
    }
    for text in [touchpoint.location, touchpoint.referrer, touchpoint.sessionID] { hash.combine(text ?? "\u{0}") }
    hash.combine(touchpoint.occurredAt.microseconds)
    hash.combine(Int64(bitPattern: (touchpoint.valence ?? 2).bitPattern))
    hash.combine(Int64(bitPattern: (touchpoint.durationSeconds ?? -1).bitPattern))
    hash.combine(profile ?? 0)
    let stored = try statements(.touchpoints).row(context.streamID, key)
    if let stored, stored.hash == hash.value, !stored.isDeleted { return }
    let outcome = stored.map(Outcome.update) ?? .insert
    let before = counts.duplicates
    try put(.touchpoints, key, hash.value, outcome, profile: profile) { Self.bind(touchpoint, origin: origin, to: $0) }
    // It is no record of its own, so it never counts.
    counts.duplicates = before
  }

  func writeProduct(_ product: Product, _ record: CanonicalRecord) throws {
    let outcome = try outcome(.products, product.key, record.hash)
    if case .unchanged = outcome { return }
    try put(.products, product.key, record.hash, outcome, profile: nil) {
      $0.text(product.name).text(product.category).amount(product.price)
        .text(product.price == nil ? product.currency : product.currency ?? context.baseCurrency)
    }
  }

  func writeResponse(_ response: SurveyResponse, _ record: CanonicalRecord) throws {
    let outcome = try outcome(.responses, response.key, record.hash)
    if case .unchanged = outcome { return }
    let profile = try profileID(of: record.person, at: response.respondedAt)
    try put(.responses, response.key, record.hash, outcome, profile: profile) {
      $0.text(response.survey).time(response.respondedAt).integer(response.nps.map(Int64.init))
        .real(response.csat).real(response.csatScale).real(response.ces).real(response.cesScale)
        .text(response.comment).text(response.language).text(response.subject)
    }
    if let touchpoint = record.touchpoint {
      try putDerived(touchpoint, origin: "response", key: response.key, profile: profile)
    }
  }

  func writeTicket(_ ticket: Ticket, _ record: CanonicalRecord) throws {
    let outcome = try outcome(.tickets, ticket.key, record.hash)
    if case .unchanged = outcome { return }
    let profile = try profileID(of: record.person, at: ticket.createdAt)
    try put(.tickets, ticket.key, record.hash, outcome, profile: profile) {
      $0.text(ticket.subject).text(ticket.channel).text(ticket.status).text(ticket.priority).text(ticket.group)
        .time(ticket.createdAt).time(ticket.firstResponseAt).time(ticket.solvedAt).real(ticket.satisfaction)
        .text(ticket.comment)
    }
    if let touchpoint = record.touchpoint {
      try putDerived(touchpoint, origin: "ticket", key: ticket.key, profile: profile)
    }
  }
}
