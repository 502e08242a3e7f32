import KithCore

/// A field of a record that is not the person's. All kinds share one numbering: a mapper finds its rule by index.
enum OwnField: Int, Sendable, CaseIterable {
  case key, kind, channel, type, subject, status, comment, campaign, currency, name, category
  case createdAt, updatedAt, occurredAt, placedAt, respondedAt, firstResponseAt, solvedAt
  case valence, location, referrer, sessionID, durationSeconds
  case total, tax, shipping, discount, refunded, country, price
  case lineKey, lineProductKey, lineName, lineCategory, lineQuantity, lineUnitPrice, lineTotal
  case survey, nps, csat, csatScale, ces, cesScale, responseLanguage
  case priority, group, satisfaction
  case date, trafficSource, medium, page, device, goal, visitors, visits, pageViews, conversions
}

/// What a value must be to fit a field.
enum FieldType: Sendable, Equatable {
  case key, text, date, day, amount, decimal, count
  case nps, valence, satisfaction
  case choice([String])

  var isNumber: Bool {
    switch self {
    case .amount, .decimal, .count, .nps, .valence, .satisfaction: true
    case .key, .text, .date, .day, .choice: false
    }
  }
}

extension Record.Kind {
  /// For sentences: `an order`.
  var withArticle: String { (self == .traffic ? "" : rawValue.hasPrefix("o") ? "an " : "a ") + rawValue }
}

/// What a field of a mapping stands for.
enum FieldTarget: Sendable, Hashable {
  case own(OwnField)
  case personKey
  case identifier(Identifier.Kind)
  case attribute(Attribute)
  case consent(String)
  case consentAt(String)
  case trait(String)
}

/// The fields of a kind of record.
struct RecordFields: Sendable {
  struct Own: Sendable {
    var name: String
    var field: OwnField
    var type: FieldType
    var isNeeded: Bool
  }

  let kind: Record.Kind
  let own: [Own]
  /// Whether a person stands in it.
  let hasPerson: Bool

  static func of(_ kind: Record.Kind) -> RecordFields {
    let table: [Own]
    switch kind {
    case .profile: table = profile
    case .touchpoint: table = touchpoint
    case .order: table = order
    case .orderLine: table = order + lineOfFlat
    case .product: table = product
    case .response: table = response
    case .ticket: table = ticket
    case .traffic: table = traffic
    }
    return RecordFields(kind: kind, own: table, hasPerson: kind != .product && kind != .traffic)
  }

  /// The target of a field's name, nil when there is none.
  func target(_ name: String) -> FieldTarget? {
    if let entry = own.first(where: { $0.name == name }) { return .own(entry.field) }
    guard hasPerson else { return nil }
    if name == "person.key", kind != .profile { return .personKey }
    if let kind = Identifier.Kind.allCases.first(where: { $0.name == name }) { return .identifier(kind) }
    if let attribute = Attribute.allCases.first(where: { $0.name == name }) { return .attribute(attribute) }
    if name.hasPrefix("trait."), name.utf8.count > 6 { return .trait(String(name.dropFirst(6))) }
    if name.hasPrefix("consent."), name.utf8.count > 8 {
      let purpose = name.dropFirst(8)
      if purpose.hasSuffix(".at"), purpose.utf8.count > 3 { return .consentAt(String(purpose.dropLast(3))) }
      return .consent(String(purpose))
    }
    return nil
  }

  /// All names, for "did you mean".
  var names: [String] {
    guard hasPerson else { return own.map(\.name) }
    return own.map(\.name) + (kind == .profile ? [] : ["person.key"]) + Identifier.Kind.allCases.map(\.name)
      + Attribute.allCases.map(\.name) + ["consent.PURPOSE", "consent.PURPOSE.at", "trait.NAME"]
      + (kind == .order ? ["lines"] : [])
  }

  func type(of field: OwnField) -> FieldType { own.first { $0.field == field }?.type ?? .text }

  private static func needed(_ name: String, _ field: OwnField, _ type: FieldType) -> Own {
    Own(name: name, field: field, type: type, isNeeded: true)
  }

