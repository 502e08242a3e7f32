/// Where the sample people live: real towns with their postcodes, streets that are made up.
struct Address: Sendable, Equatable {
  var street: String
  var house: String
  var postcode: String
  var city: String
  /// ISO 3166 alpha-2.
  var country: String

  var line: String { country == "FR" ? "\(house) \(street)" : "\(street) \(house)" }
}

struct Town: Sendable {
  let postcode: String
  let name: String

  /// Towns of a country where the language is spoken; English speakers live among German ones.
  static func of(_ country: String, _ language: Language) -> [Town] {
    switch (country, language) {
    case ("DE", _): germany
    case ("FR", _): france
    case (_, .french): westernSwitzerland
    case (_, .italian): ticino
    default: easternSwitzerland
    }
  }

  private init(_ postcode: String, _ name: String) {
    self.postcode = postcode
    self.name = name
  }

  private static let easternSwitzerland = [
    Town("8004", "Zürich"), Town("8049", "Zürich"), Town("3007", "Bern"), Town("4053", "Basel"), Town("6003", "Luzern"),
    Town("9000", "St. Gallen"), Town("8400", "Winterthur"), Town("5000", "Aarau"), Town("2502", "Biel/Bienne"),
    Town("3600", "Thun"), Town("7000", "Chur"), Town("8200", "Schaffhausen"), Town("6300", "Zug"),
    Town("4600", "Olten"),
  ]
  private static let westernSwitzerland = [
    Town("1004", "Lausanne"), Town("1205", "Genève"), Town("2000", "Neuchâtel"), Town("1700", "Fribourg"),
    Town("1950", "Sion"), Town("1400", "Yverdon-les-Bains"), Town("2800", "Delémont"),
  ]
  private static let ticino = [Town("6900", "Lugano"), Town("6600", "Locarno"), Town("6500", "Bellinzona")]
  private static let germany = [
    Town("79100", "Freiburg im Breisgau"), Town("78462", "Konstanz"), Town("80331", "München"),
    Town("70173", "Stuttgart"), Town("79539", "Lörrach"), Town("10115", "Berlin"), Town("50667", "Köln"),
  ]
  private static let france = [
    Town("68100", "Mulhouse"), Town("67000", "Strasbourg"), Town("74000", "Annecy"), Town("69003", "Lyon"),
    Town("25000", "Besançon"), Town("21000", "Dijon"),
  ]
}

enum Streets {
  static func name(_ country: String, _ language: Language, _ random: inout SampleRandom) -> String {
    switch (country, language) {
    case ("FR", _), (_, .french): random.pick(frenchWays) + " " + random.pick(frenchThings)
    case (_, .italian): "Via " + random.pick(italianThings)
    case ("DE", _): random.pick(germanThings) + random.pick(["straße", "weg", "gasse", "allee"])
    default: random.pick(germanThings) + random.pick(["strasse", "weg", "gasse", "halde", "rain"])
    }
  }

  private static let germanThings = [
    "Murmeltier", "Enzian", "Lärchen", "Silberdistel", "Föhn", "Gämsen", "Steinbock", "Kiesel", "Ahorn", "Holunder",
    "Zirben", "Schneehuhn", "Wolken", "Laternen", "Drachen", "Mühlrad", "Glühwürmchen", "Sägebock",
  ]
  private static let frenchWays = ["Rue des", "Chemin des", "Avenue des", "Allée des"]
  private static let frenchThings = [
    "Marmottes", "Gentianes", "Mélèzes", "Bouquetins", "Noisetiers", "Lanternes", "Nuages", "Cerfs-Volants", "Galets",
    "Échelles",
  ]
  private static let italianThings = ["delle Marmotte", "dei Larici", "delle Nuvole", "dei Ciottoli", "delle Lanterne"]
}
