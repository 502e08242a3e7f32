/// Profiles whose customers may be others than before, with all whom they could be one with: what a sync touched, worked
/// out by itself. What comes of it is what resolving all profiles with the same model gives for these.
public struct IdentityComponent {
  private let index: ProfileIndex
  private let comparer: Comparer
  private let settings: IdentitySettings
  private let decisions: DecisionGraph
  public private(set) var model: IdentityModel
  /// Keys of which more profiles are here than the model knew of: when there are any, begin anew with the `model` as it
  /// is then and with `crowd` besides.
  public private(set) var crowd: [Int64] = []

  /// By the row that stands for it.
  private var isKnown: Set<Int32> = []
  private var edges: [UInt64: Float] = [:]
  /// What `lead` found: the same neighbour is met by several of its keys.
  private var leads: [Int32: Int32] = [:]

  /// - Parameters:
  ///   - decisions: all of them.
  ///   - isLarge: whether thousands of profiles will be added, not a few: both come to the same.
  public init(
    _ index: ProfileIndex, _ model: IdentityModel, decisions: [Decision], settings: IdentitySettings,
    isLarge: Bool = false
  ) {
    self.index = index
    self.model = model
    self.settings = settings
    self.decisions = DecisionGraph(decisions)
    comparer = Comparer(table: index.table, frequencies: Frequencies(index.table, model.shares, isFilled: isLarge))
  }

  /// Takes profiles in, with all that are linked to them directly or through others. Returns the ids of those that were
  /// not known before; ids that the index does not have are left out.
  public mutating func add(_ ids: [Int64]) -> [Int64] {
    var frontier: [Int32] = []
    for id in ids { if let row = index.row(of: id) { frontier.append(knownLead(row)) } }
    var found: [Int64] = []
    while let row = frontier.popLast() {
      guard isKnown.insert(row).inserted else { continue }
      for copy in rows(row) { found.append(index.ids[copy]) }
      visitNeighbours(of: row, &frontier)
    }
    return found
  }

  /// The clusters of all that was added.
  public func resolve() -> Resolution {
    let order = isKnown.sorted { one, other in
      let (a, b) = (index.table.cards[one].content, index.table.cards[other].content)
      if a != b { return a < b }
      let (isApart, otherIsApart) = (isApart(one), isApart(other))
      return isApart != otherIsApart ? isApart : index.ids[one] < index.ids[other]
    }
    let places = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, Int32($0)) })
    let verdicts = decisions.weights { index.row(of: $0).map(lead) }
    let weights = edges.filter { verdicts[$0.key] != -.infinity }
    var list: [AverageLinkage.Edge] = []
    list.reserveCapacity(weights.count + verdicts.count)
    for (pair, weight) in weights.map({ ($0.key, $0.value) }) + verdicts.map({ ($0.key, $0.value) }) {
      guard let one = places[Int32(pair >> 32)], let other = places[Int32(pair & 0xffff_ffff)] else { continue }
      list.append(AverageLinkage.Edge(low: min(one, other), high: max(one, other), weight: weight))
    }
    list.sort { ($0.low, $0.high, $0.weight) < ($1.low, $1.high, $1.weight) }
    let graph = PlacedGraph(
      rows: { rows(order[$0]) }, count: order.count, comparer: comparer, model: model, settings: settings,
      ids: index.ids)
    var result = graph.resolve(list)
    addDoubtsBeyond(places, weights, &result)
    return result
  }

  /// Pairs in doubt with somebody who is not touched.
  private func addDoubtsBeyond(
    _ places: [Int32: Int32], _ weights: [UInt64: Float], _ result: inout Resolution
  ) {
    var words = PatternWords()
    for (pair, weight) in weights.sorted(by: { $0.key < $1.key })
    where weight > settings.bound - Matching.doubtBits && weight != .infinity {
      let (one, other) = (Int32(pair >> 32), Int32(pair & 0xffff_ffff))
      if (places[one] == nil) == (places[other] == nil) { continue }
      let pattern = comparer.compare(Int(one), Int(other)).pattern
      result.matches.append(
        Match(
          index.ids[one], index.ids[other], rule: .score, score: weight, isUsed: false, note: words.text(pattern)))
    }
  }

  private mutating func visitNeighbours(of row: Int32, _ frontier: inout [Int32]) {
    for copy in rows(row) {
      for verdict in decisions.verdicts[index.ids[copy]] ?? [] where verdict.isSame {
        if let other = index.row(of: verdict.other) { frontier.append(lead(other)) }
      }
    }
    var keys: [UInt64] = []
    index.eachKey(of: Int(row)) { keys.append($0) }
    var others: [Int32] = []
    for key in keys where !isCrowded(key) {
      others.removeAll(keepingCapacity: true)
      var last: Int32 = -1
      index.eachRow(withKey: key) { found, mayHaveCopies in
        let other = mayHaveCopies ? knownLead(found) : found
        if other != last, !others.contains(other) { others.append(other) }
        last = other
      }
      guard others.count <= CandidateKeys.limit(of: key) * CandidateKey.growth else {
        let position = BinarySearch.first(in: model.crowded, atLeast: key)
        model.crowded.insert(key, at: position)
        crowd += others.map { index.ids[$0] }
        continue
      }
      for other in others where other != row {
        let pair = Self.pair(row, other)
        if let known = edges[pair] {
          if known >= settings.bound { frontier.append(other) }
          continue
        }
        // In the order of contents, as when all are compared.
        let isFirst = index.table.cards[row].content <= index.table.cards[other].content
        let comparison = comparer.compare(Int(isFirst ? row : other), Int(isFirst ? other : row))
        let weight = model.weights.weight(comparison)
        edges[pair] = weight
        if weight >= settings.bound { frontier.append(other) }
      }
    }
  }

  private func isCrowded(_ key: UInt64) -> Bool {
    let position = BinarySearch.first(in: model.crowded, atLeast: key)
    return position < model.crowded.count && model.crowded[position] == key
  }

  private func isApart(_ row: Int32) -> Bool { decisions.apart.contains(index.ids[row]) }

  /// The row that stands for all that say the same.
  private func lead(_ row: Int32) -> Int32 {
    if isApart(row) { return row }
    let copies = index.copies(of: row)
    return copies.count == 1 ? row : copies.first { !isApart($0) } ?? row
  }

  private mutating func knownLead(_ row: Int32) -> Int32 {
    if let known = leads[row] { return known }
    let found = lead(row)
    leads[row] = found
    return found
  }

  private func rows(_ lead: Int32) -> [Int32] {
    isApart(lead) ? [lead] : index.copies(of: lead).filter { $0 == lead || !isApart($0) }
  }

  private static func pair(_ one: Int32, _ other: Int32) -> UInt64 {
    UInt64(UInt32(min(one, other))) << 32 | UInt64(UInt32(max(one, other)))
  }
}
