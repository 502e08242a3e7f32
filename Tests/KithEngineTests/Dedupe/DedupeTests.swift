import Foundation
import KithCore
import Testing

@testable import KithEngine

@Suite struct DedupeTests {
  private func roles(_ header: String, _ rows: [String]) -> [String] {
    let names = header.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let values = rows.map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    let columns = names.indices.map { index in (names[index], values.map { $0[index] }) }
    return RoleRecognition(columns: columns).roles(key: 0).map(\.role.name)
  }

  @Test func headersOfSeveralLanguages() {
    #expect(
      roles(
        "Nr,Vorname,Nachname,Geburtsdatum,Strasse,PLZ,Ort,E-Mail,Telefon",
        ["1,A B,C D,1.2.1980,Weg 1,8001,Bern,a@b.ch,044 123 45 67"])
        == ["key", "given_name", "family_name", "birth_date", "street", "postcode", "city", "email", "phone"])
    #expect(
      roles(
        "id,prénom,nom de famille,date de naissance,code postal,ville,courriel", ["1,A B,C D,1980-01-02,1000,X,a@b.ch"])
        == ["key", "given_name", "family_name", "birth_date", "postcode", "city", "email"])
    #expect(
      roles(
        "Id,billingFirstName,billing_last_name,shipping_address_city,created_at,amount", ["1,A B,C D,Bern,2020-01-01,5"]
      )
        == ["key", "given_name", "family_name", "city", "ignore", "ignore"])
  }

  @Test func valuesWithoutHeaders() {
    let rows = ["Anna", "Peter", "Maria", "Thomas", "Sarah", "Daniel"].enumerated().map { index, name in
      "\(index),\(name),Fam\(["a", "b", "c", "d", "e", "f"][index])x,\(name.lowercased())@example.com,12.0\(index + 1).1970,+41 44 123 45 6\(index),4000\(index).5000"
    }
    #expect(
      roles("c1,c2,c3,c4,c5,c6,c7", rows)
        == ["key", "given_name", "family_name", "email", "birth_date", "phone", "ignore"])
  }

  /// A header that its values belie is not believed.
  @Test func aNameOverNumbersIsNoName() {
    #expect(roles("id,name,email", ["1,55,a@b.ch", "2,66,c@d.ch"]) == ["key", "ignore", "email"])
  }

  @Test(arguments: [
    ("1985-04-28", 19_850_428), ("28.04.1985", 19_850_428), ("19850428", 19_850_428), ("28.4.85", 19_850_428),
    ("1985", 19_850_000), ("1.2.03", 20_030_201), ("1985-04-28 00:00:00.000", 19_850_428), ("19851328", 19_851_328),
    ("1970-01-01", 0), ("", 0), ("n/a", 0), ("28.04.1585", 0), ("04/28/1985", 19_852_804),
  ]) func birthDates(text: String, expected: Int32) {
    #expect(BirthReader([], thisYear: 2_026).read(text) == expected)
  }

  @Test func theColumnTellsWhetherMonthsComeFirst() {
    #expect(BirthReader(["04/28/1985", "03/04/1990"], thisYear: 2_026).read("03/04/1990") == 19_900_304)
    #expect(BirthReader(["28/04/1985", "03/04/1990"], thisYear: 2_026).read("03/04/1990") == 19_900_403)
  }

  /// Six records, clusters {1 2 3} {4 5} {6}, truth {1 2} {3 4 5} {6}: by hand 2 of 4 found pairs and 2 of 4 real ones.
  @Test func scoresByHand() {
    let scores = ClusterScores(clusters: [0, 0, 0, 3, 3, 5], persons: [7, 7, 8, 8, 8, 9])
    #expect(scores.pairwise.precision == 0.5)
    #expect(scores.pairwise.recall == 0.5)
    // Precision: 2/3, 2/3, 1/3, 1, 1, 1; recall: 1, 1, 1/3, 2/3, 2/3, 1.
    #expect(abs(scores.bCubed.precision - (5.0 / 3 + 3) / 6) < 1e-12)
    #expect(abs(scores.bCubed.recall - (3 + 5.0 / 3) / 6) < 1e-12)
    #expect(scores.mostPersons == 2)
  }
}
