import Foundation
import KithTesting
import Testing

/// A real CardDAV server, Radicale, written to through its own protocol and read by the program that users run.
@Suite(
  .enabled(if: ToolServer.Kind.radicale.isInstalled, "there is no Radicale: apt-get install radicale"))
struct RadicaleTests {
  private static func options(_ url: String) -> [String: String] {
    ["url": url + "/hub/contacts/", "user": "hub", "password": "env:TOOL_PASSWORD"]
  }

  private static func put(_ name: String, _ number: Int, as version: String = "", _ client: ToolClient) async throws {
    let card = """
      BEGIN:VCARD
      VERSION:3.0
      UID:uid-\(number)
      FN:Jörg\(version) Müller\(number)
      N:Müller\(number);Jörg\(version);;Dr.;
      EMAIL;TYPE=INTERNET,HOME:kunde\(number)@example.de
      TEL;TYPE=CELL:+49 171 \(1_000_000 + number)
      ADR;TYPE=HOME:;;Hauptstr. \(number);Köln;;\(50_000 + number);Deutschland
      END:VCARD

      """.replacingOccurrences(of: "\n", with: "\r\n")
    try await client.send("PUT", "/\(name).vcf", Data(card.utf8), type: "text/vcard; charset=utf-8")
  }

  private static func makeBook(_ server: ToolServer, cards: Int) async throws -> ToolClient {
    let client = ToolClient.basic(
      server.url + "/hub/contacts", user: "hub", password: ToolServer.Kind.password)
    let book = """
      <create xmlns="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav"><set><prop>
      <resourcetype><collection/><c:addressbook/></resourcetype></prop></set></create>
      """
    try await client.send("MKCOL", "", Data(book.utf8), type: "application/xml")
    for number in 0..<(cards - 1) { try await put("k\(number)", number, client) }
    try await put("J%C3%B6rg%20%26%20Co", cards - 1, client)
    return client
  }

  @Test func whatChangesInTheBookComesAndNothingIsLost() async throws {
    let server = try ToolServer(.radicale)
    let client = try await Self.makeBook(server, cards: 130)
    let hub = try ToolHub("carddav", options: Self.options(server.url), streams: ["contacts"])
    defer { hub.program.remove() }
    let check = try hub.run("check")
    #expect(check.status == 0, "\(check.output)\(check.errors)")
    let first = try hub.run("sync")
    #expect(first.status == 0, "\(first.errors)")
    var run = try hub.newestRun()
    #expect(run == ["contacts: 130 new, 0 changed, 0 gone"])
    let columns = "key,given_name,family_name,email,phone,postcode,country,is_deleted"
    let before = try hub.rows("profiles", columns)
    #expect(before.contains("k7.vcf,Jörg,Müller7,kunde7@example.de,+491711000007,50007,DE,0"), "\(before.prefix(5))")
    #expect(before.contains { $0.hasPrefix("Jörg & Co.vcf,Jörg,Müller129,") }, "\(before.prefix(5))")

    // Ten cards, and no other is asked for.
    for number in 0..<4 { try await Self.put("k\(number)", number, as: "Neu", client) }
    try await Self.put("J%C3%B6rg%20%26%20Co", 129, as: "Neu", client)
    for number in 200..<203 { try await Self.put("k\(number)", number, client) }
    for number in 50..<52 { try await client.send("DELETE", "/k\(number).vcf", nil, type: "text/plain") }
    #expect(try hub.run("sync").status == 0)
    run = try hub.newestRun(naming: ["read", "unchanged"])
    #expect(run == ["contacts: 3 new, 5 changed, 2 gone, 10 read, 0 unchanged"])
    let after = try hub.rows("profiles", columns)
    #expect(after.filter { $0.hasSuffix(",1") }.map { $0.prefix(7) } == ["k50.vcf", "k51.vcf"])
    #expect(after.filter { $0.contains(",JörgNeu,") }.count == 5)
    #expect(try hub.run("sync").status == 0)
    run = try hub.newestRun(naming: ["read"])
    #expect(run == ["contacts: 0 new, 0 changed, 0 gone, 0 read"])

    // The server forgets its tokens.
    let tokens = server.folder.appendingPathComponent("cards/collection-root/hub/contacts/.Radicale.cache/sync-token")
    try FileManager.default.removeItem(at: tokens)
    try await client.send("DELETE", "/k60.vcf", nil, type: "text/plain")
    let whole = try hub.run("sync")
    #expect(whole.status == 0 && (whole.output + whole.errors).contains("everything is read again"), "\(whole.errors)")
    run = try hub.newestRun(naming: ["read", "unchanged"])
    #expect(run == ["contacts: 0 new, 0 changed, 1 gone, 131 read, 130 unchanged"])
    try ToolAccidents(server: server, connector: "carddav", options: Self.options, streams: ["contacts"]).check()
  }

  @Test func whatIsWrongIsTold() async throws {
    let server = try ToolServer(.radicale)
    _ = try await Self.makeBook(server, cards: 1)
    func check(_ changes: [String: String]) throws -> String {
      let options = Self.options(server.url).merging(changes) { $1 }
      let hub = try ToolHub("carddav", options: options, streams: ["contacts"])
      defer { hub.program.remove() }
      let check = try hub.run("check")
      #expect(check.status != 0 && !check.errors.contains(ToolServer.Kind.password), "\(check.output)")
      return check.errors + check.output
    }
    let home = try check(["url": server.url + "/hub/"])
    #expect(home.contains("there is no address book at this URL") && home.contains("/hub/contacts/"), "\(home)")
    let nothing = try check(["url": server.url + "/hub/other/"])
    #expect(nothing.contains("404"), "\(nothing)")
  }
}
