import KithCore
import Testing

@testable import KithConnectorKit

@Suite struct ExpressionTests {
  /// The value of a trait in a record with these columns.
  private func value(_ expression: String, _ values: [String: String]) throws -> String? {
    let columns = values.keys.sorted()
    let mapper = try mapping(.profile, "key: {const: k}\ntrait.x: \(expression)\n").mapper(columns)
    return mapper.map(row(columns.map { values[$0] ?? "" })).profile?.traits.first?.value
  }

  @Test(arguments: [
    ("A", "a"), ("\" a \"", "a"), ("{path: A}", "a"), ("\"#2\"", "b"), ("\"*long*\"", "l"), ("{const: web}", "web"),
    ("{first: [Blank, Null, B]}", "b"), ("{first: [B, A]}", "b"), ("{template: \"{A}-{B}\"}", "a-b"),
    ("{template: \"{Blank} {{{B}}}\"}", "{b}"), ("{template: \"{Blank}{Null}!\"}", nil), ("[A, Blank, B]", "a, b"),
    ("Blank", nil), ("Null", nil), ("{path: List, split: {on: \";\", take: 1}}", "x"),
    ("{path: List, split: {on: \";\", take: -1}}", "z"), ("{path: List, split: {on: \";\", take: 4}}", nil),
    ("{path: List, split: {on: \";\"}}", "x, y, z"), ("{path: Words, split: {on: \" \", take: 2}}", "two"),
    ("{path: A, map: {A: won, \"*\": other}}", "won"), ("{path: B, map: {A: won, \"*\": other}}", "other"),
    ("{path: B, map: {A: won}}", "b"), ("{path: A, map: {A: \"\"}}", nil),
    ("{path: Words, map: {\"one*\": first, \"*\": rest}}", "first"),
    ("{path: Words, map: {\"*\": rest, \"one*\": first}}", "rest"), ("{path: Umlaut, map: {größe: size}}", "size"),
    ("{path: List, split: {on: \";\", take: 2}, map: {y: yes}}", "yes"),
    ("{first: [{path: A, map: {a: \"\"}}, B]}", "b"),
  ])
  func origins(_ expression: String, _ expected: String?) throws {
    let values = [
      "A": " a ", "B": "b", "Blank": "  ", "Null": "\\N", "A very long name": "l", "List": "x; y ;z",
      "Words": "one  two three",
      "Umlaut": "GRÖSSE".replacing("SS", with: "ß"),
    ]
    // Columns are in the order of their names: `#2` is "A very long name" then.
    let expected = expression == "\"#2\"" ? "l" : expected
    #expect(try value(expression, values) == expected)
  }

  @Test(arguments: [
    ("a.b", "1"), ("list[0].v", "x"), ("list[-1].v", "z"), ("list[].v", "x, y, z"), ("list[9].v", nil),
    ("list[k=2].v", "y"),
    ("list.v", "x, y, z"), ("tags", "t1, t2"), ("tags[1]", "t2"), ("a.c", nil), ("empty", nil), ("none", nil),
    ("a", nil),
    ("params[key=page.loc].value.string", "http://example.com/"), ("flag", "true"), ("el", "text"), ("el.@id", "7"),
    ("with\\\\.dot", "d"), ("nested[0][1]", "2"),
  ])
  func paths(_ path: String, _ expected: String?) throws {
    let record = try tree(
      """
      {"a":{"b":1},"list":[{"k":"1","v":"x"},{"k":"2","v":"y"},{"k":"3","v":"z"}],"tags":["t1",null,"t2"],"none":null,\
      "empty":"","params":[{"key":"q"},{"key":"page.loc","value":{"string":"http://example.com/"}}],"flag":true,\
      "el":{"@id":"7","#text":" text "},"with.dot":"d","nested":[[1,2]]}
      """)
    let mapper = try mapping(.profile, "key: {const: k}\ntrait.x: \"\(path)\"\n").mapper(nil)
    #expect(mapper.map(record).profile?.traits.first?.value == (path == "tags[1]" ? nil : expected))
  }

