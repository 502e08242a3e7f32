import Foundation
import KithCore
import KithStore
import KithTesting
import Testing

@testable import KithServer

/// Roles × endpoints × columns, as the API's own document tells them.
@Suite struct MatrixTests {
  /// What was agreed; nobody named for what needs no token.
  private static let policy: [String: Set<Role>] = [
    "health": [], "ready": [], "get_openapi": [], "receive_message": [],
    "metrics": [.integrator, .ops, .admin],
    "get_me": Set(Role.allCases), "list_sources": Set(Role.allCases), "get_source": Set(Role.allCases),
    "get_stream": Set(Role.allCases), "list_runs": Set(Role.allCases), "get_run": Set(Role.allCases),
    "list_schedules": Set(Role.allCases), "list_alerts": Set(Role.allCases),
    "list_checkpoints": Set(Role.allCases), "reset_checkpoints": [.integrator, .ops, .admin],
    "start_run": [.integrator, .ops, .admin], "cancel_run": [.integrator, .ops, .admin],
    "replay_quarantine": [.integrator, .ops, .admin],
    "pause_schedule": [.ops, .admin], "resume_schedule": [.ops, .admin],
    "list_quarantine": [.integrator, .ops, .privacy, .admin],
    "get_quarantine_entry": [.integrator, .ops, .privacy, .admin],
    "list_customers": [.ops, .analyst, .privacy, .admin], "get_customer": [.ops, .analyst, .privacy, .admin],
    "get_journey": [.ops, .analyst, .privacy, .admin],
    "get_matches": [.analyst, .privacy, .admin], "list_decisions": [.analyst, .privacy, .admin],
    "list_tables": [.analyst, .privacy, .admin], "export_table": [.analyst, .privacy, .admin],
    "look_up_customer": [.privacy, .admin], "list_review": [.privacy, .admin], "merge_customers": [.privacy, .admin],
    "split_customer": [.privacy, .admin], "decide": [.privacy, .admin], "withdraw_decision": [.privacy, .admin],
  ]

  /// What a token may be limited to, and what is open to one that is limited to some sources.
  private static let limits: [String: (scope: Scope?, reach: Endpoint.Reach)] = [
    "get_me": (nil, .free), "metrics": (.metrics, .all),
    "list_sources": (.sources, .filtered), "get_source": (.sources, .named), "get_stream": (.sources, .named),
    "list_checkpoints": (.checkpoints, .filtered), "reset_checkpoints": (.checkpoints, .named),
    "list_runs": (.runs, .filtered), "get_run": (.runs, .filtered), "start_run": (.runs, .named),
    "cancel_run": (.runs, .filtered), "list_schedules": (.schedules, .filtered),
    "pause_schedule": (.schedules, .named), "resume_schedule": (.schedules, .named),
    "list_alerts": (.alerts, .filtered), "list_quarantine": (.quarantine, .filtered),
    "get_quarantine_entry": (.quarantine, .filtered), "replay_quarantine": (.quarantine, .named),
    "list_customers": (.customers, .all), "get_customer": (.customers, .all), "get_journey": (.customers, .all),
    "get_matches": (.customers, .all), "look_up_customer": (.customers, .all), "merge_customers": (.customers, .all),
    "split_customer": (.customers, .all), "list_review": (.decisions, .all), "list_decisions": (.decisions, .all),
    "decide": (.decisions, .all), "withdraw_decision": (.decisions, .all), "list_tables": (.tables, .all),
    "export_table": (.tables, .all),
  ]

  private struct Operation {
    var name: String
    var method: String
    var path: String
    var json: JSON

    /// With values for all that it requires.
    var filled: String { filled(source: "crm") }

    func filled(source: String) -> String {
      var path = path
      for (name, value) in [
        ("customer_id", "1"), ("source", source), ("stream", "contacts"), ("run_id", "1"), ("quarantine_id", "1"),
        ("table", "customers"),
      ] { path = path.replacing("{\(name)}", with: value) }
      return name == "look_up_customer" ? path + "?kind=email&value=Anna.Meier@Example.com" : path
    }
  }

  private static func operations(_ document: JSON) -> [Operation] {
    guard case .object(let paths)? = document["paths"] else { return [] }
    return paths.flatMap { path -> [Operation] in
      guard case .object(let methods) = path.value else { return [] }
      return methods.map {
        Operation(
          name: $0.value["operationId"]?.string ?? "", method: $0.name.uppercased(), path: path.name, json: $0.value)
      }
    }
  }

