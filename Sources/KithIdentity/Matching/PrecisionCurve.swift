import Foundation

/// How many of the pairs that are joined should be right, by the evidence that they need: the model's own estimate, out of
/// the odds of all pairs that it was learned from.
struct PrecisionCurve: Sendable, Equatable {
  /// By steps of evidence from even odds on: of the pairs that have at least so much, the share that is one person.
  private(set) var shares: [Float]

  static let stepsPerBit = 8
  /// More cannot be asked: what two profiles say adds up to little more, however well they agree.
  static let highestBits = 13
  static var steps: Int { highestBits * stepsPerBit + 1 }

  /// - Parameter pairs: log2 of the odds of pairs, and how many there are of each.
  init(_ pairs: [(weight: Float, count: Double)]) {
    var counts = [Double](repeating: 0, count: Self.steps)
    var right = counts
    for (weight, count) in pairs where weight >= 0 {
      let step = min(Int(weight * Float(Self.stepsPerBit)), Self.steps - 1)
      counts[step] += count
      right[step] += count / (1 + Double(exp2(-weight)))
    }
    shares = [Float](repeating: 1, count: Self.steps)
    var (all, allRight) = (0.0, 0.0)
    for step in stride(from: Self.steps - 1, through: 0, by: -1) {
      all += counts[step]
      allRight += right[step]
      shares[step] = all > 0 ? Float(allRight / all) : 1
    }
  }

  /// Nil for a list of another length.
  init?(shares: [Float]) {
    guard shares.count == Self.steps else { return nil }
    self.shares = shares
  }

  /// The share of the pairs with at least so much evidence that is one person.
  func share(at bound: Float) -> Double {
    Double(shares[min(max(Int(bound * Float(Self.stepsPerBit)), 0), Self.steps - 1)])
  }

  /// The least evidence, log2 of the odds, with which so many percent of the joined pairs should be right; even odds at
  /// the least, and where nothing is asked.
  func bound(for percent: Double?) -> Float {
    guard let percent else { return 0 }
    let step = shares.firstIndex { Double($0) * 100 >= percent } ?? Self.steps - 1
    return Float(step) / Float(Self.stepsPerBit)
  }
}
