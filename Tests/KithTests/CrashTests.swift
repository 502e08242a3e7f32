import Foundation
import GRDB
import Testing

/// A record acknowledged is stored, once: wherever a sync dies, the next one ends where an undisturbed one would have.
@Suite struct CrashTests {
  private static let configuration = """
    hub: {country: CH, currency: CHF}
    sources:
      - name: shop
        connector: ecommerce_orders
        streams:
          customers: {path: people.csv, layout: custom, settle_seconds: 0, mapping: {key: Id, given_name: First, email: Mail}}
          order_lines:
            path: lines.csv
            layout: custom
            settle_seconds: 0
            mapping: {key: Order, placed_at: At, customer_number: Id, line.product_key: Sku, line.quantity: Count, line.unit_price: Price}
    """

  private func write(_ program: Program) throws {
    var people = "Id,First,Mail\n"
    var lines = "Order,At,Id,Sku,Count,Price\n"
    for number in 0..<6_000 {
      people += "\(number),Given\(number % 97),p\(number % 5_500)@example.com\n"
      // Equal lines of one order, which only their number tells apart.
      lines += "\(number / 3),2026-01-0\(number % 9 + 1) 10:00:00,\(number / 30),S\(number % 2),1,9.90\n"
    }
    try program.write("connectors.yml", Self.configuration)
    try program.write("people.csv", people)
    try program.write("lines.csv", lines)
  }

  private func table(_ program: Program) throws -> [String] {
    let queue = try DatabaseQueue(path: program.folder.appendingPathComponent("kith.sqlite").path)
    return try queue.read { db in
      var lines: [String] = []
      for sql in [
        "SELECT p.key, p.given_name, p.email, c.display_name, c.profiles, c.orders, c.revenue FROM profiles p "
          + "LEFT JOIN customers c USING (customer_id) ORDER BY p.stream_id, p.key",
        "SELECT o.key, o.total, o.line_count, l.key, l.quantity FROM orders o JOIN order_lines l USING (order_id) "
          + "ORDER BY o.key, l.key",
        "SELECT key, type, occurred_at, valence FROM touchpoints ORDER BY key",
        "SELECT COUNT(*) FROM resolve_queue", "PRAGMA integrity_check",
      ] {
        lines += try Row.fetchAll(db, sql: sql).map { $0.databaseValues.map(\.description).joined(separator: "|") }
      }
      return lines
    }
  }

  @Test func aSyncThatDiesAnywhereGoesOn() throws {
    let reference = try Program()
    defer { reference.remove() }
    try write(reference)
    #expect(try reference.run("sync").status == 0)
    let expected = try table(reference)
    #expect(expected.count > 14_000)

    let program = try Program()
    defer { program.remove() }
    try write(program)
    var deaths = 0
    // Ever later in the run: the schema, the first batches, later ones, identity.
    for blocks in [40, 700, 1_500, 2_600, 4_000, 5_500, 7_000, 9_000] {
      if try program.runUntilFileHas(blocks: blocks, "sync").status != 0 { deaths += 1 }
    }
    #expect(deaths >= 4, "only \(deaths) runs died: the files no longer grow that large")
    let last = try program.run("sync")
    #expect(last.status == 0, "\(last.errors)")
    #expect(try table(program) == expected)
    #expect(try program.run("sync").output.contains("Nothing changed"))
  }
}
