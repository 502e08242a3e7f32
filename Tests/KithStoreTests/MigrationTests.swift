import GRDB
import KithCore
import Testing

@testable import KithStore

/// A database of an earlier version becomes what a new one is.
@Suite struct MigrationTests {
  /// What the first version's tables looked like where they differed.
  private static let earlier = """
    DROP INDEX identifiers_by_identifier_hash;
    ALTER TABLE identifiers RENAME TO new_identifiers;
    CREATE TABLE identifiers (
      profile_id INTEGER NOT NULL, kind INTEGER NOT NULL, namespace TEXT NOT NULL, value TEXT NOT NULL,
      display TEXT NOT NULL, delivered TEXT NOT NULL, links BOOLEAN NOT NULL,
      PRIMARY KEY (profile_id, kind, namespace, value)) WITHOUT ROWID;
    CREATE INDEX identifiers_by_kind_value_namespace ON identifiers (kind, value, namespace);
    INSERT INTO identifiers SELECT profile_id, kind, namespace, value, IFNULL(display, value),
      COALESCE(delivered, display, value), links FROM new_identifiers;
    DROP TABLE new_identifiers;
    ALTER TABLE checkpoints DROP COLUMN read;
    ALTER TABLE checkpoints DROP COLUMN seal;
    DROP TABLE identity_models;
    DROP TABLE identity_changes;
    DROP INDEX customer_lineage_by_profile_id;
    DELETE FROM resolve_queue;
    DELETE FROM grdb_migrations WHERE identifier <> 'v1';
    """

  @Test func theFirstVersionsTablesAreBroughtUpToDate() throws {
    let hub = try TemporaryHub()
    let people = [
      contact(person("1", emails: ["a@example.com", "b@example.com"], name: "Anna")),
      contact(
        CanonicalProfile(
          key: "2", identifiers: [email("c@example.com", display: "C@example.com"), email("d@example.com")])),
    ]
    _ = try hub.writer().write(StoreBatch(records: people, checkpoint: Checkpoint("half")))
    try hub.store.buildIndexes()
    let tables = ["identifiers", "checkpoints", "data_dictionary"]
    let expected = try tables.map { try hub.rows("SELECT * FROM \($0) ORDER BY 1, 2") }
    let schema = "SELECT name, sql FROM sqlite_master WHERE tbl_name = 'identifiers' ORDER BY name"
    let expectedSchema = try hub.rows(schema)
    try hub.run(Self.earlier)
    try hub.reopen()
    #expect(try tables.map { try hub.rows("SELECT * FROM \($0) ORDER BY 1, 2") } == expected)
    #expect(try hub.rows(schema) == expectedSchema)
    #expect(try hub.store.verify() == [])
    // Identity has learned nothing yet, and looks at everybody.
    #expect(try hub.rows("SELECT COUNT(*) FROM identity_models") == [[0.tableValue]])
    #expect(try hub.rows("SELECT COUNT(*) FROM resolve_queue") == [[2.tableValue]])
    #expect(try hub.writer().write(StoreBatch(records: people)).unchanged == 2)
  }

  /// A hub that kept what is shown of every identifier keeps it only where it says more than the value.
  @Test func whatIsShownIsKeptWhereItIsNotTheValue() throws {
    let hub = try TemporaryHub()
    let people = [
      contact(
        CanonicalProfile(
          key: "1", identifiers: [email("c@example.com", display: "C@example.com"), email("d@example.com")]))
    ]
    _ = try hub.writer().write(StoreBatch(records: people))
    try hub.store.buildIndexes()
    let schema = "SELECT name, sql FROM sqlite_master WHERE tbl_name = 'identifiers' ORDER BY name"
    let stored = "SELECT * FROM identifiers ORDER BY value"
    let (expectedSchema, expected) = (try hub.rows(schema), try hub.rows(stored))
    #expect(expectedSchema.count == 2)
    #expect(
      try hub.list("SELECT value, COALESCE(display, '-') FROM identifiers ORDER BY value")
        == "c@example.com C@example.com,d@example.com -")
    try hub.run(
      """
      ALTER TABLE identifiers RENAME TO new_identifiers;
      CREATE TABLE identifiers (
        profile_id INTEGER NOT NULL, identifier_hash INTEGER NOT NULL, kind INTEGER NOT NULL, namespace TEXT NOT NULL,
        value TEXT NOT NULL, display TEXT NOT NULL, delivered TEXT, links BOOLEAN NOT NULL,
        PRIMARY KEY (profile_id, identifier_hash)) WITHOUT ROWID;
      INSERT INTO identifiers SELECT profile_id, identifier_hash, kind, namespace, value, IFNULL(display, value),
        delivered, links FROM new_identifiers;
      DROP TABLE new_identifiers;
      CREATE INDEX identifiers_by_identifier_hash ON identifiers (identifier_hash);
      DELETE FROM grdb_migrations WHERE identifier = 'v14';
      """)
    try hub.reopen()
    #expect(try hub.rows(stored) == expected)
    #expect(try hub.rows(schema) == expectedSchema)
    #expect(try hub.store.verify() == [])
    #expect(try hub.writer().write(StoreBatch(records: people)).unchanged == 1)
  }

  /// A hub that had no sums gets those of what it holds.
  @Test func sumsAreMade() throws {
    let hub = try TemporaryHub()
    let order = Order(key: "o", placedAt: time(9), lines: [OrderLine(key: "1", unitPrice: Amount(mantissa: 5))])
    _ = try hub.writer().write(StoreBatch(records: [visit("v", person("1")), purchase(order, person("1"))]))
    try hub.store.buildIndexes()
    try hub.run(
      "UPDATE profiles SET customer_id = 4; INSERT INTO customers (customer_id, kind, created_at, updated_at) VALUES (4, 'person', '', '')"
    )
    let tables = SumSpecification.all.map(\.table)
    let expected = try tables.map { try hub.rows("SELECT * FROM \($0) ORDER BY 1, 2, 3, 4") }
    #expect(expected.map(\.count) == [2, 1, 0, 1])
    let drops = (tables + ["customer_channels"]).map { "DROP TABLE \($0)" }.joined(separator: "; ")
    try hub.run(
      """
      \(drops); DROP INDEX customers_by_digital_weekdays; ALTER TABLE customers DROP COLUMN digital_weekdays;
      DELETE FROM grdb_migrations WHERE identifier IN ('v7', 'v8', 'v9', 'v10', 'v11', 'v12', 'v13', 'v14')
      """)
    try hub.reopen()
    #expect(try tables.map { try hub.rows("SELECT * FROM \($0) ORDER BY 1, 2, 3, 4") } == expected)
    #expect(
      try hub.list("SELECT customer_id, channel, touchpoints, weekdays FROM customer_channels ORDER BY 2")
        == "4 commerce 1 ------7,4 web 1 ------7")
    #expect(try hub.list("SELECT digital_weekdays FROM customers") == "------7")
    #expect(try hub.store.verify() == [])
  }
}
