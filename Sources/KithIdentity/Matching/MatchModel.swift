import Foundation

/// How likely each way of agreeing is for profiles of one person, of two persons who live together, and of strangers,
/// and how many pairs of the first two there are: the weights of I. P. Fellegi and A. B. Sunter, A Theory for Record
/// Linkage (1969), with households as a class of their own, for what they share is no chance.
struct MatchModel: Sendable, Equatable {
  /// log2 of the probability of each level (from 1) among the pairs that have one, field by field; 0 for level 0.
  typealias Table = [Float]

  @inline(__always) static func place(_ field: Field, _ level: Int) -> Int { field.rawValue << Field.bits | level }

  var same: Table
  var household: Table
  var strangers: Table
  /// The e-mail levels among strangers with like names, who choose like addresses; by level.
  var namesakeEmails: [Float]
  /// log2 of the number of pairs of each kind.
  var samePairs: Float
  var householdPairs: Float
  var strangerPairs: Float

  /// The evidence that two profiles are one person: log2 of the odds.
  func weight(_ comparison: Comparison, _ vetoes: IdentityVetoes) -> Float {
    if comparison.pattern.isOfOrganisations { return Self.organisations }
    let likelihood = likelihoods(comparison)
    let weight = likelihood.same - Self.sum(likelihood.household, likelihood.strangers)
    return vetoes.hold(comparison.pattern) ? min(weight, Self.vetoed) : weight
  }

  /// What a pair that a veto keeps apart counts at the most: relatives share nearly all, and no count of like pairs tells
  /// how often that happens.
  static let vetoed: Float = -1
  /// What a number that two organisations share counts.
  static let organisations: Float = 10

  func likelihoods(_ comparison: Comparison) -> (same: Float, household: Float, strangers: Float) {
    var (one, two, three) = (samePairs, householdPairs, strangerPairs)
    var bits = comparison.pattern.bits
    var field = 0
    while bits != 0 {
      let place = field | Int(bits) & (Field.levels - 1)
      one += same[place]
      two += household[place]
      three += strangers[place]
      bits >>= UInt64(Field.bits)
      field += Field.levels
    }
    let email = comparison.pattern[.email]
    if email > EmailLevel.same, comparison.pattern.hasLikeNames {
      three += namesakeEmails[email] - strangers[Self.place(.email, email)]
    }
    return (one, two, three + comparison.rarity)
  }

  /// log2(2^a + 2^b).
  @inline(__always) static func sum(_ a: Float, _ b: Float) -> Float {
    let (low, high) = a < b ? (a, b) : (b, a)
    return high - low > 24 ? high : high + log2(1 + exp2(low - high))
  }
}

extension MatchModel {
  /// What is assumed before anything is learned, as probabilities of level 1, 2 …
  enum Prior {
    static let same: [Field: [Double]] = [
      .given: [0.78, 0.05, 0.04, 0.04, 0.04, 0.035, 0.015],
      .family: [0.86, 0.03, 0.06, 0.005, 0.045],
      .email: [0.62, 0.06, 0.04, 0.28],
      .phone: [0.6, 0.04, 0.36],
      .birth: [0.9, 0.02, 0.03, 0.01, 0.02, 0.02],
      .address: [0.62, 0.04, 0.05, 0.04, 0.05, 0.08, 0.12],
      .customerNumber: [0.9, 0.05, 0.05],
      .userID: [0.95, 0.01, 0.04],
      .loyaltyNumber: [0.95, 0.01, 0.04],
      .gender: [0.97, 0.03],
      .company: [0.6, 0.4],
    ]
    static let household: [Field: [Double]] = [
      .given: [0.02, 0.01, 0.01, 0.04, 0.02, 0.895, 0.005],
      .family: [0.78, 0.04, 0.02, 0.005, 0.155],
      .email: [0.25, 0.02, 0.02, 0.71],
      .phone: [0.45, 0.02, 0.53],
      .birth: [0.015, 0.002, 0.01, 0.02, 0.06, 0.893],
      .address: [0.75, 0.03, 0.04, 0.05, 0.03, 0.04, 0.06],
      .customerNumber: [0.005, 0.01, 0.985],
      .userID: [0.01, 0.01, 0.98],
      .loyaltyNumber: [0.02, 0.01, 0.97],
      .gender: [0.4, 0.6],
      .company: [0.3, 0.7],
    ]

    static let namesakeEmails = [0.02, 0.15, 0.15, 0.68]

    /// How many pairs the assumptions count for.
    static let samePairs = 100.0
    static let householdPairs = 300.0
    static let householdPairsPerRow = 0.05
    static let samePairsPerRow = 0.02
  }

  /// Levels whose probability among strangers is the frequency of the value itself.
  static func isByValue(_ field: Field, _ level: Int) -> Bool {
    switch field {
    case .given: level == GivenLevel.same || level == GivenLevel.swapped
    case .email: level == EmailLevel.same || level == EmailLevel.localPart
    case .family, .phone, .birth, .customerNumber, .userID, .loyaltyNumber: level == 1
    case .address, .gender, .company: false
    }
  }
}
