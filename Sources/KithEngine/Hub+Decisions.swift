import KithCore
import KithStore

/// Humans' decisions on who is who. Each is stored, audited, binds from now on, and can be withdrawn.
extension Hub {
  /// Says that two customers are one person: their oldest profiles are the same. What somebody said to the contrary of
  /// the two is taken back.
  public func merge(_ one: Int64, _ other: Int64, by actor: String, note: String?) throws(KithError) -> IdentityChanges
  {
    let (left, right) = (try members(one), try members(other))
    if left.customer == right.customer {
      throw KithError(
        .configuration, "the two are one customer already", seen: "\(one), \(other)",
        fix: "`kith customer \(left.customer)` shows why.")
    }
    _ = try store.withdrawDecisions(
      among: left.profiles + right.profiles, isSame: false, by: actor, at: time.now())
    try store.decide(
      [(left.profiles[0], right.profiles[0], true)], by: actor, note: note, at: time.now())
    return try identity.resolve(learning: .never)
  }

  /// Says that some profiles of a customer are another person than the rest. What somebody said to the contrary of these
  /// is taken back.
  public func split(
    _ customer: Int64, profiles: [Int64], by actor: String, note: String?
  ) throws(KithError) -> IdentityChanges {
    let all = try members(customer)
    let parted = Set(profiles)
    if let stranger = parted.sorted().first(where: { !all.profiles.contains($0) }) {
      throw KithError(
        .configuration, "customer \(all.customer) has no such profile", seen: String(stranger),
        allowed: all.profiles.map(String.init).joined(separator: ", "))
    }
    let rest = all.profiles.filter { !parted.contains($0) }
    if rest.isEmpty || parted.isEmpty {
      throw KithError(
        .configuration, "a split leaves profiles on both sides", seen: "\(parted.count) of \(all.profiles.count)",
        allowed: "1 to \(max(all.profiles.count - 1, 1)) profiles")
    }
    _ = try store.withdrawDecisions(among: all.profiles, isSame: true, by: actor, at: time.now())
    let decisions = parted.sorted().flatMap { one in rest.map { (one, $0, false) } }
    try store.decide(decisions, by: actor, note: note, at: time.now())
    return try identity.resolve(learning: .never)
  }

  /// Says whether two profiles are one person.
  public func decide(
    _ one: Int64, _ other: Int64, isSame: Bool, by actor: String, note: String?
  ) throws(KithError) -> IdentityChanges {
    if one == other {
      throw KithError(.configuration, "the two are one profile", seen: String(one), allowed: "two profiles")
    }
    let known = try store.existing(profiles: [one, other])
    if let stranger = [one, other].first(where: { !known.contains($0) }) {
      throw KithError(.configuration, "there is no such profile", seen: String(stranger))
    }
    try store.decide([(one, other, isSame)], by: actor, note: note, at: time.now())
    return try identity.resolve(learning: .never)
  }

  /// Takes back what was said of two profiles.
  public func withdraw(_ one: Int64, _ other: Int64, by actor: String) throws(KithError) -> IdentityChanges {
    let now = time.now()
    var count = 0
    for isSame in [true, false] {
      count += try store.withdrawDecisions(among: [one, other], isSame: isSame, by: actor, at: now)
    }
    if count == 0 {
      throw KithError(
        .configuration, "nobody has decided about the two", seen: "\(one), \(other)",
        fix: "`kith decisions` lists what was said.")
    }
    return try identity.resolve(learning: .never)
  }

  /// The customer that an id leads to, with its profiles.
  private func members(_ id: Int64) throws(KithError) -> (customer: Int64, profiles: [Int64]) {
    if let customer = try store.customer(id, journeyLimit: 0)?.summary.customerID {
      let profiles = try store.profileIDs(of: customer)
      if !profiles.isEmpty { return (customer, profiles) }
    }
    throw KithError(
      .configuration, "there is no such customer", seen: String(id), fix: "`kith customers` lists and finds them.")
  }
}
