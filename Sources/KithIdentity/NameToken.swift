/// How well two name parts agree.
enum NameMatch: Int, Comparable {
  /// They name different people.
  case none
  /// One is only the initial of the other.
  case initial
  /// Equal, a nickname, a second name more, or a typing error apart.
  case full

  static func < (left: NameMatch, right: NameMatch) -> Bool { left.rawValue < right.rawValue }
}

/// Given names: the shorter list must be the beginning of the longer one (Anna and Anna Maria, not Maria), token by
/// token; or both are the same when written together (Annamaria and Anna Maria). The first token decides how well they
/// agree.
func matchGiven(_ left: [String], _ right: [String], sharedClass: Bool) -> NameMatch {
  if left == right { return isInitial(left[0]) ? .initial : .full }
  var first = sharedClass ? NameMatch.full : matchToken(left[0], right[0], given: true)
  if first != .none {
    for (one, other) in zip(left.dropFirst(), right.dropFirst()) where matchToken(one, other, given: true) == .none {
      first = .none
    }
  }
  if first == .none, left.count != right.count, matchToken(left.joined(), right.joined(), given: true) == .full {
    return .full
  }
  return first
}

/// Family names: every token of the shorter list stands in the longer one, wherever (Meier and Kunz-Meier), or both are
/// the same when written together.
func matchFamily(_ left: [String], _ right: [String]) -> NameMatch {
  if left == right { return .full }
  let (short, long) = left.count <= right.count ? (left, right) : (right, left)
  var worst = NameMatch.full
  for token in short {
    worst = min(worst, long.map { matchToken(token, $0, given: false) }.max() ?? .none)
  }
  if worst == .none, matchToken(left.joined(), right.joined(), given: false) == .full { return .full }
  return worst
}

private func isInitial(_ token: String) -> Bool {
  token.unicodeScalars.dropFirst().isEmpty
}

private func matchToken(_ left: String, _ right: String, given: Bool) -> NameMatch {
  if isInitial(left) || isInitial(right) {
    return left.unicodeScalars.first == right.unicodeScalars.first ? .initial : .none
  }
  if left == right { return .full }
  let one = Array(left.unicodeScalars)
  let other = Array(right.unicodeScalars)
  let length = min(one.count, other.count)
  guard length >= 5 else { return .none }
  guard isWithin(length >= 9 ? 2 : 1, one, other) else { return .none }
  return given && differsByEnding(one, other) ? .none : .full
}

/// Andrea and Andreas, Maria and Mario, Christian and Christina are one edit apart and live at one address: where only
/// the endings differ and both make a name, it is another person and no typing error.
private func differsByEnding(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Bool {
  var shared = 0
  while shared < left.count, shared < right.count, left[shared] == right[shared] { shared += 1 }
  guard shared >= 3, isNameEnding(left[shared...]), isNameEnding(right[shared...]) else { return false }
  // A letter typed twice at the end makes no other name.
  let rest = shared == left.count ? right[shared...] : shared == right.count ? left[shared...] : []
  return rest.count != 1 || rest.first != left[shared - 1]
}

private let nameEndings: Set<String> = [
  "", "a", "e", "i", "o", "s", "n", "an", "er", "es", "la", "le", "na", "ne", "ra", "re", "us", "ina", "ine",
]

private func isNameEnding(_ scalars: ArraySlice<Unicode.Scalar>) -> Bool {
  guard scalars.count <= 3 else { return false }
  var text = String.UnicodeScalarView()
  text.append(contentsOf: scalars)
  return nameEndings.contains(String(text))
}

/// Whether at most `limit` insertions, deletions, substitutions or swaps of neighbours lie between the two
/// (Damerau-Levenshtein distance, optimal string alignment).
func isWithin(_ limit: Int, _ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Bool {
  if abs(left.count - right.count) > limit { return false }
  var beforeLast = [Int](repeating: 0, count: right.count + 1)
  var last = Array(0...right.count)
  var current = last
  for row in left.indices {
    current[0] = row + 1
    var least = row + 1
    for column in right.indices {
      let same = left[row] == right[column]
      var cost = min(last[column + 1] + 1, current[column] + 1, last[column] + (same ? 0 : 1))
      if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
        cost = min(cost, beforeLast[column - 1] + 1)
      }
      current[column + 1] = cost
      least = min(least, cost)
    }
    // A swap may skip one row, so both rows must be beyond the limit before giving up.
    if least > limit, (last.min() ?? 0) > limit { return false }
    (beforeLast, last, current) = (last, current, beforeLast)
  }
  return last[right.count] <= limit
}
