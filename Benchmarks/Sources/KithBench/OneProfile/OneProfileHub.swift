import FoundationEssentials

/// A hub of many profiles that gets one more at a time.
struct OneProfileHub {
  private let kith: URL
  private let folder: URL
  private let profiles: Int

  /// The desk knows nothing of the CRM's numbers: whoever it meets is found by what he says.
  private static let configuration = """
    hub: {database: kith.sqlite, country: CH, currency: CHF}
    sources:
      - name: crm
        connector: crm_export
        streams:
          contacts: {path: input/customers.csv, settle_seconds: 0, layout: generic, mapping: {customer_number: id}}
      - name: desk
        connector: crm_export
        streams:
          contacts: {path: input/desk-*.csv, settle_seconds: 0, layout: generic}

    """

  init(_ kith: URL, _ folder: URL, profiles: Int) throws {
    guard FileManager.default.isExecutableFile(atPath: kith.path) else { throw BenchError.noKith(kith.path) }
    (self.kith, self.folder, self.profiles) = (kith, folder, profiles)
    try? FileManager.default.removeItem(at: folder)
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("input"), withIntermediateDirectories: true)
    try Self.configuration.write(
      to: folder.appendingPathComponent("connectors.yml"), atomically: true, encoding: .utf8)
  }

  /// Loads all but the one, and tells how long identity took for them.
  func fill() throws -> Resolved {
    Log.note("filling a hub with \(Format.grouped(profiles)) profiles")
    try CustomerFile.write(profiles, edition: .first, to: input("customers"))
    try sync("crm")
    return try resolve()
  }

  /// One more profile: by turns of somebody who is there, with another telephone number and house, and of a stranger.
  func add(_ number: Int) throws -> Resolved {
    let known = number * (profiles / 2 + 1) % profiles
    let row = number.isMultiple(of: 2) ? known : profiles + number
    try CustomerFile.write(row..<row + 1, isChanged: { _ in true }, to: input("desk-\(number)"))
    try sync("desk")
    let resolved = try resolve()
    guard resolved.identity.profilesExamined > 0, !resolved.hasLearned else { throw BenchError.notOneProfile }
    return resolved
  }

  private func input(_ name: String) -> URL { folder.appendingPathComponent("input/\(name).csv") }

  private func sync(_ source: String) throws {
    _ = try Program(folder: folder).run(
      Command(program: kith.path, arguments: ["sync", source, "--no-resolve", "--json"]))
  }

  private func resolve() throws -> Resolved {
    let program = Program(folder: folder)
    _ = try program.run(Command(program: kith.path, arguments: ["resolve", "--json"]))
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Resolved.self, from: Data(contentsOf: program.output))
  }

  /// What `kith resolve --json` says of itself.
  struct Resolved: Decodable {
    struct Identity: Decodable { let profilesExamined: Int }

    let hasLearned: Bool
    let identity: Identity
    /// By part, and `all`.
    let seconds: [String: Double]

    var all: Double { seconds["all"] ?? 0 }
  }
}
