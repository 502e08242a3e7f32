import KithCore

/// A person's profile with the visitor ids that it carries.
public struct VisitorProfile: Sendable, Equatable {
  public var id: Int64
  /// Whether it says who the person is: a name, or an identifier beyond a visitor id. Others are anonymous.
  public var isKnown: Bool
  public var visitors: [String]

  /// - Parameter visitors: each with its namespace, so that equal texts mean the same visitor id.
  public init(id: Int64, isKnown: Bool, visitors: [String]) {
    self.id = id
    self.isKnown = isKnown
    self.visitors = visitors
  }
}

extension Resolution {
  /// Visitor ids come last: they attach anonymous profiles to customers and never bring two customers together.
  ///
  /// 1. An anonymous profile whose visitor ids lead to exactly one customer is attached to it. If they lead to several it
  ///    stays by itself: nothing tells whose it is.
  /// 2. Anonymous profiles that no customer carries an id of are joined with one another, and follow those of step 1 that
  ///    share an id with them, if these are all one customer's.
  /// 3. A visitor id of several customers is a kiosk: it attaches nobody and joins only anonymous profiles that are left.
  ///
  /// - Parameters:
  ///   - profiles: all persons that carry a visitor id of one of them, and the known ones of their clusters.
  ///   - decisions: "different" also keeps these apart.
  public mutating func attachVisitors(_ profiles: [VisitorProfile], decisions: [Decision] = []) {
    let carriers = Set(profiles.filter { !$0.visitors.isEmpty }.map(\.id))
    let concerned = clusters.filter { $0.contains(where: carriers.contains) }
    if concerned.isEmpty { return }
    let members = Set(concerned.joined())
    var pass = VisitorPass(concerned, profiles.filter { members.contains($0.id) }, decisions)
    pass.run()
    clusters.removeAll { $0.contains(where: carriers.contains) }
    clusters = (clusters + pass.clusters()).sorted { $0[0] < $1[0] }
    matches += pass.matches
  }
}

private struct VisitorPass {
  private typealias Value = (visitor: String, carriers: [Int])

  private enum Owner: Equatable {
    case none
    case one(Int)
    case several

    mutating func add(_ root: Int) {
      switch self {
      case .none: self = .one(root)
      case .one(root), .several: break
      case .one: self = .several
      }
    }
  }

  /// Ascending; a profile's number is its place here.
  private let ids: [Int64]
  private var sets: RowSets
  /// By number of a profile: its cluster before this pass.
  private let origin: [Int]
  /// By cluster before this pass: whether somebody known is in it.
  private var isKnown: [Bool]
  private var values: [Value] = []
  private var apart: [(one: Int32, other: Int32)] = []
  /// By cluster before this pass, of anonymous ones only.
  private var ownerOf: [Int: Owner] = [:]
  private(set) var matches: [Match] = []

  init(_ clusters: [[Int64]], _ profiles: [VisitorProfile], _ decisions: [Decision]) {
    let ids = Set(clusters.joined()).union(profiles.map(\.id)).sorted()
    self.ids = ids
    let numbers = Dictionary(uniqueKeysWithValues: ids.enumerated().map { ($1, $0) })
    var sets = RowSets(count: ids.count)
    for cluster in clusters {
      for id in cluster.dropFirst() { sets.join(Int32(numbers[cluster[0]] ?? 0), Int32(numbers[id] ?? 0)) }
    }
    let origin = ids.indices.map { Int(sets.find(Int32($0))) }
    self.sets = sets
    self.origin = origin
    isKnown = [Bool](repeating: false, count: ids.count)
    var carriers: [String: [Int]] = [:]
    for profile in profiles {
      guard let number = numbers[profile.id] else { continue }
      if profile.isKnown { isKnown[origin[number]] = true }
      for visitor in Set(profile.visitors) { carriers[visitor, default: []].append(number) }
    }
    values = carriers.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }.map { ($0.key, $0.value.sorted()) }
    for decision in decisions where decision.verdict == .different {
      if let one = numbers[decision.left], let other = numbers[decision.right] {
        apart.append((Int32(one), Int32(other)))
      }
    }
  }

  mutating func run() {
    var owned: [(value: Value, owner: Int)] = []
    var free: [Value] = []
    var kiosks: [Value] = []
    for value in values {
      let known = value.carriers.filter { isKnown[origin[$0]] }
      switch Set(known.map { origin[$0] }).count {
      case 0: free.append(value)
      case 1: owned.append((value, known[0]))
      default: kiosks.append(value)
      }
    }
    attach(owned)
    joinFree(free)
    for value in kiosks { joinAll(value, value.carriers.filter(isLoose)) }
  }

  mutating func clusters() -> [[Int64]] {
    var members: [Int32: [Int64]] = [:]
    for number in ids.indices { members[sets.find(Int32(number)), default: []].append(ids[number]) }
    return members.values.sorted { $0[0] < $1[0] }
  }

  // MARK: steps

  private mutating func attach(_ owned: [(value: Value, owner: Int)]) {
    for (value, owner) in owned {
      for carrier in value.carriers where !isKnown[origin[carrier]] {
        ownerOf[origin[carrier], default: .none].add(origin[owner])
      }
    }
    for (value, owner) in owned {
      for carrier in value.carriers where !isKnown[origin[carrier]] {
        if case .one = ownerOf[origin[carrier]] { join(owner, carrier, value) }
      }
    }
  }

  private mutating func joinFree(_ values: [Value]) {
    // Which anonymous profiles hang together is found first, on the side, and whose they are: only then are they
    // joined.
    var together = RowSets(count: ids.count)
    for value in values {
      let loose = value.carriers.filter(isLoose)
      for carrier in loose.dropFirst() { together.join(Int32(origin[loose[0]]), Int32(origin[carrier])) }
    }
    var owners: [Int32: Owner] = [:]
    for value in values {
      guard let loose = value.carriers.first(where: isLoose) else { continue }
      for carrier in value.carriers {
        guard case .one(let customer) = ownerOf[origin[carrier]] else { continue }
        owners[together.find(Int32(origin[loose])), default: .none].add(customer)
      }
    }
    for value in values {
      let loose = value.carriers.filter(isLoose)
      guard let first = loose.first else { continue }
      let attached = value.carriers.filter {
        if case .one = ownerOf[origin[$0]] { true } else { false }
      }
      if case .one = owners[together.find(Int32(origin[first]))] ?? .none {
        joinAll(value, attached + loose)
      } else {
        joinAll(value, loose)
      }
    }
  }

  /// Joins each carrier to the first one that nobody told apart from it.
  private mutating func joinAll(_ value: Value, _ carriers: [Int]) {
    var hubs: [Int] = []
    for carrier in carriers where !hubs.contains(where: { join($0, carrier, value) }) { hubs.append(carrier) }
  }

  /// Whether the two are one cluster now.
  @discardableResult
  private mutating func join(_ one: Int, _ other: Int, _ value: Value) -> Bool {
    let (left, right) = (sets.find(Int32(one)), sets.find(Int32(other)))
    if left == right { return true }
    for pair in apart {
      let (a, b) = (sets.find(pair.one), sets.find(pair.other))
      if (a, b) == (left, right) || (a, b) == (right, left) { return false }
    }
    sets.join(left, right)
    matches.append(
      Match(ids[one], ids[other], rule: .visitor, note: "visitor id of one customer", visitor: value.visitor))
    return true
  }

  /// Anonymous, and no customer carries one of its visitor ids alone.
  private func isLoose(_ profile: Int) -> Bool { !isKnown[origin[profile]] && ownerOf[origin[profile]] == nil }
}