  private static func document(_ stage: ServedHub) async throws -> JSON {
    try await stage.send("GET", "/api/v1/openapi.json", token: nil).json
  }

  @Test func everyRoleMayWhatTheDocumentSaysAndNoMore() async throws {
    try await ServedHub(schedule: "every 1d").serve { stage in
      try await stage.sync()
      let operations = Self.operations(try await Self.document(stage))
      #expect(Set(operations.map(\.name)) == Set(Self.policy.keys))
      for operation in operations {
        let told = Set(operation.json["x-kith-roles"]?.items?.compactMap { Role(rawValue: $0.string ?? "") } ?? [])
        #expect(told == Self.policy[operation.name], "\(operation.name)")
        let body = operation.method == "POST" ? "{}" : nil
        for role in Role.allCases {
          let reply = try await stage.send(
            operation.method, operation.filled, token: try stage.token(role), body: body)
          let isAllowed = told.isEmpty || told.contains(role)
          #expect((reply.status == 403) == !isAllowed, "\(operation.name) as \(role.rawValue): \(reply.text)")
          #expect(reply.status < 500, "\(operation.name) as \(role.rawValue): \(reply.text)")
          if operation.method == "GET", isAllowed { #expect(reply.status == 200, "\(operation.name): \(reply.text)") }
          #expect(operation.json["responses"]?[String(reply.status)] != nil, "\(operation.name): \(reply.status)")
        }
        let nobody = try await stage.send(operation.method, operation.filled, token: nil, body: body)
        #expect((nobody.status == 401) == !told.isEmpty, "\(operation.name): \(nobody.status)")
      }
    }
  }

  private static func token(
    _ stage: ServedHub, _ role: Role, sources: [String] = [], scopes: [Scope] = []
  ) throws -> String {
    try AccessToken.create(
      in: stage.hub.store, name: "limited", role: role,
      limits: try TokenLimits(sources: sources, scopes: scopes, role: role), expiresAt: nil, by: "test",
      at: stage.hub.time.now()
    ).reveal()
  }

  @Test func everyScopeOpensWhatTheDocumentSaysAndNoMore() async throws {
    try await ServedHub(schedule: "every 1d").serve { stage in
      try await stage.sync()
      let operations = Self.operations(try await Self.document(stage)).filter { $0.json["x-kith-roles"] != nil }
      #expect(Set(operations.map(\.name)) == Set(Self.limits.keys))
      for operation in operations {
        let (scope, reach) = try #require(Self.limits[operation.name])
        #expect(operation.json["x-kith-scope"]?.string == scope?.rawValue, "\(operation.name)")
        #expect(operation.json["x-kith-reach"]?.string == reach.rawValue, "\(operation.name)")
      }
      for role in Role.allCases {
        for scope in Scope.allCases {
          // A token that could do nothing is not made.
          let isUseful = operations.contains {
            Self.limits[$0.name]?.scope == scope && Self.policy[$0.name]?.contains(role) == true
          }
          let token = try? Self.token(stage, role, scopes: [scope])
          #expect((token != nil) == isUseful, "\(role.rawValue), \(scope.rawValue)")
          guard let token else { continue }
          for operation in operations {
            let own = Self.limits[operation.name]?.scope
            let isAllowed = Self.policy[operation.name]?.contains(role) == true && (own == nil || own == scope)
            let reply = try await stage.send(
              operation.method, operation.filled, token: token, body: operation.method == "POST" ? "{}" : nil)
            #expect(
              (reply.status == 403) == !isAllowed,
              "\(operation.name) as \(role.rawValue) for \(scope.rawValue): \(reply.text)")
          }
        }
      }
    }
  }

