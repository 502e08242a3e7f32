import KithCore
import Testing

@testable import KithStore

@Suite struct FieldStoreTests {
  @Test(arguments: Backend.allCases) func fieldsAndChangesAreKept(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    _ = try hub.writer()
    func note(_ run: Int64, _ changes: [FieldChange], _ fields: [StreamField]?) throws {
      try hub.store.noteFields(
        RunID(run), source: "crm", stream: "contacts", changes: changes, fields: fields, at: time(run))
    }
    let field = StreamField(name: "a", kind: .number, records: 9, seen: 8, filled: 7)
    try note(1, [], [field])
    #expect(try hub.store.fields(source: "crm", stream: "contacts") == [field])
    #expect(try hub.store.fields(source: "crm", stream: "leads").isEmpty)
    try note(
      1,
      [
        FieldChange(.retyped, "a", before: .number, after: .text), FieldChange(.new, "b", after: .date),
        FieldChange(.vanished, "c", before: .text),
      ], nil)
    try hub.reopen()
    let waiting = try hub.store.fieldChanges(source: "crm", state: .waiting, limit: 9)
    #expect(waiting.map(\.change.name) == ["a", "b", "c"] && waiting.allSatisfy { $0.noticedAt == time(1) })
    #expect(try hub.store.fieldChanges(run: RunID(1), limit: 2).count == 2)
    #expect(try hub.store.fields(source: "crm", stream: "contacts") == [field], "nobody has accepted it")
    #expect(try hub.store.acceptFields(source: "crm", stream: "contacts", by: "test", at: time(2)) == 3)
    let known = try hub.store.fields(source: "crm", stream: "contacts")
    #expect(known.map(\.name) == ["a", "b"] && known.map(\.kind) == [.text, .date])
    #expect(try hub.store.fieldChanges(limit: 9).allSatisfy { $0.state == .accepted })
    // A run that has ended notes nothing more.
    try hub.store.finishRun(RunID(1), status: .succeeded, at: time(3))
    #expect(throws: KithError.self) { try note(1, [], [field]) }
  }
}
