import KithCore
import KithTesting
import Testing

@testable import KithStore

@Suite struct OrderTests {
  private func line(_ key: String, _ quantity: Int64, cents: Int64) -> OrderLine {
    OrderLine(key: key, quantity: Amount(mantissa: quantity), unitPrice: Amount(mantissa: cents, scale: 2))
  }

  @Test(arguments: Backend.allCases) func anOrderWithItsLines(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    let writer = try hub.writer("orders", rates: ["CHF": 1.05])
    var order = Order(key: "7", placedAt: time(5), status: "paid", currency: "CHF", campaign: "spring")
    order.lines = [line("a", 3, cents: 1_999), line("b", 1, cents: 10)]
    _ = try writer.write(StoreBatch(records: [purchase(order, person("p", emails: ["p@example.com"]))]))
    let stored = try hub.rows("SELECT total, total_base, line_count, currency, kind FROM orders")
    #expect(stored.map { $0.map(\.text) } == [["60.07", "63.07", "2", "\"CHF\"", "\"sale\""]])
    #expect(try hub.text("SELECT type FROM touchpoints WHERE key = 'order:7' AND origin = 'order'") == "order_placed")

    order.lines = [line("b", 2, cents: 10), line("c", 1, cents: 5)]
    order.status = "cancelled"
    let counts = try writer.write(StoreBatch(records: [purchase(order, person("p", emails: ["p@example.com"]))]))
    #expect(counts.updated == 1)
    let live = "SELECT key, quantity FROM order_lines WHERE NOT is_deleted ORDER BY key"
    #expect(try hub.list(live) == "b 2,c 1")
    #expect(try hub.int("SELECT COUNT(*) FROM order_lines WHERE is_deleted") == 1)
    #expect(try hub.text("SELECT type FROM touchpoints WHERE key = 'order:7'") == "order_cancelled")
    #expect(try hub.rows("SELECT total FROM orders") == [[.real(0.25)]])
  }

  @Test(arguments: Backend.allCases) func unknownCurrenciesAndPersonsAreKeptAsSuch(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    let order = Order(key: "1", placedAt: time(0), currency: "XAU", total: Amount(mantissa: 5))
    _ = try hub.writer("orders").write(StoreBatch(records: [purchase(order)]))
    let kept = "SELECT COUNT(*) FROM orders WHERE total = 5 AND total_base IS NULL AND profile_id IS NULL"
    #expect(try hub.int(kept) == 1)
    #expect(try hub.int("SELECT COUNT(*) FROM fact_orders") == 1)
  }

  @Test(arguments: Backend.allCases) func rowsOfAFlatExportMakeAnOrder(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    let buyer = person("p", emails: ["p@example.com"])
    let late = Order(key: "9", placedAt: time(60), status: "paid")
    let early = Order(key: "9", placedAt: time(0), status: "paid")
    let writer = try hub.writer("lines")
    let first = try writer.write(
      StoreBatch(records: [row(late, line("2", 1, cents: 250), buyer), row(early, line("1", 2, cents: 100), buyer)]))
    #expect(first == RunCounts(read: 2, inserted: 2))
    #expect(try hub.list("SELECT placed_at, total, line_count FROM orders") == "\(time(0).sqlText) 4.5 2")
    let again = try hub.writer("lines").write(
      StoreBatch(records: [row(late, line("2", 1, cents: 250), buyer), row(early, line("1", 3, cents: 100), buyer)]))
    #expect(again == RunCounts(read: 2, updated: 1, unchanged: 1))
    #expect(try hub.rows("SELECT total FROM orders") == [[.real(5.5)]])
    #expect(try hub.int("SELECT COUNT(*) FROM touchpoints") == 1)
  }

  @Test(arguments: Backend.allCases) func aNewStatusOnAllRowsReachesTheOrder(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    for status in ["open", "paid", "aaa"] {
      let order = Order(key: "9", placedAt: time(0), status: status)
      _ = try hub.writer("lines").write(
        StoreBatch(records: ["1", "2", "3"].map { row(order, line($0, 1, cents: 100)) }))
      #expect(try hub.text("SELECT status FROM orders") == status)
    }
  }

  @Test(arguments: Backend.allCases) func aRowWithoutALineGivesTheTotal(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    let header = Order(key: "9", placedAt: time(0), total: Amount(mantissa: 99), shipping: Amount(mantissa: 4))
    let bare = Order(key: "9", placedAt: time(0))
    let batch = StoreBatch(records: [row(header, nil), row(bare, line("1", 1, cents: 100))])
    #expect(try hub.writer("lines").write(batch) == RunCounts(read: 2, inserted: 2))
    #expect(try hub.list("SELECT total, shipping, line_count FROM orders") == "99 4 1")
    #expect(try hub.writer("lines").write(batch) == RunCounts(read: 2, unchanged: 2))
  }

  @Test(arguments: Backend.allCases) func aListingOfRowsDropsLinesAndEmptyOrders(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    let (one, two) = (Order(key: "1", placedAt: time(0)), Order(key: "2", placedAt: time(0)))
    let records = [
      row(one, line("a", 1, cents: 100)), row(one, line("b", 1, cents: 50)), row(two, line("a", 1, cents: 1)),
    ]
    _ = try hub.writer("lines").write(StoreBatch(records: records, snapshot: .whole))
    let counts = try hub.writer("lines").write(StoreBatch(records: [records[0]], snapshot: .whole))
    #expect(counts == RunCounts(read: 3, unchanged: 1, deleted: 2))
    #expect(try hub.list("SELECT key, total FROM orders WHERE NOT is_deleted") == "1 1")
    #expect(try hub.int("SELECT COUNT(*) FROM orders WHERE is_deleted") == 1)
    let back = try hub.writer("lines").write(StoreBatch(records: records, snapshot: .whole))
    #expect(back == RunCounts(read: 3, updated: 2, unchanged: 1))
    #expect(try hub.int("SELECT COUNT(*) FROM orders WHERE NOT is_deleted") == 2)
    #expect(try hub.int("SELECT COUNT(*) FROM touchpoints WHERE NOT is_deleted") == 2)
  }

  @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64], Backend.allCases)
  func theOrderOfRowsDoesNotMatter(seed: UInt64, backend: Backend) throws {
    var random = SeededGenerator(seed: seed)
    var records: [CanonicalRecord] = []
    for index in 0..<60 {
      var order = Order(key: "o\(index / 5)", placedAt: time(Int64.random(in: 0..<9, using: &random)))
      order.status = ["paid", "open", nil].randomElement(using: &random) ?? nil
      order.country = ["CH", nil].randomElement(using: &random) ?? nil
      let buyer = Bool.random(using: &random) ? person("p\(index / 10)", emails: ["\(index % 3)@example.com"]) : nil
      let cents = Int64.random(in: 1..<10_000, using: &random)
      records.append(row(order, index % 5 == 4 ? nil : line("\(index % 5)", 1, cents: cents), buyer))
    }
    var dumps: [[[String]]] = []
    for _ in 0..<3 {
      let hub = try TemporaryHub(backend)
      var rest = records.shuffled(using: &random)[...]
      let writer = try hub.writer("lines")
      while !rest.isEmpty {
        let count = min(rest.count, Int.random(in: 1...25, using: &random))
        #expect(try writer.write(StoreBatch(records: Array(rest.prefix(count)))).isBalanced)
        rest = rest.dropFirst(count)
      }
      dumps.append(try hub.dump())
    }
    #expect(dumps[1] == dumps[0], "seed \(seed)")
    #expect(dumps[2] == dumps[0], "seed \(seed)")
  }
}
