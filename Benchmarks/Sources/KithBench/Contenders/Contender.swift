import FoundationEssentials

/// A program that loads an export into a fresh SQLite database, or writes down who is who in it.
///
/// The bench asks once whether it takes part (`prepare`), and then for every run: makes a folder, lets the contender
/// equip it, links the export into it as `input/NAME`, times `command` there, and counts with `checks` what the database
/// holds. For a re-export the file is exchanged and the same command timed again in the same folder. Who is who goes into
/// `clusters.csv` instead, a line `record_id,cluster_id` for every record.
protocol Contender: Sendable {
  var name: String { get }
  /// How much of a workload's file it gets; nil where it would be no peer.
  func share(of workload: Workload) -> Share?
  /// Installs what is missing and tells the version. An error means: not to be had here, with the reason.
  func prepare() throws -> String
  func command(for workload: Workload, in folder: URL) -> Command
}

/// For those that need files of their own in the run's folder.
protocol EquippingContender: Contender {
  /// `port`: where a server gives the export page by page, of workloads that have one.
  func equip(_ folder: URL, for workload: Workload, port: UInt16?) throws
}

/// For those that do not read the export itself.
protocol TranslatingContender: Contender {
  func translated(_ file: URL) throws -> URL
}

/// For those whose tables are called otherwise than the peers', or that tell themselves what they did.
protocol SelfReportingContender: Contender {
  func checks(for load: Load, _ expected: Expected) -> [Check]
  func verify(_ output: URL, for load: Load, _ expected: Expected) throws
}

/// A count that a database must give after a load.
struct Check {
  let sql: String
  let expected: Int

  /// What every peer is held to: all rows, and after a re-export the changed ones as changed.
  static func peer(_ load: Load, _ expected: Expected) -> [Check] {
    switch load.workload {
    case .customers, .memory: people("customers", load, expected)
    case .events: [Check(sql: "SELECT count(*) FROM events", expected: expected.rows)]
    case .orders: orders(expected)
    case .identity, .pages300, .pages600, .pages1300: []
    }
  }

  static func people(_ table: String, _ load: Load, _ expected: Expected) -> [Check] {
    let all = Check(sql: "SELECT count(*) FROM \(table)", expected: expected.rows)
    guard load.stage == .again else { return [all] }
    let changed = "SELECT count(*) FROM \(table) WHERE updated_at LIKE '\(Clock.reexportDay)%'"
    return [all, Check(sql: changed, expected: expected.changed)]
  }

  static func orders(_ expected: Expected) -> [Check] {
    [
      Check(sql: "SELECT count(*) FROM orders", expected: expected.rows),
      Check(sql: "SELECT count(*) FROM order_lines", expected: expected.lines),
    ]
  }
}

extension Contender {
  /// The database's name in the run's folder.
  static var database: String { "hub.db" }
  /// The name of the clusters there.
  static var clusters: String { "clusters.csv" }
}
