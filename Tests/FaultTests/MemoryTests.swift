import Foundation
import GRDB
import KithTesting
import Testing

/// Memory is bounded by configuration, not by the size of a file, a record or a line. The kernel gives the program no
/// more than it may have, so whatever grows with its input ends in a crash.
@Suite(.enabled(if: Program.hasFaults)) struct MemoryTests {
  private static let megabytes = 96

  private static let configuration = """
    hub: {country: CH, currency: CHF, memory_mb: \(megabytes)}
    sources:
      - name: crm
        connector: crm_export
        streams:
          contacts: {path: people.csv, mode: snapshot, layout: custom, settle_seconds: 0, mapping: {key: Id, given_name: First, email: Mail}}
      - name: web
        connector: web_analytics
        streams:
          events: {path: events.ndjson, layout: custom, settle_seconds: 0, mapping: {key: id, channel: {const: web}, type: what, occurred_at: at, visitor_id: who}}
      - name: shop
        connector: ecommerce_orders
        streams:
          orders: {path: orders.xml, layout: custom, settle_seconds: 0, mapping: {key: "@id", placed_at: at, email: mail, total: sum}}

    """

  /// Writes piece by piece: the test is to need no memory either.
  private func write(_ name: String, to program: Program, _ body: (FileHandle) throws -> Void) throws {
    try program.write(name, "")
    let file = try FileHandle(forWritingTo: program.folder.appendingPathComponent(name))
    defer { try? file.close() }
    try body(file)
  }

  private func repeated(_ letter: String, megabytes: Int, to file: FileHandle) throws {
    let piece = Data(String(repeating: letter, count: 1 << 20).utf8)
    for _ in 0..<megabytes { try file.write(contentsOf: piece) }
  }

  @Test func recordsWithoutEnd() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("connectors.yml", Self.configuration)
    try write("people.csv", to: program) { file in
      try file.write(contentsOf: Data("Id,First,Mail\n1,Anna,anna@example.com\n2,\"".utf8))
      try repeated("y", megabytes: 10, to: file)
      try file.write(contentsOf: Data("\",b@example.com\n3,Otto,otto@example.com\n".utf8))
    }
    try write("events.ndjson", to: program) { file in
      let event = "{\"id\":\"a\",\"what\":\"viewed\",\"at\":\"2026-01-01T00:00:00Z\",\"who\":\"v\"}\n"
      try file.write(contentsOf: Data("\(event){\"id\":\"b\",\"what\":\"".utf8))
      try repeated("z", megabytes: 300, to: file)
    }
    try write("orders.xml", to: program) { file in
      let order = "<order id=\"1\"><at>2026-01-01T10:00:00Z</at><mail>anna@example.com</mail><sum>5</sum></order>"
      try file.write(contentsOf: Data("<orders>\(order)<order id=\"2\"><at>".utf8))
      try repeated("9", megabytes: 5, to: file)
      try file.write(contentsOf: Data("</at></order>\(order.replacing("\"1\"", with: "\"3\""))</orders>".utf8))
    }
    let run = try program.run("sync", memoryLimit: Self.megabytes + 32)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("8 records read: 5 new"), "\(run.output)")
    let queue = try DatabaseQueue(path: program.database)
    let codes = try queue.read { try String.fetchAll($0, sql: "SELECT code FROM quarantine") }
    #expect(codes == ["size", "size", "size"])
  }

  /// The file is far larger than the memory, and so is what a listing without it takes away.
  @Test func aLargeFileAndItsEnd() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("connectors.yml", Self.configuration)
    // The full form's file has two gigabytes.
    let (rows, filler) = FaultCases.isFull ? (2_000_000, 1_000) : (60_000, 2_500)
    let company = String(repeating: "Firma ", count: filler / 6)
    try write("people.csv", to: program) { file in
      try file.write(contentsOf: Data("Id,First,Mail,Company\n".utf8))
      for start in stride(from: 0, to: rows, by: 1_000) {
        let lines = (start..<start + 1_000).map { "\($0),Given\($0 % 97),p\($0)@example.com,\(company)" }
        try file.write(contentsOf: Data((lines.joined(separator: "\n") + "\n").utf8))
      }
    }
    let run = try program.run("sync", "crm", "--no-resolve", memoryLimit: Self.megabytes + 32)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("0 updated"), "\(run.output)")
    try program.write("people.csv", "Id,First,Mail,Company\n1,Anna,anna@example.com,none\n")
    let next = try program.run("sync", "crm", "--no-resolve", memoryLimit: Self.megabytes + 32)
    #expect(next.status == 0, "\(next.errors)")
    #expect(next.output.replacing(",", with: "").contains("\(rows - 1) deleted"), "\(next.output)")
  }
}
