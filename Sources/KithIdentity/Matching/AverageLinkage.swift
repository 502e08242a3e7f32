import Dispatch

/// Clusters scored pairs so that chains do not grow: two clusters join while their members agree on average, best
/// first. One strong pair does not outweigh many that say no.
///
/// What comes of a group of linked rows depends on the pairs between them and on nothing else, so that clustering a
/// group by itself and clustering all rows give the same clusters.
struct AverageLinkage {
  struct Edge: BitwiseCopyable {
    var low: Int32
    var high: Int32
    /// log2 of the odds; minus infinity where the two must never come together, not even through others. Plus infinity
    /// where what they have become must come together, unless others forbid it: such an edge stands beside the one that
    /// says how the two agree.
    var weight: Float
  }

  /// Average evidence that two clusters need, log2 of the odds: even odds.
  var bound: Float = 0
  /// What a pair counts that was never compared, for it shared no key, though both have names. Pairs without names on
  /// both sides say nothing: a profile that is but a number shares no key with the most of its own.
  var missing: Float = -2
  /// Evidence beyond these counts no more: nothing that is typed is ever certain.
  var lowest: Float = -12
  var highest: Float = 14

  /// A cluster that fits two others nearly as well, by so many bits, that contradict each other joins neither: nothing
  /// tells which of them it is.
  var margin: Float = 0.25
  /// Two clusters that agree less than this contradict each other.
  var contradiction: Float = -2.5

  /// In a group of at most so many rows of which some have no name, those with names are all compared: nobody is to
  /// become one with another for a number that both share with a third.
  var smallGroup = 64

  /// The cluster of each row: the number of its lowest row.
  ///
  /// Where two pairs of clusters agree equally well, the one of lower rows joins first.
  /// - Parameters:
  ///   - edges: ascending by their rows.
  ///   - isNamed: whether a row has a name.
  ///   - weigh: the evidence of a pair that is no edge.
  ///   - claims: what a row has that only one customer can have; nil where nothing is like that. Clusters whose claims
  ///     contradict each other join for an edge of plus infinity alone.
  func clusters(
    rows: Int, edges: [Edge], isNamed: @Sendable (Int32) -> Bool = { _ in true },
    weigh: @Sendable (Int32, Int32) -> Float = { _, _ in 0 }, claims: (@Sendable (Int32) -> [Claim])? = nil
  ) -> [Int32] {
    var result = Array(0..<Int32(rows))
    var sets = RowSets(count: rows)
    for edge in edges where edge.weight >= bound { sets.join(edge.low, edge.high) }
    // Edges of one group together.
    var inside: [UInt64] = []
    for (index, edge) in edges.enumerated() {
      let root = sets.find(edge.low)
      if root == sets.find(edge.high) { inside.append(UInt64(root) << 32 | UInt64(index)) }
    }
    RadixSort.sort(&inside, bits: 32..<RadixSort.pairBits(rows: rows))
    // Groups have nothing to do with each other: some at a time on each core.
    let starts = inside.indices.filter { $0 == 0 || inside[$0 - 1] >> 32 != inside[$0] >> 32 } + [inside.count]
    let chunk = 4_096
    let sorted = inside
    result.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let result = buffer
      DispatchQueue.concurrentPerform(iterations: (starts.count - 1 + chunk - 1) / chunk) { part in
        for group in (part * chunk)..<min(starts.count - 1, (part + 1) * chunk) {
          let own = sorted[starts[group]..<starts[group + 1]].map { edges[Int($0 & 0xffff_ffff)] }
          join(own, isNamed, weigh, claims, into: result)
        }
      }
    }
    return result
  }

  /// One group of linked rows.
  private func join(
    _ edges: [Edge], _ isNamed: (Int32) -> Bool, _ weigh: (Int32, Int32) -> Float, _ claims: ((Int32) -> [Claim])?,
    into result: UnsafeMutableBufferPointer<Int32>
  ) {
    if edges.count > 1 {
      var group = LinkedGroup(edges, self, isNamed, weigh, claims)
      return group.join(into: result)
    }
    let isContradicted = claims.map { Claim.contradict($0(edges[0].low), $0(edges[0].high)) } ?? false
    if !isContradicted || edges[0].weight == .infinity { result[Int(edges[0].high)] = edges[0].low }
  }
}

/// One group of linked rows on its way to clusters.
private struct LinkedGroup {
  /// A row or a cluster next to another one.
  private struct Neighbour {
    var node: Int32
    /// Of all pairs between the two that were compared: their weights added up, how many they are, and how many of them
    /// have names on both sides.
    var sum: Float
    var pairs: Float
    var named: Float
  }

  /// Two clusters that may join.
  private struct Offer {
    var average: Float
    var one: Int32
    var other: Int32
    /// The merges that the two had been through: an offer of before is void.
    var stamp: Int32

    func isBetter(than offer: Offer) -> Bool {
      if average != offer.average { return average > offer.average }
      return one != offer.one ? one < offer.one : other < offer.other
    }
  }

