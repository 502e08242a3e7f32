import KithCore
import KithNormalise

/// Finds out what the columns of a file of people say, from their names and from the first values in them.
struct RoleRecognition {
  /// Up to a thousand values of each column.
  var columns: [(name: String, values: [String])]

  func roles(key: Int?) -> [RecognisedColumn] {
    var result: [RecognisedColumn] = []
    for (index, column) in columns.enumerated() {
      if index == key {
        result.append(RecognisedColumn(name: column.name, role: .key, origin: .position))
      } else if let role = HeaderWords.role(of: column.name), Self.fits(role, column.values) {
        result.append(RecognisedColumn(name: column.name, role: role, origin: .name))
      } else if HeaderWords.isTechnical(column.name) {
        result.append(RecognisedColumn(name: column.name, role: .ignored, origin: .name))
      } else if let role = ValueShape(column.values).role {
        result.append(RecognisedColumn(name: column.name, role: role, origin: .values))
      } else {
        result.append(RecognisedColumn(name: column.name, role: .ignored, origin: .unused))
      }
    }
    return withFamilyName(Self.withoutRepetition(result))
  }

  /// Beside given names without family names, a column of many different single words is the family names.
  private func withFamilyName(_ recognised: [RecognisedColumn]) -> [RecognisedColumn] {
    let hasFamily = recognised.contains { $0.role == .attribute(.familyName) || $0.role == .attribute(.fullName) }
    guard !hasFamily, let given = recognised.firstIndex(where: { $0.role == .attribute(.givenName) }) else {
      return recognised
    }
    var result = recognised
    for index in [given + 1, given + 2, given - 1]
    where recognised.indices.contains(index) && recognised[index].origin == .unused
      && ValueShape(columns[index].values).isLikeFamilyNames
    {
      result[index].role = .attribute(.familyName)
      result[index].origin = .values
      break
    }
    return result
  }

  /// Whether the values may be what the name says: `name` over a column of numbers is no name.
  private static func fits(_ role: ColumnRole, _ values: [String]) -> Bool {
    let shape = ValueShape(values)
    guard shape.count > 0 else { return true }
    switch role {
    case .identifier(.email): return shape.emails > 0.3
    case .identifier(.phone): return shape.phones > 0.3
    case .attribute(.birthDate): return shape.dates + shape.years > 0.3
    case .attribute(.givenName), .attribute(.familyName), .attribute(.fullName): return shape.words > 0.5
    default: return true
    }
  }

  /// Of two columns for one attribute the first counts; identifiers may repeat.
  private static func withoutRepetition(_ columns: [RecognisedColumn]) -> [RecognisedColumn] {
    var seen: [Attribute] = []
    return columns.map { column in
      guard case .attribute(let attribute) = column.role else { return column }
      var column = column
      if seen.contains(attribute) {
        column.role = .ignored
        column.origin = .unused
      }
      seen.append(attribute)
      return column
    }
  }
}

/// What headers of many tools and languages mean.
enum HeaderWords {
  static func role(of header: String) -> ColumnRole? {
    let folded = NameFolding.plain(header)
    if let role = table[folded] { return role }
    // `shipping_address_city`, `Kunde: Vorname`: the longest word that ends or begins the header.
    let parts = words(header)
    for length in stride(from: min(parts.count - 1, 3), through: 1, by: -1) {
      if let role = table[parts.suffix(length).joined()] ?? table[parts.prefix(length).joined()] { return role }
    }
    return nil
  }

  /// Columns about the record and not about the person.
  static func isTechnical(_ header: String) -> Bool {
    let parts = words(header)
    return parts.contains { technical.contains($0) } && !parts.contains("birth")
  }

  /// `firstName`, `first_name` and `First name` are two words.
  private static func words(_ header: String) -> [String] {
    var words: [String] = []
    var word = ""
    var wasLower = false
    for character in header {
      if !character.isLetter && !character.isNumber || (character.isUppercase && wasLower) {
        if !word.isEmpty { words.append(NameFolding.plain(word)) }
        word = ""
      }
      if character.isLetter || character.isNumber { word.append(character) }
      wasLower = character.isLowercase
    }
    if !word.isEmpty { words.append(NameFolding.plain(word)) }
    return words
  }

