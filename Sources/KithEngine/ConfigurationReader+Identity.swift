import Foundation
import KithCore
import KithIdentity

/// `hub: identity:`, how profiles are told to be one person.
extension ConfigurationReader {
  mutating func identitySettings(_ node: ConfigurationNode) -> IdentitySettings {
    var settings = IdentitySettings()
    guard let identityNode = node.node("identity") else { return settings }
    let part = ConfigurationNode(identityNode, name: "hub: identity", problems: &problems)
    part.refuseUnknown(
      allowed: ["precision", "limits", "blocked", "ignore", "one_per_customer", "no_duplicates", "vetoes", "ranks"],
      replaced: [
        "certainty": "Write precision: how many percent of joined pairs should be right, 50 to 99.99. "
          + "Without it two are one as soon as that is likelier than not, as with certainty: 50."
      ], problems: &problems)
    settings.precision = part.number("precision", in: IdentitySettings.precisions, problems: &problems)
    let kinds = Identifier.Kind.allCases.map(\.name)
    if let limitsNode = part.node("limits") {
      let limits = ConfigurationNode(limitsNode, name: "hub: identity: limits", problems: &problems)
      limits.refuseUnknown(allowed: kinds.filter { $0 != "visitor_id" }, problems: &problems)
      for kind in Identifier.Kind.allCases where kind != .visitorID {
        if let limit = limits.integer(kind.name, in: 1...1_000, problems: &problems) {
          settings.limits[kind] = limit
        }
      }
    }
    if let blockedNode = part.node("blocked") {
      let blocked = ConfigurationNode(blockedNode, name: "hub: identity: blocked", problems: &problems)
      blocked.refuseUnknown(allowed: kinds, problems: &problems)
      for kind in Identifier.Kind.allCases {
        guard let valuesNode = blocked.node(kind.name) else { continue }
        if let values = list(valuesNode) {
          settings.blocked[kind] = Set(values)
        } else {
          problems.append(
            KithError(.configuration, "hub: identity: blocked: \(kind.name) must be a list", place: valuesNode.place))
        }
      }
    }
    settings.vetoes = vetoes(part)
    let linking: [Identifier.Kind] = [.email, .phone, .customerNumber, .userID, .loyaltyNumber]
    settings.ignored = Set(identifierKinds("ignore", part, linking))
    settings.onePerCustomer = identifierKinds("one_per_customer", part, [.customerNumber, .userID, .loyaltyNumber])
    settings.ranks = ranks(part)
    if let node = part.node("no_duplicates") {
      if let names = list(node) {
        settings.sourcesWithoutDuplicates = Set(names).sorted()
        mentioned = (names, node.place)
      } else {
        problems.append(
          KithError(.configuration, "hub: identity: no_duplicates must be a list of sources", place: node.place))
      }
    }
    return settings
  }

  private mutating func vetoes(_ part: ConfigurationNode) -> IdentityVetoes {
    var vetoes = IdentityVetoes()
    guard let node = part.node("vetoes") else { return vetoes }
    let words = ConfigurationNode(node, name: "hub: identity: vetoes", problems: &problems)
    words.refuseUnknown(allowed: ["birth_date", "given_name"], problems: &problems)
    vetoes.birthDate = words.word("birth_date", problems: &problems) ?? vetoes.birthDate
    vetoes.givenName = words.word("given_name", problems: &problems) ?? vetoes.givenName
    return vetoes
  }

  private mutating func ranks(_ part: ConfigurationNode) -> [Identifier.Kind] {
    let named = identifierKinds("ranks", part, Identifier.Kind.allCases)
    guard let node = part.node("ranks"), let words = list(node) else { return [] }
    for (place, word) in words.enumerated() where words[..<place].contains(word) {
      problems.append(
        KithError(
          .configuration, "hub: identity: ranks has a kind twice", place: node.place, seen: word,
          fix: "Leave it where it ranks."))
    }
    return named.sorted { (words.firstIndex(of: $0.name) ?? 0) < (words.firstIndex(of: $1.name) ?? 0) }
  }

  mutating func refuseUnknownSources(_ sources: [String]) {
    for name in mentioned.sources where !sources.contains(name) {
      problems.append(
        KithError(
          .configuration, "hub: identity: no_duplicates names no source", place: mentioned.place, seen: name,
          allowed: sources.joined(separator: ", "),
          fix: nearestWord(to: name, among: sources).map { "Did you mean \"\($0)\"?" }))
    }
  }

  /// The kinds that a list names.
  private mutating func identifierKinds(
    _ key: String, _ part: ConfigurationNode, _ allowed: [Identifier.Kind]
  ) -> [Identifier.Kind] {
    guard let node = part.node(key) else { return [] }
    let names = allowed.map(\.name)
    guard let words = list(node) else {
      problems.append(
        KithError(
          .configuration, "hub: identity: \(key) must be a list", place: node.place,
          allowed: names.joined(separator: ", ")))
      return []
    }
    for word in words where !names.contains(word) {
      problems.append(
        KithError(
          .configuration, "hub: identity: \(key): no such kind", place: node.place, seen: word,
          allowed: names.joined(separator: ", "),
          fix: nearestWord(to: word, among: names).map { "Did you mean \"\($0)\"?" }))
    }
    return allowed.filter { words.contains($0.name) }
  }
}
