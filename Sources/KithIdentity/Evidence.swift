import KithCore

/// One reason to believe that some profiles are one person: each of `members` points to each other one.
///
/// Clustering consumes evidence and does not care who produced it: exact rules give one for each value and person; a
/// scored pair is one of two members with its weight as `strength`.
struct Evidence {
  var strength: Double
  var rule: Link.Rule
  /// What the customers that it would join must have in common.
  var agreement: IdentityRules.NameAgreement
  /// The shared identifier.
  var key: KeyIndex.Reference
  /// Indices of profiles in the flat list of all evidence, best known first.
  var members: Range<Int>
  /// This many members at the beginning were joined by stronger evidence: the others may join them, no more.
  var anchors: Int
}

/// Evidence in the order in which clustering follows it.
struct EvidenceList {
  private(set) var items: [Evidence] = []
  private(set) var members: [Int32] = []

  mutating func append(
    _ profiles: [Int32], anchors: [Int32] = [], key: KeyIndex.Reference, rule: Link.Rule,
    agreement: IdentityRules.NameAgreement, strength: Double
  ) {
    guard profiles.count + (anchors.isEmpty ? 0 : 1) > 1 else { return }
    let start = members.count
    members.append(contentsOf: anchors)
    members.append(contentsOf: profiles)
    items.append(
      Evidence(
        strength: strength, rule: rule, agreement: agreement, key: key, members: start..<members.count,
        anchors: anchors.count))
  }

  /// Strongest first; equal strength in the order of appending, which is one of content.
  func ordered() -> [Evidence] {
    // Exact rules know a dozen strengths: grouping a million items is faster than sorting them.
    Dictionary(grouping: items, by: \.strength).sorted { $0.key > $1.key }.flatMap(\.value)
  }
}

extension Identifier.Kind {
  /// How strong a link by an identifier of this kind is (see `Link.strength`).
  var linkStrength: Double {
    switch self {
    case .customerNumber: 60
    case .userID: 50
    case .loyaltyNumber: 40
    case .email: 30
    case .phone: 20
    case .visitorID: 10
    }
  }
}