  private static func optional(_ name: String, _ field: OwnField, _ type: FieldType) -> Own {
    Own(name: name, field: field, type: type, isNeeded: false)
  }

  private static let channels = FieldType.choice(Touchpoint.Channel.allCases.map(\.rawValue))

  private static let profile = [
    needed("key", .key, .key),
    optional("kind", .kind, .choice(Profile.Kind.allCases.map(\.rawValue))),
    optional("created_at", .createdAt, .date),
    optional("updated_at", .updatedAt, .date),
  ]

  private static let touchpoint = [
    optional("key", .key, .key),
    needed("channel", .channel, channels),
    needed("type", .type, .text),
    needed("occurred_at", .occurredAt, .date),
    optional("valence", .valence, .valence),
    optional("subject", .subject, .text),
    optional("location", .location, .text),
    optional("campaign", .campaign, .text),
    optional("referrer", .referrer, .text),
    optional("session_id", .sessionID, .text),
    optional("duration_seconds", .durationSeconds, .decimal),
  ]

  private static let order = [
    needed("key", .key, .key),
    optional("kind", .kind, .choice(Order.Kind.allCases.map(\.rawValue))),
    optional("channel", .channel, channels),
    needed("placed_at", .placedAt, .date),
    optional("status", .status, .text),
    optional("currency", .currency, .text),
    optional("total", .total, .amount),
    optional("tax", .tax, .amount),
    optional("shipping", .shipping, .amount),
    optional("discount", .discount, .amount),
    optional("refunded", .refunded, .amount),
    optional("order_country", .country, .text),
    optional("campaign", .campaign, .text),
  ]

  /// The fields of `lines: {fields: …}`.
  static let line = [
    optional("key", .lineKey, .key),
    optional("product_key", .lineProductKey, .text),
    optional("name", .lineName, .text),
    optional("category", .lineCategory, .text),
    optional("quantity", .lineQuantity, .amount),
    optional("unit_price", .lineUnitPrice, .amount),
    optional("total", .lineTotal, .amount),
  ]

  private static let lineOfFlat = line.map {
    Own(name: "line.\($0.name)", field: $0.field, type: $0.type, isNeeded: $0.field == .lineQuantity)
  }

  private static let product = [
    needed("key", .key, .key),
    optional("name", .name, .text),
    optional("category", .category, .text),
    optional("price", .price, .amount),
    optional("currency", .currency, .text),
  ]

  private static let response = [
    needed("key", .key, .key),
    optional("survey", .survey, .text),
    needed("responded_at", .respondedAt, .date),
    optional("nps", .nps, .nps),
    optional("csat", .csat, .decimal),
    optional("csat_scale", .csatScale, .decimal),
    optional("ces", .ces, .decimal),
    optional("ces_scale", .cesScale, .decimal),
    optional("comment", .comment, .text),
    optional("response_language", .responseLanguage, .text),
    optional("subject", .subject, .text),
  ]

  private static let ticket = [
    needed("key", .key, .key),
    optional("subject", .subject, .text),
    optional("channel", .channel, .text),
    optional("status", .status, .text),
    optional("priority", .priority, .text),
    optional("group", .group, .text),
    needed("created_at", .createdAt, .date),
    optional("first_response_at", .firstResponseAt, .date),
    optional("solved_at", .solvedAt, .date),
    optional("satisfaction", .satisfaction, .satisfaction),
    optional("comment", .comment, .text),
  ]

  private static let traffic = [
    optional("key", .key, .key),
    needed("date", .date, .day),
    optional("channel", .channel, channels),
    optional("traffic_source", .trafficSource, .text),
    optional("medium", .medium, .text),
    optional("campaign", .campaign, .text),
    optional("page", .page, .text),
    optional("country", .country, .text),
    optional("device", .device, .text),
    optional("goal", .goal, .text),
    optional("visitors", .visitors, .count),
    optional("visits", .visits, .count),
    optional("page_views", .pageViews, .count),
    optional("conversions", .conversions, .count),
  ]
}
