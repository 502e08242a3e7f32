import KithCore

/// Chooses the customer's values from those of its profiles. The order of `members` does not matter.
public func goldenRecord(
  _ members: [SurvivorshipProfile], rules: SurvivorshipRules = SurvivorshipRules()
) -> GoldenRecord {
  let address = addressHolder(members, rules)
  var record = GoldenRecord()
  for field in GoldenField.allFields {
    if field.isAddressPart {
      guard let address, let value = address.value(of: field) else { continue }
      record.values.append(
        GoldenValue(field: field, value: value, profileID: address.id, rule: rules.rule(for: .attribute(.street))))
    } else if let chosen = choose(field, members, rules) {
      record.values.append(chosen)
    }
  }
  return record
}

extension GoldenField {
  /// The parts of the address, which all come from one profile.
  static let addressParts: [GoldenField] = [
    Attribute.address, .street, .houseNumber, .postcode, .city, .region, .country,
  ].map { .attribute($0) }

  var isAddressPart: Bool { GoldenField.addressParts.contains(self) }
}

extension SurvivorshipProfile {
  func value(of field: GoldenField) -> String? {
    let value: String? =
      switch field {
      case .email: emails.first { !$0.isEmpty }
      case .phone: phones.first { !$0.isEmpty }
      case .attribute(let attribute): attributes.first { $0.attribute == attribute }?.value
      }
    return value?.isEmpty == true ? nil : value
  }
}

/// A value that could be chosen, with all that decides.
private struct Candidate {
  var value: String
  var profile: Int64
  var trust: Int
  /// Microseconds since 1970; the smallest number where the time is not known.
  var updatedAt: Int64
  /// How many profiles have the value.
  var frequency = 1
  /// Length, or parts of the address.
  var completeness: Int

  init(_ value: String, _ profile: SurvivorshipProfile, completeness: Int, trust: Int) {
    self.value = value
    self.profile = profile.id
    self.trust = trust
    self.completeness = completeness
    updatedAt = profile.updatedAt?.microseconds ?? .min
  }

  /// Whether it is to be preferred: by the rule, then trust, recency, length, the value itself, the profile's id.
  func isBetter(than other: Candidate, by rule: SurvivorshipRule) -> Bool {
    // A source that is never believed loses whatever the rule.
    if (trust == 0) != (other.trust == 0) { return other.trust == 0 }
    switch rule {
    case .mostRecent where updatedAt != other.updatedAt: return updatedAt > other.updatedAt
    case .mostFrequent where frequency != other.frequency: return frequency > other.frequency
    case .mostComplete where completeness != other.completeness: return completeness > other.completeness
    default: break
    }
    if trust != other.trust { return trust > other.trust }
    if updatedAt != other.updatedAt { return updatedAt > other.updatedAt }
    if completeness != other.completeness { return completeness > other.completeness }
    if value != other.value { return value < other.value }
    return profile < other.profile
  }
}

private func choose(
  _ field: GoldenField, _ members: [SurvivorshipProfile], _ rules: SurvivorshipRules
) -> GoldenValue? {
  var candidates: [Candidate] = []
  for member in members {
    guard let value = member.value(of: field) else { continue }
    let trust = rules.trust(in: member.source, for: field)
    candidates.append(Candidate(value, member, completeness: value.unicodeScalars.count, trust: trust))
  }
  let rule = rules.rule(for: field)
  if rule == .mostFrequent { count(&candidates) }
  if field == .attribute(.givenName) { candidates = withoutInitials(candidates) }
  guard let best = best(candidates, by: rule) else { return nil }
  return GoldenValue(field: field, value: best.value, profileID: best.profile, rule: rule)
}

/// An initial is no name where another profile knows the name.
private func withoutInitials(_ candidates: [Candidate]) -> [Candidate] {
  let names = candidates.filter { !isInitial($0.value) }
  return names.isEmpty ? candidates : names
}

private func isInitial(_ value: String) -> Bool {
  value.unicodeScalars.count == 1 || (value.unicodeScalars.count == 2 && value.hasSuffix("."))
}

/// The profile whose address is taken. A country alone is no address where another profile knows a place.
private func addressHolder(_ members: [SurvivorshipProfile], _ rules: SurvivorshipRules) -> SurvivorshipProfile? {
  let street = GoldenField.attribute(.street)
  let placed = members.filter { member in
    [Attribute.address, .street, .postcode, .city].contains { member.value(of: .attribute($0)) != nil }
  }
  var candidates: [Candidate] = []
  for member in placed.isEmpty ? members : placed {
    let parts = GoldenField.addressParts.map { member.value(of: $0) ?? "" }
    let known = parts.count { !$0.isEmpty }
    guard known > 0 else { continue }
    let value = parts.joined(separator: "\n")
    candidates.append(
      Candidate(value, member, completeness: known, trust: rules.trust(in: member.source, for: street)))
  }
  let rule = rules.rule(for: street)
  if rule == .mostFrequent { count(&candidates) }
  guard let best = best(candidates, by: rule) else { return nil }
  return members.first { $0.id == best.profile }
}

/// How many profiles have each value.
private func count(_ candidates: inout [Candidate]) {
  var frequency: [String: Int] = [:]
  for candidate in candidates { frequency[candidate.value, default: 0] += 1 }
  for index in candidates.indices { candidates[index].frequency = frequency[candidates[index].value] ?? 1 }
}

private func best(_ candidates: [Candidate], by rule: SurvivorshipRule) -> Candidate? {
  var best: Candidate?
  for candidate in candidates {
    guard let current = best else {
      best = candidate
      continue
    }
    if candidate.isBetter(than: current, by: rule) { best = candidate }
  }
  return best
}
