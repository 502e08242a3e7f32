import KithCore

/// Why the profiles of a customer are one person, and what was not followed.
public struct Explanation: Sendable, Equatable {
  public struct Reason: Sendable, Equatable {
    public var link: Link
    /// Nil for a link that holds.
    public var refusal: RefusedLink.Reason?
    /// `profiles 12 and 40 share the e-mail a…@example.org and their names agree`. Values are masked.
    public var sentence: String
  }

  /// The tree of links that holds the customer together, strongest first.
  public var links: [Reason]
  /// Links that would have led out of the customer.
  public var refused: [Reason]
  /// Where the customer would fall apart first; nil when it is a single profile.
  public var weakest: Link? { links.last?.link }
}

/// Explains a customer.
/// - Parameters:
///   - profiles: the customer's profiles.
///   - links: links of any customers; only those between two of `profiles` are used.
///   - refused: refused links of any customers; only those between one of `profiles` and another profile are used.
public func explain(profiles: [Int64], links: [Link], refused: [RefusedLink] = []) -> Explanation {
  let members = Set(profiles)
  let held = links.filter { members.contains($0.left) && members.contains($0.right) }.sorted(by: isShownBefore)
  let outward = refused.filter { members.contains($0.link.left) != members.contains($0.link.right) }
    .sorted { isShownBefore($0.link, $1.link) }
  return Explanation(
    links: held.map { Explanation.Reason(link: $0, refusal: nil, sentence: sentence($0)) },
    refused: outward.map {
      Explanation.Reason(
        link: $0.link, refusal: $0.reason, sentence: "\(shared($0.link)), but \(words(for: $0.reason))")
    })
}

extension IdentityKey {
  /// The value for logs and screens: enough to recognise it, not to use it. `a…@example.org`, `…567`.
  public var masked: String {
    if kind == .email, let at = value.lastIndex(of: "@") { return value.prefix(1) + "…" + value[at...] }
    return value.count > 4 ? "…" + value.suffix(3) : "…"
  }

  /// `e-mail a…@example.org`, `customer number …567 of crm`.
  public var described: String {
    let name = kind == .email ? "e-mail" : kind == .userID ? "user id" : kind.name.replacingUnderscores
    return "\(name) \(masked)" + (namespace.isEmpty ? "" : " of \(namespace)")
  }
}

extension String {
  fileprivate var replacingUnderscores: String { String(map { $0 == "_" ? " " : $0 }) }
}

private func isShownBefore(_ one: Link, _ other: Link) -> Bool {
  if one.strength != other.strength { return one.strength > other.strength }
  return (one.left, one.right) < (other.left, other.right)
}

private func shared(_ link: Link) -> String {
  guard let key = link.key else { return "somebody decided that profiles \(link.left) and \(link.right) are the same" }
  return "profiles \(link.left) and \(link.right) share the \(key.described)"
}

private func sentence(_ link: Link) -> String {
  switch link.rule {
  case .decision: shared(link)
  case .identifier: "\(shared(link)), which is one person's by itself"
  case .identifierAndName: "\(shared(link)) and their names agree"
  case .identifierWithoutName: "\(shared(link)), which only one person uses, and one of them has no name"
  case .visitor: "\(shared(link)), which no other customer uses"
  }
}

private func words(for reason: RefusedLink.Reason) -> String {
  switch reason {
  case .names: "their names, or those of profiles joined to them, differ"
  case .birthDates: "their birth dates differ"
  case .ambiguous: "several persons use it and nothing tells which of them this is"
  case .sharedValue: "too many persons use it"
  case .decision: "somebody decided that they are different"
  case .kinds: "one is a person and the other an organisation"
  case .tooVaried: "the customer would have more names and birth dates than one person has"
  }
}
