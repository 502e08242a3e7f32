/// Clusters scored pairs so that chains do not grow: two clusters join while their members agree on average, best
/// first. One strong pair does not outweigh many that say no.
struct AverageLinkage {
  struct Edge: BitwiseCopyable {
    var low: Int32
    var high: Int32
    var weight: Float
  }

  /// Average evidence that two clusters need, log2 of the odds: even odds.
  var bound: Float = 0
  /// What a pair counts that was never compared, for it shared no key.
  var missing: Float = -2
  /// Evidence beyond these counts no more: nothing that is typed is ever certain.
  var lowest: Float = -12
  var highest: Float = 14
  /// Larger groups of linked rows are first parted by a higher bound.
  var largestGroup = 200

  /// The cluster of each row: the number of its lowest row.
  func clusters(rows: Int, edges: [Edge]) -> [Int32] {
    var result = Array(0..<Int32(rows))
    part(edges, bound: bound, rows: rows, into: &result)
    return result
  }

  private func part(_ edges: [Edge], bound: Float, rows: Int, into result: inout [Int32]) {
    var sets = RowSets(count: rows)
    for edge in edges where edge.weight >= bound { sets.join(edge.low, edge.high) }
    // Edges of one group together, in the order of their rows: edges ascend already.
    var inside: [UInt64] = []
    for (index, edge) in edges.enumerated() {
      let root = sets.find(edge.low)
      if root == sets.find(edge.high) { inside.append(UInt64(root) << 32 | UInt64(index)) }
    }
    RadixSort.sort(&inside, bits: 32..<RadixSort.pairBits(rows: rows))
    var start = 0
    var nodes: [Int32] = []
    while start < inside.count {
      var end = start
      nodes.removeAll(keepingCapacity: true)
      while end < inside.count, inside[end] >> 32 == inside[start] >> 32 {
        let edge = edges[Int(inside[end] & 0xffff_ffff)]
        nodes.append(edge.low)
        nodes.append(edge.high)
        end += 1
      }
      if end - start == 1 {
        result[Int(nodes[1])] = nodes[0]
      } else {
        nodes.sort()
        var kept = 0
        for node in nodes where kept == 0 || nodes[kept - 1] != node {
          nodes[kept] = node
          kept += 1
        }
        nodes.removeLast(nodes.count - kept)
        let group = inside[start..<end].map { edges[Int($0 & 0xffff_ffff)] }
        join(nodes, group, bound: bound, into: &result)
      }
      start = end
    }
  }

  /// One group of linked rows; too large a one is parted first.
  private func join(_ nodes: [Int32], _ group: [Edge], bound: Float, into result: inout [Int32]) {
    guard nodes.count > largestGroup else { return link(nodes, group, into: &result) }
    // Number the rows of the group anew, so that parting it costs what it holds.
    let own = Dictionary(uniqueKeysWithValues: nodes.enumerated().map { ($1, Int32($0)) })
    let renumbered = group.map { Edge(low: own[$0.low] ?? 0, high: own[$0.high] ?? 0, weight: $0.weight) }
    var parts = Array(0..<Int32(nodes.count))
    part(renumbered, bound: bound + 1, rows: nodes.count, into: &parts)
    for (index, lead) in parts.enumerated() { result[Int(nodes[index])] = nodes[Int(lead)] }
  }

  private func link(_ nodes: [Int32], _ edges: [Edge], into result: inout [Int32]) {
    let count = nodes.count
    func position(_ node: Int32) -> Int {
      var (low, high) = (0, count)
      while low < high {
        let middle = (low + high) / 2
        if nodes[middle] < node { low = middle + 1 } else { high = middle }
      }
      return low
    }
    var sums = [Float](repeating: missing, count: count * count)
    for edge in edges {
      let (one, other) = (position(edge.low), position(edge.high))
      let weight = min(max(edge.weight, lowest), highest)
      sums[one * count + other] = weight
      sums[other * count + one] = weight
    }
    var sizes = [Float](repeating: 1, count: count)
    var lead = Array(0..<count)
    var alive = Array(0..<count)
    while alive.count > 1 {
      var best: (one: Int, other: Int, average: Float) = (0, 0, bound)
      var isFound = false
      for (index, one) in alive.enumerated() {
        for other in alive[(index + 1)...] {
          let average = sums[one * count + other] / (sizes[one] * sizes[other])
          if average > best.average || (!isFound && average >= best.average) {
            best = (one, other, average)
            isFound = true
          }
        }
      }
      guard isFound else { break }
      sizes[best.one] += sizes[best.other]
      for node in alive where node != best.one && node != best.other {
        sums[best.one * count + node] += sums[best.other * count + node]
        sums[node * count + best.one] = sums[best.one * count + node]
      }
      alive.removeAll { $0 == best.other }
      for node in 0..<count where lead[node] == best.other { lead[node] = best.one }
    }
    for node in 0..<count { result[Int(nodes[node])] = nodes[lead[node]] }
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
