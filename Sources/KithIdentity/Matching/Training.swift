import Foundation

/// Learns a model from pairs without labels, by expectation-maximisation over the counts of like comparisons.
struct Training {
  /// Comparisons that are alike, with how many pairs they stand for.
  private var groups: [(comparison: Comparison, count: Double)] = []
  /// Pairs that somebody decided, with how many pairs they count for.
  private let labels: [(comparison: Comparison, count: Double, isSame: Bool)]
  let strangers: StrangerSample
  private let rows: Int

  private(set) var model: MatchModel

  /// How many records the person of a record has on average, itself included.
  var recordsPerPerson: Double { 1 + 2 * Double(exp2(model.samePairs)) / Double(max(rows, 1)) }

  /// What is to be expected of the pairs that were learned from.
  func precision(_ vetoes: IdentityVetoes) -> PrecisionCurve {
    PrecisionCurve(groups.map { (weight: model.weight($0.comparison, vetoes), count: $0.count) })
  }

  /// At most so many candidate pairs are learned from.
  static let pairLimit = 300_000

  init(
    _ comparer: Comparer, _ sample: Sample, _ cards: Column<ProfileCard>, strangers: StrangerSample,
    labels: [RowLabel] = []
  ) {
    rows = cards.count
    self.strangers = strangers
    self.labels = Self.compared(labels, comparer)
    let comparisons = Parallel.map(count: sample.pairs.count) { comparer.compare($0, of: sample.pairs, cards) }
    var counts: [Group: (comparison: Comparison, count: Double, rarity: Int64)] = [:]
    for comparison in comparisons where !comparison.pattern.isOfOrganisations {
      let group = Group(comparison)
      counts[group, default: (comparison, 0, 0)].count += sample.each
      // Whole numbers add up to the same in any order.
      counts[group]?.rarity += Int64(comparison.rarity * 1_024)
    }
    groups = counts.sorted { $0.key < $1.key }.map { _, value in
      var comparison = value.comparison
      comparison.rarity = Float(Double(value.rarity) / 1_024 / (value.count / sample.each))
      return (comparison, value.count)
    }
    let allPairs = Double(rows) * Double(rows - 1) / 2
    model = MatchModel(
      same: Training.table(MatchModel.Prior.same), household: Training.table(MatchModel.Prior.household),
      strangers: [], namesakeEmails: [0] + MatchModel.Prior.namesakeEmails.map { Float(log2($0)) },
      samePairs: Float(log2(max(Double(rows) * 0.3, 0.01))),
      householdPairs: Float(log2(max(Double(rows) * 0.1, 0.01))), strangerPairs: Float(log2(max(allPairs, 1))))
    model.strangers = strangers.table(without: model, allPairs)
    for _ in 0..<3 {
      for _ in 0..<8 { step() }
      model.strangers = strangers.table(without: model, allPairs)
    }
    for _ in 0..<4 { step() }
  }

  /// How many pairs somebody's word counts for.
  static let pairsPerWord = 1.0

  /// In an order that does not depend on that of rows.
  private static func compared(
    _ labels: [RowLabel], _ comparer: Comparer
  ) -> [(comparison: Comparison, count: Double, isSame: Bool)] {
    let cards = comparer.table.cards
    return labels.map { label in
      let isFirst = cards[label.one].content <= cards[label.other].content
      let (one, other) = isFirst ? (label.one, label.other) : (label.other, label.one)
      return (comparer.compare(Int(one), Int(other)), label.share * pairsPerWord, label.isSame)
    }.filter { !$0.0.pattern.isOfOrganisations }.sorted {
      ($0.0.pattern.bits, $0.0.rarity, $0.1, $0.2 ? 1 : 0) < ($1.0.pattern.bits, $1.0.rarity, $1.1, $1.2 ? 1 : 0)
    }
  }

  /// Pairs to learn from, each standing for `each`: chosen by what the two say, not by where they stand.
  struct Sample {
    let pairs: [UInt64]
    let each: Double

    init(_ pairs: [UInt64], _ cards: Column<ProfileCard>) {
      let stride = UInt64(max(1, pairs.count / pairLimit))
      if stride == 1 {
        self.pairs = pairs
        each = 1
        return
      }
      self.pairs = pairs.filter {
        let mixed =
          cards[Int($0 >> 32)].content ^ cards[Int($0 & 0xffff_ffff)].content
        return (mixed &* 0x9e37_79b9_7f4a_7c15) >> 32 % stride == 0
      }
      each = Double(pairs.count) / Double(max(self.pairs.count, 1))
    }
  }

  /// Like comparisons: the same levels, and rarities within four bits.
  private struct Group: Hashable, Comparable {
    let pattern: UInt64
    let rarity: Int32

    init(_ comparison: Comparison) {
      pattern = comparison.pattern.bits
      rarity = Int32(comparison.rarity / 4)
    }

    static func < (one: Group, other: Group) -> Bool {
      (one.pattern, one.rarity) < (other.pattern, other.rarity)
    }
  }

