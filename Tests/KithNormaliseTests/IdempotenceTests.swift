import KithCore
import KithTesting
import Testing

@testable import KithNormalise

/// Canonical values fed in again come out unchanged, whatever was delivered.
struct IdempotenceTests {
  private static let pieces: [Attribute: [String]] = [
    .title: ["Dr.", "Herr", "FRAU", "Prof. Dr.", "", "Mme", "Sir", "Lord"],
    .givenName: ["ANNA", "anna maria", "Dr. Ruth", "Jean-luc", "Mr", "J.", "李", "O'brien", "Zoë ", "von"],
    .familyName: ["VON DER HEIDE", "müller", "Meier, Ruth", "McDonald Jr.", "d'angelo", "de la CRUZ", "Ng", "la"],
    .fullName: [
      "Dr. Anna MÜLLER", "Muster, Max", "max", "de la Cruz Ana Maria", "HANS VON ARX JR", "Frau",
      "a, b, c",
    ],
    .birthDate: ["1980-05-06", "06.05.1980", "1900-01-01"], .gender: ["m", "Frau", "divers", "zzz"],
    .language: ["Deutsch", "fr-CH", "tlh"], .company: [" ACME  AG", "-"], .jobTitle: ["CEO", " n/a"],
    .address: ["Ring 1, 8001 Zürich", "12 rue X, 75002 PARIS, France", "nowhere", "Springfield, IL 62704"],
    .street: ["RING 5", "12 bis, rue de la Paix", "Postfach 7", "Calle Mayor, 5", "5", "Ring 5 a"],
    .houseNumber: ["5", "12a", " 7 "], .postcode: ["ch-8001", "8001.0", "0000", "1067"],
    .city: ["ZÜRICH", "8001 Zürich", "la chaux-de-fonds", "BUCHS SG"], .region: ["ZH", " zh "],
    .country: ["Schweiz", "DE", "Narnia", "uk"],
  ]

  @Test(arguments: [UInt64(1), 2, 3, 4])
  func normalisingTwiceIsNormalisingOnce(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var normaliser = Normaliser(NormaliseSettings(country: "CH", currency: "CHF"))
    for _ in 0..<2_000 {
      var delivered = Profile(key: "1")
      for attribute in Attribute.allCases where random.below(3) == 0 {
        guard let list = Self.pieces[attribute] else { continue }
        delivered.attributes.append(AttributeValue(attribute, random.pick(list)))
      }
      let first = normaliser.profile(delivered, source: "crm")
      let once = try #require(first)
      let again = Profile(
        key: once.key, attributes: once.attributes.map { AttributeValue($0.attribute, $0.value) })
      let second = normaliser.profile(again, source: "crm")
      let twice = try #require(second)
      let isSame = once.attributes.map(Pair.init) == twice.attributes.map(Pair.init)
      #expect(isSame, "seed \(seed): \(delivered.attributes) \(once.attributes) \(twice.attributes)")
      if !isSame { return }
    }
  }

  private struct Pair: Equatable {
    var attribute: Attribute
    var value: String
    init(_ attribute: CanonicalAttribute) {
      self.attribute = attribute.attribute
      value = attribute.value
    }
  }

  @Test(arguments: ["Anna@GMail.com", "044 668 18 00", "17850.0", "broken@", "noreply@example.org", "+49 30 901820"])
  func identifiersStay(text: String) throws {
    for kind in Identifier.Kind.allCases {
      let once = try canonicalProfile(Profile(key: "1", identifiers: [Identifier(kind, text)]))
      let shown = once.identifiers.map { Identifier($0.kind, $0.display, namespace: $0.namespace) }
      let twice = try canonicalProfile(Profile(key: "1", identifiers: shown))
      #expect(twice.identifiers.map(\.value) == once.identifiers.map(\.value))
      #expect(twice.identifiers.map(\.display) == once.identifiers.map(\.display))
      #expect(twice.identifiers.map(\.links) == once.identifiers.map(\.links))
    }
  }
}
