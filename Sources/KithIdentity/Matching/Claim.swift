/// Something of which a customer has one: a loyalty number, or a record in a source without duplicates. Or what outweighs
/// that when two share it.
struct Claim: Comparable {
  /// What it is, for example loyalty numbers of one programme.
  var topic: UInt64
  var value: UInt64
  /// Topics of sources begin here.
  static let ofSources: UInt64 = 1 << 32

  /// Its place among the ranks of identifier kinds, from 1: what two share outweighs what they differ in of a higher
  /// place. 0 for what has none: it outweighs nothing and nothing outweighs it.
  var rank: UInt8 = 0
  /// Whether a customer has but one.
  var isSingle = true

  static func < (one: Claim, other: Claim) -> Bool { (one.topic, one.value) < (other.topic, other.value) }

  /// Whether two ascending lists have something single of one topic and nothing of it in common, and nothing in common
  /// that outweighs this.
  static func contradict(_ ours: [Claim], _ theirs: [Claim]) -> Bool {
    var (a, b) = (0, 0)
    var (strongestShared, strongestAgainst) = (UInt8.max, UInt8.max)
    while a < ours.count, b < theirs.count {
      let claim = ours[a]
      let topic = claim.topic
      if topic != theirs[b].topic {
        if topic < theirs[b].topic { a += 1 } else { b += 1 }
        continue
      }
      var isShared = false
      while a < ours.count, ours[a].topic == topic, b < theirs.count, theirs[b].topic == topic {
        if ours[a].value == theirs[b].value { isShared = true }
        if ours[a].value <= theirs[b].value { a += 1 } else { b += 1 }
      }
      if isShared {
        if claim.rank != 0 { strongestShared = min(strongestShared, claim.rank) }
      } else if claim.isSingle {
        if claim.rank == 0 { return true }
        strongestAgainst = min(strongestAgainst, claim.rank)
      }
      while a < ours.count, ours[a].topic == topic { a += 1 }
      while b < theirs.count, theirs[b].topic == topic { b += 1 }
    }
    return strongestAgainst != .max && strongestAgainst <= strongestShared
  }
}
