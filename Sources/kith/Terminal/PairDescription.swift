import Foundation
import KithIdentity

/// Why two profiles are held to be one person, for somebody who knows nothing of how Kith decides.
struct PairDescription {
  private let pair: Explanation

  init(_ pair: Explanation) { self.pair = pair }

  /// How to read what follows.
  static let reading = """
    Each line multiplies (×) or divides (÷) the odds that the two are one person, by how much likelier profiles of one person
    are to agree like this than those of two. What one of the two does not say counts for nothing. The weakest pair comes
    first: there the customer would fall apart.
    """

  var text: String {
    var table = TextTable([("", .left), ("", .left), ("odds", .right)])
    for (place, part) in pair.parts.enumerated() {
      table.add([
        part.what, part.how, place == 0 && pair.parts.count > 1 ? Self.odds(part.bits) : Self.factor(part.bits),
      ])
    }
    table.add(["together", verdict, Self.odds(pair.score)])
    let lines = ["profiles \(pair.left) and \(pair.right)", side("for", 1), side("against", -1)].compactMap { $0 }
    return lines.joined(separator: "\n") + "\n" + table.text(indent: "    ")
  }

  /// `about 1 such pair in 150 is wrong`.
  private var verdict: String {
    if pair.score < 0 { return "alone likelier two people; others join them" }
    if pair.score > 20 { return "fewer than 1 such pair in a million is wrong" }
    return "about \(Explanation.oneIn(1 + exp2(pair.score), "such pair")) is wrong"
  }

  /// What speaks for one person, or against, the strongest first; nil where nothing does.
  private func side(_ name: String, _ sign: Double) -> String? {
    let evidence = pair.parts.count > 1 ? Array(pair.parts.dropFirst()) : pair.parts
    let parts = evidence.filter { $0.bits * sign >= Self.notable }.sorted {
      $0.bits * sign > $1.bits * sign
    }
    if parts.isEmpty { return sign < 0 ? "    \(name): nothing" : nil }
    let words = parts.map { part in
      let how = part.how.prefix { $0 != ";" }
      return Self.speaksForItself.contains(part.what) ? String(how) : "\(part.what) \(how)"
    }
    return "    \(name): " + words.joined(separator: "; ")
  }

  /// Parts whose words are whole without their name.
  private static let speaksForItself = ["household", "veto"]

  /// Evidence of fewer bits is hardly any.
  private static let notable = 0.5

  private static func factor(_ bits: Double) -> String { "\(bits < 0 ? "÷" : "×") \(size(bits))" }

  private static func odds(_ bits: Double) -> String { bits < 0 ? "1 to \(size(bits))" : "\(size(bits)) to 1" }

  /// How many times so many bits are, whichever way.
  private static func size(_ bits: Double) -> String {
    let size = exp2(min(abs(bits), 50))
    return size < 9.95 ? String(format: "%.1f", size) : rough(size)
  }

  /// Two digits, and the rest as words where there are many.
  private static func rough(_ size: Double) -> String {
    if size >= 999_500_000 { return "a billion and more" }
    if size >= 999_500 { return "\(Explanation.roughly(size / 1_000_000)) million" }
    return Explanation.roughly(size)
  }
}
