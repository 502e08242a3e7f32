/// Words around names: titles in front, particles within, suffixes behind. Own compilation for German, English,
/// French, Italian, Spanish and Dutch.
enum NameWords {
  struct Title: Sendable {
    var display: String
    /// What the title says about its bearer, as `gender` has it.
    var gender: String?
  }

  /// A title by its word as written, nil when it is none.
  static func title(_ word: some StringProtocol) -> Title? {
    var key = word.lowercased()
    let isDotted = key.hasSuffix(".")
    if isDotted { key.removeLast() }
    if let title = titles[key] { return title }
    if isDotted, let title = dottedTitles[key] { return title }
    if key.hasPrefix("dipl.-") || key.hasPrefix("dipl-") || (isDotted && key == "dipl") {
      return Title(display: String(word))
    }
    return nil
  }

  /// Whether a word may be a title of the many that begin with `Dipl-`.
  static func mayBeDegree(_ word: UnsafeBufferPointer<UInt8>) -> Bool {
    word.count > 4 && asciiLowered(word[0]) == UInt8(ascii: "d") && word[4] == UInt8(ascii: "-")
  }

  /// Words that go on after a title: `Dr. med. dent.`
  static func continuesTitle(_ word: some StringProtocol) -> Bool { degrees.contains(word.lowercased()) }

  /// Words that may open a name as its title, without dots: tells in a byte pass that a name has none.
  static let openings = WordSet(Array(titles.keys))
  /// Words that may close a name, without dots.
  static let closings = WordSet(["jr", "sr", "ii", "iii", "iv", "phd", "md", "esq", "mba", "msc", "bsc"])

  /// How a suffix is shown; nil when the word is none.
  static func suffix(_ word: some StringProtocol) -> String? { suffixes[word.lowercased()] }

  /// Particles of family names: in lower case inside a name, and where a family name begins.
  static let particles = WordSet(particleList)

  static func isParticle(_ word: some StringProtocol) -> Bool { particles.contains(String(word)) }

  /// Articles that are part of a particle only after another one: `de la Cruz`, but `La Roche`.
  static let followers = WordSet(["la", "las", "los", "le", "les", "l", "lo", "'t", "het", "y", "e"])

  /// Words that join two persons or parts and open no family name.
  static let conjunctions: Set<String> = ["und", "and", "et", "ed", "y", "e", "&", "+", "u."]

  private static let particleList = [
    "von", "vom", "van", "der", "den", "dem", "de", "del", "della", "delle", "degli", "dei", "dello", "dell", "di",
    "da", "dal", "dalla", "dalle", "das", "do", "dos", "du", "des", "zu", "zum", "zur", "ter", "ten", "tot", "af", "av",
    "auf", "am", "an", "im", "al", "bin", "ibn", "bint", "abu", "op", "'t",
  ]

  private static let titles: [String: Title] = [
    "herr": Title(display: "Herr", gender: "male"), "herrn": Title(display: "Herr", gender: "male"),
    "frau": Title(display: "Frau", gender: "female"), "fräulein": Title(display: "Frau", gender: "female"),
    "mr": Title(display: "Mr", gender: "male"), "mister": Title(display: "Mr", gender: "male"),
    "mrs": Title(display: "Mrs", gender: "female"), "ms": Title(display: "Ms", gender: "female"),
    "miss": Title(display: "Miss", gender: "female"), "mx": Title(display: "Mx"),
    "sir": Title(display: "Sir", gender: "male"), "dame": Title(display: "Dame", gender: "female"),
    "dr": Title(display: "Dr."), "dres": Title(display: "Dres."), "doktor": Title(display: "Dr."),
    "doctor": Title(display: "Dr."), "prof": Title(display: "Prof."), "professor": Title(display: "Prof."),
    "professorin": Title(display: "Prof.", gender: "female"), "pd": Title(display: "PD"),
    "monsieur": Title(display: "M.", gender: "male"), "mme": Title(display: "Mme", gender: "female"),
    "madame": Title(display: "Mme", gender: "female"), "mlle": Title(display: "Mlle", gender: "female"),
    "mademoiselle": Title(display: "Mlle", gender: "female"),
    "signor": Title(display: "Sig.", gender: "male"), "signore": Title(display: "Sig.", gender: "male"),
    "signora": Title(display: "Sig.ra", gender: "female"), "signorina": Title(display: "Sig.na", gender: "female"),
    "sig.ra": Title(display: "Sig.ra", gender: "female"), "sig.na": Title(display: "Sig.na", gender: "female"),
    "sigra": Title(display: "Sig.ra", gender: "female"), "dott": Title(display: "Dott."),
    "dottore": Title(display: "Dott.", gender: "male"), "dott.ssa": Title(display: "Dott.ssa", gender: "female"),
    "dottoressa": Title(display: "Dott.ssa", gender: "female"), "señor": Title(display: "Sr.", gender: "male"),
    "señora": Title(display: "Sra.", gender: "female"), "señorita": Title(display: "Srta.", gender: "female"),
    "mevrouw": Title(display: "Mevr.", gender: "female"), "mevr": Title(display: "Mevr.", gender: "female"),
    "dhr": Title(display: "Dhr.", gender: "male"),
  ]

  /// Only with their dot: without it they may be names or initials.
  private static let dottedTitles: [String: Title] = [
    "hr": Title(display: "Herr", gender: "male"), "hrn": Title(display: "Herr", gender: "male"),
    "fr": Title(display: "Frau", gender: "female"), "sig": Title(display: "Sig.", gender: "male"),
    "sr": Title(display: "Sr.", gender: "male"), "sra": Title(display: "Sra.", gender: "female"),
    "srta": Title(display: "Srta.", gender: "female"), "ing": Title(display: "Ing."), "mag": Title(display: "Mag."),
    "lic": Title(display: "lic."), "rev": Title(display: "Rev."), "hon": Title(display: "Hon."),
    "capt": Title(display: "Capt."), "avv": Title(display: "Avv."), "arch": Title(display: "Arch."),
    "univ": Title(display: "Univ."), "priv.-doz": Title(display: "PD"),
  ]

  private static let degrees: Set<String> = [
    "med.", "dent.", "vet.", "phil.", "rer.", "nat.", "iur.", "jur.", "oec.", "pol.", "publ.", "theol.", "techn.",
    "sc.",
    "h.c.", "hc.", "habil.", "mult.", "ing.", "eth", "pharm.", "mag.", "soc.", "psych.", "univ.", "e.h.", "agr.",
  ]

  private static let suffixes: [String: String] = [
    "jr": "Jr.", "jr.": "Jr.", "jun.": "jun.", "sr": "Sr.", "sr.": "Sr.", "sen.": "sen.", "ii": "II", "iii": "III",
    "iv": "IV", "phd": "PhD", "ph.d.": "PhD", "ph.d": "PhD", "md": "MD", "m.d.": "MD", "esq": "Esq.", "esq.": "Esq.",
    "mba": "MBA", "msc": "MSc", "m.sc.": "MSc", "bsc": "BSc", "b.sc.": "BSc", "m.a.": "M.A.", "b.a.": "B.A.",
  ]
}
