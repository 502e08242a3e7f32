/// Whose record one is, among all that a file has: twenty persons in fourteen households have fifty records, again and
/// again, so that a file of any size is written without anybody keeping a list of its persons.
struct Seat {
  let person: Int
  /// Which of the person's records it is, from 0.
  let copy: Int
  let household: Int
  /// How many live in the household, and which of them it is.
  let size: Int
  let place: Int

  private static let households = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 4]
  private static let records = [1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 4, 4, 5, 5, 6]
  private static let recordsOfAll = 50

  /// Household, size and place of each of the twenty.
  private static let places = households.enumerated().flatMap { index, size in
    (0..<size).map { (household: index, size: size, place: $0) }
  }

  init(_ slot: Int) {
    let group = slot / Self.recordsOfAll
    var (member, rest) = (0, slot % Self.recordsOfAll)
    let records = Self.shuffledRecords(of: group)
    while rest >= records[member] {
      rest -= records[member]
      member += 1
    }
    let place = Self.places[member]
    person = group * Self.places.count + member
    copy = rest
    household = group * Self.households.count + place.household
    (size, self.place) = (place.size, place.place)
  }

  /// Or all who live alone would have the same number of records.
  private static func shuffledRecords(of group: Int) -> [Int] {
    var random = SplitMix64(.crowd, row: group)
    var records = Self.records
    for index in stride(from: records.count - 1, to: 0, by: -1) { records.swapAt(index, random.below(index + 1)) }
    return records
  }
}