  private let linkage: AverageLinkage
  /// By node: its row, ascending.
  private let rows: [Int32]
  private var neighbours: [[Neighbour]]
  /// How many rows with a name each has.
  private var names: [Float]
  /// By node, ascending; empty where nothing is claimed.
  private var claims: [[Claim]]
  private var stamps: [Int32]
  private var parent: [Int32]
  private var offers: [Offer] = []
  /// Offers to nodes that fit another one as well, by that node.
  private var waiting: [Int32: [Offer]] = [:]
  private var required: [(one: Int32, other: Int32)] = []

  init(
    _ given: [AverageLinkage.Edge], _ linkage: AverageLinkage, _ isNamed: (Int32) -> Bool,
    _ weigh: (Int32, Int32) -> Float, _ claims: ((Int32) -> [Claim])?
  ) {
    self.linkage = linkage
    var edges = given
    var rows: [Int32] = []
    rows.reserveCapacity(edges.count * 2)
    for edge in edges {
      rows.append(edge.low)
      rows.append(edge.high)
    }
    rows.sort()
    var kept = 0
    for row in rows where kept == 0 || rows[kept - 1] != row {
      rows[kept] = row
      kept += 1
    }
    rows.removeLast(rows.count - kept)
    self.rows = rows
    neighbours = Array(repeating: [], count: kept)
    names = rows.map { isNamed($0) ? 1 : 0 }
    self.claims = claims.map { rows.map($0) } ?? []
    if kept <= linkage.smallGroup, names.contains(0) { Self.compareNamed(rows, names, linkage, weigh, &edges) }
    stamps = Array(repeating: 0, count: kept)
    parent = Array(0..<Int32(kept))
    func position(_ row: Int32) -> Int32 {
      var (low, high) = (0, kept)
      while low < high {
        let middle = (low + high) / 2
        if rows[middle] < row { low = middle + 1 } else { high = middle }
      }
      return Int32(low)
    }
    for edge in edges {
      let (one, other) = (position(edge.low), position(edge.high))
      if edge.weight == .infinity {
        required.append((min(one, other), max(one, other)))
        continue
      }
      let weight = edge.weight == -.infinity ? edge.weight : min(max(edge.weight, linkage.lowest), linkage.highest)
      let named = names[Int(one)] * names[Int(other)]
      neighbours[Int(one)].append(Neighbour(node: other, sum: weight, pairs: 1, named: named))
      neighbours[Int(other)].append(Neighbour(node: one, sum: weight, pairs: 1, named: named))
    }
    for node in neighbours.indices { neighbours[node].sort { $0.node < $1.node } }
    required.sort { $0 < $1 }
  }

  /// Adds what pairs with names that share no key say against each other.
  private static func compareNamed(
    _ rows: [Int32], _ names: [Float], _ linkage: AverageLinkage, _ weigh: (Int32, Int32) -> Float,
    _ edges: inout [AverageLinkage.Edge]
  ) {
    let known = Set(edges.map { UInt64($0.low) << 32 | UInt64($0.high) })
    for one in rows.indices where names[one] == 1 {
      for other in (one + 1)..<max(rows.count, one + 1) where names[other] == 1 {
        if known.contains(UInt64(rows[one]) << 32 | UInt64(rows[other])) { continue }
        let weight = weigh(rows[one], rows[other])
        if weight < linkage.missing {
          edges.append(AverageLinkage.Edge(low: rows[one], high: rows[other], weight: weight))
        }
      }
    }
  }

  mutating func join(into result: UnsafeMutableBufferPointer<Int32>) {
    for one in neighbours.indices {
      for neighbour in neighbours[one] where neighbour.node > one { offer(Int32(one), neighbour) }
    }
    followOffers()
    // A human's word is about two people, not two rows: it joins what the evidence has made of them.
    for (one, other) in required {
      let (a, b) = (lead(one), lead(other))
      if a != b, neighbours[Int(a)].first(where: { $0.node == b })?.sum != -.infinity { merge(min(a, b), max(a, b)) }
    }
    followOffers()
    for node in rows.indices { result[Int(rows[node])] = rows[Int(lead(Int32(node)))] }
  }

  private mutating func followOffers() {
    while let best = takeBest() {
      if stamps[Int(best.one)] + stamps[Int(best.other)] != best.stamp { continue }
      if parent[Int(best.one)] != best.one || parent[Int(best.other)] != best.other { continue }
      if let undecided = [best.one, best.other].first(where: { isUndecided($0, best) }) {
        waiting[undecided, default: []].append(best)
        continue
      }
      merge(best.one, best.other)
    }
  }