  private static let technical: Set<String> = [
    "ts", "timestamp", "created", "updated", "modified", "date", "datum", "source", "status", "score", "total",
    "amount",
    "nps", "comment", "url", "notes", "note", "owner", "type", "erstellt", "geandert", "quelle",
  ]

  private static let table: [String: ColumnRole] = {
    var table: [String: ColumnRole] = [:]
    for (role, headers) in lists {
      for header in headers.split(separator: "|") { table[NameFolding.plain(String(header))] = role }
    }
    return table
  }()

  private static let lists: [(ColumnRole, String)] = [
    (
      .attribute(.givenName),
      "given name|first name|firstname|forename|vorname|prenom|prénom|nome|fname|given|givenname|n given|rufname|voornaam|nombre"
    ),
    (
      .attribute(.familyName),
      "family name|last name|surname|nachname|familienname|nom de famille|cognome|lname|sname|family|zuname|achternaam|apellido|apellidos"
    ),
    (
      .attribute(.fullName),
      "name|full name|fullname|contact name|customer name|display name|nom complet|nom|vollständiger name|kundenname|kontakt|contact|customer|kunde|client|fn|fn value|person|billing name|nome completo"
    ),
    (
      .identifier(.email),
      "email|e-mail|mail|email address|e-mail-adresse|mailadresse|courriel|email value|adresse e-mail|adresse mail|electronic mail|posta elettronica|e-mail 1 value|email1|email2"
    ),
    (
      .identifier(.phone),
      "phone|telephone|tel|telefon|mobile|mobil|handy|phone number|telefonnummer|mobilnummer|mobiltelefon|cell|cell phone|portable|téléphone|natel|tel value|rufnummer|festnetz|telefono|cellulare|phone1|phone2|mobile phone|business phone|home phone|work phone|fax privat"
    ),
    (
      .attribute(.birthDate),
      "birth date|birthdate|date of birth|dob|birthday|geburtsdatum|geburtstag|geb|gebdat|geboren|date de naissance|naissance|data di nascita|born|birth|bday|bday value|né le|geb datum"
    ),
    (.attribute(.gender), "gender|sex|geschlecht|sexe|genre|sesso"),
    (.attribute(.title), "title|salutation|anrede|titel|civilité|civilite|prefix|akademischer titel"),
    (
      .attribute(.street),
      "street|strasse|straße|rue|via|street address|street name|address 1|address line 1|address1|addressline1|adresse 1|str|strassenname|street 1"
    ),
    (
      .attribute(.houseNumber),
      "house number|street number|hausnummer|hausnr|numéro|no|house no|nr|streetnumber|housenumber"
    ),
    (
      .attribute(.address),
      "address|adresse|anschrift|indirizzo|postal address|full address|wohnadresse|postadresse|adr|mailing address"
    ),
    (
      .attribute(.postcode),
      "postcode|postal code|zip|zip code|plz|postleitzahl|code postal|npa|cap|zipcode|postalcode|cp"
    ),
    (.attribute(.city), "city|town|ort|stadt|wohnort|ville|localité|suburb|città|place|locality|commune|lieu"),
    (.attribute(.region), "region|state|province|canton|kanton|bundesland|county|état|land kanton"),
    (.attribute(.country), "country|land|pays|country code|ländercode|staat|paese|nation"),
    (
      .attribute(.company),
      "company|firma|organisation|organization|entreprise|société|unternehmen|employer|arbeitgeber|company name|account name|azienda|org|org value"
    ),
    (
      .identifier(.customerNumber),
      "customer number|customer no|customer id|kundennummer|kundennr|kunden nr|client id|numéro client|soc sec id|ssn|social security number|ahv nummer|ahvnr|national id|passport|tax id|steuernummer|customernumber"
    ),
    (.identifier(.userID), "user id|account id|username|login|benutzer|benutzername|userid|user|account|konto"),
    (
      .identifier(.loyaltyNumber),
      "loyalty number|loyalty no|loyalty|loyalty card|kundenkarte|kundenkartennummer|card number|membership number|member id|mitgliedsnummer|carte de fidélité"
    ),
  ]
}
