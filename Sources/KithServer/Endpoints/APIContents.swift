import KithCore
import KithEngine

/// What endpoints work with beside the hub of their call.
struct Workplace: Sendable {
  var current: CurrentHub
  var service: ScheduleService
  var figures: FiguresCache
  var metrics: ServiceMetrics
}

/// All endpoints there are.
enum APIContents {
  static let endpoints: [Endpoint] =
    monitoring + sources + checkpoints + runs + schedules + alerts + quarantine + customers + identity + tables
    + actions + decisions
    + webhooks

  /// Where the API's own paths begin.
  static let root = "/api/v1"

  static let everybody = Set(Role.allCases)
}
