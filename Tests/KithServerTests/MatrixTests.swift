import Foundation
import KithCore
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
    "start_run": [.integrator, .ops, .admin], "cancel_run": [.integrator, .ops, .admin],
    "replay_quarantine": [.integrator, .ops, .admin],
    "reset_checkpoint": [.ops, .admin], "pause_schedule": [.ops, .admin], "resume_schedule": [.ops, .admin],
    "list_quarantine": [.integrator, .ops, .privacy, .admin],
    "get_quarantine_entry": [.integrator, .ops, .privacy, .admin],
    "list_customers": [.ops, .analyst, .privacy, .admin], "get_customer": [.ops, .analyst, .privacy, .admin],
    "get_journey": [.ops, .analyst, .privacy, .admin],
    "get_matches": [.analyst, .privacy, .admin], "list_decisions": [.analyst, .privacy, .admin],
    "list_tables": [.analyst, .privacy, .admin], "export_table": [.analyst, .privacy, .admin],
    "look_up_customer": [.privacy, .admin], "list_review": [.privacy, .admin], "merge_customers": [.privacy, .admin],
    "split_customer": [.privacy, .admin], "decide": [.privacy, .admin], "withdraw_decision": [.privacy, .admin],
  ]

  private struct Operation {
    var name: String
    var method: String
    var path: String
    var json: JSON

    /// With values for all that it requires.
    var filled: String {
      var path = path
      for (name, value) in [
        ("customer_id", "1"), ("source", "crm"), ("stream", "contacts"), ("run_id", "1"), ("quarantine_id", "1"),
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
