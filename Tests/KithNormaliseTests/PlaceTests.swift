import KithCore
import Testing

@testable import KithNormalise

struct PlaceTests {
  private func canonical(_ attributes: [AttributeValue]) -> [Attribute: CanonicalAttribute] {
    var normaliser = Normaliser(NormaliseSettings(country: "CH", currency: "CHF"))
    let profile = normaliser.profile(Profile(key: "1", attributes: attributes), source: "crm")
    let list = profile?.attributes ?? []
    #expect(list.map(\.attribute.rawValue) == list.map(\.attribute.rawValue).sorted())
    return Dictionary(uniqueKeysWithValues: list.map { ($0.attribute, $0) })
  }

  @Test(arguments: [
    ("Bahnhofstrasse 12, 8001 Zürich", "Bahnhofstrasse|12|8001|Zürich||"),
    ("Bahnhofstr. 12a\nCH-8001 Zürich", "Bahnhofstr.|12a|8001|Zürich||"),
    ("Bahnhofstrasse 12, 8001 Zürich, Schweiz", "Bahnhofstrasse|12|8001|Zürich||CH"),
    ("Bahnhofstrasse 12 8001 Zürich", "Bahnhofstrasse|12|8001|Zürich||"),
    ("Straße des 17. Juni 135, D-10623 Berlin", "Straße des 17. Juni|135|10623|Berlin||"),
    ("Muster AG, Am Ring 3-5, 1010 Wien, Österreich", "Am Ring|3-5|1010|Wien||AT"),
    ("12 rue de la Paix, 75002 Paris", "rue de la Paix|12|75002|Paris||"),
    ("12 bis, rue de la Paix, 75002 Paris, France", "rue de la Paix|12 bis|75002|Paris||FR"),
    ("1 Example Pkwy, Springfield, IL 62704", "Example Pkwy|1|62704|Springfield|IL|"),
    ("1 Example Pkwy, Apt 4, Springfield IL 62704-1234, USA", "Example Pkwy|1|62704-1234|Springfield|IL|US"),
    ("10 Example Street, London SW1A 2AA", "Example Street|10|SW1A 2AA|London||"),
    ("10 Example Street, London, SW1A 2AA, UK", "Example Street|10|SW1A 2AA|London||GB"),
    ("Via Roma 12, 00184 Roma RM", "Via Roma|12|00184|Roma RM||"),
    ("Damrak 1, 1012 LG Amsterdam", "Damrak|1|1012 LG|Amsterdam||"),
    ("Postfach 123, 8021 Zürich", "Postfach 123||8021|Zürich||"),
    ("8001 Zürich", "||8001|Zürich||"),
  ])
  func addresses(text: String, expected: String) {
    let result = canonical([AttributeValue(.address, text)])
    let order: [Attribute] = [.street, .houseNumber, .postcode, .city, .region, .country]
    #expect(order.map { result[$0]?.value ?? "" }.joined(separator: "|") == expected)
    #expect(result[.address] == nil)
    #expect(result[.city]?.delivered == text)
  }

  @Test func whatCannotBeSplitStaysWhole() {
    let result = canonical([AttributeValue(.address, "  somewhere over  there ")])
    #expect(result[.address]?.value == "somewhere over there")
    #expect(result[.street] == nil)
  }

  @Test(arguments: [
    ("Bahnhofstrasse 12", "Bahnhofstrasse", "12"), ("Bahnhofstrasse 12 a", "Bahnhofstrasse", "12 a"),
    ("Bahnhofstr. 12a", "Bahnhofstr.", "12a"), ("12, rue de Lausanne", "rue de Lausanne", "12"),
    ("rue de Lausanne 12bis", "rue de Lausanne 12bis", nil), ("rue de Lausanne 12 bis", "rue de Lausanne", "12 bis"),
    ("221B Example Street", "Example Street", "221B"), ("350 5th Avenue", "5th Avenue", "350"),
    ("Calle Mayor, 5", "Calle Mayor", "5"), ("Via Roma n. 12/3", "Via Roma", "12/3"),
    ("Postfach 12", "Postfach 12", nil), ("PO Box 9", "PO Box 9", nil), ("Im Winkel", "Im Winkel", nil),
    ("HAUPTSTRASSE 3", "Hauptstrasse", "3"), ("12", "12", nil), ("Platz der Republik 1", "Platz der Republik", "1"),
  ])
  func streets(text: String, street: String, number: String?) {
    let result = canonical([AttributeValue(.street, text)])
    #expect(result[.street]?.value == street)
    #expect(result[.houseNumber]?.value == number)
  }

