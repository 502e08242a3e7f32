/// How alike two short texts are, byte by byte: made for folded names, which are ASCII.
enum Similarity {
  /// Whether one insertion, deletion, replacement or swap of neighbours makes one text of the other
  /// (optimal string alignment distance of at most 1).
  static func isOneEdit(_ one: TextBytes, _ other: TextBytes) -> Bool {
    let (short, long) = one.count <= other.count ? (one, other) : (other, one)
    if long.count - short.count > 1 { return false }
    var front = 0
    while front < short.count, short[front] == long[front] { front += 1 }
    if front == short.count { return true }
    var back = 0
    while back < short.count - front, short[short.count - 1 - back] == long[long.count - 1 - back] { back += 1 }
    if short.count < long.count { return front + back >= short.count }
    let between = short.count - front - back
    if between == 1 { return true }
    return between == 2 && short[front] == long[front + 1] && short[front + 1] == long[front]
  }

  /// Whether the Jaro-Winkler similarity is at least `bound`; most texts are told apart without working it out.
  @inline(__always) static func isAlike(_ one: TextBytes, _ other: TextBytes, _ bound: Double) -> Bool {
    if one.count == 0 || other.count == 0 { return false }
    // No more bytes can match than those that the other text has at all.
    let common = Double(
      min(
        one.count - (one.mask & ~other.mask).nonzeroBitCount, other.count - (other.mask & ~one.mask).nonzeroBitCount))
    let best = (common / Double(one.count) + common / Double(other.count) + 1) / 3
    let reach = one[0] == other[0] ? best + 0.4 * (1 - best) : best
    return reach >= bound && jaroWinkler(one, other) >= bound
  }

  /// Jaro-Winkler similarity, 0 to 1, with a prefix of at most four bytes weighing 0.1 each (W. E. Winkler, String
  /// Comparator Metrics and Enhanced Decision Rules, 1990). Texts beyond 64 bytes are compared by their first 64.
  static func jaroWinkler(_ one: TextBytes, _ other: TextBytes) -> Double {
    let (a, b) = one.count <= other.count ? (one, other) : (other, one)
    let (shorter, longer) = (min(a.count, 64), min(b.count, 64))
    if shorter == 0 { return longer == 0 ? 1 : 0 }
    let window = max(longer / 2 - 1, 0)
    var usedA: UInt64 = 0
    var usedB: UInt64 = 0
    var matches = 0
    for index in 0..<shorter {
      let byte = a[index]
      for position in max(0, index - window)...min(longer - 1, index + window)
      where b[position] == byte && usedB & (1 << UInt64(position)) == 0 {
        usedA |= 1 << UInt64(index)
        usedB |= 1 << UInt64(position)
        matches += 1
        break
      }
    }
    if matches == 0 { return 0 }
    var transpositions = 0
    var position = 0
    for index in 0..<shorter where usedA & (1 << UInt64(index)) != 0 {
      while usedB & (1 << UInt64(position)) == 0 { position += 1 }
      if a[index] != b[position] { transpositions += 1 }
      position += 1
    }
    let common = Double(matches)
    let jaro =
      (common / Double(shorter) + common / Double(longer) + (common - Double(transpositions / 2)) / common) / 3
    var prefix = 0
    while prefix < min(4, shorter), a[prefix] == b[prefix] { prefix += 1 }
    return jaro + Double(prefix) * 0.1 * (1 - jaro)
  }
}
