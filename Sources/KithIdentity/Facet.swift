import KithCore

/// What a profile says about who the person is, apart from identifiers. Profiles with equal facets are interchangeable
/// for every name check, so each distinct one is looked at once.
struct Facet: Equatable {
  let given: [String]
  let givenClasses: [String]
  let family: [String]
  let birthDate: CalendarDate?

  init(_ profile: borrowing IdentityProfile) {
    given = Facet.present(profile.given)
    givenClasses = profile.givenClasses
    family = Facet.present(profile.family)
    birthDate = profile.birthDate
  }

  var isNamed: Bool { !given.isEmpty || !family.isEmpty }
  var hasFullName: Bool { !given.isEmpty && !family.isEmpty }
  var isEmpty: Bool { !isNamed && birthDate == nil }

  /// How much there is to compare: fuller facets found groups, and poorer ones then find their place among them.
  var fullness: Int {
    let givenName = given.first.map { $0.unicodeScalars.count > 1 ? 4 : 1 } ?? 0
    return givenName + (family.isEmpty ? 0 : 2) + (birthDate == nil ? 0 : 2)
  }

  /// The order in which facets are looked at: a matter of content only, so that ids do not matter.
  static func precedes(_ left: Facet, _ right: Facet) -> Bool {
    if left.fullness != right.fullness { return left.fullness > right.fullness }
    let (leftLength, rightLength) = (left.length, right.length)
    if leftLength != rightLength { return leftLength > rightLength }
    if left.given != right.given { return left.given.lexicographicallyPrecedes(right.given) }
    if left.family != right.family { return left.family.lexicographicallyPrecedes(right.family) }
    if left.givenClasses != right.givenClasses {
      return left.givenClasses.lexicographicallyPrecedes(right.givenClasses)
    }
    switch (left.birthDate, right.birthDate) {
    case (let one?, let other?): return one < other
    case (.some, nil): return true
    default: return false
    }
  }

  private var length: Int {
    given.reduce(0) { $0 + $1.utf8.count } + family.reduce(0) { $0 + $1.utf8.count }
  }

  private static func present(_ tokens: [String]) -> [String] {
    tokens.contains("") ? tokens.filter { !$0.isEmpty } : tokens
  }
}

/// The distinct facets of all profiles.
struct FacetTable {
  private(set) var facets: [Facet] = []
  /// Profile index → facet index.
  private(set) var facetOf: [Int32] = []

  init(_ profiles: [IdentityProfile]) {
    var known: [Int64: Int32] = [:]
    known.reserveCapacity(profiles.count)
    facetOf.reserveCapacity(profiles.count)
    for index in profiles.indices {
      let facet = Facet(profiles[index])
      var hash = facet.hash
      while let found = known[hash], facets[Int(found)] != facet { hash &+= 1 }
      if let found = known[hash] {
        facetOf.append(found)
      } else {
        known[hash] = Int32(facets.count)
        facetOf.append(Int32(facets.count))
        facets.append(facet)
      }
    }
  }

  subscript(index: Int32) -> Facet { facets[Int(index)] }

}

extension Facet {
  fileprivate var hash: Int64 {
    if isEmpty && givenClasses.isEmpty { return 0 }
    var hash = ContentHash()
    hash.combine(given)
    hash.combine(family)
    hash.combine(givenClasses)
    hash.combine(birthDate.map { Int64($0.year * 10_000 + $0.month * 100 + $0.day) } ?? 0)
    return hash.value
  }
}

extension ContentHash {
  fileprivate mutating func combine(_ tokens: [String]) {
    combine(Int64(tokens.count))
    for token in tokens { combine(token) }
  }
}
