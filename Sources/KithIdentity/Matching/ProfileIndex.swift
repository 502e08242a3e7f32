import KithCore

/// The profiles of a hub in memory, found by what they share. It is filled once, and then follows single changes.
///
/// Not safe to be used by two tasks at a time.
public final class ProfileIndex {
  let table = ProfileTable()
  let ids = Column<Int64>()
  private(set) var base: Base?
  let isGone = Column<UInt8>()
  /// Rows that came after the index was built.
  private var newRows: [Int64: Int32] = [:]
  private var newByContent: [UInt64: [Int32]] = [:]
  private(set) var newByKey: [UInt64: [Int32]] = [:]
  /// By their order: the place in the base of those that say the same, -1 where nobody does.
  private let newPlaces = Column<Int32>()
  /// By place in the base: whether somebody new says the same.
  private(set) var isRepeated = Column<UInt8>()

  /// What is built once over all rows that are there.
  struct Base {
    let rows: Int
    let distinct: DistinctRows
    /// By row: its place among the distinct ones.
    let places: Column<Int32>
    /// The entries of all keys, ascending.
    let entries: Column<UInt64>
    /// By kind of key: where its entries begin; one more than there are kinds.
    let starts: [Int]

    init(rows: Int, distinct: DistinctRows, places: Column<Int32>, entries: Column<UInt64>) {
      self.rows = rows
      self.distinct = distinct
      self.places = places
      self.entries = entries
      starts =
        CandidateKey.allCases.map { BinarySearch.first(in: entries, atLeast: $0.rawValue << 60) } + [entries.count]
    }

    /// The place of those that say something; nil when nobody does.
    func place(content: UInt64, _ table: ProfileTable) -> Int? {
      let guess = Int(Double(content >> 11) / 0x1p53 * Double(distinct.count))
      let place = BinarySearch.first(in: 0..<distinct.count, near: guess) {
        table.cards[distinct.row($0)].content >= content
      }
      return place < distinct.count && table.cards[distinct.row(place)].content == content ? place : nil
    }
  }

  public init() {}

  /// How many profiles there are.
  public private(set) var count = 0

  /// Adds a profile, or replaces what was known of it. Before the index is used for the first time, ids must ascend.
  ///
  /// - Parameter source: the number, from 1, of a source without duplicates; 0 for any other.
  public func put(
    id: Int64, kind: Profile.Kind, attributes: [CanonicalAttribute], identifiers: [CanonicalIdentifier],
    source: UInt16 = 0
  ) {
    var rows = ProfileRows()
    rows.begin(id: id, kind: kind, source: source)
    rows.add(attributes, identifiers)
    put(rows)
  }

  /// The same for several profiles, none of them twice.
  public func put(_ rows: ProfileRows) {
    let first = table.count
    if base != nil { for row in rows.rows { remove(id: row.id) } }
    table.append(rows)
    for row in rows.rows {
      ids.append(row.id)
      isGone.append(0)
    }
    count += rows.count
    guard let base else { return }
    let tableKeys = CandidateKeys(table)
    var keys: [UInt64] = []
    for row in Int32(first)..<Int32(table.count) {
      newRows[ids[row]] = row
      let content = table.cards[row].content
      newByContent[content, default: []].append(row)
      let place = base.place(content: content, table)
      newPlaces.append(place.map { Int32($0) } ?? -1)
      if let place { isRepeated[place] = 1 }
      keys.removeAll(keepingCapacity: true)
      for key in CandidateKey.allCases { tableKeys.appendKeys(key, of: table.cards[row], as: 0, to: &keys) }
      for key in keys { newByKey[key, default: []].append(row) }
    }
  }

  public func remove(id: Int64) {
    build()
    guard let row = row(of: id) else { return }
    isGone[row] = 1
    newRows[id] = nil
    count -= 1
  }

  /// The row of a profile; nil when it is not there.
  func row(of id: Int64) -> Int32? {
    build()
    if let row = newRows[id] { return row }
    var (low, high) = (0, base?.rows ?? 0)
    while low < high {
      let middle = (low + high) / 2
      if ids[middle] < id { low = middle + 1 } else { high = middle }
    }
    return low < base?.rows ?? 0 && ids[low] == id && isGone[low] == 0 ? Int32(low) : nil
  }

