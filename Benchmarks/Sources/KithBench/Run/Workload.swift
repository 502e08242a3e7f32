/// One kind of work that programs are compared at.
enum Workload: String, CaseIterable, Codable {
  case customers, memory, events, orders, identity, pages300, pages600, pages1300

  var rowsAtFullScale: Int {
    switch self {
    case .customers, .identity: 1_000_000
    case .memory, .events: 2_000_000
    case .orders, .pages300: 300_000
    case .pages600: 150_000
    case .pages1300: 75_000
    }
  }

  /// The names that `--only` takes for it.
  var names: [String] { pages == nil ? [rawValue] : ["pages", rawValue] }

  /// How large the records are, of those that a server gives page by page.
  var pages: PageFile.Size? {
    switch self {
    case .pages300: .small
    case .pages600: .large
    case .pages1300: .shop
    case .customers, .memory, .events, .orders, .identity: nil
    }
  }

  /// A re-export follows the first load into the same database.
  var stages: [Stage] { self == .customers ? [.first, .again] : [.first] }

  /// The name of the export in a run's folder; the peers' scripts know it.
  var exportName: String {
    switch self {
    case .customers, .memory: "customers.csv"
    case .events: "events.ndjson"
    case .orders: "orders.xml"
    case .identity: "records.csv"
    case .pages300, .pages600, .pages1300: "pages.ndjson"
    }
  }

  func title(_ stage: Stage) -> String {
    switch (self, stage) {
    case (.customers, .first): "customers, CSV, first load"
    case (.customers, .again): "customers, re-export with 10 % changed"
    case (.memory, _): "customers, twice as many"
    case (.events, _): "events, NDJSON, first load"
    case (.orders, _): "orders with lines, XML, first load"
    case (.identity, _): "who is who, people of three sources, CSV"
    case (.pages300, _): "pages over HTTP, JSON, records of 300 bytes"
    case (.pages600, _): "pages over HTTP, JSON, records of 600 bytes"
    case (.pages1300, _): "pages over HTTP, JSON, records of 1,300 bytes"
    }
  }
}

enum Stage: String, CaseIterable, Codable { case first, again }

/// Slow programs get a tenth of the rows; rows per second stay comparable as far as their time grows with the rows.
enum Share: String, Codable { case whole, tenth }

/// One file that one program works on.
struct Load {
  let workload: Workload
  let stage: Stage
  let share: Share
}