  @Test func mistakesComeAllAtOnce() throws {
    let found = try mistakes(
      .order,
      """
      key: Id
      placed_at: {path: Date, date: dd.MM.YYYY}
      totl: Total
      total: {path: Total, numbr: comma}
      tax: {path: Tax, number: german}
      status: {path: A, const: b}
      kind: {const: refund}
      channel: {map: {a: b}}
      email: {path: Mail, namespace: crm}
      discount: {path: D, divide: 0}
      city: [A, B]
      shipping: {path: S, date: iso}
      consent.email.at: When
      lines: {each: "items[]", fields: {qty: Q}}
      """)
    #expect(
      found == [
        "layout:2: a date format does not know the letters YYYY: \"dd.MM.YYYY\"; allowed: \(DateFormat.letters); "
          + "other letters in '…'; or iso, unix, unix_ms, unix_us",
        found[1],
        "layout:4: a mapping has no key of this name: \"numbr\"; allowed: "
          + ExpressionCompiler.keys.joined(separator: ", ") + "."
          + " Did you mean number?",
        "layout:5: there is no such way to write numbers: \"german\"; allowed: point, comma, auto",
        "layout:6: a mapping names two origins: \"path, const\"; allowed: one of path, const, first, template",
        "layout:7: this is no value of kind: \"refund\"; allowed: sale, return",
        "layout:8: a mapping does not say where the value comes from: \"map\"; "
          + "allowed: one of path, const, first, template",
        "layout:9: namespace does not go with this field: \"email\"; allowed: customer_number, "
          + "user_id, loyalty_number, visitor_id",
        "layout:10: divide needs a number: \"0\"; allowed: a whole number from 1 to 1000000000",
        "layout:11: this field takes one value: \"city\"; "
          + "allowed: a path, {first: [A, B]}, a template, or split with take."
          + " Identifiers and traits may have several values.",
        "layout:12: date does not go with this field: \"shipping\"; allowed: fields that are dates",
        "layout:14: an order line has no field of this name: \"qty\"; "
          + "allowed: key, product_key, name, category, quantity, "
          + "unit_price, total",
        "layout:14: lines needs each and fields; allowed: {each: \"items[]\", fields: {…}}",
        "layout:13: a consent has a time but no status: \"consent.email.at\". Add consent.email: COLUMN.",
      ])
    #expect(found[1].hasPrefix("layout:3: an order has no field of this name: \"totl\"; allowed: key, kind, "))
    #expect(found[1].hasSuffix("Did you mean total?"))
  }

  @Test func neededFieldsAndOverrides() throws {
    #expect(
      try mistakes(.profile, "email: Mail") == [
        "layout:1: a profile needs the field key. Add key: COLUMN to the mapping."
      ])
    #expect(
      try mistakes(.profile, "key: Id", overrides: "key: null")
        == ["connectors.yml:1: a profile needs the field key. Add key: COLUMN to the mapping."])
    let mapper = try mapping(.profile, "key: Id\ncity: Town\ncountry: Land", overrides: "city: Place\ncountry: null")
      .mapper(["Id", "Town", "Place", "Land"])
    #expect(mapper.map(row(["1", "Bern", "Basel", "CH"])).profile?.attributes == [AttributeValue(.city, "Basel")])
  }

  @Test func bindingSaysWhichColumnsThereAre() throws {
    let layout = "key: Id\ncity: Town\nemail: [Mail, Mail2]\n"
    let vary = try mapping(.profile, layout).bind(columns: ["id ", "Mail2"], place: "f.csv")
    #expect(vary.problems.isEmpty)
    #expect(vary.mapper.map(row(["1", "a@example.com"])).profile?.identifiers == [Identifier(.email, "a@example.com")])

    let wrong = try mapping(
      .profile, layout, overrides: "city: Twon\nphone: {first: [Tel, Mobil]}\nstreet: {template: \"{Str} {Town}\"}"
    )
    .bind(columns: ["Id", "Town", "Mobil"], place: "f.csv")
    #expect(
      wrong.problems.map(\.description) == [
        "connectors.yml:1: the file has no such column for city: \"Twon\"; "
          + "allowed: Id, Town, Mobil. Did you mean Town?",
        "connectors.yml:3: the file has no such column for street: \"Str\"; allowed: Id, Town, Mobil",
      ])

    let needed = try mapping(.profile, layout).bind(columns: ["Number", "Town"], place: "f.csv")
    #expect(
      needed.problems.map(\.description) == [
        "f.csv: the file has no column for key, which every record needs: \"Id\"; allowed: Number, Town. "
          + "Name the right one under mapping: key: COLUMN."
      ])
    let inTree = try mapping(.profile, "key: id\ncity: \"#3\"\n").bind(columns: nil, place: "f.json")
    #expect(
      inTree.problems.map(\.description) == [
        "layout:2: numbers and patterns need a file with columns: \"#3\"; allowed: a path such as billing.email"
      ])
  }
}