  /// A token for one source sees and does nothing of another one.
  @Test func aTokenOfASourceLeavesOthersAlone() async throws {
    let shop = ListConnector("shop", ListConnector.people.streams)
    try await ServedHub([.people, shop], schedule: "every 1d").serve { stage in
      try await stage.sync()
      for source in ["crm", "shop"] {
        let key = AlertKey(.runFailed, source: source)
        _ = try stage.hub.store.changeAlerts(tell: [], at: stage.hub.time.now()) { _ in
          [.open(AlertFinding(key, "\(source) failed"))]
        }
      }
      let token = try Self.token(stage, .admin, sources: ["crm"])
      let me = try await stage.send("GET", "/api/v1/me", token: token).json
      #expect(me["sources"] == ["crm"].json && me["scopes"] == .null)
      let document = try await Self.document(stage)
      for operation in Self.operations(document) where operation.json["x-kith-roles"] != nil {
        let reach = Self.limits[operation.name]?.reach
        let takesBody = operation.json["requestBody"] != nil
        func send(_ source: String) async throws -> ServedHub.Reply {
          let isNamedInBody = takesBody && !operation.path.contains("{source}")
          return try await stage.send(
            operation.method, operation.filled(source: source), token: token,
            body: !takesBody ? nil : isNamedInBody ? "{\"source\":\"\(source)\"}" : "{}")
        }
        switch reach {
        case .named:
          let own = try await send("crm")
          #expect(own.status != 403, "\(operation.name): \(own.text)")
          let other = try await send("shop")
          #expect(other.status == 403 && other.json["where"] == "source".json, "\(operation.name): \(other.text)")
          // Nor does it learn whether there is one.
          #expect(try await send("nobody").status == 403, "\(operation.name)")
        case .filtered where operation.method == "GET":
          let own = try await send("crm")
          #expect(own.status == 200, "\(operation.name): \(own.text)")
          // The service finds nothing wrong, and may have taken the alerts back by now.
          #expect(own.text.contains("crm") || operation.name == "list_alerts", "\(operation.name): \(own.text)")
          #expect(!own.text.contains("shop"), "\(operation.name): \(own.text)")
        case .all: #expect(try await send("crm").status == 403, "\(operation.name)")
        default: break
        }
      }
      // By number, and by a filter.
      let run = try #require(try stage.hub.store.runs(limit: 1, source: "shop").first).id
      let entry = try #require(try stage.hub.store.quarantine(QuarantineFilter(source: "shop")).first).id
      for path in ["runs/\(run)", "quarantine/\(entry)"] {
        #expect(try await stage.send("GET", "/api/v1/\(path)", token: token).status == 404, "\(path)")
      }
      #expect(try await stage.send("POST", "/api/v1/runs/\(run)/cancel", token: token).status == 404)
      #expect(try await stage.send("GET", "/api/v1/runs?source=shop", token: token).status == 403)
      let replay = try await stage.send("POST", "/api/v1/quarantine/replay", token: token, body: "{}")
      #expect(replay.status == 403 && replay.json["allowed"] == "crm".json, "\(replay.text)")
      #expect(try await stage.send("GET", "/api/v1/alerts?state=all", token: token).json["alerts"]?.items?.count == 1)
      #expect(throws: KithError.self) { try Self.token(stage, .analyst, sources: ["crm"], scopes: [.customers]) }
    }
  }

  /// A value beside what the document says of it.
  private struct Cell {
    /// `CustomerSummary.email`.
    var name: String
    var value: JSON
    var isPersonal: Bool
  }

  private static func cells(_ value: JSON, _ schema: JSON, _ schemas: JSON, in owner: String = "") -> [Cell] {
    if let reference = schema["$ref"]?.string {
      let name = String(reference.split(separator: "/").last ?? "")
      return cells(value, schemas[name] ?? .null, schemas, in: name)
    }
    if let choices = schema["anyOf"]?.items, value != .null {
      return choices.first.map { cells(value, $0, schemas, in: owner) } ?? []
    }
    if let items = value.items { return items.flatMap { cells($0, schema["items"] ?? .null, schemas, in: owner) } }
    guard case .object(let members) = value, case .object(let properties)? = schema["properties"] else { return [] }
    #expect(Set(members.map(\.name)) == Set(properties.map(\.name)), "\(owner)")
    return members.flatMap { member -> [Cell] in
      guard let property = properties.first(where: { $0.name == member.name })?.value else { return [] }
      let isPersonal = property["x-kith-personal"] == .boolean(true)
      return [Cell(name: "\(owner).\(member.name)", value: member.value, isPersonal: isPersonal)]
        + cells(member.value, property, schemas, in: owner)
    }
  }

  private static func isScalar(_ value: JSON) -> Bool {
    switch value {
    case .object, .list: false
    default: true
    }
  }