  /// Whether one of the two on offer fits a third one as well, which is not the other one's person.
  private func isUndecided(_ node: Int32, _ offer: Offer) -> Bool {
    let chosen = node == offer.one ? offer.other : offer.one
    for neighbour in neighbours[Int(node)] where neighbour.node != chosen {
      let average = average(node, neighbour)
      if average < linkage.bound || average < offer.average - linkage.margin { continue }
      let between = neighbours[Int(chosen)].first { $0.node == neighbour.node }
      let unknown = Neighbour(node: neighbour.node, sum: 0, pairs: 0, named: 0)
      if self.average(chosen, between ?? unknown) <= linkage.contradiction { return true }
    }
    return false
  }

  private func average(_ one: Int32, _ neighbour: Neighbour) -> Float {
    if !claims.isEmpty, Claim.contradict(claims[Int(one)], claims[Int(neighbour.node)]) { return -.infinity }
    let missing = names[Int(one)] * names[Int(neighbour.node)] - neighbour.named
    let pairs = neighbour.pairs + missing
    return pairs == 0 ? 0 : (neighbour.sum + linkage.missing * missing) / pairs
  }

  private func lead(_ node: Int32) -> Int32 {
    var node = node
    while parent[Int(node)] != node { node = parent[Int(node)] }
    return node
  }

  /// The higher node becomes part of the lower one.
  private mutating func merge(_ one: Int32, _ other: Int32) {
    parent[Int(other)] = one
    names[Int(one)] += names[Int(other)]
    if !claims.isEmpty { claims[Int(one)] = (claims[Int(one)] + claims[Int(other)]).sorted() }
    stamps[Int(one)] += 1
    let (mine, theirs) = (neighbours[Int(one)], neighbours[Int(other)])
    var merged: [Neighbour] = []
    merged.reserveCapacity(mine.count + theirs.count)
    var (a, b) = (0, 0)
    while a < mine.count || b < theirs.count {
      if b == theirs.count || (a < mine.count && mine[a].node < theirs[b].node) {
        if mine[a].node != other { merged.append(mine[a]) }
        a += 1
      } else if a == mine.count || theirs[b].node < mine[a].node {
        if theirs[b].node != one {
          merged.append(theirs[b])
          rename(other, to: one, at: theirs[b].node, theirs[b])
        }
        b += 1
      } else {
        let both = Neighbour(
          node: mine[a].node, sum: mine[a].sum + theirs[b].sum, pairs: mine[a].pairs + theirs[b].pairs,
          named: mine[a].named + theirs[b].named)
        merged.append(both)
        rename(other, to: one, at: mine[a].node, both)
        (a, b) = (a + 1, b + 1)
      }
    }
    neighbours[Int(one)] = merged
    neighbours[Int(other)] = []
    for neighbour in merged {
      offer(one, neighbour)
      // What its neighbours came to may decide it now.
      for offer in waiting.removeValue(forKey: neighbour.node) ?? [] { push(offer) }
    }
  }

  /// In the list of a neighbour of two clusters that joined.
  private mutating func rename(_ other: Int32, to one: Int32, at node: Int32, _ both: Neighbour) {
    neighbours[Int(node)].removeAll { $0.node == other || $0.node == one }
    let place = neighbours[Int(node)].firstIndex { $0.node > one } ?? neighbours[Int(node)].count
    neighbours[Int(node)].insert(
      Neighbour(node: one, sum: both.sum, pairs: both.pairs, named: both.named), at: place)
  }

  // MARK: offers, a heap with the best one first

  private mutating func offer(_ one: Int32, _ neighbour: Neighbour) {
    let average = average(one, neighbour)
    guard average >= linkage.bound else { return }
    push(
      Offer(
        average: average, one: min(one, neighbour.node), other: max(one, neighbour.node),
        stamp: stamps[Int(one)] + stamps[Int(neighbour.node)]))
  }

  private mutating func push(_ offer: Offer) {
    offers.append(offer)
    var child = offers.count - 1
    while child > 0, offers[child].isBetter(than: offers[(child - 1) / 2]) {
      offers.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  private mutating func takeBest() -> Offer? {
    guard let best = offers.first, let last = offers.popLast() else { return nil }
    if offers.isEmpty { return best }
    offers[0] = last
    var parent = 0
    while true {
      var better = parent * 2 + 1
      guard better < offers.count else { return best }
      if better + 1 < offers.count, offers[better + 1].isBetter(than: offers[better]) { better += 1 }
      guard offers[better].isBetter(than: offers[parent]) else { return best }
      offers.swapAt(parent, better)
      parent = better
    }
  }
}

/// Union-find with path halving; the lowest member is the root.
struct RowSets {
  private var parents: [Int32]

  init(count: Int) { parents = Array(0..<Int32(count)) }

  mutating func find(_ node: Int32) -> Int32 {
    var node = node
    while parents[Int(node)] != node {
      parents[Int(node)] = parents[Int(parents[Int(node)])]
      node = parents[Int(node)]
    }
    return node
  }

  mutating func join(_ one: Int32, _ other: Int32) {
    let (a, b) = (find(one), find(other))
    if a < b { parents[Int(b)] = a } else { parents[Int(a)] = b }
  }
}