  @Test func aRepeatedHouseNumberIsTakenOffTheStreet() {
    let result = canonical([AttributeValue(.street, "Ring 5"), AttributeValue(.houseNumber, "5")])
    #expect(result[.street]?.value == "Ring")
    let other = canonical([AttributeValue(.street, "Route 66"), AttributeValue(.houseNumber, "5")])
    #expect(other[.street]?.value == "Route 66")
  }

  @Test(arguments: [
    ("8001", nil, "8001"), (" ch-8001 ", nil, "8001"), ("8001.0", nil, "8001"), ("1067", "DE", "01067"),
    ("1067", "CH", "1067"), ("sw1a2aa", "GB", "SW1A 2AA"), ("SW1A 2AA", nil, "SW1A 2AA"), ("0000", nil, nil),
    ("62704-1234", "US", "62704-1234"), ("D-10623", "DE", "10623"),
  ])
  func postcodes(text: String, country: String?, expected: String?) {
    let attributes = [AttributeValue(.postcode, text)] + (country.map { [AttributeValue(.country, $0)] } ?? [])
    #expect(canonical(attributes)[.postcode]?.value == expected)
  }

  @Test(arguments: [
    ("ZÜRICH", "Zürich"), ("ST. GALLEN", "St. Gallen"), ("FRANKFURT AM MAIN", "Frankfurt am Main"),
    ("LA CHAUX-DE-FONDS", "La Chaux-de-Fonds"), ("BUCHS SG", "Buchs SG"), ("l'aquila", "L'Aquila"),
    ("new york", "New York"), ("Zürich", "Zürich"), ("STRATFORD-UPON-AVON", "Stratford-upon-Avon"),
  ])
  func cities(text: String, expected: String) {
    #expect(canonical([AttributeValue(.city, text)])[.city]?.value == expected)
  }

  @Test func aPostcodeInTheCity() {
    let result = canonical([AttributeValue(.city, "8001 Zürich")])
    #expect(result[.postcode] == CanonicalAttribute(.postcode, "8001", delivered: "8001 Zürich"))
    #expect(result[.city]?.value == "Zürich")
  }

  @Test(arguments: [
    ("CH", "CH"), ("ch", "CH"), ("CHE", "CH"), ("Schweiz", "CH"), ("Suisse", "CH"), ("SVIZZERA", "CH"), ("UK", "GB"),
    ("United Kingdom", "GB"), ("EIRE", "IE"), ("USA", "US"), ("U.S.A.", "US"), ("Österreich", "AT"),
    ("Oesterreich", "AT"), ("Côte d'Ivoire", "CI"), ("the Netherlands", "NL"), ("RSA", "ZA"), ("España", "ES"),
    ("Turkey", "TR"), ("Channel Islands", "Channel Islands"), ("Narnia ", "Narnia"),
    (
      "European Community",
      "European Community"
    ), ("Unspecified", nil), ("Germany", "DE"), ("NA", "NA"),
  ])
  func countries(text: String, expected: String?) {
    #expect(canonical([AttributeValue(.country, text)])[.country]?.value == expected)
  }

  @Test func theCountryTableIsWhole() {
    let codes = Set(CountryTable.rows.split(separator: "\n").map { String($0.prefix(2)) })
    #expect(codes.count == 250)
    for code in codes { #expect(Country.code(code) == code && Country.code(code.lowercased()) == code) }
    #expect(!Country.isCode("ZZ") && !Country.isCode("ch") && !Country.isCode("CHE") && !Country.isCode("C1"))
    for row in CountryTable.rows.split(separator: "\n") {
      let names = row.dropFirst(3).split(separator: "|")
      #expect(names.first?.utf8.count == 3 && names.count > 1, "\(row)")
      for name in names { #expect(Country.code(String(name)) == String(row.prefix(2)), "\(name)") }
    }
  }
}