  @Test func personalColumnsAreNullForThoseWhoSeeNone() async throws {
    try await ServedHub(schedule: "every 1d").serve { stage in
      try await stage.sync()
      try stage.hub.store.decide([(1, 3, false)], by: "Anna", note: "called", at: stage.hub.time.now())
      let document = try await Self.document(stage)
      let schemas = try #require(document["components"]?["schemas"])
      var shown: Set<String> = []
      var compared = 0
      for operation in Self.operations(document) where operation.method == "GET" && operation.name != "get_me" {
        guard let schema = operation.json["responses"]?["200"]?["content"]?["application/json"]?["schema"] else {
          continue
        }
        let roles = operation.json["x-kith-roles"]?.items?.compactMap { Role(rawValue: $0.string ?? "") } ?? []
        let all = Self.cells(try await stage.get(operation.filled).json, schema, schemas)
        shown.formUnion(all.filter { $0.isPersonal && $0.value != .null }.map(\.name))
        for role in roles where operation.name != "list_tables" {
          let reply = try await stage.get(operation.filled, as: role)
          let cells = Self.cells(reply.json, schema, schemas)
          #expect(cells.count == all.count, "\(operation.name) as \(role.rawValue)")
          for (cell, full) in zip(cells, all) where Self.isScalar(full.value) {
            compared += 1
            let expected = cell.isPersonal && !role.seesContacts ? JSON.null : full.value
            #expect(cell.value == expected, "\(operation.name) as \(role.rawValue): \(cell.name)")
          }
        }
      }
      #expect(compared > 500)
      // What must be seen to be masked.
      let personal: Set<String> = [
        "CustomerSummary.display_name", "CustomerSummary.email", "CustomerSummary.phone", "GoldenValue.value",
        "GoldenValue.key", "Profile.key", "Profile.name", "Profile.email", "Profile.phone", "Match.note",
        "QuarantineEntry.reason", "QuarantineDetail.reason", "QuarantineDetail.raw", "Decision.decided_by",
        "Decision.note",
      ]
      #expect(personal.isSubset(of: shown), "\(personal.subtracting(shown))")
    }
  }

  /// No answer of any kind tells those who see no contacts who somebody is, and no log tells anybody.
  @Test func nothingPersonalLeaksElsewhere() async throws {
    try await ServedHub(schedule: "every 1d").serve { stage in
      try await stage.sync()
      let document = try await Self.document(stage)
      let words = ["Meier", "Chlo", "anna.meier", "example.", "+41", "5550123", ListConnector.canary]
      let tables = document["paths"]?["/api/v1/tables/{table}/rows"]?["get"]?["parameters"]?.items?
        .first { $0["name"] == "table".json }?["schema"]?["enum"]?.items?.compactMap(\.string)
      let exports = try #require(tables).flatMap {
        ["/api/v1/tables/\($0)/rows", "/api/v1/tables/\($0)/rows?format=jsonl"]
      }
      #expect(exports.count > 30)
      for role in Role.allCases where !role.seesContacts {
        let paths = Self.operations(document).filter { $0.method == "GET" }.map(\.filled) + exports
        for path in paths {
          let reply = try await stage.get(path, as: role)
          for word in words where reply.status != 403 {
            #expect(!reply.text.contains(word), "\(path) as \(role.rawValue) tells \(word): \(reply.text.prefix(300))")
          }
        }
      }
      // The same words are there for those who may see them.
      let seen = try await stage.get("/api/v1/tables/customers/rows", as: .privacy)
      #expect(seen.text.contains("Meier") && seen.text.contains("anna.meier@example.com"))
      _ = try await stage.get("/api/v1/customers?q=anna.meier", as: .privacy)
      _ = try await stage.get("/api/v1/customers/lookup?kind=phone&value=0795550123", as: .privacy)
      for word in words where word != "example." { #expect(!stage.log.text.contains(word)) }
    }
  }

  @Test func hiddenColumnsTablesAndSearchesAreRefused() async throws {
    try await ServedHub().serve { stage in
      try await stage.sync()
      for (path, place) in [
        ("/api/v1/customers?q=anna", "q"), ("/api/v1/tables/customers/rows?columns=customer_id,email", "columns"),
        ("/api/v1/tables/identifiers/rows", "table"),
      ] {
        let reply = try await stage.get(path, as: .analyst)
        #expect(reply.status == 403 && reply.json["where"] == place.json, "\(path): \(reply.text)")
        #expect(try await stage.get(path, as: .privacy).status == 200, "\(path)")
      }
      let header = try await stage.get("/api/v1/tables/customers/rows", as: .analyst).text.prefix { $0 != "\n" }
      let columns = header.split(separator: ",")
      #expect(columns.contains("customer_id") && columns.contains("city") && !columns.contains("email"))
    }
  }
}
