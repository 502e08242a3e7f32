import Foundation
import KithTesting
import Testing

/// A hub that works in PostgreSQL, through the program that users run.
@Suite struct PostgresHubTests {
  private let url: String

  init() throws { url = try PostgresServer.shared().schemaURL() }

  private var environment: [String: String] { ["KITH_DATABASE": "env:HUB", "HUB": url] }

  private func run(_ program: Program, _ arguments: String...) throws -> ProgramOutcome {
    try program.start(arguments, environment: environment).wait()
  }

  /// What must be the same wherever a hub lies: all but the clock's times.
  private static let tables = [
    "profiles", "profile_traits", "identifiers", "consents", "touchpoints", "orders", "order_lines", "products",
    "survey_responses", "tickets", "traffic", "matches", "customer_attributes", "fact_orders", "fact_touchpoints",
    "fact_traffic",
  ]
  private static let customers = [
    "export", "customers", "--columns",
    "customer_id,kind,display_name,given_name,email,phone,profiles,source_names,first_seen_at,last_seen_at,touchpoints,"
      + "valence,orders,revenue,average_order_value,last_nps,last_csat,tickets,open_tickets,email_consent",
  ]

  private func expectSameTables(_ program: Program, _ place: String) throws {
    for arguments in Self.tables.map({ ["export", $0] }) + [Self.customers] {
      let here = try program.start(arguments).wait()
      let there = try program.start(arguments, environment: environment).wait()
      #expect(here.status == 0 && there.status == 0, "\(place): \(here.errors)\(there.errors)")
      if here.output == there.output { continue }
      let (lines, others) = (here.output.split(separator: "\n"), there.output.split(separator: "\n"))
      let first = zip(lines, others).first { $0 != $1 }
      Issue.record("\(place), \(arguments[1]): \(lines.count) and \(others.count) rows; \(String(describing: first))")
    }
  }

  /// Every kind of sync gives the same tables, numbers included.
  @Test func theSameSyncsGiveTheSameTables() throws {
    let program = try Program.withSamples()
    defer { program.remove() }
    func both(_ arguments: String...) throws {
      let here = try program.start(arguments).wait()
      let there = try program.start(arguments, environment: environment).wait()
      #expect(here.status == 0 && there.status == 0, "\(arguments): \(here.errors)\(there.errors)")
      #expect(here.output == there.output, "\(arguments)")
      try expectSameTables(program, "\(arguments)")
    }
    try both("sync")
    try both("sync")
    // Half of the listed contacts vanish, some of the rest change.
    let file = program.folder.appendingPathComponent("samples/crm/contacts.csv")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
    let rest = lines.enumerated().filter { $0.offset == 0 || $0.offset % 2 == 1 }.map {
      $0.offset % 5 == 1 ? $0.element.replacing("Zürich", with: "Basel").replacing("Lyon", with: "Nice") : $0.element
    }
    try Data(rest.joined(separator: "\n").utf8).write(to: file)
    // What was written just now may still grow, and would be left for later.
    try FileManager.default.setAttributes(
      [.modificationDate: Date().addingTimeInterval(-1_800)], ofItemAtPath: file.path)
    try both("sync", "crm")
    try both("sync", "--full")
    try both("resolve", "--full")
    for database in [[:], environment] {
      let verify = try program.start(["verify"], environment: database).wait()
      #expect(verify.status == 0, "\(verify.output)\(verify.errors)")
    }
  }

  /// Decisions, previews and dry runs work there as well; what they answer is the same.
  @Test func everyCommandAnswersAlike() throws {
    let program = try Program.withSamples()
    defer { program.remove() }
    for arguments in [
      ["sync", "--dry-run"], ["sync"], ["customers", "--limit", "40"], ["customers", "meier"],
      ["customer", "3", "--why"],
      ["review", "--json"], ["merge", "3", "7", "--note", "same"], ["customer", "7"], ["split", "3", "233"],
      ["decisions"],
      ["decisions", "--withdraw", "3", "12"], ["resolve", "--preview"], ["resolve"], ["resolve", "--explain-model"],
      ["status"], ["quarantine", "list"], ["quarantine", "list", "--json"], ["tables"], ["quarantine", "discard", "1"],
      ["sync", "--dry-run", "--full"], ["sync", "--full", "--no-resolve"], ["bi", "snapshot", "s.sqlite"],
    ] {
      let here = try program.start(arguments).wait()
      let there = try program.start(arguments, environment: environment).wait()
      #expect(here.status == there.status, "\(arguments): \(here.errors) | \(there.errors)")
      #expect(Self.withoutTimes(here.output) == Self.withoutTimes(there.output), "\(arguments)")
    }
    try expectSameTables(program, "after all")
  }

