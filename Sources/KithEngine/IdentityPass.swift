import KithCore
import KithIdentity
import KithStore

/// One identity pass: which profiles it touches, and which customers they make.
struct IdentityPass {
  private let session: IdentitySession
  private let settings: IdentitySettings
  private let decisions: [Decision]
  /// What each decision was said in, in their order.
  private let words: [String]
  /// Where the index is kept, if anywhere.
  private let file: IdentityIndexFile?
  private let keepsIndexFrom: Int
  private let clock: IdentityClock
  private var index = ProfileIndex()
  /// Profiles that somebody is behind whom a company would call a customer: a person with a name, with an identifier
  /// beyond a visitor id, or with an address to write to. Anonymous visitors wait as profiles until they are known.
  private var people: Set<Int64> = []
  /// Touched profiles that exist.
  private var touched: [Int64] = []
  /// The customer that each touched profile had, deleted ones included.
  private var previous: [Int64: Int64] = [:]
  private var haveVisitors = false
  /// Whether the index beside the database is of this pass; one of before lacks what this pass changes.
  private var hasKeptAnew = false
  /// What kept the index from being kept.
  private var problem: KithError?

  init(
    _ session: IdentitySession, _ settings: IdentitySettings, file: IdentityIndexFile?, keepsIndexFrom: Int,
    clock: IdentityClock
  ) throws {
    self.session = session
    self.file = file
    self.keepsIndexFrom = keepsIndexFrom
    self.clock = clock
    self.settings = settings
    let said = try session.decisions()
    decisions = said.map { Decision($0.isSame ? .same : .different, $0.left, $0.right) }
    words = said.map(\.said)
  }

  mutating func run(everything: Bool, _ learning: IdentityResolver.Learning) throws -> IdentityOutcome {
    let known = try storedModel(learning)
    let isPartial = known != nil && !everything
    let isKept = try isPartial && loadKept()
    if !isKept { try load(.all, keepsPeople: !isPartial) }
    clock.end(.load)
    var resolution: Resolution
    if let known, isPartial {
      if !isKept { try keep() }
      resolution = try resolveTouched(known)
    } else {
      let labels = known == nil ? Label.labels(zip(decisions, words).map { ($0, $1) }) : []
      var model: IdentityModel
      (resolution, model) = index.resolveAll(
        model: known, decisions: decisions, labels: labels, settings: settings)
      if known != model {
        try session.store(
          model: model.encoded, profiles: known == nil ? session.profileCount() : 0, settings: settings.signature,
          isLearned: known == nil)
      }
      try keep()
    }
    if !hasKeptAnew, try session.indexToken() != nil { try session.noteChanges() }
    touched.sort()
    resolution.addSingles(touched)
    if haveVisitors { try attachVisitors(&resolution, everything: !isPartial) }
    return try outcome(resolution, isOfAll: !isPartial, hasLearned: known == nil)
  }

  /// Nil when a model must be learned.
  private func storedModel(_ learning: IdentityResolver.Learning) throws -> IdentityModel? {
    guard learning != .always, let stored = try session.model() else { return nil }
    if learning == .whenDue {
      if stored.settings != settings.signature { return nil }
      let (isLarge, hasGrown) = (
        try session.hasMoreProfiles(than: IdentityResolver.smallHub - 1),
        try session.hasMoreProfiles(than: stored.profiles + stored.profiles / 4)
      )
      if !isLarge || hasGrown { return nil }
    }
    return IdentityModel(encoded: stored.data)
  }

  /// Takes the kept index and brings it up to date; false when there is none, or too much has changed since.
  private mutating func loadKept() throws -> Bool {
    guard let file, let token = try session.indexToken() else { return false }
    let changed = try session.changedIDs()
    guard let kept = file.load(token: token), changed.count < max(kept.count / 10, 1_000) else { return false }
    // Once half as many profiles were read beside the index as it has, keeping it anew would have taken no longer.
    guard try session.noteReads(besideIndex: changed.count) < max(kept.count / 2, keepsIndexFrom) else { return false }
    index = kept
    for id in changed { index.remove(id: id) }
    try load(.changed, keepsPeople: false)
    return true
  }

  /// Keeps the index for the next pass, if it is worth it. A disk that refuses it costs time, not data.
  private mutating func keep() throws {
    guard let file, index.count >= keepsIndexFrom else { return }
    let token = (try session.indexToken() ?? 0) + 1
    do {
      try file.save(index, token: token)
    } catch {
      problem = error
      return
    }
    try session.keep(index: token)
    hasKeptAnew = true
  }

  private mutating func load(_ scope: IdentitySession.Scope, keepsPeople: Bool) throws {
    let decided = Set(decisions.flatMap { [$0.left, $0.right] })
    let filling = IndexFilling(index, settings)
    defer { filling.finish() }
    try session.eachRow(scope) { row in
      if keepsPeople { note(row) }
      if row.isDeleted { return }
      let row = withoutUnwanted(row)
      let hasContent = !row.attributes.isEmpty || !row.identifiers.isEmpty
      if hasContent || decided.contains(row.id) { filling.add(row) }
    }
  }

