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

  /// In which wave a row came, by the row that stands for it.
  private var waves: [Int32: Int] = [:]
  private var waveCount = 0
  /// Each pair that was compared, once.
  private var edges: [(pair: UInt64, weight: Float)] = []

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
    var found: [Int64] = []
    var wave = news(of: ids.compactMap { index.row(of: $0).map(lead) })
    while !wave.isEmpty {
      for row in wave { waves[row] = waveCount }
      // Rows of one wave are only read by their neighbours' search.
      let search = index.search(apart: decisions.apart)
      nonisolated(unsafe) let (component, rows) = (self, wave)
      let neighbourhoods = Parallel.pieces(of: 0..<wave.count, size: Self.pieceSize) { piece in
        component.neighbourhood(of: rows[piece], search)
      }
      waveCount += 1
      for neighbourhood in neighbourhoods {
        found += neighbourhood.members
        edges += neighbourhood.edges
        for (key, members) in neighbourhood.crowds { note(key, members) }
      }
      wave = news(of: neighbourhoods.flatMap(\.linked))
    }
    return found
  }

  /// How many rows a task looks at.
  private static let pieceSize = 256

  /// Those that are not known yet, each once.
  private func news(of rows: [Int32]) -> [Int32] {
    var seen: Set<Int32> = []
    return rows.filter { waves[$0] == nil && seen.insert($0).inserted }
  }

  private mutating func note(_ key: UInt64, _ members: [Int64]) {
    if isCrowded(key) { return }
    model.crowded.insert(key, at: BinarySearch.first(in: model.crowded, atLeast: key))
    crowd += members
  }

  /// The clusters of all that was added.
  public func resolve() -> Resolution {
    let order = waves.keys.sorted { one, other in
      let (a, b) = (index.table.cards[one].content, index.table.cards[other].content)
      if a != b { return a < b }
      let (isApart, otherIsApart) = (isApart(one), isApart(other))
      return isApart != otherIsApart ? isApart : index.ids[one] < index.ids[other]
    }
    let places = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, Int32($0)) })
    let verdicts = decisions.weights { index.row(of: $0).map(lead) }
    let weights = edges.filter { verdicts[$0.pair] != -.infinity }
    var list: [AverageLinkage.Edge] = []
    list.reserveCapacity(weights.count + verdicts.count)
    for (pair, weight) in weights + verdicts.map({ (pair: $0.key, weight: $0.value) }) {
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
    _ places: [Int32: Int32], _ weights: [(pair: UInt64, weight: Float)], _ result: inout Resolution
  ) {
    var words = PatternWords()
    let least = model.bound(settings) - Matching.doubtBits
    for (pair, weight) in weights.sorted(by: { $0.pair < $1.pair })
    where weight > least && weight != .infinity {
      let (one, other) = (Int32(pair >> 32), Int32(pair & 0xffff_ffff))
      if (places[one] == nil) == (places[other] == nil) { continue }
      let pattern = comparer.compare(Int(one), Int(other)).pattern
      result.matches.append(
        Match(
          index.ids[one], index.ids[other], rule: .score, score: weight, isUsed: false, note: words.text(pattern)))
    }
  }

  /// What rows of a wave have around them.
  private struct Neighbourhood: Sendable {
    /// Who they stand for.
    var members: [Int64] = []
    var edges: [(pair: UInt64, weight: Float)] = []
    /// Whom they are linked to.
    var linked: [Int32] = []
    var crowds: [(key: UInt64, members: [Int64])] = []
  }

  /// Of several waves and pieces that meet a pair one compares it: the first wave that has one of the two, and within it
  /// the lower row.
  private func neighbourhood(of wave: ArraySlice<Int32>, _ search: NeighbourSearch) -> Neighbourhood {
    var result = Neighbourhood()
    let (comparer, weights, bound, vetoes) = (
      comparer, model.weights, model.bound(settings), settings.vetoes
    )
    var keys: [UInt64] = []
    var places: [Int] = []
    var others: [Int32] = []
    var neighbours: [Int32] = []
    for row in wave {
      addMembers(of: row, to: &result)
      keys.removeAll(keepingCapacity: true)
      search.appendKeys(of: row, to: &keys)
      keys.removeAll(where: isCrowded)
      places.removeAll(keepingCapacity: true)
      search.places(of: keys, to: &places)
      neighbours.removeAll(keepingCapacity: true)
      for (key, place) in zip(keys, places) {
        others.removeAll(keepingCapacity: true)
        search.eachLead(withKey: key, from: place, lead: lead) { if !others.contains($0) { others.append($0) } }
        if others.count > CandidateKeys.limit(of: key) * CandidateKey.growth {
          result.crowds.append((key, others.map { index.ids[$0] }))
          continue
        }
        for other in others where other != row && !neighbours.contains(other) { neighbours.append(other) }
      }
      neighbours.removeAll { other in waves[other].map { $0 < waveCount || other < row } ?? false }
      search.prefetch(neighbours)
      let card = search.card(row)
      for other in neighbours {
        let otherCard = search.card(other)
        // In the order of contents, as when all are compared.
        let comparison =
          card.content <= otherCard.content ? comparer.compare(card, otherCard) : comparer.compare(otherCard, card)
        let weight = weights.weight(comparison, vetoes)
        result.edges.append((Self.pair(row, other), weight))
        if weight >= bound { result.linked.append(other) }
      }
    }
    return result
  }

  private func addMembers(of row: Int32, to result: inout Neighbourhood) {
    for copy in rows(row) {
      let id = index.ids[copy]
      result.members.append(id)
      if decisions.verdicts.isEmpty { continue }
      for verdict in decisions.verdicts[id] ?? [] where verdict.isSame {
        if let other = index.row(of: verdict.other) { result.linked.append(lead(other)) }
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

  private func rows(_ lead: Int32) -> [Int32] {
    isApart(lead) ? [lead] : index.copies(of: lead).filter { $0 == lead || !isApart($0) }
  }

  private static func pair(_ one: Int32, _ other: Int32) -> UInt64 {
    UInt64(UInt32(min(one, other))) << 32 | UInt64(UInt32(max(one, other)))
  }
}