  /// The rows that say just what a row says, by id. Only itself where what it says does not name one person.
  func copies(of row: Int32) -> [Int32] {
    guard table.namesOnePerson(Int(row)) else { return [row] }
    let content = table.cards[row].content
    var found = newByContent.isEmpty ? [] : (newByContent[content] ?? []).filter { isGone[$0] == 0 }
    if let base {
      let place = row < base.rows ? base.places[row] : newPlaces[Int(row) - base.rows]
      if place >= 0 { for row in base.distinct.rows(Int(place)) where isGone[row] == 0 { found.append(row) } }
    }
    return found.count > 1 ? found.sorted { ids[$0] < ids[$1] } : found
  }

  /// - Parameter apart: profiles that stand for themselves, whoever says the same.
  func search(apart: Set<Int64>) -> NeighbourSearch {
    let base = build()
    return NeighbourSearch(self, base, apart: apart)
  }

  /// Works out what finds rows, once.
  @discardableResult
  private func build() -> Base {
    if let base { return base }
    let distinct = DistinctRows(table)
    let built = Base(
      rows: table.count, distinct: distinct, places: distinct.places,
      entries: CandidateKeys(table).allEntries(distinct.cards(of: table)))
    use(built)
    return built
  }

  private func use(_ built: Base) {
    base = built
    isRepeated = Column(repeating: 0, count: built.distinct.count)
  }
}

/// Goes through columns to write them, or to fill them with what was written.
protocol ColumnVisitor {
  mutating func visit<Element: BitwiseCopyable>(_ column: Column<Element>) throws
}

extension ProfileIndex {
  /// To be raised with every change of what is kept, of folding, keys or hashes.
  private static let archiveVersion: UInt64 = 4

  /// How many elements a column of so many may grow by where it is mapped: without room, one profile more would have
  /// whole columns copied.
  private static func room(for count: Int) -> Int { count / 16 + 64 }

  /// Hands out all that the index holds, in pieces of whole 16 bytes, to be kept and mapped by `init(archive:owner:)`. Only
  /// before the index has followed a change.
  public func archive(_ write: @escaping (UnsafeRawBufferPointer) throws -> Void) throws {
    build()
    guard let base, newRows.isEmpty, count == table.count else { return }
    var visitor = ColumnWriter(write: write)
    let head = Column<UInt64>()
    head.append(Self.archiveVersion)
    head.append(UInt64(count))
    try visitor.visit(head)
    try visit(&visitor, base.distinct, base.places, base.entries)
  }

  /// An index as it was archived; nil when the bytes are no archive of this version.
  /// - Parameters:
  ///   - archive: memory that may be written to without anybody noticing, aligned to 16 bytes.
  ///   - owner: keeps the memory as long as it lives.
  public convenience init?(archive: UnsafeMutableRawBufferPointer, owner: AnyObject) {
    self.init()
    var visitor = ColumnReader(rest: archive[...], owner: owner)
    let head = Column<UInt64>()
    let distinct = DistinctRows()
    let (places, entries) = (Column<Int32>(), Column<UInt64>())
    do {
      try visitor.visit(head)
      guard head.count == 2, head[0] == Self.archiveVersion else { return nil }
      count = Int(head[1])
      try visit(&visitor, distinct, places, entries)
      guard visitor.rest.isEmpty, [table.count, ids.count, isGone.count, places.count].allSatisfy({ $0 == count })
      else { return nil }
      use(Base(rows: count, distinct: distinct, places: places, entries: entries))
    } catch {
      return nil
    }
  }

  private func visit(
    _ visitor: inout some ColumnVisitor, _ distinct: DistinctRows, _ places: Column<Int32>, _ entries: Column<UInt64>
  ) throws {
    try table.visit(&visitor)
    try visitor.visit(ids)
    try visitor.visit(isGone)
    try distinct.visit(&visitor)
    try visitor.visit(places)
    try visitor.visit(entries)
  }

  private struct ColumnWriter: ColumnVisitor {
    let write: (UnsafeRawBufferPointer) throws -> Void

    func visit<Element: BitwiseCopyable>(_ column: Column<Element>) throws {
      let head = [UInt64(column.count), UInt64(MemoryLayout<Element>.stride)]
      try head.withUnsafeBytes { try write($0) }
      let stride = MemoryLayout<Element>.stride
      let bytes = column.count * stride
      try write(UnsafeRawBufferPointer(start: UnsafeRawPointer(column.base), count: bytes))
      let all = (bytes + ProfileIndex.room(for: column.count) * stride + 15) / 16 * 16
      let rest = [UInt8](repeating: 0, count: all - bytes)
      try rest.withUnsafeBytes { try write($0) }
    }
  }

