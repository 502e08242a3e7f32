import CPrefetch

/// Finds who shares a key, in an index that nobody changes meanwhile. It reads without counting references: several
/// tasks that do, one after the other, wait for each other at every one.
struct NeighbourSearch: @unchecked Sendable {
  // Unchecked: it points into the index and only reads.
  private let keys: CandidateKeys
  private let cards: UnsafePointer<ProfileCard>
  private let ids: UnsafePointer<Int64>
  private let isGone: UnsafePointer<UInt8>
  private let isRepeated: UnsafePointer<UInt8>
  private let entries: UnsafePointer<UInt64>
  private let starts: [Int]
  private let sorted: UnsafePointer<Int32>
  private let placeStarts: UnsafePointer<Int32>
  private let newByKey: [UInt64: [Int32]]
  private let apart: Set<Int64>

  /// - Parameter apart: profiles that stand for themselves, whoever says the same.
  init(_ index: ProfileIndex, _ base: ProfileIndex.Base, apart: Set<Int64>) {
    keys = CandidateKeys(index.table)
    cards = UnsafePointer(index.table.cards.base)
    ids = UnsafePointer(index.ids.base)
    isGone = UnsafePointer(index.isGone.base)
    isRepeated = UnsafePointer(index.isRepeated.base)
    entries = UnsafePointer(base.entries.base)
    starts = base.starts
    sorted = UnsafePointer(base.distinct.sorted.base)
    placeStarts = UnsafePointer(base.distinct.starts.base)
    newByKey = index.newByKey
    self.apart = apart
  }

  /// The keys of a row.
  func appendKeys(of row: Int32, to list: inout [UInt64]) {
    for key in CandidateKey.allCases { keys.appendKeys(key, of: cards[Int(row)], as: 0, to: &list) }
  }

  func card(_ row: Int32) -> ProfileCard { cards[Int(row)] }

  /// Has the cards brought in that will be compared soon.
  func prefetch(_ rows: [Int32]) { for row in rows { kith_prefetch(cards + Int(row)) } }

  /// Where the entries of keys begin.
  func places(of keys: [UInt64], to places: inout [Int]) {
    for key in keys { kith_prefetch(entries + guess(key)) }
    for key in keys {
      let kind = Int(key >> 60)
      places.append(
        BinarySearch.first(in: starts[kind]..<starts[kind + 1], near: guess(key)) { entries[$0] >= key })
    }
  }

  /// Keys are spread evenly within their kind.
  private func guess(_ key: UInt64) -> Int {
    let kind = Int(key >> 60)
    let part = Double((key << 4) >> (4 + CandidateKeys.rowBits)) / 0x1p32
    return starts[kind] + Int(part * Double(starts[kind + 1] - starts[kind]))
  }

  /// Calls `body` with the rows that stand for those that have a key.
  /// - Parameters:
  ///   - start: what `places` says of the key.
  ///   - lead: finds the row that stands for another one where this is not to be seen at once.
  func eachLead(
    withKey key: UInt64, from start: Int, lead: (Int32) -> Int32, _ body: (Int32) -> Void
  ) {
    var position = start
    let end = starts[Int(key >> 60) + 1]
    while position < end, CandidateKeys.isSameKey(entries[position], key) {
      let place = CandidateKeys.row(of: entries[position])
      position += 1
      var hasLead = false
      for index in Int(placeStarts[place])..<Int(placeStarts[place + 1]) {
        let row = sorted[index]
        if isGone[Int(row)] != 0 { continue }
        if isRepeated[place] != 0 {
          body(lead(row))
        } else if !apart.isEmpty, apart.contains(ids[Int(row)]) {
          body(row)
        } else if !hasLead {
          body(row)
          hasLead = true
        }
      }
    }
    if newByKey.isEmpty { return }
    for row in newByKey[key] ?? [] where isGone[Int(row)] == 0 { body(lead(row)) }
  }
}