  private mutating func note(_ row: IdentityRow) {
    if let customer = row.customer { previous[row.id] = customer }
    if row.isDeleted { return }
    let row = withoutUnwanted(row)
    touched.append(row.id)
    if !row.visitorHashes.isEmpty { haveVisitors = true }
    let isNamed = row.attributes.contains { $0.attribute == .givenName || $0.attribute == .familyName }
    if row.kind == .person, isNamed || row.hasContact || !row.identifiers.isEmpty { people.insert(row.id) }
  }

  private func withoutUnwanted(_ row: IdentityRow) -> IdentityRow {
    if settings.blocked.isEmpty, settings.ignored.isEmpty { return row }
    var row = row
    row.identifiers.removeAll {
      settings.ignored.contains($0.kind) || settings.blocked[$0.kind]?.contains($0.value) == true
    }
    return row
  }

  /// Changed profiles for which nothing is worked out beforehand.
  private static let few = 200

  private mutating func resolveTouched(_ known: IdentityModel) throws -> Resolution {
    try session.keepPages()
    var fresh = try session.touchQueued { note($0) }
    let isLarge = fresh.count > Self.few
    var component = IdentityComponent(index, known, decisions: decisions, settings: settings, isLarge: isLarge)
    while !fresh.isEmpty {
      fresh = try session.touch(component.add(fresh)) { note($0) }
      if !component.crowd.isEmpty {
        // More share a key than the model knew: begin anew without it.
        _ = try session.touch(component.crowd) { note($0) }
        component = IdentityComponent(
          index, component.model, decisions: decisions, settings: settings, isLarge: isLarge)
        fresh = try session.touchedIDs()
      }
    }
    if component.model != known {
      try session.store(model: component.model.encoded, profiles: 0, settings: settings.signature, isLearned: false)
    }
    return component.resolve()
  }

  private func attachVisitors(_ resolution: inout Resolution, everything: Bool) throws {
    var visitors: [Int64: [String]] = [:]
    for (profile, visitor) in try session.visitorIDs(everything: everything) {
      visitors[profile, default: []].append(visitor)
    }
    if visitors.isEmpty { return }
    // A customer is known by any of its profiles, also by one without a visitor id.
    let profiles = touched.compactMap { id -> VisitorProfile? in
      let own = visitors[id] ?? []
      return own.isEmpty && !people.contains(id)
        ? nil : VisitorProfile(id: id, isKnown: people.contains(id), visitors: own)
    }
    resolution.attachVisitors(profiles, decisions: decisions)
  }

  private func outcome(_ resolution: Resolution, isOfAll: Bool, hasLearned: Bool) throws -> IdentityOutcome {
    let clusters = resolution.clusters.filter { $0.contains(where: people.contains) }
    var nextID = try session.nextCustomerID()
    let assignment = assign(
      clusters: clusters, previous: previous, former: try session.formerCustomers(everything: isOfAll),
      nextID: &nextID)
    // Only what is said of those that are no more asks.
    let there = assignment.events.contains { $0.kind == .retired } ? Set(touched) : []
    let lineage = assignment.events.map { IdentityResolver.lineage($0, isThere: there.contains) }
    return IdentityOutcome(
      profiles: touched.count, isOfAll: isOfAll, hasLearned: hasLearned, problem: problem, previousCustomers: previous,
      customerOf: assignment.customerOf, nextCustomerID: nextID,
      matches: Self.stored(resolution.matches), lineage: lineage)
  }

  /// In the order of the table, so that neighbours lie on one page.
  private static func stored(_ matches: [Match]) -> [StoredMatch] {
    matches.sorted { ($0.left, $0.right) < ($1.left, $1.right) }.map { match in
      StoredMatch(
        left: match.left, right: match.right, rule: match.rule.rawValue,
        kind: match.visitor == nil ? "" : Identifier.Kind.visitorID.name, value: match.visitor ?? "",
        score: match.score.map { (Double($0) * 100).rounded() / 100 }, isUsed: match.isUsed, note: match.note)
    }
  }
}

extension IdentitySettings {
  /// Settings other than these need a pass over everybody.
  var signature: String {
    let limits = limits.sorted { $0.key < $1.key }.map { "\($0.key.name) \($0.value)" }
    let blocked = blocked.sorted { $0.key < $1.key }.map { "\($0.key.name) \($0.value.sorted())" }
    let ignored = ignored.map { "ignored \($0.name)" }.sorted()
    let single = onePerCustomer.map { "one \($0.name)" } + sourcesWithoutDuplicates.map { "one of \($0)" }
    let held = ["birth_date \(vetoes.birthDate.rawValue)", "given_name \(vetoes.givenName.rawValue)"]
    let ranked = ranks.isEmpty ? [] : ["ranks \(ranks.map(\.name))"]
    let asked = precision.map { "precision \($0)" } ?? "even odds"
    return ([asked] + limits + blocked + ignored + single + held + ranked).joined(separator: "; ")
  }
}

extension Resolution {
  /// Profiles that were compared with nobody are clusters of their own.
  fileprivate mutating func addSingles(_ ids: [Int64]) {
    let known = Set(clusters.joined())
    let singles = ids.filter { !known.contains($0) }
    if singles.isEmpty { return }
    clusters = (clusters + singles.map { [$0] }).sorted { $0[0] < $1[0] }
  }
}