  private struct Torn: Error {}

  private struct ColumnReader: ColumnVisitor {
    var rest: Slice<UnsafeMutableRawBufferPointer>
    let owner: AnyObject

    mutating func visit<Element: BitwiseCopyable>(_ column: Column<Element>) throws {
      let stride = MemoryLayout<Element>.stride
      guard rest.count >= 16, let start = UnsafeMutableRawBufferPointer(rebasing: rest).baseAddress else {
        throw Torn()
      }
      let count = Int(truncatingIfNeeded: start.load(as: UInt64.self))
      guard start.load(fromByteOffset: 8, as: UInt64.self) == UInt64(stride), count >= 0, count <= rest.count / stride
      else { throw Torn() }
      let capacity = count + ProfileIndex.room(for: count)
      let padded = (capacity * stride + 15) / 16 * 16
      guard rest.count >= 16 + padded else { throw Torn() }
      column.adopt(
        (start + 16).bindMemory(to: Element.self, capacity: capacity), count: count, capacity: capacity, of: owner)
      rest = rest.dropFirst(16 + padded)
    }
  }
}

extension ProfileIndex {
  /// Learns from all profiles and resolves them. Only before the index has followed a change.
  /// - Parameters:
  ///   - known: a model to use instead of learning one.
  ///   - decisions: what binds.
  ///   - labels: what the model is to learn from besides what the profiles say; those of others are left out.
  public func resolveAll(
    model known: IdentityModel? = nil, decisions: [Decision] = [], labels: [Label] = [],
    settings: IdentitySettings = IdentitySettings()
  ) -> (resolution: Resolution, model: IdentityModel) {
    precondition(newRows.isEmpty && count == table.count, "an index that has followed changes resolves components")
    let graph = DecisionGraph(decisions)
    let apart = Set(graph.apart.compactMap { row(of: $0) })
    build()
    let distinct = apart.isEmpty ? base?.distinct ?? DistinctRows(table) : DistinctRows(table, apart: apart)
    let cards = distinct.cards(of: table)
    let entries = apart.isEmpty ? base?.entries : nil
    let findCandidates: () -> Candidates = { [table] in
      entries.map { Candidates($0, places: cards.count, crowded: known?.crowded) }
        ?? Candidates(table, cards, crowded: known?.crowded)
    }
    var (model, candidates) =
      known.map { ($0, findCandidates()) }
      ?? IdentityModel.learned(table, cards, settings, labels: rowLabels(labels), findCandidates)
    model.crowded = Array(Set(model.crowded).union(candidates.crowded)).sorted()
    let comparer = Comparer(table: table, frequencies: Frequencies(table, model.shares))
    var edges = Matching.edges(comparer, model.weights, settings.vetoes, candidates.pairs, cards)
    if !graph.all.isEmpty { edges = decided(edges, graph, distinct) }
    let placed = PlacedGraph(
      rows: { Array(distinct.rows($0)) }, count: distinct.count, comparer: comparer, model: model,
      settings: settings, ids: ids)
    return (placed.resolve(edges), model)
  }

  private func rowLabels(_ labels: [Label]) -> [RowLabel] {
    labels.compactMap { label in
      guard let one = row(of: label.decision.left), let other = row(of: label.decision.right), one != other else {
        return nil
      }
      return RowLabel(one: one, other: other, isSame: label.decision.verdict == .same, share: label.share)
    }
  }

  private func decided(
    _ edges: [AverageLinkage.Edge], _ graph: DecisionGraph, _ distinct: DistinctRows
  ) -> [AverageLinkage.Edge] {
    var places: [Int32: Int32] = [:]
    let named = Set(graph.verdicts.keys.compactMap { row(of: $0) })
    for place in 0..<distinct.count {
      for row in distinct.rows(place) where named.contains(row) { places[row] = Int32(place) }
    }
    let verdicts = graph.weights { row(of: $0).flatMap { places[$0] } }
    var result = edges.filter { verdicts[UInt64($0.low) << 32 | UInt64($0.high)] != -.infinity }
    for (pair, weight) in verdicts {
      result.append(AverageLinkage.Edge(low: Int32(pair >> 32), high: Int32(pair & 0xffff_ffff), weight: weight))
    }
    return result.sorted { ($0.low, $0.high, $0.weight) < ($1.low, $1.high, $1.weight) }
  }
}
