/// A pair of profiles that somebody decided, for the model to learn from.
public struct Label: Sendable, Equatable {
  public var decision: Decision
  /// What part of somebody's word it is, above 0 to 1.
  public var share: Double

  public init(_ decision: Decision, share: Double = 1) {
    self.decision = decision
    self.share = share
  }

  /// Decisions as labels. A word may say something of many pairs: a split parts each profile of one side from each of the
  /// other. It is one word all the same, whose pairs share what it counts.
  ///
  /// - Parameter decisions: each with what it was said in, such as the time and the name of who said it: pairs of one word
  ///   have that in common, say the same and hang together.
  /// - Returns: in the order of decisions.
  public static func labels(_ decisions: [(decision: Decision, word: String)]) -> [Label] {
    struct Side: Hashable {
      var word: String
      var verdict: Decision.Verdict
      var profile: Int64
    }
    var numbers: [Side: Int32] = [:]
    func number(_ word: String, _ verdict: Decision.Verdict, _ profile: Int64) -> Int32 {
      let side = Side(word: word, verdict: verdict, profile: profile)
      if let number = numbers[side] { return number }
      numbers[side] = Int32(numbers.count)
      return Int32(numbers.count - 1)
    }
    let pairs = decisions.map { decision, word in
      (
        number(word, decision.verdict, decision.left), number(word, decision.verdict, decision.right)
      )
    }
    var sets = RowSets(count: numbers.count)
    for (one, other) in pairs { sets.join(one, other) }
    var sizes: [Int32: Int] = [:]
    for (one, _) in pairs { sizes[sets.find(one), default: 0] += 1 }
    return zip(decisions, pairs).map { decision, pair in
      Label(decision.decision, share: 1 / Double(sizes[sets.find(pair.0)] ?? 1))
    }
  }
}

/// A label by the rows of a table.
struct RowLabel {
  var one: Int32
  var other: Int32
  var isSame: Bool
  var share: Double
}