  /// Decisions and runs have the clock's times.
  private static func withoutTimes(_ text: String) -> String {
    text.replacing(/\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?/, with: "…")
  }

  /// The server ends the connection at every n-th change of a table; the next sync makes good what was cut off, and
  /// nothing is lost or doubled.
  @Test func aConnectionThatDiesAnywhere() throws {
    let program = try Program.withSamples()
    defer { program.remove() }
    #expect(try program.run("sync").status == 0)
    let sql = Psql(url)
    #expect(try run(program, "status").status == 0)
    try sql.run(
      """
      CREATE SEQUENCE changes;
      CREATE TABLE dies (at bigint);
      CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF nextval('changes') = (SELECT max(at) FROM dies) THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
        RETURN NULL; END $$;
      DO $$ DECLARE t text; BEGIN
        FOREACH t IN ARRAY ARRAY['runs', 'run_streams', 'checkpoints', 'profiles', 'identifiers', 'touchpoints', 'orders',
          'order_lines', 'customers', 'customer_attributes', 'matches', 'quarantine', 'resolve_queue'] LOOP
          EXECUTE format('CREATE TRIGGER die AFTER INSERT OR UPDATE OR DELETE ON %I EXECUTE FUNCTION die()', t);
        END LOOP; END $$;
      """)
    var deaths = 0
    for at in stride(from: 3, through: 200, by: 11) {
      try sql.run("TRUNCATE dies; INSERT INTO dies VALUES (\(at)); ALTER SEQUENCE changes RESTART")
      let outcome = try run(program, "sync")
      if outcome.status == 0 { continue }
      deaths += 1
      #expect(
        outcome.status == 1 && outcome.errors.contains("the connection to PostgreSQL is lost"), "\(outcome.errors)")
    }
    #expect(deaths > 5)
    try sql.run("TRUNCATE dies")
    #expect(try run(program, "sync").status == 0)
    #expect(try run(program, "verify").output.contains("sound"))
    // Numbers differ: runs that died gave some out.
    for table in ["profiles", "touchpoints", "orders", "order_lines", "survey_responses", "tickets"] {
      let columns = [
        "export", table, "--columns", table == "order_lines" ? "key,quantity,total" : "key,is_deleted,hash",
      ]
      let here = try program.start(columns).wait().output.split(separator: "\n").sorted()
      let there = try program.start(columns, environment: environment).wait().output.split(separator: "\n").sorted()
      #expect(here.count == there.count, "\(table)")
    }
  }

  /// Two workers sync different sources at the same time; together they give what one gives.
  @Test func twoWorkersShareTheSources() throws {
    let program = try Program.withSamples()
    defer { program.remove() }
    #expect(try program.run("sync").status == 0)
    #expect(try run(program, "status").status == 0)
    let workers = try [["crm", "cards", "survey", "web", "support"], ["shop", "shop-fr", "newsletter", "offline"]].map {
      try program.start(["sync"] + $0, environment: environment)
    }
    for worker in workers {
      let outcome = try worker.wait()
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    #expect(try run(program, "sync").status == 0)
    #expect(try run(program, "verify").output.contains("sound"))
    let unchecked = "FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
    #expect(try Psql(url).run("SELECT count(*) > 10, count(*) FILTER (WHERE NOT convalidated) \(unchecked)") == "t|0")
    for table in ["profiles", "identifiers", "touchpoints", "orders", "order_lines", "customers"] {
      let here = try program.run("export", table).output.split(separator: "\n").count
      let there = try run(program, "export", table).output.split(separator: "\n").count
      #expect(here == there, "\(table)")
    }
  }
}

/// Statements for a test's own schema.
struct Psql {
  private let url: String
  private let schema: String

  init(_ url: String) {
    let parts = url.components(separatedBy: "&schema=")
    self.url = parts[0]
    schema = parts.count > 1 ? parts[1] : "kith"
  }

  @discardableResult
  func run(_ sql: String) throws -> String {
    let printed = try lines(
      of: "psql",
      ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", url, "-c", "SET search_path = \(schema)", "-c", sql])
    return printed.joined(separator: "\n")
  }
}