  /// One round of expectation and maximisation.
  private mutating func step() {
    var same = [Double](repeating: 0, count: Field.allCases.count * Field.levels)
    var household = same
    var namesakes = MatchModel.Prior.namesakeEmails.map { $0 * MatchModel.Prior.householdPairs }
    var (samePairs, householdPairs) = (0.0, 0.0)
    for (comparison, count) in groups {
      let likelihood = model.likelihoods(comparison)
      let all = MatchModel.sum(MatchModel.sum(likelihood.same, likelihood.household), likelihood.strangers)
      let one = count * Double(exp2(likelihood.same - all))
      // Left to themselves, pairs that say nothing of what tells the members of a household apart would make households
      // of one person's profiles as soon as those are the many: a contact, and its address in orders and visits.
      let two = comparison.pattern.tellsApart ? count * Double(exp2(likelihood.household - all)) : 0
      let email = comparison.pattern[.email]
      if email != 0, comparison.pattern.hasLikeNames { namesakes[email - 1] += max(count - one - two, 0) }
      samePairs += one
      householdPairs += two
      Self.add(comparison.pattern, one, to: &same, two, to: &household)
    }
    // What people said teaches how two agree, not how many pairs there are: they were asked about pairs in doubt.
    for (comparison, count, isSame) in labels {
      let likelihood = model.likelihoods(comparison)
      let others = MatchModel.sum(likelihood.household, likelihood.strangers)
      let isHousehold = !isSame && comparison.pattern.tellsApart
      let two = isHousehold ? count * Double(exp2(likelihood.household - others)) : 0
      let email = comparison.pattern[.email]
      if !isSame, email != 0, comparison.pattern.hasLikeNames { namesakes[email - 1] += count - two }
      Self.add(comparison.pattern, isSame ? count : 0, to: &same, two, to: &household)
    }
    model.same = Training.table(same, MatchModel.Prior.same, weight: MatchModel.Prior.samePairs)
    model.household = Training.table(household, MatchModel.Prior.household, weight: MatchModel.Prior.householdPairs)
    let namesakePairs = namesakes.reduce(0, +)
    model.namesakeEmails = [0] + namesakes.map { Float(log2($0 / namesakePairs)) }
    model.samePairs = Float(log2(max(samePairs + MatchModel.Prior.samePairsPerRow * Double(rows), 0.01)))
    // That there are households is known beforehand: a table that shows none may hold the first one.
    model.householdPairs = Float(
      log2(max(householdPairs + MatchModel.Prior.householdPairsPerRow * Double(rows), 0.01)))
  }

  @inline(__always) private static func add(
    _ pattern: Pattern, _ one: Double, to same: inout [Double], _ two: Double, to household: inout [Double]
  ) {
    var bits = pattern.bits
    var field = 0
    while bits != 0 {
      let place = field | Int(bits) & (Field.levels - 1)
      same[place] += one
      household[place] += two
      bits >>= UInt64(Field.bits)
      field += Field.levels
    }
  }

  private static func table(
    _ counts: [Double], _ prior: [Field: [Double]], weight: Double
  ) -> MatchModel.Table {
    var table = MatchModel.Table(repeating: 0, count: counts.count)
    for field in Field.allCases {
      let assumed = prior[field] ?? []
      let total = assumed.indices.reduce(weight) { $0 + counts[MatchModel.place(field, $1 + 1)] }
      for (index, share) in assumed.enumerated() {
        let place = MatchModel.place(field, index + 1)
        table[place] = Float(log2((counts[place] + share * weight) / total))
      }
    }
    return table
  }

  private static func table(_ prior: [Field: [Double]]) -> MatchModel.Table {
    table([Double](repeating: 0, count: Field.allCases.count * Field.levels), prior, weight: 1)
  }
}

struct StrangerSample {
  private var counts: [[Double]]
  private var drawn = 0.0

  static let size = 250_000

  init(_ comparer: Comparer, _ cards: Column<ProfileCard>) {
    counts = [[Double]](repeating: [Double](repeating: 0, count: Field.levels), count: Field.allCases.count)
    let rows = UInt64(cards.count)
    guard rows > 1 else { return }
    let pairs = rows * (rows - 1) / 2
    if pairs <= UInt64(StrangerSample.size) {
      for one in 0..<Int(rows) {
        for other in (one + 1)..<Int(rows) { add(comparer.compare(cards[one], cards[other])) }
      }
      return
    }
    var state: UInt64 = 0x9e37_79b9_7f4a_7c15
    func next(_ bound: UInt64) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 32) % bound)
    }
    var drawnPairs: [(Int, Int)] = []
    while drawnPairs.count < StrangerSample.size {
      let (one, other) = (next(rows), next(rows))
      if one != other { drawnPairs.append((one, other)) }
    }
    let pairsToCompare = drawnPairs
    for comparison in Parallel.map(
      count: pairsToCompare.count,
      { comparer.compare(cards[pairsToCompare[$0].0], cards[pairsToCompare[$0].1]) })
    {
      add(comparison)
    }
  }

  private mutating func add(_ comparison: Comparison) {
    if comparison.pattern.isOfOrganisations { return }
    for field in Field.allCases { counts[field.rawValue][comparison.pattern[field]] += 1 }
    drawn += 1
  }

  /// log2 of the probabilities among strangers: what was drawn without the share that the model takes for others.
  func table(without model: MatchModel, _ allPairs: Double) -> MatchModel.Table {
    let share = drawn / max(allPairs, 1)
    let same = Double(exp2(model.samePairs)) * share
    let household = Double(exp2(model.householdPairs)) * share
    var table = MatchModel.Table(repeating: 0, count: Field.allCases.count * Field.levels)
    for field in Field.allCases {
      let levels = 1...(MatchModel.Prior.same[field]?.count ?? 1)
      let counted = counts[field.rawValue]
      let known = levels.reduce(0) { $0 + counted[$1] }
      let knownShare = drawn > 0 ? known / drawn : 0
      let left = levels.map { level in
        let place = MatchModel.place(field, level)
        let others =
          knownShare
          * (same * Double(exp2(model.same[place])) + household * Double(exp2(model.household[place])))
        // Never less than half a pair was seen.
        return max(counted[level] - others, 0.5)
      }
      let total = max(left.reduce(0, +), 1)
      for level in levels where !MatchModel.isByValue(field, level) {
        table[MatchModel.place(field, level)] = Float(log2(left[level - 1] / total))
      }
    }
    return table
  }
}
