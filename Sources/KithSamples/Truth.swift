import KithCore

/// Which person every profile really is: the answer to which identity is compared.
///
/// A profile is named as Kith names it: source, stream and key, where records that carry no key of their own get one
/// from their strongest identifier (`email:anna.meier@example.org`). When several people stand behind one key, as
/// with a mailbox that a family shares, the key counts as the person with most of its records.
struct TruthBook {
  struct Place: Hashable {
    let source: String
    let stream: String
    let key: String
  }

  private var order: [Place] = []
  private var counts: [Place: [String: Int]] = [:]

  mutating func note(_ source: String, _ stream: String, key: String, _ person: String) {
    let place = Place(source: source, stream: stream, key: key)
    if counts[place] == nil { order.append(place) }
    counts[place, default: [:]][person, default: 0] += 1
  }

  mutating func note(_ source: String, _ stream: String, email: String, _ person: String) {
    note(source, stream, key: "email:" + TruthBook.matching(email: email), person)
  }

  /// Every key once, with its person.
  var entries: [(place: Place, person: String)] {
    order.map { place in
      let people = counts[place] ?? [:]
      let first = people.min { ($1.value, $0.key) < ($0.value, $1.key) }
      return (place, first?.key ?? "")
    }
  }

  /// Distinct people (and firms) by source, in the order of the sources, and in all.
  var people: (bySource: [SampleSummary.SourceCount], total: Int) {
    var names: [String] = []
    var bySource: [String: Set<String>] = [:]
    for (place, person) in entries {
      if bySource[place.source] == nil { names.append(place.source) }
      bySource[place.source, default: []].insert(person)
    }
    let all = bySource.values.reduce(into: Set<String>()) { $0.formUnion($1) }
    return (names.map { SampleSummary.SourceCount(source: $0, people: bySource[$0]?.count ?? 0) }, all.count)
  }

  var file: TableText {
    var table = TableText(["source", "stream", "key", "person"])
    for (place, person) in entries { table.append([place.source, place.stream, place.key, person]) }
    return table
  }

  /// The address as Kith compares it: lower case, without a plus part.
  static func matching(email: String) -> String {
    let lower = email.lowercased()
    guard let at = lower.firstIndex(of: "@"), let plus = lower[..<at].firstIndex(of: "+") else { return lower }
    return String(lower[..<plus] + lower[at...])
  }
}
