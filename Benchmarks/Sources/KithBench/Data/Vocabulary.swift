/// A word as it is written, and as it stands in an e-mail address.
struct Word: Sendable {
  let text: String
  let mail: String

  init(_ text: String) {
    self.text = text
    mail = text.lowercased().map { Self.plain[$0] ?? String($0) }.joined()
  }

  private static let plain: [Character: String] = [
    "ä": "ae", "ö": "oe", "ü": "ue", "é": "e", "è": "e", "ë": "e", "ê": "e", "â": "a", "ï": "i", "î": "i", "ô": "o",
    "ò": "o",
    "ç": "c", "'": "", " ": "", "ß": "ss",
  ]

  static func list(_ text: String) -> [Word] { text.split(separator: ",").map { Word(String($0)) } }
}

/// What people of one language are called and where they live: everyday names, real towns, streets that are made up.
struct Vocabulary: Sendable {
  let language: String
  let women: [Word]
  let men: [Word]
  let families: [Word]
  let streets: [String]

  static let german = Vocabulary(
    language: "de",
    women: Word.list(
      "Anna,Laura,Sandra,Nicole,Ursula,Zoë,Käthi,Franziska,Regula,Jana,Noëlle,Barbara,Lea,Heidi,Selina"),
    men: Word.list("Daniel,Thomas,Jürg,Jörg,Beat,Reto,Urs,Hans-Peter,Köbi,Lukas,Simon,Björn,Matthias,Ueli"),
    families: Word.list(
      "Müller,Meier,Schmid,Keller,Weber,Huber,Bühler,Flückiger,Lüthi,Zürcher,Rüegg,Frei,von Arx,Brunner,Suter,Käser"),
    streets: ["Murmeltierweg", "Enziangasse", "Lärchenstrasse", "Föhnhalde", "Gämsenrain", "Kieselweg", "Mühlradgasse"])

  static let french = Vocabulary(
    language: "fr",
    women: Word.list("Marie,Nathalie,Céline,Valérie,Aurélie,Françoise,Hélène,Zoé,Mélanie,Océane,Noémie,Sophie"),
    men: Word.list("Jean,Pierre,Jérôme,François,Frédéric,Jean-Luc,Loïc,Benoît,Sébastien,André,Nicolas,Olivier"),
    families: Word.list(
      "Favre,Rochat,Bernard,Dubois,Lefèvre,Béguin,Chevalley,Châtelain,Géroudet,de Montet,Monnier,Jaquet"),
    streets: ["Rue des Marmottes", "Chemin des Mélèzes", "Avenue des Gentianes", "Allée des Échelles"])

  static let italian = Vocabulary(
    language: "it",
    women: Word.list("Maria,Giulia,Chiara,Francesca,Elena,Paola,Lucia,Ilaria"),
    men: Word.list("Marco,Luca,Paolo,Giovanni,Matteo,Davide,Nicolò,Elia"),
    families: Word.list("Bernasconi,Rossi,Bianchi,Ferrari,Fontana,Colombo,D'Angelo,De Luca,Galli"),
    streets: ["Via delle Marmotte", "Via dei Larici", "Via dei Ciottoli", "Via delle Lanterne"])

  /// Companies that are made up; some hold what a table must put into quotes.
  static let companies = [
    "Murmel & Meile AG", "Keller, Frei & Partner", "Gasthaus \"Zum Bären\"", "Atelier Mélèze Sàrl",
    "Föhn Logistik GmbH", "Fratelli Larici SA", "Sägerei Kieselbach", "Studio Nuvola, Locarno", "Stiftung Silberdistel",
    "Café du Bouquetin",
  ]
}

struct Town: Sendable {
  let postcode: String
  let name: String
  let country: String
  let words: Vocabulary

  static let all: [Town] =
    make("CH", .german, "8004 Zürich,3007 Bern,4053 Basel,6003 Luzern,9000 St. Gallen,8400 Winterthur,5000 Aarau,")
    + make("CH", .german, "2502 Biel/Bienne,3600 Thun,7000 Chur,8200 Schaffhausen,6300 Zug,4600 Olten,8610 Uster")
    + make("CH", .french, "1004 Lausanne,1205 Genève,2000 Neuchâtel,1700 Fribourg,1950 Sion,2800 Delémont")
    + make("CH", .italian, "6900 Lugano,6600 Locarno,6500 Bellinzona")
    + make("DE", .german, "78462 Konstanz") + make("FR", .french, "25000 Besançon")

  static func make(_ country: String, _ words: Vocabulary, _ list: String) -> [Town] {
    list.split(separator: ",").map { entry in
      let parts = entry.split(separator: " ", maxSplits: 1).map(String.init)
      return Town(postcode: parts[0], name: parts[1], country: country, words: words)
    }
  }
}
