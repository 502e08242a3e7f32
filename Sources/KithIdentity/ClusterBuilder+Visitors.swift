import KithCore

/// Visitor ids come last: they attach anonymous profiles, those with nothing but visitor ids, to customers and never
/// bring two customers together.
///
/// 1. An anonymous profile whose visitor ids lead to exactly one customer is attached to it. If they lead to several it
///    stays by itself: nothing tells whose it is.
/// 2. Anonymous profiles that no customer carries an id of are joined with one another, and follow those of step 1 that
///    share an id with them, if these are all one customer's.
/// 3. A visitor id of several customers is a kiosk: it attaches nobody and joins only anonymous profiles that are left.
struct VisitorPass {
  typealias Value = (key: KeyIndex.Reference, carriers: [Int32])

  private enum Owner: Equatable {
    case none
    case one(Int32)
    case several

    mutating func add(_ root: Int32) {
      switch self {
      case .none: self = .one(root)
      case .one(root), .several: break
      case .one: self = .several
      }
    }
  }

  private var builder: ClusterBuilder
  private let key: (KeyIndex.Reference) -> IdentityKey
  private(set) var kiosks: [SharedValue] = []
  /// By profile that is root of its cluster at the beginning: whether somebody with a name or number is in it.
  private var isIdentified: [Bool]
  /// By root at the beginning, for anonymous clusters only.
  private var ownerOf: [Int32: Owner] = [:]
  /// Root at the beginning by profile: joins of this pass change roots, but not who was who.
  private var origin: [Int32: Int32] = [:]

  static func run(
    _ builder: inout ClusterBuilder, _ values: [Value], key: @escaping (KeyIndex.Reference) -> IdentityKey
  ) -> [SharedValue] {
    var pass = VisitorPass(builder, key)
    pass.run(values)
    builder = pass.builder
    return pass.kiosks
  }

  private init(_ builder: ClusterBuilder, _ key: @escaping (KeyIndex.Reference) -> IdentityKey) {
    self.builder = builder
    self.key = key
    isIdentified = [Bool](repeating: false, count: builder.profiles.count)
  }

  private mutating func run(_ values: [Value]) {
    if values.isEmpty { return }
    findIdentified()
    var owned: [(value: Value, owner: Int32)] = []
    var free: [Value] = []
    var kiosk: [Value] = []
    for value in values {
      let identified = value.carriers.filter { isIdentifiedOrigin($0) }
      let customers = Set(identified.map { originRoot($0) })
      switch customers.count {
      case 0: free.append(value)
      case 1: owned.append((value, identified[0]))
      default:
        kiosk.append(value)
        kiosks.append(
          SharedValue(
            key: key(value.key), reason: .kiosk, persons: customers.count, profiles: value.carriers.count))
      }
    }
    attach(owned)
    joinFree(free)
    for value in kiosk { joinAll(value, value.carriers.filter { isLoose($0) }) }
  }

  // MARK: Steps

  private mutating func attach(_ owned: [(value: Value, owner: Int32)]) {
    for (value, owner) in owned {
      let customer = originRoot(owner)
      for carrier in value.carriers where !isIdentifiedOrigin(carrier) {
        ownerOf[originRoot(carrier), default: .none].add(customer)
      }
    }
    for (value, owner) in owned {
      for carrier in value.carriers where !isIdentifiedOrigin(carrier) {
        let link = makeLink(owner, carrier, value)
        if ownerOf[originRoot(carrier)] == .several {
          builder.refuse(link, .ambiguous)
        } else if let reason = builder.join(owner, carrier, link, agreement: IdentityRules.NameAgreement.none) {
          builder.refuse(link, reason)
        }
      }
    }
  }

  private mutating func joinFree(_ values: [Value]) {
    // Which anonymous profiles hang together is found first, on the side, and whose they are: only then are they
    // joined.
    var sets = DisjointSets()
    for value in values {
      let loose = value.carriers.filter { isLoose($0) }
      for carrier in loose.dropFirst() { sets.join(originRoot(loose[0]), originRoot(carrier)) }
    }
    var owners: [Int32: Owner] = [:]
    for value in values {
      guard let loose = value.carriers.first(where: { isLoose($0) }) else { continue }
      for carrier in value.carriers {
        guard case .one(let customer) = ownerOf[originRoot(carrier)] else { continue }
        owners[sets.root(originRoot(loose)), default: .none].add(customer)
      }
    }
    for value in values {
      let loose = value.carriers.filter { isLoose($0) }
      guard let first = loose.first else { continue }
      let owner = owners[sets.root(originRoot(first))] ?? .none
      let attached = value.carriers.filter {
        if case .one = ownerOf[originRoot($0)] { true } else { false }
      }
      if case .one = owner {
        joinAll(value, attached + loose)
      } else {
        for carrier in attached { builder.refuse(makeLink(carrier, first, value), .ambiguous) }
        joinAll(value, loose)
      }
    }
  }

  private mutating func joinAll(_ value: Value, _ carriers: [Int32]) {
    guard carriers.count > 1 else { return }
    let evidence = Evidence(
      strength: Identifier.Kind.visitorID.linkStrength, rule: .visitor, agreement: .none, key: value.key,
      members: 0..<carriers.count, anchors: 0)
    builder.follow(evidence, members: carriers[...], key: key(value.key))
  }

  // MARK: Who is who

  private mutating func findIdentified() {
    for index in builder.profiles.indices {
      let isNamed = builder.table[builder.table.facetOf[index]].isNamed
      if isNamed || builder.profiles[index].identifiers.contains(where: { $0.kind != .visitorID }) {
        isIdentified[Int(builder.root(Int32(index)))] = true
      }
    }
  }

  private mutating func originRoot(_ profile: Int32) -> Int32 {
    if let known = origin[profile] { return known }
    let root = builder.root(profile)
    origin[profile] = root
    return root
  }

  private mutating func isIdentifiedOrigin(_ profile: Int32) -> Bool { isIdentified[Int(originRoot(profile))] }

  /// Anonymous, and no customer carries one of its visitor ids alone.
  private mutating func isLoose(_ profile: Int32) -> Bool {
    !isIdentifiedOrigin(profile) && ownerOf[originRoot(profile)] == nil
  }

  private func makeLink(_ one: Int32, _ other: Int32, _ value: Value) -> Link {
    builder.makeLink(
      one, other, key: key(value.key), rule: .visitor, strength: Identifier.Kind.visitorID.linkStrength)
  }
}

/// Disjoint sets of a few numbers.
private struct DisjointSets {
  private var parent: [Int32: Int32] = [:]

  mutating func root(_ item: Int32) -> Int32 {
    var node = item
    while let next = parent[node] {
      if let further = parent[next] { parent[node] = further }
      node = next
    }
    return node
  }

  mutating func join(_ one: Int32, _ other: Int32) {
    let (left, right) = (root(one), root(other))
    if left != right { parent[max(left, right)] = min(left, right) }
  }
}
