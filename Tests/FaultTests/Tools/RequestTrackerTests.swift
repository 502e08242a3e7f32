import Foundation
import KithTesting
import Testing

/// A real Request Tracker, written to through its own API and read by the program that users run.
@Suite(
  .enabled(
    if: ToolServer.Kind.requestTracker.isInstalled,
    "there is no Request Tracker: apt-get install request-tracker5 rt5-db-sqlite rt5-standalone"))
struct RequestTrackerTests {
  private static let streams = ["tickets", "users"]

  private static func options(_ url: String) -> [String: String] {
    ["url": url, "user": "root", "password": "env:TOOL_PASSWORD"]
  }

  private static let people: [[String: String]] = [
    [
      "Name": "j.mueller", "EmailAddress": "j.mueller@example.de", "RealName": "Jörg Müller",
      "MobilePhone": "+49 171 1234567", "Organization": "Müller GmbH",
    ],
    ["Name": "anna", "EmailAddress": "anna.weiss@example.at", "RealName": "Anna Weiß"],
    ["Name": "o.brien", "EmailAddress": "O.Brien@example.ie", "RealName": "Siobhán O'Brien"],
    // She has no tickets: of others these would change with the name.
    ["Name": "erna", "EmailAddress": "erna@example.ch", "RealName": "Erna Weiß"],
  ]

  private static func addTickets(_ numbers: Range<Int>, _ client: ToolClient) async throws {
    let tickets = numbers.map { number in
      [
        "Queue": "General", "Subject": "Wo bleibt Nr. \(number)?", "Content": "Zeile 1\nZeile 2",
        "Requestor": people[number % 3]["EmailAddress"] ?? "",
      ]
    }
    let made = try await client.json("POST", "/tickets/bulk", tickets)
    #expect((made as? [[String: Any]])?.filter { $0["id"] is String }.count == numbers.count, "\(made)")
  }

  @Test func whatChangesInTheToolComesAndNothingIsLost() async throws {
    let server = try ToolServer(.requestTracker)
    let client = ToolClient.basic(server.url + "/REST/2.0", user: "root", password: ToolServer.Kind.password)
    for person in Self.people { try await client.json("POST", "/user", person) }
    try await Self.addTickets(0..<120, client)
    let hub = try ToolHub("request_tracker", options: Self.options(server.url), streams: Self.streams)
    defer { hub.program.remove() }
    let first = try hub.run("sync")
    #expect(first.status == 0, "\(first.errors)")
    var run = try hub.newestRun()
    #expect(run == ["tickets: 120 new, 0 changed, 0 gone", "users: 5 new, 0 changed, 0 gone"])
    let profiles = try hub.rows("profiles", "given_name,family_name,email,phone,company,is_deleted")
    #expect(
      profiles.contains("Jörg,Müller,j.mueller@example.de,+491711234567,Müller GmbH,0"), "\(profiles)")
    let before = try hub.rows("tickets", "key,subject,status,group_name,solved_at")
    #expect(before.contains("3,Wo bleibt Nr. 2?,new,General,"), "\(before.prefix(5))")

    // Ten records: six tickets and four users, of whom one is no longer listed.
    try await client.json("PUT", "/ticket/3", ["Status": "resolved"])
    try await client.json("PUT", "/ticket/4", ["Subject": "Anders"])
    try await client.json(
      "POST", "/ticket/5/correspond", ["Content": "Ist unterwegs.", "ContentType": "text/plain"])
    try await Self.addTickets(120..<123, client)
    try await client.json("PUT", "/user/erna", ["RealName": "Erna Schwarz"])
    try await client.json("PUT", "/user/o.brien", ["HomePhone": "+353 1 234567"])
    try await client.json("POST", "/user", ["Name": "neu", "EmailAddress": "neu@example.de", "RealName": "Nina Neu"])
    try await client.json("PUT", "/user/j.mueller", ["Disabled": 1])
    #expect(try hub.run("sync").status == 0)
    run = try hub.newestRun()
    #expect(run == ["tickets: 3 new, 3 changed, 0 gone", "users: 1 new, 2 changed, 1 gone"])
    let after = try hub.rows("tickets", "key,subject,status,group_name")
    #expect(after.contains("3,Wo bleibt Nr. 2?,resolved,General") && after.contains("4,Anders,new,General"), "\(after)")
    #expect(try hub.rows("profiles", "given_name,family_name").contains("Erna,Schwarz"))
    try ToolAccidents(
      server: server, connector: "request_tracker", options: Self.options, streams: Self.streams
    ).check()
  }
}
