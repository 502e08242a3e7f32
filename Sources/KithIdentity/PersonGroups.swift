import KithCore

/// The carriers of one value, told apart by what they say about who they are.
struct PersonGroups {
  /// One per person: profiles whose facets all agree with one another, best known first.
  var persons: [[Int32]] = []
  /// Profiles whose name would fit several persons, by facet.
  var ambiguous: [[Int32]] = []
  /// Profiles without any name.
  var nameless: [Int32] = []
  /// One profile of each distinct person by given name and birth date: what the limit of a kind counts.
  var representatives: [Int32] = []

  /// Nil when there are more facets than are worth comparing; then no person can be told.
  init?(_ carriers: [Int32], table: FacetTable, agreement: IdentityRules.NameAgreement) {
    let byFacet = PersonGroups.split(carriers, table)
    guard byFacet.count <= IdentityRules.facetLimit else { return nil }
    let named = byFacet.filter { table[$0.facet].isNamed }
    nameless = byFacet.filter { !table[$0.facet].isNamed }.flatMap(\.profiles)
    let comparisons = Comparisons(named.map { table[$0.facet] })
    let groups = PersonGroups.group(comparisons) { $0.agrees(agreement) }
    persons = groups.persons.map { $0.flatMap { named[$0].profiles } }
    ambiguous = groups.ambiguous.map { named[$0].profiles }
    let counted =
      agreement == .none ? PersonGroups.group(comparisons) { $0.agrees(.givenName) }.persons : groups.persons
    representatives = counted.map { named[$0[0]].profiles[0] }
  }

  /// Facets in order of content, each with its profiles ascending.
  private static func split(_ carriers: [Int32], _ table: FacetTable) -> [(facet: Int32, profiles: [Int32])] {
    let first = table.facetOf[Int(carriers[0])]
    if carriers.allSatisfy({ table.facetOf[Int($0)] == first }) { return [(first, carriers)] }
    let sorted = carriers.sorted { left, right in
      let (one, other) = (table.facetOf[Int(left)], table.facetOf[Int(right)])
      return one != other ? one < other : left < right
    }
    var result: [(facet: Int32, profiles: [Int32])] = []
    for profile in sorted {
      let facet = table.facetOf[Int(profile)]
      if result.last?.facet == facet {
        result[result.count - 1].profiles.append(profile)
      } else {
        result.append((facet, [profile]))
      }
    }
    // Too many to compare are refused by the caller: do not sort them.
    if result.count > IdentityRules.facetLimit { return result }
    return result.sorted { Facet.precedes(table[$0.facet], table[$1.facet]) }
  }

  /// Each facet joins the one group with whose members it agrees without exception, founds a group when there is none,
  /// and is ambiguous when there are several.
  private static func group(
    _ comparisons: Comparisons, _ agree: (FacetComparison) -> Bool
  ) -> (persons: [[Int]], ambiguous: [Int]) {
    var persons: [[Int]] = []
    var ambiguous: [Int] = []
    for facet in 0..<comparisons.count {
      let fitting = persons.indices.filter { group in
        persons[group].allSatisfy { agree(comparisons[facet, $0]) }
      }
      switch fitting.count {
      case 0: persons.append([facet])
      case 1: persons[fitting[0]].append(facet)
      default: ambiguous.append(facet)
      }
    }
    return (persons, ambiguous)
  }
}

/// Every pair of a few facets, compared once.
private struct Comparisons {
  let count: Int
  private var lower: [FacetComparison] = []

  init(_ facets: [Facet]) {
    count = facets.count
    lower.reserveCapacity(count * (count - 1) / 2)
    for row in facets.indices {
      for column in 0..<row { lower.append(FacetComparison(facets[row], facets[column])) }
    }
  }

  /// `row` must be greater than `column`.
  subscript(row: Int, column: Int) -> FacetComparison { lower[row * (row - 1) / 2 + column] }
}
