import KithCore

/// Evidence that two profiles are one person.
public struct Match: Sendable, Equatable {
  public enum Rule: String, Sendable, CaseIterable {
    /// A human said so.
    case decision
    /// Both say just the same, and enough to name one person.
    case copy
    /// The odds of all that the two say.
    case score
    /// An anonymous profile with a visitor id of one customer, or of another anonymous profile.
    case visitor
  }

  /// The smaller profile id of the two.
  public var left: Int64
  /// The larger profile id of the two.
  public var right: Int64
  public var rule: Rule
  /// log2 of the odds that the two are one person; nil where no odds decided.
  public var score: Float?
  /// Whether it holds a customer together; false for a pair that the evidence does not decide.
  public var isUsed: Bool
  /// How the two agree, in words.
  public var note: String
  /// The visitor id of `Rule.visitor`.
  public var visitor: String?

  public init(
    _ one: Int64, _ other: Int64, rule: Rule, score: Float? = nil, isUsed: Bool = true, note: String = "",
    visitor: String? = nil
  ) {
    left = min(one, other)
    right = max(one, other)
    self.rule = rule
    self.score = score
    self.isUsed = isUsed
    self.note = note
    self.visitor = visitor
  }
}

/// Which profiles are one customer, and why.
public struct Resolution: Sendable, Equatable {
  /// Every profile in exactly one cluster; ids ascend within a cluster and clusters by their first id.
  public var clusters: [[Int64]] = []
  /// The matches that hold the clusters together, a tree for each, and pairs in doubt.
  public var matches: [Match] = []

  public init() {}
}

/// How profiles are told to be one person, beyond what is learned.
public struct IdentitySettings: Sendable, Equatable {
  /// How many percent of the joined pairs should be right, by the model's own estimate, 50 to 99.99. Higher: fewer wrong
  /// merges, more people who stay two. Nil: two are one as soon as that is likelier than not.
  public var precision: Double?
  /// What can be asked of `precision`.
  public static let precisions = 50...99.99
  /// How many profiles that say different things may share one identifier of a kind, before it is no evidence. The
  /// model finds out by itself what is shared; this is for what one knows beforehand.
  public var limits: [Identifier.Kind: Int] = [:]
  /// Matching keys that are nobody's, beyond those that normalising marks already.
  public var blocked: [Identifier.Kind: Set<String>] = [:]
  /// Kinds that are no evidence here at all.
  public var ignored: Set<Identifier.Kind> = []
  /// Kinds of numbers of which a customer has one, in each namespace: two different ones are two customers, whatever
  /// else they share.
  public var onePerCustomer: [Identifier.Kind] = []
  /// Sources without duplicates, by name: two of their profiles are two customers.
  public var sourcesWithoutDuplicates: [String] = []

  /// What keeps two profiles apart by itself.
  public var vetoes = IdentityVetoes()

  /// Kinds, the strongest first: what two customers share of one outweighs that they have different numbers of a later
  /// one in `onePerCustomer`. Kinds that are not here outweigh nothing and are not outweighed.
  public var ranks: [Identifier.Kind] = []

  var hasClaims: Bool { !onePerCustomer.isEmpty || !sourcesWithoutDuplicates.isEmpty }

  /// The kinds of which a customer has one, and those that may outweigh them, with the place of each among the ranks, from
  /// 1; 0 for none.
  var claimedKinds: [(kind: Identifier.Kind, rank: UInt8, isSingle: Bool)] {
    let single = onePerCustomer.map { kind in
      (kind, UInt8((ranks.firstIndex(of: kind) ?? -1) + 1), true)
    }
    guard let last = single.map(\.1).max(), last > 0 else { return single }
    let stronger = ranks.prefix(Int(last) - 1).enumerated().filter {
      !onePerCustomer.contains($0.element) && $0.element != .visitorID
    }
    return single + stronger.map { ($0.element, UInt8($0.offset + 1), false) }
  }

  /// What a customer without a name is called by, the first that it has: as ranked, then by what people know of one
  /// another.
  public var namingOrder: [Identifier.Kind] {
    ranks + [.email, .phone, .customerNumber, .userID, .loyaltyNumber, .visitorID].filter { !ranks.contains($0) }
  }

  /// The defaults: even odds, nothing blocked.
  public init() {}
}
