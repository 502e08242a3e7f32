import KithCore
import Testing

@testable import KithNormalise

struct NameTests {
  private func canonical(_ attributes: [AttributeValue]) -> [Attribute: CanonicalAttribute] {
    var normaliser = Normaliser(NormaliseSettings(country: "CH", currency: "CHF"))
    let profile = normaliser.profile(Profile(key: "1", attributes: attributes), source: "crm")
    let list = profile?.attributes ?? []
    #expect(list.map(\.attribute.rawValue) == list.map(\.attribute.rawValue).sorted(), "in order, each once")
    #expect(Set(list.map(\.attribute)).count == list.count)
    return Dictionary(uniqueKeysWithValues: list.map { ($0.attribute, $0) })
  }

  struct Full: Sendable {
    var text: String
    var title: String?
    var given: String?
    var family: String?
    var gender: String?
    init(_ text: String, _ given: String?, _ family: String?, title: String? = nil, gender: String? = nil) {
      self.text = text
      self.title = title
      self.given = given
      self.family = family
      self.gender = gender
    }
  }

  @Test(arguments: [
    Full("Anna Muster", "Anna", "Muster"), Full("  anna   muster ", "Anna", "Muster"),
    Full("ANNA MUSTER", "Anna", "Muster"), Full("Muster, Anna", "Anna", "Muster"),
    Full("Dr. Anna Maria von der Heide-Müller", "Anna Maria", "von der Heide-Müller", title: "Dr."),
    Full("ANNA VON DER HEIDE-MÜLLER", "Anna", "von der Heide-Müller"),
    Full("Herr Prof. Dr. med. Peter Meier", "Peter", "Meier", title: "Herr Prof. Dr. med.", gender: "male"),
    Full("Frau Meier", nil, "Meier", title: "Frau", gender: "female"),
    Full("Mme Claire de la Tour", "Claire", "de la Tour", title: "Mme", gender: "female"),
    Full("Heide, Anna von der", "Anna", "von der Heide"), Full("Müller, Dr. Anna", "Anna", "Müller", title: "Dr."),
    Full("John Smith Jr.", "John", "Smith", title: "Jr."), Full("John Smith, Jr.", "John", "Smith", title: "Jr."),
    Full("Mr. John O'NEIL III", "John", "O'Neil", title: "Mr III", gender: "male"),
    Full("Jane Doe, PhD", "Jane", "Doe", title: "PhD"), Full("Anna MÜLLER", "Anna", "Müller"),
    Full("DE LA CRUZ Ana", "Ana", "de la Cruz"), Full("Ludwig van Beethoven", "Ludwig", "van Beethoven"),
    Full("Leonardo di ser Piero", "Leonardo", "di ser Piero"), Full("Al Pacino", "Al", "Pacino"),
    Full("Hans-Peter Zu Berge", "Hans-Peter", "Zu Berge"),
    Full(
      "Sig.ra Maria Rossi", "Maria", "Rossi",
      title: "Sig.ra", gender: "female"),
    Full("Dott. Luigi D'ANGELO", "Luigi", "D'Angelo", title: "Dott."), Full("张伟", nil, nil),
    Full("Madonna", nil, nil), Full("J. R. R. Tolkien", "J. R. R.", "Tolkien"),
    Full("Anna  Mu\u{308}ller", "Anna", "Müller"),
  ])
  func fullNames(name: Full) {
    let result = canonical([AttributeValue(.fullName, name.text)])
    #expect(result[.givenName]?.value == name.given, "\(name.text)")
    #expect(result[.familyName]?.value == name.family, "\(name.text)")
    #expect(result[.title]?.value == name.title, "\(name.text)")
    #expect(result[.gender]?.value == name.gender, "\(name.text)")
    #expect((result[.fullName] == nil) == (name.family != nil), "\(name.text)")
    if name.family != nil { #expect(result[.familyName]?.delivered == name.text) }
  }

  @Test(arguments: [
    ("MÜLLER", "Müller"), ("müller", "Müller"), ("Müller", "Müller"), ("McDONALD", "McDONALD"),
    ("MCDONALD", "McDonald"), ("o'neil", "O'Neil"), ("D'ANGELO", "D'Angelo"), ("VON DER HEIDE", "von der Heide"),
    ("von arx", "von Arx"), ("DE LA CRUZ", "de la Cruz"), ("LA ROCHE", "La Roche"), ("HEIDE-MÜLLER", "Heide-Müller"),
    ("al-assad", "al-Assad"), ("VAN", "Van"), ("MEYER ZU BERGE", "Meyer zu Berge"), ("GROßMANN", "Großmann"),
    ("ÖZGÜR", "Özgür"), ("DELL'ACQUA", "Dell'Acqua"), ("von Arx", "von Arx"), ("deVries", "deVries"),
    ("ИВАНОВ", "Иванов"), ("ĐOKOVIĆ", "Đoković"), ("张", "张"), ("L\u{2019}ECUYER", "L\u{2019}Ecuyer"),
  ])
  func familyNames(text: String, expected: String) {
    let result = canonical([AttributeValue(.givenName, "Kim"), AttributeValue(.familyName, text)])
    #expect(result[.familyName]?.value == expected)
    #expect(result[.familyName]?.delivered == (text == expected ? nil : text))
  }

  @Test func titlesInTheGivenName() {
    let result = canonical([AttributeValue(.familyName, "Meier PhD"), AttributeValue(.givenName, "Dr. Ruth")])
    #expect(result[.title]?.value == "Dr. PhD")
    #expect(result[.givenName] == CanonicalAttribute(.givenName, "Ruth", delivered: "Dr. Ruth"))
    #expect(result[.familyName] == CanonicalAttribute(.familyName, "Meier", delivered: "Meier PhD"))
  }

  @Test func aDeliveredGenderGoesFirst() {
    let result = canonical([AttributeValue(.title, "Herr"), AttributeValue(.gender, "w")])
    #expect(result[.gender] == CanonicalAttribute(.gender, "female", delivered: "w"))
    #expect(canonical([AttributeValue(.title, "Herr"), AttributeValue(.gender, "?")])[.gender]?.value == "male")
  }

  @Test func theFullNameGoesWhenThePartsSayIt() {
    let parts = [AttributeValue(.givenName, "Anna"), AttributeValue(.familyName, "Müller")]
    #expect(canonical(parts + [AttributeValue(.fullName, "Mueller, Anna")])[.fullName] == nil)
    let other = canonical(parts + [AttributeValue(.fullName, "Anna Müller-Zgraggen")])
    #expect(other[.fullName]?.value == "Anna Müller-Zgraggen")
  }

  @Test func onePartMissing() {
    let result = canonical([AttributeValue(.givenName, "Anna"), AttributeValue(.fullName, "Anna von Arx")])
    #expect(result[.givenName] == CanonicalAttribute(.givenName, "Anna"))
    #expect(result[.familyName] == CanonicalAttribute(.familyName, "von Arx", delivered: "Anna von Arx"))
    let swapped = canonical([AttributeValue(.familyName, "Muster, Anna")])
    #expect(swapped[.givenName]?.value == "Anna")
    #expect(swapped[.familyName]?.value == "Muster")
  }

  @Test(arguments: ["n/a", "-", "NULL", "unknown", "Unbekannt", "", "  ", "test", "xxx", "?", "keine Angabe"])
  func placeholdersAreMissing(text: String) {
    let result = canonical(Attribute.allCases.map { AttributeValue($0, text) })
    #expect(result.isEmpty)
  }

  @Test func realNamesThatLookLikePlaceholders() {
    let result = canonical([AttributeValue(.givenName, "Nan"), AttributeValue(.familyName, "Na")])
    #expect(result[.givenName]?.value == "Nan")
    #expect(result[.familyName]?.value == "Na")
  }

  @Test func organisationsKeepTheirName() {
    var normaliser = Normaliser(NormaliseSettings(country: "CH", currency: "CHF"))
    let profile = Profile(key: "1", kind: .organisation, attributes: [AttributeValue(.fullName, "Muster & Co. AG")])
    let attributes = normaliser.profile(profile, source: "crm")?.attributes
    #expect(attributes == [CanonicalAttribute(.company, "Muster & Co. AG")])
  }
}

struct NameFoldingTests {
  @Test(arguments: [
    (["Müller", "Mueller", "Muller", "MÜLLER", "Mu\u{308}ller"], ["muller"]),
    (["Groß", "Gross", "GROSS"], ["gross"]), (["Dr. Anna-Maria", "Anna Maria"], ["anna", "maria"]),
    (["von der Heide", "Heide"], ["heide"]), (["O'Neil", "ONeil", "O\u{2019}Neil"], ["oneil"]),
    (["Đoković", "Dokovic"], ["dokovic"]), (["Søren", "Soren", "Soeren"], ["soren"]),
    (["Łukasz", "Lukasz"], ["lukasz"]), (["Иван"], ["ivan"]), (["Nguyễn", "Nguyen"], ["nguyen"]),
    (["von"], ["von"]), (["", " - "], []),
  ])
  func tokens(names: [String], expected: [String]) {
    for name in names { #expect(NameFolding.tokens(name) == expected, "\(name)") }
  }

  @Test(arguments: [
    ("robert", "bob", true), ("bob", "rob", true), ("elisabeth", "lisa", true), ("johann", "hans", true),
    ("alex", "alexander", true), ("alexander", "alexandra", false), ("anna", "robert", false), ("zzz", "zzz", true),
    ("peter", "hans", false), ("william", "bill", true), ("giuseppe", "sepp", true),
  ])
  func nicknames(left: String, right: String, expected: Bool) {
    #expect(NameFolding.areNicknames(left, right) == expected)
    #expect(NameFolding.areNicknames(right, left) == expected)
  }

  /// The quick way through a full name gives what taking it apart word by word gives, and is the way of plain ones.
  @Test func plainPairsEqualTheThoroughWay() {
    let words = [
      "Anna", "ANNA", "anna", "Müller", "MÜLLER", "Zoë", "Karl-Heinz", "O'Neil", "McDonald", "von", "Von", "De", "Dr",
      "Dr.", "Prof", "Frau", "Herr", "Dipl-Ing", "Dipl.-Ing.", "DIPL-Kfm", "Diplom", "Jr", "Jun.", "PhD", "Phd", "II",
      "Not", "Set", "Keine", "Angabe", "Null", "Test", "A", "Ä", "Al", "St", "Mac", "Y", "Und", "d'Arc", "A.", "Anna,",
      "Ma2", "Sir", "Lord", "Med", "Dame", "Nicht", "Bekannt", "Data", "No",
    ]
    let normaliser = Normaliser(NormaliseSettings(country: "CH", currency: "CHF"))
    var plain = 0
    for one in words {
      for other in words {
        let text = one + " " + other
        guard let pair = normaliser.plainPair(text) else { continue }
        plain += 1
        let thorough = PersonName(full: text)
        #expect(thorough.given == pair.given && thorough.family == pair.family && thorough.titles.isEmpty, "\(text)")
        for name in [pair.given, pair.family] { #expect(!NameCase.needsChange(name, TextScan(name)), "\(text)") }
        #expect(normaliser.telling(text) == text)
      }
    }
    #expect(normaliser.plainPair("Anna Müller") != nil && normaliser.plainPair("Dr Müller") == nil)
    #expect(plain > 200)
  }
}
