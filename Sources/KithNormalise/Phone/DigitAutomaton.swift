/// Several digit patterns compiled into one table: a number is matched against all of them with one step per digit.
struct DigitAutomaton: Sendable {
  /// Ten next states per state; -1 leads nowhere.
  private let transitions: [Int16]
  /// Bit n: pattern n matches here.
  private let accepts: [UInt16]

  /// Nil when a pattern is not understood or the table would grow too large. At most 16 patterns.
  init?(_ texts: [String]) {
    var graph = Graph()
    for (index, text) in texts.enumerated() {
      guard let pattern = DigitPattern(text), index < 16 else { return nil }
      let start = graph.addState()
      graph.empty[0].append(start)
      let end = graph.add(pattern, from: start)
      graph.tags[end] |= 1 << UInt16(index)
    }
    guard let table = graph.determinised() else { return nil }
    (transitions, accepts) = table
  }

  /// The patterns that match all of `digits` (values 0 to 9), one bit each.
  func matches(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> UInt16 {
    var state = 0
    for digit in digits {
      let next = transitions[state &* 10 &+ Int(digit)]
      if next < 0 { return 0 }
      state = Int(next)
    }
    return accepts[state]
  }

  /// Whether some pattern matches a beginning of `digits`, or nothing at all.
  func matchesPrefix(of digits: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    var state = 0
    if accepts[0] != 0 { return true }
    for digit in digits {
      let next = transitions[state &* 10 &+ Int(digit)]
      if next < 0 { return false }
      state = Int(next)
      if accepts[state] != 0 { return true }
    }
    return false
  }
}

/// The nondeterministic automaton on the way (Thompson's construction), state 0 first.
private struct Graph {
  var empty: [[Int]] = [[]]
  var edges: [[(mask: UInt16, target: Int)]] = [[]]
  var tags: [UInt16] = [0]

  mutating func addState() -> Int {
    empty.append([])
    edges.append([])
    tags.append(0)
    return tags.count - 1
  }

  /// Adds a pattern behind `start`; returns the state where it ends.
  mutating func add(_ pattern: DigitPattern, from start: Int) -> Int {
    switch pattern {
    case .digit(let mask):
      let end = addState()
      edges[start].append((mask, end))
      return end
    case .sequence(let items):
      var state = start
      for item in items { state = add(item, from: state) }
      return state
    case .choice(let branches):
      let end = addState()
      for branch in branches {
        let begin = addState()
        empty[start].append(begin)
        let last = add(branch, from: begin)
        empty[last].append(end)
      }
      return end
    case .repeated(let item, let least, let most):
      return addRepeated(item, least: least, most: most, from: start)
    }
  }

  private mutating func addRepeated(_ item: DigitPattern, least: Int, most: Int?, from start: Int) -> Int {
    var state = start
    for _ in 0..<least { state = add(item, from: state) }
    let end = addState()
    guard let most else {
      let loop = addState()
      empty[state].append(loop)
      let last = add(item, from: loop)
      empty[last].append(loop)
      empty[loop].append(end)
      return end
    }
    empty[state].append(end)
    for _ in least..<max(least, most) {
      // A state of its own: the item may loop back to where it begins.
      let begin = addState()
      empty[state].append(begin)
      state = add(item, from: begin)
      empty[state].append(end)
    }
    return end
  }

  private func closure(of states: [Int]) -> [Int] {
    var seen = Set(states)
    var stack = states
    while let state = stack.popLast() {
      for next in empty[state] where seen.insert(next).inserted { stack.append(next) }
    }
    return seen.sorted()
  }

  /// Subset construction; nil beyond 8,192 states.
  func determinised() -> ([Int16], [UInt16])? {
    var numbers: [[Int]: Int] = [:]
    var sets: [[Int]] = []
    var transitions: [Int16] = []
    func number(_ states: [Int]) -> Int {
      let closed = closure(of: states)
      if let known = numbers[closed] { return known }
      numbers[closed] = sets.count
      sets.append(closed)
      return sets.count - 1
    }
    _ = number([0])
    var position = 0
    while position < sets.count {
      guard sets.count <= 8_192 else { return nil }
      let states = sets[position]
      for digit in 0..<10 {
        var targets: [Int] = []
        for state in states {
          for edge in edges[state] where edge.mask >> UInt16(digit) & 1 == 1 { targets.append(edge.target) }
        }
        transitions.append(targets.isEmpty ? -1 : Int16(truncatingIfNeeded: number(targets)))
      }
      position += 1
    }
    return (transitions, sets.map { states in states.reduce(0) { $0 | tags[$1] } })
  }
}
